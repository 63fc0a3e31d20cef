import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { compress, init } from "@bokuweb/zstd-wasm";
import { describe, expect, it } from "vitest";
import { exampleAnswers } from "../../src/audit/example.js";
import { scratchFolder } from "../support/folders.js";
import { pstar } from "../support/inProcess.js";
import { ending, start } from "../support/pstar.js";

const folder = scratchFolder();
const DECISION = ["--correct", "correct", "--kept", "kept"];

/** Writes rows, or lines as they are, into a file of the scratch folder. */
function fileOf(name: string, rows: readonly (object | string)[]): string {
  const file = join(folder, name);
  writeFileSync(file, rows.map((row) => `${typeof row === "string" ? row : JSON.stringify(row)}\n`).join(""));
  return file;
}

/** So many rows of each kind, all of them audited. */
function counted(keptCorrect: number, keptWrong: number, rejectedCorrect: number, rejectedWrong: number): object[] {
  const rows = (count: number, kept: boolean, correct: boolean) =>
    Array.from({ length: count }, () => ({ kept, correct }));
  return [
    ...rows(keptCorrect, true, true),
    ...rows(keptWrong, true, false),
    ...rows(rejectedCorrect, false, true),
    ...rows(rejectedWrong, false, false),
  ];
}

const answers = fileOf("answers.jsonl", exampleAnswers());
const ofGood = () => counted(60, 5, 10, 25);
const ofBad = () => counted(5, 60, 25, 10);
const good = fileOf("good.jsonl", ofGood());
const bad = fileOf("bad.jsonl", ofBad());
const open = fileOf("open.jsonl", counted(22, 18, 20, 20));

/** A text whose reasons stand on one line each. */
function unwrapped(text: string): string {
  return text.replace(/\n {5,}(?=\S)/g, " ");
}

async function json(args: readonly string[], setting = {}) {
  const { code, stdout, stderr } = await pstar(["audit", ...args, "--format", "json"], setting);
  return { code, stderr, result: JSON.parse(stdout) };
}

