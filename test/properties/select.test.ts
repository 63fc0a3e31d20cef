import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadText } from "../../src/core/textCore.js";
import { scratchFiles } from "../../src/rows/scratch.js";
import { Decision, decide } from "../../src/select/decide/decide.js";
import {
  atRanks,
  chooseTop,
  listed,
  placeNth,
  quantilesOf,
  quotas,
  type Values,
} from "../../src/select/decide/topK.js";
import type { SelectResult } from "../../src/select/result.js";
import { HashColumn, HashNumbers } from "../../src/select/score/hashes.js";
import { select } from "../../src/select/select.js";
import { resolveSettings } from "../../src/select/settings.js";
import { type SelectRules, selectSlowly, type TwinRow, twinRows } from "../oracle/select.js";
import { shortOrLong } from "../support/edition.js";
import { scratchFolder } from "../support/folders.js";

const folder = scratchFolder();

const few = fc.integer({ min: -3, max: 3 });
const score = fc.oneof(few, fc.double({ min: -5, max: 5, noNaN: true }));
const text = fc.oneof(fc.constantFrom("a", "b", "ü", "\u{1f642}", ""), fc.string({ maxLength: 5 }));
const goodRow = fc
  .record({
    s: score,
    t: score,
    group: fc.oneof(few, text, fc.constant([1, "x"])),
    slice: fc.constantFrom("p", "q", "r", 1, true),
  })
  .map((row) => JSON.stringify(row));
const badRow = fc.constantFrom(
  "{",
  "[]",
  "7",
  '{"s":"1","t":0,"group":1,"slice":"p"}',
  '{"s":1,"t":1e999,"group":1,"slice":"p"}',
  '{"s":1,"t":1,"group":null,"slice":null}',
  '{"t":1}',
  "nothing",
);
const line = fc.oneof({ weight: 12, arbitrary: goodRow }, badRow, fc.constantFrom("", " ", "\t\r"));
const file = fc
  .tuple(fc.array(fc.tuple(line, fc.constantFrom("\n", "\n", "\r\n")), { maxLength: 60 }), fc.boolean(), fc.boolean())
  .map(([lines, bom, ends]) => {
    // copies of a row, near and far
    const twice = [...lines, ...lines.slice(0, 5)];
    const whole = twice.map(([row, end]) => row + end).join("");
    return Buffer.from((bom ? "\ufeff" : "") + (ends ? whole : whole.replace(/\r?\n$/, "")));
  });
const field = (name: string) =>
  fc.record({ name: fc.constant(name), lowest: fc.boolean(), weight: fc.constantFrom(1, 0.3, 2) });
const rules: fc.Arbitrary<SelectRules> = fc
  .record({
    fields: fc.oneof(
      field("s").map((one) => [one]),
      fc.tuple(field("s"), field("t")),
    ),
    keep: fc.oneof(
      fc.double({ min: 0.01, max: 1, noNaN: true }).map((share) => ({ share })),
      fc.integer({ min: 1, max: 40 }).map((rows) => ({ rows })),
      fc.constant(null),
    ),
    threshold: fc.oneof(
      fc.constant(null),
      few.map((x) => x / 2),
    ),
    bestOf: fc.constantFrom(null, "group"),
    by: fc.constantFrom(null, "slice"),
    dedupe: fc.boolean(),
    seed: fc.nat(2 ** 40),
  })
  .map((given) => {
    const settled = { ...given };
    if (settled.keep === null) settled.by = null;
    if (settled.keep === null && settled.bestOf === null) settled.threshold ??= 0;
    // how a number of rows is shared among slices is tested below
    if (settled.keep !== null && "rows" in settled.keep) settled.by = null;
    return settled;
  });

function linesOf(name: string): Buffer[] {
  if (!existsSync(name)) return [];
  const bytes = readFileSync(name);
  const lines: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf("\n", start);
    if (end < 0) throw new Error(`${name} does not end with a newline`);
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return lines;
}

const latin = (lines: readonly Buffer[]) => lines.map((bytes) => bytes.toString("latin1"));
const bytesOf = (rows: readonly TwinRow[]) => latin(rows.map(({ bytes }) => bytes));

