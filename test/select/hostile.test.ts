import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { select } from "../../dist/node.js";
import { selectSlowly, twinRows } from "../oracle/select.js";
import { scratchFolder } from "../support/folders.js";
import { contentsOf, dice } from "./rows.js";

const folder = scratchFolder();

const ROWS = 100_000;

/** Lines that no parser likes, and between them some that are well. */
function hostileRows(): Buffer {
  const roll = dice(20_260_731);
  const deep = (open: string, close: string, inner: string, depth: number) =>
    open.repeat(depth) + inner + close.repeat(depth);
  const score = () => (roll(2_000_001) - 1_000_000) / 1000;
  const kinds: (() => string | Buffer)[] = [
    () => `{"score":${score()}}`,
    () => `{"score":${score()},"text":"${"\u{1f642}ü漢".repeat(roll(20))}"}`,
    () => `{"score":1,"score":${score()}}`,
    () => `{"text":"\\ud800 alone","score":${score()}}`,
    () => `  {"score" : ${score()} }\t`,
    () => `{"score":${score()},"__proto__":{"score":1},"constructor":null,"":[]}`,
    () => `{"score":${roll(2) ? "NaN" : "Infinity"}}`,
    () => `{"score":${roll(2) ? "1e999" : "-1e999"}}`,
    () => `{"score":"${score()}"}`,
    () => `{"score":null}`,
    () => `{"scorf":${score()}}`,
    () => `\ufeff{"score":${score()}}`,
    () => `{"score":${score()},"nul":"\0"}`,
    () => `\0\0\0`,
    () => `{"score":${score()}`,
    () => `{"score":${score()}}}`,
    () => `{'score':${score()}}`,
    () => `[${score()}]`,
    () => `${score()}`,
    () => `"text"`,
    () => `{"score":0x10}`,
    () => `{"score":01}`,
    () => `// a comment`,
    () => Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
    () => Buffer.concat([Buffer.from('{"score":1,"a":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]),
    () => Buffer.concat([Buffer.from('{"score":1,"a":"'), Buffer.from([0xc0, 0x80]), Buffer.from('"}')]),
    () => Buffer.concat([Buffer.from('{"score":1,"a":"'), Buffer.from([0xf0, 0x9f]), Buffer.from('"}')]),
    () => Buffer.from(Array.from({ length: roll(40) }, () => roll(256)).map((byte) => (byte === 10 ? 11 : byte))),
    () => `{"score":${score()},"\u2028":"\u2029"}`,
    () => "",
    () => " \t ",
  ];
  const rare: (() => string | Buffer)[] = [
    () => `{"score":${score()},"deep":${deep("[", "]", "1", 100_000)}}`,
    () => `{"score":${score()},"deep":${deep('{"a":', "}", "1", 100_000)}}`,
    () => "[".repeat(100_000),
    () => '{"a":'.repeat(100_000),
    () => `{"score":${score()},"long":"${"x".repeat(300_000)}"}`,
  ];
  const special = new Map<number, () => string | Buffer>([
    [10_000, () => `{"score":${score()},"long":"${"y".repeat(10_000_000)}"}`],
    [20_000, () => "z".repeat(10_000_000)],
    [30_000, () => `{"score":${score()},"list":[${"0,".repeat(5_000_000)}0]}`],
    [40_000, () => `[${"[],".repeat(3_000_000)}1]`],
    [50_000, () => Buffer.alloc(1_000_000, 0xff)],
  ]);
  const parts: Buffer[] = [Buffer.from("\ufeff")];
  for (let i = 0; i < ROWS; i++) {
    const make = special.get(i) ?? (roll(5000) === 0 ? rare[roll(rare.length)] : kinds[roll(kinds.length)]);
    const made = make();
    parts.push(typeof made === "string" ? Buffer.from(made) : made, Buffer.from(roll(4) === 0 ? "\r\n" : "\n"));
  }
  return Buffer.concat(parts);
}

it("accounts for every one of 100,000 hostile rows, on one thread and on two, packed or not", async () => {
  const bytes = hostileRows();
  const input = join(folder, "hostile.jsonl");
  writeFileSync(input, bytes);
  const rules = {
    fields: [{ name: "score", lowest: false, weight: 1 }],
    keep: { share: 0.5 },
    ...{ threshold: null, bestOf: null, by: null, dedupe: true, seed: 3 },
  };
  const want = twinRows(bytes, rules);
  selectSlowly(want, rules);
  const setting = {
    input,
    verifiers: [{ kind: "score" as const, field: "score" }],
    keep: rules.keep,
    dedupe: true,
    seed: 3,
  };
  const one = join(folder, "one");
  const { counts, malformed } = await select({ ...setting, out: one, workers: 1 });
  expect(counts.lines).toBe(ROWS);
  expect(counts.kept + counts.rejected + counts.malformed).toBe(counts.read);
  const numbers = (name: string) =>
    [
      ...readFileSync(join(one, name))
        .toString("latin1")
        .matchAll(/^\{"line":(\d+)/gm),
    ].map(([, line]) => Number(line));
  const linesOf = (is: (reason: string) => boolean) => want.filter(({ reason }) => is(reason)).map(({ line }) => line);
  expect(numbers("malformed.jsonl")).toEqual(linesOf((reason) => reason === "malformed"));
  expect(numbers("rejected.jsonl")).toEqual(linesOf((reason) => reason !== "malformed" && reason !== ""));
  const kept = Buffer.concat(
    want.filter(({ reason }) => reason === "").flatMap(({ bytes }) => [bytes, Buffer.from("\n")]),
  );
  expect(readFileSync(join(one, "kept.jsonl")).equals(kept)).toBe(true);
  expect(malformed).toHaveLength(20);
  expect(counts.duplicates).toBeGreaterThan(0);

  const two = join(folder, "two");
  await select({ ...setting, out: two, workers: 2 });
  expect(contentsOf(two)).toEqual(contentsOf(one));
});

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