describe("pstar audit", () => {
  it("says in words whether most of the kept labels are correct, and whether the verifier helps", async () => {
    const { code, stdout, stderr } = await pstar(["audit", good, ...DECISION]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    // 60 of 65 kept rows; 60 of 70 correct and 5 of 30 wrong rows are kept.
    expect(stdout).toMatch(
      /^below +92\.3 % \(\d\d\.\d to \d\d\.\d %\) of the kept labels are correct, more than the 50\.0 %/m,
    );
    expect(stdout).toContain("The correct labels among them outweigh the wrong ones.");
    expect(unwrapped(stdout)).toMatch(
      /^better +It keeps 85\.7 % .* of the correct labels \(φ\) and 16\.7 % .* of the wrong ones \(ψ\)/m,
    );
    expect(stdout).toMatch(/^p +wrong labels +0\.300 +0\.\d{3} to 0\.\d{3}$/m);
    expect(stdout).toMatch(/^p⋆ +breakdown point +0\.837 /m);
    expect(stdout).toMatch(/^kept +65 +65 +60 +5$/m);
    expect(stdout).toMatch(/^all +100 +100 +70 +30$/m);
    expect(stdout).not.toMatch(/\bsafe/i);
  });

  it("says what harms, and what would come below", async () => {
    const { code, stdout } = await pstar(["audit", bad, ...DECISION]);
    expect(code).toBe(0);
    expect(unwrapped(stdout)).toMatch(/^above +7\.7 % .* fewer than the 50\.0 % it takes/m);
    expect(stdout).toMatch(/^worse +/m);
    // ψ < φ(1 − p)/p = (5/30)(30/70)
    expect(unwrapped(stdout)).toContain("ψ < 0.071 at this p and φ");
    expect(stdout).not.toMatch(/\bsafe/i);
  });

  it("says where the labels do not decide, and how many more would", async () => {
    const { stdout } = await pstar(["audit", open, ...DECISION]);
    expect(stdout).toMatch(/^inconclusive +55\.0 % /m);
    expect(stdout).toMatch(/^inconclusive +It keeps/m);
    expect(stdout).toMatch(/^p⋆ − p +margin +0\.\d+ +−0\.\d+ to 0\.\d+$/m); // a minus, no hyphen
    const words = stdout.replaceAll("\n", " ");
    const hint =
      /([\d,]+) more labels, ([\d,]+) of kept rows and ([\d,]+) of rejected ones, would probably decide/.exec(words);
    const [all, ofKept, ofRejected] = (hint ?? []).slice(1);
    const [total, ...parts] = [all, ofKept, ofRejected].map((text) => Number(text.replaceAll(",", "")));
    expect(parts[0] + parts[1]).toBe(total);
    const plan = await pstar(["audit", open, "--plan", ...DECISION]);
    expect(plan.stdout.replaceAll("\n", " ")).toContain(
      `There are 40 of kept rows and 40 of rejected ones: ${ofKept} and ${ofRejected} more.`,
    );
    expect(stdout).toContain(`  pstar audit ${open} --plan --correct correct --kept kept\n`);
    expect(stdout).not.toMatch(/\bsafe/i);
  });

  it("draws p, p⋆ and the kept labels on one axis, with what they are held against", async () => {
    const { stdout } = await pstar(["audit", good, ...DECISION], { env: { COLUMNS: "80" } });
    const line = (name: string) => stdout.split("\n").find((text) => text.startsWith(name) && text.includes("├")) ?? "";
    const [p, point, kept] = ["p  ", "p⋆ ", "kept correct"].map(line);
    for (const row of [p, point, kept]) expect(row).toMatch(/├.*\[═*●═*\].*┤|├.*●.*┤/);
    expect(p.indexOf("┊")).toBe(point.indexOf("●"));
    expect(point.indexOf("┊")).toBe(p.indexOf("●"));
    const [from, to] = [kept.indexOf("├"), kept.lastIndexOf("┤")];
    expect(kept.indexOf("┊")).toBe(Math.round((from + to) / 2));
  });

  it.each([60, 80, 100])("keeps to a terminal of %i characters", async (columns) => {
    for (const locale of ["C.UTF-8", "C"]) {
      const env = { COLUMNS: String(columns), LC_ALL: locale };
      const { stdout } = await pstar(["audit", "answers.jsonl", ...DECISION, "--by", "task"], { env, cwd: folder });
      const longest = stdout.split("\n").filter((line) => !line.startsWith("  pstar"));
      expect(Math.max(...longest.map((line) => line.length))).toBeLessThanOrEqual(columns);
      if (locale === "C") expect(stdout).toMatch(/^[\x20-\x3e\x40-\x7e\n]+$/); // a ? would be a sign it has no word for
    }
  });

  it("shows every slice, and those that differ", async () => {
    const { stdout } = await pstar(["audit", answers, ...DECISION, "--by", "task"]);
    expect(stdout).toMatch(/^product +2,021 +135 .* above +p/m);
    expect(stdout).toMatch(/^sum +1,980 +128 .* below +p/m);
    expect(stdout).toContain('below p⋆ over all rows, but not in "product"');
    expect(stdout.replaceAll("\n", " ")).toContain(
      'p is below p⋆ over all rows, but above it in "product": most of the labels kept there are wrong. Leave it out, or',
    );
    expect(stdout).toMatch(/each of the 3 differs from the others by more than\s+chance/);
    const rows = ["a", "b", "c"].flatMap((task) =>
      (task === "a" ? ofGood() : ofBad()).map((row) => ({ ...row, task })),
    );
    const two = fileOf("two.jsonl", [...rows, ...Array.from({ length: 9 }, () => rows.slice(0, 100)).flat()]);
    const other = await pstar(["audit", two, ...DECISION, "--by", "task"]);
    expect(other.stdout.replaceAll("\n", " ")).toContain(
      'but above it in "b" and "c": most of the labels kept there are wrong. Leave them out',
    );
  });

  it("explains itself", async () => {
    const { code, stdout } = await pstar(["help", "audit"]);
    expect(code).toBe(0);
    for (const word of [
      "--correct",
      "--kept",
      "--score",
      "--gate",
      "--plan",
      "--by",
      "stratified",
      "Exit codes",
      "zcat",
    ]) {
      expect(stdout).toContain(word);
    }
    expect((await pstar(["--help"])).stdout).toContain("audit");
  });
});

describe("--format json", () => {
  const INTERVALS = ["errorRate", "phi", "psi", "breakdown", "keptPrecision", "keepRate", "margin"];

  it("has the fields of the contract", async () => {
    const { result } = await json([good, ...DECISION]);
    expect(result.schema).toBe("pstar/audit@1");
    expect(result.source).toBe(good);
    for (const name of INTERVALS) {
      expect(Object.keys(result[name])).toEqual(["estimate", "low", "high"]);
      expect(result[name].low).toBeLessThanOrEqual(result[name].estimate);
      expect(result[name].high).toBeGreaterThanOrEqual(result[name].estimate);
    }
    expect(result.errorRate.estimate).toBeCloseTo(0.3, 12);
    expect(result.phi.estimate).toBeCloseTo(60 / 70, 12);
    expect(result.psi.estimate).toBeCloseTo(5 / 30, 12);
    expect(result.keptPrecision.estimate).toBeCloseTo(60 / 65, 12);
    expect(result).toMatchObject({
      verdict: "below",
      verification: "better",
      design: "simple",
      classes: 2,
      confidence: 0.95,
      slices: [],
      unreadable: { count: 0, first: [] },
    });
    expect(result.counts).toEqual({
      rows: 100,
      kept: 65,
      rejected: 35,
      audited: 100,
      keptCorrect: 60,
      keptWrong: 5,
      rejectedCorrect: 10,
      rejectedWrong: 25,
    });
  });

  it("takes the words of hands and spreadsheets, and paths into a row", async () => {
    const rows = [
      ...["true", "yes", "Correct", 1, " PASS ", true].map((correct) => ({
        human: { ok: correct },
        verdict: "accept",
      })),
      ...["false", "no", "Wrong", 0, "fail", false].map((correct) => ({ human: { ok: correct }, verdict: 0 })),
      ...[null, "", "  "].map((correct) => ({ human: { ok: correct }, verdict: "kept" })),
      { verdict: "rejected" },
      { "human.ok": true, human: { ok: false }, verdict: true },
    ];
    const { result, stderr } = await json([fileOf("words.jsonl", rows), "--correct", "human.ok", "--kept", "verdict"]);
    expect(stderr).toBe("");
    expect(result.counts).toMatchObject({ rows: 17, audited: 13, keptCorrect: 7, rejectedWrong: 6 });
  });

  it("decides by a threshold on a score, and counts what equals it as kept", async () => {
    const rows = [0.2, 0.5, 0.50001, 0.9].map((score) => ({ score, correct: true }));
    const file = fileOf("score.jsonl", rows);
    const { result } = await json([file, "--correct", "correct", "--score", "score", "--threshold", "0.5"]);
    expect(result.counts).toMatchObject({ kept: 3, rejected: 1 });
    expect(result.threshold).toEqual({ value: 0.5, recommended: false, heldOut: null });
    expect(result).not.toHaveProperty("thresholds");
  });

  it("hands on design, weights, classes and confidence", async () => {
    const rows = exampleAnswers({ stratified: true }).map((row) => ({ ...row, weight: row.correct ? 3 : 1.5 }));
    const file = fileOf("stratified.jsonl", rows);
    const { result } = await json([
      file,
      ...DECISION,
      "--design",
      "stratified",
      "--classes",
      "10",
      "--confidence",
      "0.9",
    ]);
    expect(result).toMatchObject({ design: "stratified", classes: 10, confidence: 0.9 });
    const weighted = await json([file, ...DECISION, "--weight", "weight"]);
    const plain = await json([file, ...DECISION]);
    expect(weighted.result.errorRate.estimate).toBeLessThan(plain.result.errorRate.estimate);
  });
});

describe("where the rows come from", () => {
  const plain = readFileSync(answers);

  it("reads gzip, zstd and standard input as it reads a file", async () => {
    await init();
    const gz = join(folder, "answers.jsonl.gz");
    const zst = join(folder, "answers.jsonl.zst");
    writeFileSync(gz, gzipSync(plain));
    writeFileSync(zst, compress(plain, 3));
    const { source, ...expected } = (await json([answers, ...DECISION])).result;
    for (const file of [gz, zst]) {
      const { source, ...result } = (await json([file, ...DECISION])).result;
      expect(source).toBe(file);
      expect(result).toEqual(expected);
    }
    const { result } = await json(["-", ...DECISION], { stdin: plain.toString("utf8") });
    expect(result).toEqual({ source: "-", ...expected });
  });

  it("counts and names hostile rows, and takes the others", async () => {
    const file = join(folder, "hostile.jsonl");
    const ok = JSON.stringify({ kept: true, correct: true });
    const lines: (string | Buffer)[] = [
      `\ufeff${ok}\r`, // 1: a byte order mark, and a carriage return
      Buffer.from('{"kept":true,"correct":true,"x":"\xff"}', "latin1"), // 2
      "[1, 2]", // 3
      "", // 4: blank, no row
      '{"kept":true,"correct" true}', // 5
      '{"kept":null,"correct":true}', // 6
      '{"kept":NaN,"correct":true}', // 7: a number that JSON does not have
      '{"correct":true}', // 8
      '{"kept":true,"correct":true,"correct":false}', // 9
      `{"kept":true,"correct":true,"text":"${"x".repeat(10 * 2 ** 20)}"}`, // 10: 10 MB
      `{"kept":true,"correct":true,"deep":${"[".repeat(20_000)}${"]".repeat(20_000)}}`, // 11
      '{"kept":true,"correct":true,}', // 12
      '{"kept":true,"correct":true,"inner":{"correct":1,"kept":2},"said":"\\"correct\\": \\"kept\\""}', // 13: once each
      '{"kept":true,"correct":true,"x":"\\ud800"}', // 14: a lone surrogate
      "null", // 15
      '{"kept":true', // 16
      ...Array.from({ length: 10 }, () => ok), // 17 to 26
      '{"kept":true,"correct":true}', // 27, without a line end
    ];
    writeFileSync(
      file,
      Buffer.concat(
        lines.flatMap((line, i) => [Buffer.from(line as string), Buffer.from(i < lines.length - 1 ? "\n" : "")]),
      ),
    );
    const { code, result, stderr } = await json([file, ...DECISION]);
    expect(code).toBe(0);
    const unusable = [2, 3, 5, 6, 7, 8, 9, 12, 15, 16];
    expect(result.unreadable.first.map(({ line }: { line: number }) => line)).toEqual(unusable);
    expect(result.unreadable.count).toBe(unusable.length);
    expect(result.counts.rows).toBe(26 - unusable.length);
    expect(stderr).toContain("warning: 10 rows could not be used");
    for (const said of [
      "line 2: not UTF-8",
      "line 3: not a JSON object",
      "line 5: not JSON",
      "line 6: kept is missing",
      "line 7: kept is missing",
      "line 8: kept is missing",
      'line 9: "correct" is there twice',
      "line 12: not JSON",
    ]) {
      expect(stderr).toContain(said);
    }
    const strict = await pstar(["audit", file, ...DECISION, "--strict"]);
    expect(strict.code).toBe(3);
    expect(strict.stderr).toContain("line 2: not UTF-8");
    expect(strict.stdout).toBe("");
  });

  it("refuses a file with values that it does not understand, and says what to add", async () => {
    const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
    const file = fileOf("unknown.jsonl", [
      ...Array.from({ length: 30 }, () => ({ kept: true, correct: true })),
      '{"kept":true,"correct":"maybe"}', // 31
      '{"kept":{},"correct":true}', // 32
      `{"kept":true,"correct":${deep}}`, // 33
      '{"kept":[],"correct":"maybe"}', // 34
    ]);
    const { code, stdout, stderr } = await pstar(["audit", file, ...DECISION, "--gate"]);
    expect(code).toBe(3);
    expect(stdout).toBe("");
    for (const said of [
      '3 rows have values in "correct" that must be true or false and cannot be understood, so nothing is estimated',
      '\n  "maybe": 2 rows, first in line 31\n  a list: 1 row, first in line 33\n  true: 31 rows, read as true\n',
      '2 rows have values in "kept"',
      "\n  an object: 1 row, first in line 32\n  a list: 1 row, first in line 34\n",
      "--correct 'correct in [true, maybe]'; or say it with --true VALUES and --false VALUES",
      "--kept 'kept in [true]'",
      "--missing VALUES",
    ]) {
      expect(stderr).toContain(said);
    }
    // a rule that is proposed calls some rows right and some not
    for (const [values, proposed] of [
      [["dunno", "hmm"], "correct in [dunno]"],
      [["true", "perhaps"], "correct in [true]"],
      [["no", "perhaps"], "correct in [perhaps]"],
      [["0", "1", "2"], "correct >= 2"],
      [["1", "2", "4", "5"], "correct >= 4"],
      [["0.1", "0.35", "0.9"], "correct >= 0.5"],
    ] as const) {
      const text = Array.from({ length: 80 }, (_, i) => `${values[i % values.length]},${i % 2 ? "yes" : "no"}\n`);
      const coded = join(folder, "coded.csv");
      writeFileSync(coded, `correct,kept\n${text.join("")}`);
      const refused = await pstar(["audit", coded, ...DECISION]);
      expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining(`--correct '${proposed}'`)]);
      const read = await pstar(["audit", coded, "--correct", proposed, "--kept", "kept", "--format", "json"]);
      const { keptCorrect, keptWrong, rejectedCorrect, rejectedWrong } = JSON.parse(read.stdout).counts;
      expect((keptCorrect + rejectedCorrect) * (keptWrong + rejectedWrong)).toBeGreaterThan(0);
    }
    const scores = join(folder, "scores.csv");
    writeFileSync(
      scores,
      `correct,score\n${Array.from({ length: 60 }, (_, i) => `${i % 3 ? 1 : 0},${(i + 0.5) / 60}\n`).join("")}`,
    );
    const score = await pstar(["audit", scores, "--correct", "correct", "--kept", "score"]);
    expect(score.stderr.replaceAll("\n", " ")).toMatch(/name it with --score score\..*--kept 'score >= 0\.\d'/);
    // a rule none of whose values there is would call every row wrong
    const rule = await pstar(["audit", file, "--correct", "correct in [right, fine]", "--kept", "kept", "--gate"]);
    expect([rule.code, rule.stdout]).toEqual([3, ""]);
    expect(rule.stderr).toContain("\n  maybe: 2 rows, first in line 31\n");
    const strict = await pstar(["audit", file, ...DECISION, "--strict"]);
    expect(strict.code).toBe(3);
    expect(strict.stderr).toContain('line 31: correct must be true or false, got "maybe"');
  });

  it.each([
    ["a score", { score: "high" }, ["--score", "score", "--threshold", "0.5"], '1 row has a value in "score"'],
    [
      "a score without end",
      '{"correct":true,"score":Infinity}',
      ["--score", "score", "--threshold", "0.5"],
      "Infinity: 1",
    ],
    [
      "a weight",
      { kept: true, weight: "two" },
      ["--kept", "kept", "--weight", "weight"],
      '1 row has a value in "weight"',
    ],
    [
      "a weight of 0",
      { kept: true, weight: 0 },
      ["--kept", "kept", "--weight", "weight"],
      "0: 1 row, first in line 101",
    ],
    ["a slice", { kept: true, task: { a: 1 } }, ["--kept", "kept", "--by", "task"], '1 row has a value in "task"'],
  ])("refuses %s that it does not understand", async (name, row, args, message) => {
    const rows = counted(60, 5, 10, 25).map((good) => ({ score: 0.7, weight: 1, task: "a", ...good }));
    const odd = typeof row === "string" ? row : { correct: true, ...row };
    const file = fileOf(`unknown ${name}.jsonl`, [...rows, odd]);
    const { code, stdout, stderr } = await pstar(["audit", file, "--correct", "correct", ...args]);
    expect(stderr).toContain(message);
    expect(code).toBe(3);
    expect(stdout).toBe("");
  });

  it("takes a rule, words of the file's own, and values that mean no label", async () => {
    const ratings = Array.from({ length: 60 }, (_, i) => ({
      rating: i % 3 === 0 ? "n/a" : (i % 5) + 1,
      word: i % 3 === 0 ? null : ["poor", "ok", "poor", "fine", "fine"][i % 5],
      kept: i % 2,
      ...(i % 3 === 0 ? {} : { plain: i % 5 >= 3 }),
    }));
    const file = fileOf("ratings.jsonl", ratings);
    const { fields, ...expected } = (await json([file, "--correct", "plain", "--kept", "kept"])).result;
    for (const [...args] of [
      ["--correct", "rating >= 4", "--missing", "n/a"],
      ["--correct", "rating in [4, 5.0]", "--missing", "N/A"],
      ["--correct", "rating not in [1,2,3]", "--missing", "n/a,unsure"],
      ["--correct", "rating", "--true", "4,5", "--false", "1,2,3", "--missing", "n/a"],
      ["--correct", "word", "--true", "fine", "--false", "poor,ok"],
    ]) {
      const { result } = await json([file, ...args, "--kept", "kept"]);
      expect({ ...result, fields }).toEqual({ ...expected, fields });
    }
    for (const [args, message] of [
      [["--correct", "rating >="], "a value after >="],
      [["--correct", "rating >= x"], "a number after >="],
      [["--correct", "rating in []"], "values between the brackets"],
      [["--correct", "word", "--true", "ok", "--false", "fine, OK"], '"OK" cannot mean both true and false'],
    ] as const) {
      const { code, stderr } = await pstar(["audit", file, ...args, "--kept", "kept"]);
      expect(stderr).toContain(message);
      expect(code).toBe(2);
    }
  });

  it("counts rows without a score as rejected, and numbers that JSON does not have, and says so", async () => {
    const file = fileOf("unscored.jsonl", [
      ...Array.from({ length: 40 }, (_, i) => ({ correct: i % 4 > 0, score: `0.${i % 10}` })),
      '{"correct":true,"score":NaN}',
      '{"correct":true,"score":null,"loss":-Infinity}',
      '{"correct":true}',
    ]);
    const args = [file, "--correct", "correct", "--score", "score"];
    const fixed = (await json([...args, "--threshold", "0.5"])).result;
    expect(fixed.counts).toMatchObject({ rows: 43, kept: 20, rejected: 23, audited: 43 });
    expect(fixed.unreadable.count).toBe(0);
    const notes = [
      "3 rows have no score and count as rejected",
      "2 rows have NaN or Infinity, which JSON does not have: they were read as Python writes them",
    ];
    const sentences = ({ warnings }: { warnings: { message: string }[] }) => warnings.map(({ message }) => message);
    expect(sentences(fixed)).toEqual(expect.arrayContaining(notes));
    const open = (await json(args)).result;
    expect(sentences(open)).toEqual(expect.arrayContaining(notes));
    // the lowest threshold keeps all rows that have a score
    expect(open.thresholds.points[0]).toMatchObject({ threshold: 0, keepRate: 40 / 43 });
    expect(open.thresholds.rows).toBe(43);
  });

  it("prints a threshold that keeps the rows it says", async () => {
    const thirds = Array.from({ length: 240 }, (_, i) => {
      const of = (i * 7) % 3;
      return { score: [1, 2 / 3, 1 / 3][of], correct: i % 4 > 0 ? null : of < 2 || i % 8 === 0 };
    });
    const args = [fileOf("thirds.jsonl", thirds), "--correct", "correct", "--score", "score"];
    const recommended = (await json(args)).result;
    expect(recommended.threshold.value).toBe(2 / 3);
    const words = unwrapped((await pstar(["audit", ...args])).stdout).replaceAll("\n", " ");
    const [, printed] = /Recommended: a threshold of (\S+) /.exec(words) ?? [];
    expect(words).toContain(`kept where score ≥ ${printed}`);
    const { result } = await json([...args, "--threshold", String(printed)]);
    expect([result.counts.kept, result.counts.rejected]).toEqual([160, 80]);
    expect(recommended.counts).toMatchObject({ kept: 160, rejected: 80, audited: 40 });
    const out = join(folder, "thirds-kept");
    const select = ["--verifier", "score", "--threshold", String(printed), "--out", out, "--quiet"];
    expect((await pstar(["select", String(args[0]), ...select])).code).toBe(0);
    expect(readFileSync(join(out, "kept.jsonl"), "utf8").trim().split("\n").length).toBe(160);
  });

  it("keeps apart slices by ids beyond 2^53", async () => {
    const file = fileOf("wide.jsonl", [
      '{"correct":true,"kept":true,"id":1234567890123456787}',
      '{"correct":true,"kept":true,"id":1234567890123456788}',
    ]);
    const { result } = await json([file, ...DECISION, "--by", "id"]);
    expect(result.slices.map(({ slice }: { slice: string }) => slice)).toEqual([
      "1234567890123456787",
      "1234567890123456788",
    ]);
  });

  it("is stopped by Ctrl-C, and says nothing of a part", async () => {
    const child = start(["audit", "-", ...DECISION]);
    const end = ending(child);
    // More than a pipe holds: once it is drained, pstar is reading and listens to signals.
    child.stdin.on("error", () => {});
    if (!child.stdin.write(plain)) await once(child.stdin, "drain");
    child.kill("SIGINT");
    const { code, stdout, stderr } = await end;
    expect(stderr).toContain("interrupted: nothing is said of a file that was read in part");
    expect(code).toBe(130);
    expect(stdout).toBe("");
  });
});