describe("a selection", () => {
  it("is that of the slow twin: every row accounted for, and kept byte for byte", async () => {
    const input = join(folder, "rows.jsonl");
    const out = join(folder, "out");
    await fc.assert(
      fc.asyncProperty(file, rules, fc.integer({ min: 16, max: 600 }), async (bytes, given, blockSize) => {
        writeFileSync(input, bytes);
        const verifiers = given.fields.map(({ name, ...rest }) => ({ kind: "score" as const, field: name, ...rest }));
        const options = {
          keep: given.keep ?? undefined,
          threshold: given.threshold ?? undefined,
          bestOf: given.bestOf ?? undefined,
          by: given.by ?? undefined,
        };
        const { dedupe, seed } = given;
        const want = twinRows(bytes, given);
        selectSlowly(want, given);
        const selection = select({
          ...{ input, out, blockSize, verifiers, dedupe, seed, workers: 1, baseline: true, restart: true },
          ...options,
        });
        if (want.every(({ reason }) => reason === "malformed")) {
          await expect(selection).rejects.toThrow(/has no rows|can(not)? be judged/);
          expect(readdirSync(out)).toEqual([]);
          return;
        }
        const result: SelectResult = await selection;
        const kept = want.filter(({ reason }) => reason === "");
        const rejected = want.filter(({ reason }) => reason !== "" && reason !== "malformed");
        const malformed = want.filter(({ reason }) => reason === "malformed");
        expect(latin(linesOf(join(out, "kept.jsonl")))).toEqual(bytesOf(kept));
        expect(latin(linesOf(join(out, "random.jsonl")))).toEqual(bytesOf(want.filter(({ random }) => random)));
        const rejections = linesOf(join(out, "rejected.jsonl"));
        expect(rejections.map((text) => JSON.parse(text.toString()).line)).toEqual(rejected.map(({ line }) => line));
        for (const [i, text] of rejections.entries()) {
          const { reason, score, row } = JSON.parse(text.toString());
          expect(reason).toBe(rejected[i].reason);
          // the sums of the twin are taken in the same order; equal up to the sign of zero
          expect(score === rejected[i].score).toBe(true);
          expect(row).toEqual(rejected[i].value);
          const content = rejected[i].bytes.toString("latin1").replace(/\r$/, "");
          expect(text.toString("latin1").endsWith(`"row":${content}}`)).toBe(true);
        }
        const named = linesOf(join(out, "malformed.jsonl")).map((text) => JSON.parse(text.toString()));
        expect(named.map(({ line }) => line)).toEqual(malformed.map(({ line }) => line));
        expect(named.every(({ reason }) => reason !== "")).toBe(true);
        const { counts } = result;
        expect(counts.kept + counts.rejected + counts.malformed).toBe(counts.read);
        expect(counts).toMatchObject({
          read: want.length,
          kept: kept.length,
          rejected: rejected.length,
          malformed: malformed.length,
        });
        expect(counts.lines).toBe(counts.read + counts.blank);
        const content = bytes.toString("utf8").replace(/^\ufeff/, "");
        expect(counts.lines).toBe(content === "" ? 0 : content.replace(/\n$/, "").split("\n").length);
        const worst = kept.map(({ score }) => score).sort((a, b) => a - b);
        expect(result.score.reached ?? undefined).toEqual(result.score.lowest ? worst.at(-1) : worst[0]);
        if (given.by !== null && given.threshold === null && given.bestOf === null) {
          expect(result.slices.every((slice) => slice.kept > 0 && slice.random === slice.kept)).toBe(true);
        }
      }),
      { seed: 13, numRuns: shortOrLong(25, 80) },
    );
  });

  it("does not depend on the order of rows, where scores differ", async () => {
    const rows = Array.from({ length: 400 }, (_, i) => `{"s":${(i * 7919) % 10_007},"slice":${i % 7}}`);
    const keptOf = async (lines: readonly string[]) => {
      const input = join(folder, "order.jsonl");
      writeFileSync(input, `${lines.join("\n")}\n`);
      const out = join(folder, "order");
      await select({
        input,
        out,
        verifiers: [{ kind: "score", field: "s" }],
        keep: { share: 0.25 },
        by: "slice",
        restart: true,
      });
      return latin(linesOf(join(out, "kept.jsonl"))).sort();
    };
    const turned = rows.toReversed();
    expect(await keptOf(turned)).toEqual(await keptOf(rows));
  });
});

describe("shares", () => {
  const sizes = fc.array(fc.nat(50), { minLength: 1, maxLength: 12 });

  it("give a number of rows away exactly, in proportion, and no slice nothing", () => {
    fc.assert(
      fc.property(sizes, fc.nat(700), (candidates, extra) => {
        const total = candidates.reduce((a, b) => a + b, 0);
        const present = candidates.filter((n) => n > 0).length;
        const rows = present + extra;
        if (rows === 0) return;
        const given = quotas({ rows }, candidates, true);
        expect(given.reduce((a, b) => a + b, 0)).toBe(Math.min(rows, total));
        for (const [i, count] of given.entries()) {
          expect(count).toBeLessThanOrEqual(candidates[i]);
          if (candidates[i] > 0) expect(count).toBeGreaterThan(0);
          // what the smallest slices get beyond their due, the others lack
          const due = (Math.min(rows, total) * candidates[i]) / Math.max(1, total);
          expect(count).toBeLessThan(due + 1 + 1e-9);
        }
      }),
      { seed: 5, numRuns: 500 },
    );
  });

  it("refuse fewer rows than slices", () => {
    expect(() => quotas({ rows: 2 }, [5, 5, 5], true)).toThrow(
      "keep must be at least as many rows as there are slices, 3",
    );
    expect(quotas({ rows: 2 }, [15], false)).toEqual([2]);
  });
});

