import { spawnSync } from "node:child_process";
import { closeSync, openSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { contentsOf, plainRows } from "../select/rows.js";
import { scratchFolder } from "../support/folders.js";
import { accountsForForm, hostileForms, packings } from "../support/hostileForms.js";
import { accountsForHostileRows } from "../support/hostileRows.js";
import { BIN, pstar } from "../support/pstar.js";
import { killAgainAndAgain } from "../support/selectKills.js";

const folder = scratchFolder();

it("comes to the files of an unbroken run, killed at two hundred moments, from plain and packed files", async () => {
  const rows = plainRows(60_000, 8);
  const verifier = join(folder, "mine.js");
  writeFileSync(
    verifier,
    "export default { score: (rows) => rows.map(({ id, text }) => (text.length * 31 + id) % 97) };\n",
  );
  for (const [i, name] of ["rows.jsonl", "rows.jsonl.gz"].entries()) {
    const input = join(folder, name);
    writeFileSync(input, i === 0 ? rows : gzipSync(rows));
    const args = [input, "--verifier", verifier, "--keep", "30%", "--by", "topic", "--dedupe"];
    const whole = join(folder, `whole-${i}`);
    expect((await pstar(["select", ...args, "--out", whole])).code).toBe(0);
    const sizes = {
      "select.journal": 21 * 60_000,
      "rejected.jsonl.part": statSync(join(whole, "rejected.jsonl")).size,
    };
    let killed = 0;
    for (let round = 0; round < 5; round++) {
      const out = join(folder, `killed-${i}-${round}`);
      killed += await killAgainAndAgain({ args, out, count: 20, seed: 100 * i + round, sizes });
      expect(contentsOf(out)).toEqual(contentsOf(whole));
    }
    expect(killed).toBeGreaterThan(50);
  }
});

it("accounts for every one of 100,000 hostile rows, on one thread and on two", () =>
  accountsForHostileRows(folder, 100_000, 10_000_000));

// Parquet is read from its end, and so not packed: that is refused by name
const packed = hostileForms.flatMap((form) =>
  form === "Parquet" ? [] : packings.map((packing) => [form, packing] as const),
);
it.each([...packed, ["Parquet", "plain"] as const])(
  "accounts for every one of 100,000 hostile rows: %s, %s",
  (form, packing) => accountsForForm(folder, form, 100_000, packing),
);

it("selects from ten million rows in 600 MB of memory", () => {
  const input = join(folder, "many.jsonl");
  const handle = openSync(input, "w");
  const rows = plainRows(10_000, 9).trimEnd().split("\n");
  const filling = "and so on ".repeat(12);
  for (let block = 0; block < 1000; block++) {
    const text = rows.map((row) => `${row.slice(0, -1)},"block":${block},"filling":"${filling}"}\n`);
    writeSync(handle, text.join(""));
  }
  closeSync(handle);
  expect(statSync(input).size).toBeGreaterThan(2e9);
  const out = join(folder, "many");
  const told =
    "data:text/javascript,process.on('exit',()=>process.stderr.write('maxRSS '+process.resourceUsage().maxRSS))";
  const args = [
    "--import",
    told,
    BIN,
    "select",
    input,
    "--field",
    "score",
    "--keep",
    "12.5%",
    "--out",
    out,
    "--format",
    "json",
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect(status).toBe(0);
  expect(JSON.parse(stdout).counts).toMatchObject({ read: 10_000_000, kept: 1_250_000, rejected: 8_750_000 });
  expect(Number(/maxRSS (\d+)/.exec(stderr)?.[1]) / 1000).toBeLessThan(600);
});
