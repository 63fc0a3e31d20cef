import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { type SelectResult, select, type VerifierSpec } from "../../dist/node.js";
import { loadText, readLanguageModel, rouge, trainLanguageModel, writeArpa } from "../../dist/text.js";
import type { SelectOptions } from "../../src/select/options.js";
import { shortOrLong } from "../support/edition.js";
import { scratchFolder } from "../support/folders.js";
import { dice } from "./rows.js";

const folder = scratchFolder();
const core = await loadText();

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

let runs = 0;

/** The scores of rows, by rejecting all that cannot be kept; where low is good, `threshold` is the other way round. */
async function scoresOf(
  rows: readonly object[],
  verifier: VerifierSpec,
  more: Partial<Omit<SelectOptions, "input">> = {},
) {
  const input = file("rows.jsonl", rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const out = join(folder, `out-${runs++}`);
  const threshold = verifier.kind === "perplexity" ? -1e300 : 1e300;
  const result = await select({ input, out, verifiers: [verifier], threshold, ...more });
  const scores: (number | null)[] = [];
  for (const line of readFileSync(join(out, "rejected.jsonl"), "utf8").split("\n").slice(0, -1)) {
    const rejected = JSON.parse(line);
    scores[rejected.line - 1] = rejected.score;
  }
  return { scores, result, out };
}

const roll = dice(4);
const words = "the a cat dog sat ran on under mat tree running, Jumps. \n".split(" ");
const text = () => Array.from({ length: roll(30) }, () => words[roll(words.length)]).join(" ");
const pairs = Array.from({ length: 200 }, () => ({ candidate: text(), reference: text() }));

describe("a score", () => {
  const score = { kind: "score", field: "s" } as const;
  const selected = (lines: readonly string[], options: Partial<Omit<SelectOptions, "input">>) =>
    select({ input: file("values.jsonl", lines.join("\n")), verifiers: [score], write: () => {}, ...options });

  it("is a number, numeric text, or true and false; a row without one is not kept, and is not malformed", async () => {
    const rows = [{ s: 0.5 }, { s: " 0.75 " }, { s: "-1e-3" }, { s: true }, { s: false }];
    const none = [{ s: null }, { s: "" }, { s: "nan" }, { other: 1 }];
    const { scores, result } = await scoresOf([...rows, ...none, { s: "high" }, { s: [1] }], score);
    expect(scores.slice(0, 5)).toEqual([0.5, 0.75, -0.001, 1, 0]);
    expect(scores.slice(5, 9)).toEqual([null, null, null, null]);
    expect(result.counts).toMatchObject({ read: 11, malformed: 2, rejectedBy: { noScore: 4 } });
    const { counts } = await selected(['{"s":NaN}', '{"s":Infinity}', '{"s":1}'], { threshold: 0 });
    expect(counts).toMatchObject({ kept: 1, malformed: 1, rejectedBy: { noScore: 1 } });
  });

  const decided = async (values: readonly unknown[], field = "s", more: Partial<Omit<SelectOptions, "input">> = {}) => {
    const kept: string[] = [];
    const result = await select({
      input: file("decisions.jsonl", values.map((s, i) => `${JSON.stringify({ i, s })}\n`).join("")),
      verifiers: [{ kind: "score", field }],
      threshold: 1,
      write: (chunk) => void kept.push(String(chunk)),
      ...more,
    });
    return {
      ...result,
      kept: kept
        .join("")
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line).i),
    };
  };

  it("is 1 or 0 of a field of decisions in words, which it says", async () => {
    const { kept, warnings, counts } = await decided(["pass", "Fail", null, " PASS ", "fail"]);
    expect([kept, counts.rejectedBy.noScore]).toEqual([[0, 3], 1]);
    expect(warnings[0]?.message).toBe('"s" is read as a decision: 1 for pass; 0 for fail');
    // blocks of workers are judged together
    const many = Array.from({ length: 12_000 }, (_, i) => (i % 3 ? "yes" : "no"));
    const all = await decided(many, "s", { blockSize: 1 << 16, workers: 2 });
    expect([all.counts.kept, all.counts.malformed]).toEqual([8000, 0]);
    await expect(decided([...many, "maybe"], "s", { blockSize: 1 << 16, workers: 2 })).rejects.toThrow(
      '1 row has a value in "s" that must be a number or a decision and cannot be understood, so nothing is selected\n  "maybe": 1 row\n  yes: 8000 rows, read as 1\n  no: 4000 rows, read as 0',
    );
  });

  it("that words of decisions stand beside in some rows stays a number, and these rows are malformed", async () => {
    const { kept, counts } = await decided([0.5, 1, "fail", 2, "pass"]);
    expect([kept, counts.malformed]).toEqual([[1, 3], 2]);
  });

  it("is 1 or 0 by a rule, which decides by itself", async () => {
    const by = (field: string, values: readonly unknown[]) =>
      decided(values, field, { threshold: undefined }).then(({ kept }) => kept);
    expect(await by("s >= 4", [5, 3, "4", null])).toEqual([0, 2]);
    expect(await by("s in [C, P]", ["C", "I", "p", "N"])).toEqual([0, 2]);
    expect(await by("s not in [I]", ["C", "I", ""])).toEqual([0]);
    await expect(by("s >= 4", [5, "high", true])).rejects.toThrow(
      /2 rows have values in "s >= 4" .*\n {2}"high": 1 row\n {2}true: 1 row/,
    );
    await expect(by("s >= ", [1])).rejects.toThrow("the rule");
    // a field whose own name reads like a rule goes first
    const input = file("own.jsonl", '{"s>=4":0.5}\n{"s>=4":7}\n');
    const verifiers: VerifierSpec[] = [{ kind: "score", field: "s>=4" }];
    const { counts } = await select({ input, verifiers, threshold: 1, write: () => {} });
    expect(counts).toMatchObject({ kept: 1, rejected: 1 });
  });

  it("that no row has is the fault of the question", async () => {
    await expect(selected(['{"score":1}', "[]"], { threshold: 0 })).rejects.toThrow(
      'none of its 2 rows can be judged; no row has a field "s"; its fields are score',
    );
    await expect(selected(['{"s":null}'], { threshold: 0 })).rejects.toThrow("cannot be judged; none has a score");
  });

  it("groups, slices and matches by every digit of an integer", async () => {
    const ids = ["1234567890123456787", "1234567890123456788", "1234567890123456789", "1234567890123456789"];
    const rows = ids.map((id, i) => `{"id":${id},"of":{"id":[${id}]},"other":${ids[0]},"s":${i}}`);
    for (const bestOf of ["id", "of"]) {
      const { counts } = await selected(rows, { bestOf });
      expect(counts).toMatchObject({ kept: 3, rejectedBy: { notBest: 1 } });
    }
    const { slices } = await selected(rows, { by: "id", keep: { share: 1 } });
    expect(slices.map(({ slice }) => slice).sort()).toEqual([...new Set(ids)]);
    const match = { kind: "match", label: "id", against: "other" } as const;
    const { counts } = await selected(rows, { verifiers: [match], threshold: 1 });
    expect(counts).toMatchObject({ kept: 1, rejectedBy: { threshold: 3 } });
  });
});