describe("--gate", () => {
  it.each([
    ["below", good, 0, ""],
    ["above", bad, 1, "gate: the verdict is above, not below\n"],
    ["inconclusive", open, 1, "gate: the verdict is inconclusive, not below\n"],
  ])("ends with the code of %s", async (verdict, file, expected, said) => {
    const { code, stdout, stderr } = await pstar(["audit", file, ...DECISION, "--gate"]);
    expect(code).toBe(expected);
    expect(stderr).toBe(said);
    expect(stdout).toContain(`\n${verdict} `);
    const quiet = await pstar(["audit", file, ...DECISION, "--gate", "--quiet"]);
    expect(quiet.code).toBe(expected);
    expect(quiet.stderr).toBe("");
  });

  it("judges by fields that are named, not by guesses", async () => {
    for (const [args, missing] of [
      [["--kept", "kept"], "--correct correct"],
      [["--correct", "correct"], "--kept kept"],
      [[], "--correct correct --kept kept"],
    ] as const) {
      const { code, stdout, stderr } = await pstar(["audit", good, ...args, "--gate"]);
      expect(code).toBe(2);
      expect(stdout).toBe("");
      expect(stderr).toContain(`pstar audit ${[good, ...args].join(" ")} --gate ${missing}\n`);
    }
  });

  it("fails if a slice is above, and by its own conditions", async () => {
    const sliced = [
      ...Array.from({ length: 9 }, () => ofGood()).flatMap((rows) => rows.map((row) => ({ ...row, task: "a" }))),
      ...ofBad().map((row) => ({ ...row, task: "b" })),
    ];
    const file = fileOf("sliced.jsonl", sliced);
    const random = fileOf("random.jsonl", counted(80, 20, 80, 20));
    for (const [args, expected, said] of [
      [[file, "--gate"], 0, ""],
      [[file, "--by", "task", "--gate"], 1, 'gate: "b" is above\n'],
      [["--gate", file, "--by", "task"], 1, 'gate: "b" is above\n'],
      [[file, "--by", "task", "--gate", "below"], 0, ""],
      [[file, "--by", "task", "--gate", "below,better"], 0, ""],
      [[file, "--by", "task", "--gate", "below,better,slices"], 1, 'gate: "b" is above\n'],
      [[random, "--gate"], 0, ""],
      [[random, "--gate", "better"], 1, "gate: the verifier's effect is inconclusive, not better\n"],
    ] as const) {
      const { code, stderr } = await pstar(["audit", ...args, ...DECISION]);
      expect(stderr).toBe(said);
      expect(code).toBe(expected);
    }
    const { code, stderr } = await pstar(["audit", random, ...DECISION, "--gate", "below,safe"]);
    expect(stderr).toContain("--gate must be some of below, better, slices");
    expect(code).toBe(2);
  });
});

