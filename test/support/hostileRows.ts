import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { select } from "../../dist/node.js";
import { selectSlowly, twinRows } from "../oracle/select.js";
import { contentsOf, dice } from "../select/rows.js";

/** One line in so many is nested a hundred thousand times deep, or of hundreds of thousands of characters. */
const RARE = 1500;

/** So many lines, of which no parser likes most, some are well, and five have some `large` bytes. */
function hostileRows(count: number, large: number): Buffer {
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
    [1_000, () => `{"score":${score()},"long":"${"y".repeat(large)}"}`],
    [2_000, () => "z".repeat(large)],
    [3_000, () => `{"score":${score()},"list":[${"0,".repeat(large / 2)}0]}`],
    [4_000, () => `[${"[],".repeat(0.3 * large)}1]`],
    [5_000, () => Buffer.alloc(large / 10, 0xff)],
  ]);
  const parts: Buffer[] = [Buffer.from("\ufeff")];
  for (let i = 0; i < count; i++) {
    const isRare = i % RARE === 7;
    const make = special.get(i) ?? (isRare ? rare[Math.floor(i / RARE) % rare.length] : kinds[roll(kinds.length)]);
    const made = make();
    parts.push(typeof made === "string" ? Buffer.from(made) : made, Buffer.from(roll(4) === 0 ? "\r\n" : "\n"));
  }
  return Buffer.concat(parts);
}

/** A selection from hostile rows accounts for each of them as its slow twin does, on one thread and on two. */
export async function accountsForHostileRows(folder: string, rows: number, large: number): Promise<void> {
  const bytes = hostileRows(rows, large);
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
  expect(counts.lines).toBe(rows);
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
}