describe("rouge", () => {
  it.each([
    ["rouge1", false],
    ["rouge2", true],
    ["rougeL", false],
    ["rougeLsum", true],
  ] as const)("%s is that of the library, stemmer %s", async (measure, stemmer) => {
    const fields = { candidate: "candidate", reference: "reference" };
    const { scores } = await scoresOf(pairs, { kind: "rouge", measure, stemmer, ...fields });
    const options = { stemmer };
    const want = pairs.map(({ candidate, reference }) => rouge(core, candidate, reference, options)[measure].f);
    expect(scores).toEqual(want);
  });

  it("warns of texts that the tokenizer empties, and reads them with the other", async () => {
    const rows = [...pairs.slice(0, 3), { candidate: "здравствуй, мир", reference: "здравствуй" }];
    const fields = { candidate: "candidate", reference: "reference" };
    const ascii = await scoresOf(rows, { kind: "rouge", ...fields });
    expect(ascii.scores[3]).toBe(0);
    expect(ascii.result.warnings.map(({ message }) => message).join()).toContain(
      "1 row is mostly of letters that the tokenizer ascii drops",
    );
    const unicode = await scoresOf(rows, { kind: "rouge", tokenizer: "unicode", ...fields });
    expect(unicode.scores[3]).toBeCloseTo(2 / 3, 12);
    expect(unicode.result.warnings.map(({ message }) => message).join()).not.toContain("tokenizer");
  });
});