/** Whose names tell nothing. */
const unnamed = fileOf("unnamed.jsonl", [{ a: true, b: true }]);

describe("a question that is none", () => {
  it.each([
    ["no file", ["--correct", "a", "--kept", "b"], "no file was given"],
    ["no label", [unnamed, "--kept", "b"], "--correct is missing"],
    ["no verifier", [unnamed, "--correct", "a"], "--kept or --score is missing"],
    ["no field", [unnamed], `the fields of ${unnamed} are a, b`],
    ["two verifiers", [good, ...DECISION, "--score", "s"], "--kept and --score do not go together"],
    ["a threshold alone", [good, ...DECISION, "--threshold", "1"], "--threshold needs --score"],
    ["two designs", [good, ...DECISION, "--weight", "w", "--design", "simple"], "--weight and --design do not go"],
    ["a picture of a decision", [good, ...DECISION, "--plot", "x.png"], "--plot needs --score"],
    ["a picture of another kind", [good, "--plot", "x.gif"], "must end in .png, .svg or .pdf"],
    ["a score from a pipe", ["-", "--correct", "c", "--score", "s"], "--score needs a --threshold"],
    [
      "strata of no threshold",
      [answers, "--correct", "correct", "--score", "score", "--design", "stratified"],
      "needs a --threshold",
    ],
    ["a rate without a plan", [good, ...DECISION, "--phi", "1"], "--phi goes with --plan"],
    ["one class", [good, ...DECISION, "--classes", "1"], "--classes must be an integer of at least 2, got 1"],
    ["percents", [good, ...DECISION, "--confidence", "95"], "--confidence must be in [0.5, 0.9999], got 95"],
    ["an unknown design", [good, ...DECISION, "--design", "x"], "Allowed choices are simple, stratified"],
    ["an unknown format", [good, ...DECISION, "--format", "csv"], "Allowed choices are table, json, html, md"],
  ])("may be %s: exit code 2", async (_, args, message) => {
    const { code, stdout, stderr } = await pstar(["audit", ...args]);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
    expect(stdout).toBe("");
  });

  const half = [{ kept: true }, { kept: false, other: 1 }];
  it.each([
    ["without rows", [], DECISION, "has no rows"],
    ["of blank lines", ["", "  "], DECISION, "has no rows"],
    [
      "without a label",
      half.map((row) => ({ ...row, correct: null })),
      DECISION,
      "none of its 2 rows has a human label",
    ],
    ["without the field", half, DECISION, 'no row has a field "correct"; its fields are kept, other'],
    ["with another name", counted(1, 1, 1, 1), ["--correct", "corect", "--kept", "kept"], "did you mean correct?"],
    [
      "that is CSV, whatever its name",
      ["id,kept", "1,true"],
      DECISION,
      'no row has a field "correct"; its fields are id, kept',
    ],
    [
      "that is a list of numbers",
      ["[1]"],
      DECISION,
      "its only row cannot be used; line 1: not a JSON object; JSONL is wanted, one",
    ],
    ["that is of another type", ["1", "2", ...counted(1, 0, 0, 0)], DECISION, "2 of its 3 rows cannot be used"],
    [
      "with a slice for each row",
      Array.from({ length: 1001 }, (_, id) => ({ id, kept: true, correct: true })),
      [...DECISION, "--by", "id"],
      "id has more than 1000 values (0, 1, 2, …)",
    ],
  ])("may be of a file %s: exit code 3", async (name, rows, args, message) => {
    const { code, stdout, stderr } = await pstar(["audit", fileOf(`${name}.jsonl`, rows), ...args]);
    expect(stderr).toMatch(/^error: /);
    expect(stderr).toContain(message);
    expect(code).toBe(3);
    expect(stdout).toBe("");
  });

  it("may be of a file that is not there, a folder, or half an archive: exit code 1", async () => {
    mkdirSync(join(folder, "folder"));
    const half = gzipSync(readFileSync(answers)).subarray(0, 10_000);
    writeFileSync(join(folder, "half.gz"), half);
    for (const [name, message] of [
      ["none.jsonl", "there is no such file or folder"],
      ["folder", "folder has no files of rows"],
      ["half.gz", "gzip data are broken"],
    ]) {
      const { code, stdout, stderr } = await pstar(["audit", join(folder, name), ...DECISION]);
      expect(stderr).toContain(message);
      expect(code).toBe(1);
      expect(stdout).toBe("");
    }
  });

  it("leaves nothing behind", () => {
    expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
  });
});