describe("choosing", () => {
  it("takes the highest, and of equal ones the higher lot", () => {
    const members = fc.array(fc.tuple(few, few), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(members, fc.nat(70), (rows, count) => {
        const left = new Set<number>();
        const places = Uint32Array.from(rows, (_, i) => i);
        const edge = chooseTop(
          listed(places),
          count,
          (i) => rows[i][0],
          (i) => rows[i][1],
          (i) => left.add(i),
        );
        const sorted = [...places].sort((a, b) => rows[b][0] - rows[a][0] || rows[b][1] - rows[a][1] || a - b);
        expect([...left].sort((a, b) => a - b)).toEqual(sorted.slice(count).sort((a, b) => a - b));
        if (edge === null) expect(count === 0 || count >= rows.length).toBe(true);
        else {
          const cut = rows[sorted[count - 1]][0];
          expect(edge.equal).toBe(rows.filter(([merit]) => merit === cut).length);
          expect(edge.taken).toBe(sorted.slice(0, count).filter((i) => rows[i][0] === cut).length);
        }
      }),
      { seed: 6, numRuns: 1000 },
    );
  });

  it("places any rank as sorting does, however values lie", () => {
    const values = fc.oneof(
      fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 300 }),
      fc.array(few, { minLength: 1, maxLength: 300 }),
      fc.integer({ min: 1, max: 300 }).map((n) => Array.from({ length: n }, (_, i) => (i % 2 ? i : -i))),
    );
    fc.assert(
      fc.property(values, fc.nat(), (given, at) => {
        const k = at % given.length;
        const sorted = Float64Array.from(given).sort();
        const placed = Float64Array.from(given);
        expect(placeNth(placed, k) === sorted[k]).toBe(true);
        expect(placed.subarray(0, k).every((x) => x <= sorted[k])).toBe(true);
        expect(placed.subarray(k).every((x) => x >= sorted[k])).toBe(true);
        expect(placed.sort()).toEqual(sorted);
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  it("counts its way to any ranks as sorting does, to the last bit", () => {
    const special = fc.constantFrom(
      0,
      -0,
      5e-324,
      -5e-324,
      1.7976931348623157e308,
      Infinity,
      -Infinity,
      1,
      1 + 2 ** -52,
    );
    const values = fc.array(fc.oneof(special, few, fc.double({ noNaN: true })), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(values, fc.array(fc.nat(), { minLength: 1, maxLength: 14 }), (given, at) => {
        const ranks = [...new Set(at.map((n) => n % given.length))].sort((a, b) => a - b);
        const sorted = given.map((value) => (value === 0 ? 0 : value)).sort((a, b) => a - b);
        const want = ranks.map((rank) => sorted[rank]);
        const each: Values = (visit) => {
          for (const value of given) visit(value);
        };
        for (const copied of [0, 1000]) expect(atRanks(each, given.length, ranks, copied)).toEqual(want);
      }),
      { seed: 17, numRuns: 60 },
    );
  });

  it("gives the quantiles of sorting", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 200 }),
        (given) => {
          const sorted = given.toSorted((a, b) => a - b);
          const at = (share: number) => {
            const place = share * (sorted.length - 1);
            const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
            return low + (place - Math.floor(place)) * (high - low);
          };
          const quantiles = quantilesOf((visit) => given.forEach(visit));
          const want = { min: 0, p05: 0.05, p25: 0.25, median: 0.5, p75: 0.75, p95: 0.95, max: 1 };
          for (const [name, share] of Object.entries(want)) {
            // one rounding of a sum of numbers below 2·10⁶
            expect(quantiles?.[name as keyof typeof want]).toBeCloseTo(at(share), 8);
          }
        },
      ),
      { seed: 8, numRuns: 300 },
    );
    expect(quantilesOf(() => {})).toBeNull();
  });
});