describe("perplexity", () => {
  it("of log-probabilities is exp(−mean), of numbers or of objects; low is good", async () => {
    const rows = [
      { logprobs: [-1, -2, -3] },
      { logprobs: [null, -1, -1] },
      { logprobs: [{ logprob: -0.5, token: "a" }, { logprob: 0 }] },
      { logprobs: [] },
      { logprobs: [null] },
      { logprobs: [0.1] },
      { logprobs: [-1, null] },
      { logprobs: "x" },
    ];
    const verifier = { kind: "perplexity", logprobs: "logprobs" } as const;
    const { scores, result } = await scoresOf(rows, verifier);
    expect(scores[0]).toBeCloseTo(Math.exp(2), 12);
    expect(scores[1]).toBeCloseTo(Math.E, 12);
    expect(scores[2]).toBeCloseTo(Math.exp(0.25), 12);
    expect(scores.slice(3)).toEqual([null, null]);
    expect(result.counts).toMatchObject({ malformed: 3, rejectedBy: { noScore: 2, threshold: 3 } });
    const kept = await scoresOf(rows, verifier, { threshold: undefined, keep: { rows: 1 } });
    expect(readFileSync(join(kept.out, "kept.jsonl"), "utf8")).toBe(`${JSON.stringify(rows[2])}\n`);
  });

  it("by a language model is that of the model, packed and on every thread", async () => {
    const model = await trainLanguageModel(
      core,
      pairs.map(({ reference }) => reference),
      { order: 3 },
    );
    const arpa = [...writeArpa(model)].join("");
    const lm = file("model.arpa.gz", gzipSync(arpa));
    const verifier = { kind: "perplexity", model: lm, text: "candidate", prompt: "reference" } as const;
    const texts = pairs.map(({ candidate }) => candidate);
    const prompts = pairs.map(({ reference }) => reference);
    const read = await readLanguageModel(core, arpa);
    const want = [...read.perplexity(texts, { prompts })];
    for (const workers of [1, 2]) {
      const { scores } = await scoresOf(pairs, verifier, { workers, blockSize: 2000 });
      expect(scores).toEqual(want);
    }
    writeFileSync(lm, "no model");
    await expect(scoresOf(pairs, verifier, { workers: 1 })).rejects.toMatchObject({ name: "DataError" });
    await expect(scoresOf(pairs, verifier, { workers: 2, blockSize: 2000 })).rejects.toMatchObject({
      name: "DataError",
    });
  });
});

describe("match", () => {
  it("keeps the rows whose labels agree, and says so of the others", async () => {
    const rows = [
      { a: "x", b: "x" },
      { a: "x", b: "y" },
      { a: 1, b: 1 },
      { a: 1, b: "1" },
      { a: true, b: false },
      { a: null, b: 1 },
    ];
    const { out, result } = await scoresOf(rows, { kind: "match", label: "a", against: "b" }, { threshold: undefined });
    expect(readFileSync(join(out, "kept.jsonl"), "utf8")).toBe(
      `${JSON.stringify(rows[0])}\n${JSON.stringify(rows[2])}\n`,
    );
    expect(result.counts).toMatchObject({ kept: 2, rejected: 3, malformed: 1 });
  });
});

describe("random", () => {
  it("is uniform, and the seed's", async () => {
    const rows = Array.from({ length: shortOrLong(8_000, 20_000) }, (_, i) => ({ i }));
    const { scores } = await scoresOf(rows, { kind: "random" }, { seed: 5 });
    expect((await scoresOf(rows, { kind: "random" }, { seed: 5 })).scores).toEqual(scores);
    const other = await scoresOf(rows, { kind: "random" }, { seed: 6 });
    const equal = other.scores.filter((score, i) => score === scores[i]);
    expect(equal).toEqual([]);
    // Kolmogorov's distance of n uniform numbers exceeds 2.5/√n with probability 2 exp(−12.5) = 8e-6
    const sorted = (scores as number[]).toSorted((a, b) => a - b);
    const distance = Math.max(...sorted.map((x, i) => Math.abs(x - i / sorted.length)));
    expect(distance).toBeLessThan(2.5 / Math.sqrt(sorted.length));
  });

  it("takes an unbiased share of equal scores", async () => {
    const rows = Array.from({ length: 10_000 }, (_, i) => ({ s: 1, i }));
    const { out, result } = await scoresOf(
      rows,
      { kind: "score", field: "s" },
      { threshold: undefined, keep: { share: 0.25 } },
    );
    const kept = readFileSync(join(out, "kept.jsonl"), "utf8").trimEnd().split("\n");
    const mean = kept.reduce((sum, line) => sum + JSON.parse(line).i, 0) / kept.length;
    // the mean of 2500 of 10,000 places has a standard deviation of 10⁴/√12/√2500·√0.75 = 50; five of them
    expect(Math.abs(mean - 5000)).toBeLessThan(250);
    expect(result.score.ties).toEqual({ rows: 10_000, kept: 2500 });
    expect(result.warnings.map(({ message }) => message).join()).toContain("of them were chosen at random");
  });
});

