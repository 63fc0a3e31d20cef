import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { select } from "../../dist/node.js";
import { scratchFolder } from "../support/folders.js";
import { accountsForHostileRows } from "../support/hostileRows.js";

const folder = scratchFolder();

// each of the 31 kinds is there some 160 times, and of the five rare ones some; 100,000 rows are in test/long
it("accounts for every one of 5,000 hostile rows, on one thread and on two", () =>
  accountsForHostileRows(folder, 5_000, 2_000_000));

it("answers strict with the first malformed line, and leaves nothing to stumble over", async () => {
  const input = join(folder, "strict.jsonl");
  writeFileSync(input, `{"s":1}\n\n{"s":2}\n{"s":"x"}\n{`);
  const out = join(folder, "strict");
  const setting = { input, out, verifiers: [{ kind: "score" as const, field: "s" }], threshold: 0 };
  await expect(select({ ...setting, strict: true })).rejects.toMatchObject({
    name: "DataError",
    message: `line 4 of ${input}: field s must be a finite number, got "x"`,
    line: 4,
  });
  writeFileSync(input, `{"s":1}\n\n{"s":2}\n`);
  expect((await select({ ...setting, strict: true })).counts).toMatchObject({ read: 2, kept: 2, malformed: 0 });
});