describe("numbers by lot", () => {
  it("are those of the core's streams, in whatever order rows are asked", async () => {
    const { RowUniforms } = await import("../../src/core/streams.js");
    const uniforms = new RowUniforms(await loadText(), 2 ** 40 + 7, "tie");
    const rows = [0, 1, 4095, 4096, 10_000, 3, 123_456_789];
    const first = rows.map((row) => uniforms.at(row));
    expect(rows.toReversed().map((row) => uniforms.at(row))).toEqual(first.toReversed());
    expect(new Set(first).size).toBe(rows.length);
    expect(first.every((x) => x >= 0 && x < 1)).toBe(true);
  });
});

it("counts and drops copies among more rows than are held in memory", async () => {
  const core = await loadText();
  const inMemory = 2 ** 18;
  const rows = 2 * inMemory + 5000;
  // every thousandth row is a copy of the one 999 before it, in whatever part their hash lies
  const hashes = new Uint32Array(2 * rows);
  for (let row = 0; row < rows; row++) {
    const of = row % 1000 === 999 ? row - 999 : row;
    hashes[2 * row] = Math.imul(of + 1, 0x9e3779b1);
    hashes[2 * row + 1] = Math.imul(of + 1, 0x85ebca77);
  }
  let files = 0;
  const open = () => {
    files++;
    return scratchFiles.open();
  };
  const column = new HashColumn(inMemory, { open });
  for (let row = 0; row < 2 * rows; row += 2 * 100_000) column.add(hashes.subarray(row, row + 2 * 100_000));
  const columns = {
    rows,
    malformed: new Uint8Array(rows),
    scores: [new Float64Array(rows).fill(1)],
    hashes: column,
    groups: null,
    slices: null,
    signatures: null,
  };
  const settings = resolveSettings({ verifiers: [{ kind: "score", field: "s" }], threshold: 0, dedupe: true });
  const { decisions, duplicates } = await decide(core, columns, settings, 1);
  expect(files).toBe(1);
  expect(duplicates).toBe(Math.floor(rows / 1000));
  for (let row = 0; row < rows; row += 1) {
    if ((decisions[row] === Decision.duplicate) !== (row % 1000 === 999)) throw new Error(`row ${row}`);
  }
});

it("parts hashes, in memory or in a file, and numbers them in the order in which they come", () => {
  const rows = 60_000;
  const hashOf = (row: number) => [Math.imul(row % 7001, 0x9e3779b1) >>> 0, Math.imul(row % 7001, 0x85ebca77) >>> 0];
  for (const inMemory of [rows, 20_000, 0]) {
    const column = new HashColumn(inMemory);
    for (let from = 0; from < rows; from += 1000)
      column.add(Uint32Array.from({ length: 2000 }, (_, i) => hashOf(from + (i >> 1))[i % 2]));
    for (let time = 0; time < 2; time++) {
      const seen = new Uint8Array(rows);
      let distinct = 0;
      for (const part of column.parts()) {
        const numbers = new HashNumbers();
        const known = new Map<number, number>();
        let last = -1;
        for (const some of part) {
          for (let i = 0; i < some.length; i += 3) {
            const [row, low, high] = some.subarray(i, i + 3);
            if (row <= last || low !== hashOf(row)[0] || high !== hashOf(row)[1]) throw new Error(`row ${row}`);
            last = row;
            seen[row]++;
            const want = known.get(row % 7001) ?? known.size;
            known.set(row % 7001, want);
            if (numbers.of(low, high) !== want) throw new Error(`number of row ${row}`);
          }
        }
        expect(numbers.count).toBe(known.size);
        distinct += known.size;
      }
      expect(distinct).toBe(7001);
      expect(seen.every((times) => times === 1)).toBe(true);
    }
    column.close();
    expect([...column.parts()]).toEqual([]);
  }
});

it("combines the ranks of more rows than are sorted at once, each to the last bit", async () => {
  const rows = Array.from({ length: 1000 }, (_, id) => ({
    id,
    s: [0, 0.5, 1, ((id * 7919) % 10_007) / 10_007][id % 4],
    t: (id * 104_729) % 997,
  }));
  const input = join(folder, "ranks.jsonl");
  writeFileSync(input, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const out = join(folder, "ranks");
  const kind = "score" as const;
  const verifiers = [
    { kind, field: "s", weight: 0.3 },
    { kind, field: "t", weight: 0.7 },
  ];
  await select({ input, out, verifiers, keep: { rows: 1 }, workers: 1 });
  const beaten = (name: "s" | "t", x: number) =>
    (rows.filter((row) => row[name] < x).length + rows.filter((row) => row[name] <= x).length) / 2000;
  const rejected = linesOf(join(out, "rejected.jsonl")).map((text) => JSON.parse(text.toString()));
  expect(rejected).toHaveLength(999);
  for (const { score, row } of rejected) expect(score).toBe(0.3 * beaten("s", row.s) + 0.7 * beaten("t", row.t));
});