describe("a module of one's own", () => {
  const rows = Array.from({ length: 3000 }, (_, i) => (i === 7 ? { other: 1 } : { x: i }));
  const mine = (body: string) => {
    const path = file(`mine-${runs++}.mjs`, body);
    return { kind: "module", file: path } as const;
  };

  it("gets rows, the seed and the number of the first, and gives scores", async () => {
    const verifier = mine(`export default {
      fields: ["x"],
      async score(rows, { seed, firstRow }) {
        if (rows.length > 1024) throw new Error("too many");
        return Float32Array.from(rows, ({ x }, i) => (x === 9 ? NaN : x < 7 ? seed + firstRow : rows[0].x - firstRow));
      },
    };`);
    for (const workers of [1, 2]) {
      const { scores, result } = await scoresOf(rows, verifier, { seed: 3, workers, blockSize: 4096 });
      expect(result.counts).toMatchObject({ malformed: 1, rejectedBy: { noScore: 1 } });
      expect(result.malformed).toEqual([{ line: 8, code: "field", reason: "field x is missing", text: '{"other":1}' }]);
      expect(scores[0]).toBe(3);
      expect(scores[9]).toBe(null);
      expect(new Set(scores.slice(10))).toEqual(new Set([0]));
    }
  });

  it.each([
    [
      "that throws",
      "score(rows) { if (rows.some(({ x }) => x === 2500)) throw new TypeError('no such'); return rows.map(() => 1); }",
      "failed: TypeError: no such (line 2501 of ",
    ],
    [
      "that rejects",
      "async score(rows) { if (rows.length > 1) throw new Error('busy'); return [1]; }",
      "failed: Error: busy (line 1 of ",
    ],
    ["with too few scores", "score: () => [1]", "score(rows) must be one number for each of the "],
    ["with none", "score() {}", "got undefined (line 1 of "],
    [
      "with a score that is no number",
      "score: (rows) => rows.map(({ x }) => (x === 2500 ? '1' : 1))",
      'the score of a row must be a number, got "1" (line 2501 of ',
    ],
  ])("%s is named, with the row", async (name, body, message) => {
    const verifier = mine(`export default { ${body} };`);
    for (const workers of shortOrLong(name === "that throws" ? [1, 2] : [1], [1, 2])) {
      const run = scoresOf(rows, verifier, { workers, blockSize: 4096 });
      await expect(run).rejects.toThrow(message);
      await expect(run).rejects.toThrow(verifier.file);
      await expect(run).rejects.toMatchObject({ name: "DataError" });
    }
  });

  it.each([
    [
      "has no default export",
      "export const score = 1;",
      "its default export must be an object with a function score(rows, context), got undefined",
    ],
    ["does not parse", "export default {", "cannot be loaded as an ES module: "],
    [
      "has fields that are no names",
      "export default { fields: 'x', score() {} };",
      'fields must be a list of names, got "x"',
    ],
  ])("is refused where it %s", async (_, body, message) => {
    await expect(scoresOf(rows, mine(body))).rejects.toThrow(message);
  });

  it("is refused where it is not there, or has changed", async () => {
    await expect(scoresOf(rows, { kind: "module", file: join(folder, "none.js") })).rejects.toMatchObject({
      name: "FileError",
    });
    const verifier = mine("export default { score: (rows) => rows.map(() => 1) };");
    const first = await scoresOf(rows, verifier);
    writeFileSync(verifier.file, "export default { score: (rows) => rows.map(() => 2) };");
    await expect(scoresOf(rows, verifier, { out: first.out })).rejects.toThrow(`${verifier.file} has changed`);
  });
});

describe("several verifiers", () => {
  it("rank rows whatever the scale of each", async () => {
    const rows = Array.from({ length: 300 }, () => ({ a: roll(1000), b: roll(50) }));
    const keptOf = async (turn: (row: { a: number; b: number }) => object, lowest: boolean) => {
      const input = file("scales.jsonl", rows.map((row) => `${JSON.stringify(turn(row))}\n`).join(""));
      const out = join(folder, `out-${runs++}`);
      const verifiers: VerifierSpec[] = [
        { kind: "score", field: "a", weight: 3 },
        { kind: "score", field: "b", lowest },
      ];
      const result: SelectResult = await select({ input, out, verifiers, keep: { rows: 50 } });
      expect(result.score.verifiers.map((quantiles) => quantiles?.rows)).toEqual([300, 300]);
      const rejected = readFileSync(join(out, "rejected.jsonl"), "utf8").trimEnd().split("\n");
      return rejected.map((line) => JSON.parse(line).line);
    };
    const plain = await keptOf((row) => row, false);
    expect(await keptOf(({ a, b }) => ({ a: a ** 3 / 7, b: -1 / (1 + b) }), false)).toEqual(plain);
    expect(await keptOf(({ a, b }) => ({ a: 2 * a - 5, b: -b }), true)).toEqual(plain);
    expect(await keptOf(({ a, b }) => ({ a: -a, b }), false)).not.toEqual(plain);
  });
});
