import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { exampleAnswers } from "../../src/audit/example.js";
import { scratchFolder } from "../support/folders.js";
import { pstar } from "../support/inProcess.js";

const folder = scratchFolder();
const DECISION = ["--correct", "correct", "--kept", "kept"];
const SCORE = ["--correct", "correct", "--score", "score"];

/** What a file might say to whoever shows its words. */
const NASTY = [
  "<script>alert(1)</script>",
  "a|b",
  "`x` **y** [z](http://a.b)",
  "\"'&amp;",
  "\u001b[31mred\u009b",
  "𝒳 日本",
];

function write(name: string, rows: readonly object[]): string {
  const file = join(folder, name);
  writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return file;
}

const rows = exampleAnswers({ rows: 1500, audited: 400 });
const answers = write("answers.jsonl", rows);
const nasty = write(
  "nasty <b>.jsonl",
  rows.map((row, i) => ({ ...row, task: NASTY[i % NASTY.length] })),
);

describe("--format html", () => {
  it("is one page that fetches nothing and runs nothing, with all words of the file as words", async () => {
    const { code, stdout, stderr } = await pstar(["audit", nasty, ...DECISION, "--by", "task", "--format", "html"]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(stdout).not.toMatch(/<script|<b>|javascript:|onerror|<link|<img|@import|src=/i);
    expect(stdout.replace("[z](http://a.b)", "")).not.toContain("http://");
    expect(stdout).toContain("&#60;script&#62;alert(1)&#60;/script&#62;");
    expect(stdout).toContain("&#34;&#39;&#38;amp;");
    expect(stdout).toContain("𝒳 日本");
    expect(stdout).not.toMatch(/(?!\n)\p{Cc}/u);
    expect(stdout).toContain("prefers-color-scheme: dark");
    expect(stdout).toContain("default-src 'none'");
    expect(stdout).not.toMatch(/\bsafe/i);
    const opened = stdout.match(
      /<(div|section|table|tr|td|th|p|ul|li|svg|main|header|h1|h2|thead|tbody|strong)[ >]/g,
    )?.length;
    const closed = stdout.match(
      /<\/(div|section|table|tr|td|th|p|ul|li|svg|main|header|h1|h2|thead|tbody|strong)>/g,
    )?.length;
    expect(opened).toBe(closed);
  });

  it("shows the curve of a score, on white and on dark, without two names that are the same", async () => {
    const { stdout } = await pstar(["audit", answers, ...SCORE, "--threshold", "0.5", "--format", "html"]);
    expect(stdout.match(/<figure class="(light|dark)"><svg /g)).toHaveLength(2);
    expect(stdout).not.toContain("<?xml");
    const names = [...stdout.matchAll(/ id="([^"]+)"/g)].map(([, name]) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const [, name] of stdout.matchAll(/url\(#([^)]+)\)/g)) expect(names).toContain(name);
  });
});

describe("--format md", () => {
  it("is tables that no word of the file breaks", async () => {
    const { code, stdout } = await pstar(["audit", nasty, ...DECISION, "--by", "task", "--format", "md"]);
    expect(code).toBe(0);
    expect(stdout).toContain("- **below** ");
    const tables = stdout
      .trimEnd()
      .split("\n\n")
      .filter((part) => part.startsWith("| "));
    expect(tables).toHaveLength(3);
    for (const table of tables) {
      const cells = table.split("\n").map((line) => line.replaceAll("\\|", "").split("|").length);
      expect(new Set(cells).size).toBe(1);
    }
    expect(tables[2].split("\n")).toHaveLength(2 + NASTY.length);
    expect(stdout).toContain("&lt;script\\>");
    expect(stdout).toContain("\\`x\\` \\*\\*y\\*\\* \\[z\\](http://a.b)");
    expect(stdout).toContain("a\\|b");
  });
});

describe("the table", () => {
  it("shows no word of the file that could steer a terminal", async () => {
    const { stdout } = await pstar(["audit", nasty, ...DECISION, "--by", "task"], { env: { COLUMNS: "100" } });
    expect(stdout).not.toMatch(/(?!\n)\p{Cc}/u);
    expect(stdout).toContain("�[31mred�");
  });
});

describe("--score", () => {
  it("recommends a threshold where none is given, and judges it", async () => {
    const { code, stdout } = await pstar(["audit", answers, ...SCORE, "--format", "json"]);
    expect(code).toBe(0);
    const result = JSON.parse(stdout);
    expect(result.thresholds.schema).toBe("pstar/audit-thresholds@1");
    const { value, heldOut } = result.threshold;
    expect(value).toBe(result.thresholds.recommended.threshold.estimate);
    expect(result.counts.kept).toBe(rows.filter(({ score }) => score >= value).length);
    // a third of the labels chose, and the verdicts are of the others
    expect(result.counts.audited).toBe(heldOut.n);
    expect(heldOut.chosenBy).toBe(Math.ceil((heldOut.n + heldOut.chosenBy) / 3));
    const { verdict, keptPrecision, phi, psi, errorRate } = result;
    expect(heldOut).toMatchObject({ verdict, keptPrecision, phi, psi, errorRate });
    const again = await pstar(["audit", answers, ...SCORE, "--threshold", String(value), "--format", "json"]);
    const other = JSON.parse(again.stdout);
    expect(other.threshold).toEqual({ value, recommended: false, heldOut: null });
    expect(other.counts.kept).toBe(result.counts.kept);
    expect(other.warnings.map(({ code }: { code: string }) => code)).toContain("threshold-of-others");
    const text = (await pstar(["audit", answers, ...SCORE])).stdout.replace(/\n +/g, " ");
    expect(text).toContain("Recommended: a threshold of");
    expect(text).toContain("a model, not a forecast");
    expect(text).toContain(`the other ${heldOut.n} judge it`);
    // a note comes after what it is about
    expect(text.indexOf("The accuracies are those of")).toBeGreaterThan(text.indexOf("Recommended: a threshold of"));
  });

  it("takes dimension, signal and seed of the model", async () => {
    const args = ["--dim", "200", "--mean-norm", "2", "--seed", "7", "--format", "json"];
    const { thresholds } = JSON.parse((await pstar(["audit", answers, ...SCORE, ...args])).stdout);
    expect(thresholds).toMatchObject({ seed: 7, model: { dim: 200, meanNorm: 2 } });
  });

  it("draws the thresholds as PNG and SVG", async () => {
    for (const [name, head] of [
      ["t.png", "\x89PNG"],
      ["t.svg", "<?xml version"],
    ]) {
      const file = join(folder, name);
      const { code, stderr } = await pstar(["audit", answers, ...SCORE, "--threshold", "0.5", "--plot", file]);
      expect(code).toBe(0);
      expect(stderr).toContain(`wrote ${file}`);
      expect(readFileSync(file).subarray(0, head.length).toString("latin1")).toBe(head);
    }
    const svg = readFileSync(join(folder, "t.svg"), "utf8");
    // φ, ψ and p⋆ in the colours of the first series, as lines through many thresholds.
    for (const color of ["#0072B2", "#D55E00", "#CC79A7"]) {
      expect(svg).toMatch(new RegExp(`stroke="${color}"[^>]* d="M[^"]{200,}"`));
    }
    const nowhere = await pstar(["audit", answers, ...SCORE, "--plot", join(folder, "no", "t.png")]);
    expect(nowhere.stderr).toContain("there is no such file or folder");
    expect(nowhere.code).toBe(1);
  });
});

describe("--plan", () => {
  it("says how many labels of which rows the rates need", async () => {
    const { code, stdout, stderr } = await pstar(["audit", "--plan", "--p", "0.33", "--phi", "0.8", "--psi", "0.3"]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout).toContain("p = 0.330, φ = 0.800 and ψ = 0.300 (so p⋆ = 0.727");
    expect(stdout).toMatch(
      /^\d+ labels, \d+ of kept rows and \d+ of rejected ones, decide both questions with a chance of \d\d\.\d %\.$/m,
    );
    expect(stdout).toMatch(/^is p below p⋆\? \(below\) +\d+/m);
    expect(stdout).toMatch(/^better than random rows\? \(better\) +\d+/m);
    expect(stdout).toContain("Fix the number of labels first");
    expect(stdout).not.toMatch(/\bsafe/i);
  });

  it("takes shares as percents too", async () => {
    const shares = ["--p", "0.33", "--phi", "0.8", "--psi", "0.3", "--power", "0.9", "--confidence", "0.99"];
    const percents = ["--p", "33%", "--phi", "80 %", "--psi", "30%", "--power", "90%", "--confidence", "99%"];
    const [one, other] = [await pstar(["audit", "--plan", ...shares]), await pstar(["audit", "--plan", ...percents])];
    expect(other).toEqual(one);
    expect(one.code).toBe(0);
  });

  it("is an object as JSON, in which more power takes more labels", async () => {
    const plan = async (...args: string[]) => {
      const { code, stdout } = await pstar(["audit", "--plan", ...args, "--format", "json"]);
      expect(code).toBe(0);
      return JSON.parse(stdout);
    };
    const rates = ["--p", "0.33", "--phi", "0.8", "--psi", "0.3"];
    const [less, more] = [await plan(...rates), await plan(...rates, "--power", "0.95", "--confidence", "0.99")];
    expect(less).toMatchObject({ schema: "pstar/audit-plan@1", source: null, design: "stratified", confidence: 0.95 });
    expect(less.labels).toBe(less.kept + less.rejected);
    expect(more.labels).toBeGreaterThan(less.labels);
    const byPrecision = await plan("--kept-precision", "0.7", "--keep-rate", "0.5", "--classes", "2");
    // the flag's old name still works
    expect(await plan("--precision", "0.7", "--keep-rate", "0.5", "--classes", "2")).toEqual(byPrecision);
    expect(byPrecision).toMatchObject({ verification: null, assumed: { keptPrecision: 0.7 } });
    expect((await plan("--margin", "0.2", "--phi", "0.8", "--psi", "0.3")).assumed.margin).toBeCloseTo(0.2, 12);
  });

  it("takes the rates from a file that was audited in part", async () => {
    const { code, stdout } = await pstar(["audit", answers, "--plan", ...DECISION]);
    expect(code).toBe(0);
    expect(stdout).toContain("has 400 labels. If, as they say, p = ");
    expect(stdout).toMatch(/There are \d+ of kept rows and \d+ of rejected ones/);
    const json = await pstar(["audit", answers, "--plan", ...DECISION, "--format", "json"]);
    const { source } = JSON.parse(json.stdout);
    expect(source).toMatchObject({ name: answers });
    expect(source.kept + source.rejected).toBe(400);
  });

  it("promises little of few labels, counts the kept rows, and says of labels that decide that they do", async () => {
    const rows = (labels: (i: number) => boolean | undefined) => {
      const text = Array.from({ length: 300 }, (_, i) => `${JSON.stringify({ kept: i < 195, correct: labels(i) })}\n`);
      const file = join(folder, "pilot.jsonl");
      writeFileSync(file, text.join(""));
      return pstar(["audit", file, "--plan", ...DECISION], { env: { COLUMNS: "300" } });
    };
    // three of three kept rows correct, three of three rejected ones wrong: φ = 1 and ψ = 0, it seems
    const few = await rows((i) => (i < 3 ? true : i > 296 ? false : undefined));
    expect(few.stdout).toContain("has 6 labels. If, as they say, p = 0.410, φ = 0.881 and ψ = 0.317");
    expect(few.stdout).toContain("80.0 % of the kept labels correct), 65.0 % of the rows kept");
    expect(few.stdout).not.toContain("100.0 %.");
    expect(few.stdout).toContain("By these labels anything from 29.2 to 100.0 % of the kept labels may be correct");
    expect(few.stdout).toMatch(/^There are 3 of kept rows and 3 of rejected ones: \d+ and \d+ more\.$/m);
    const many = await rows((i) => (i % 2 === 0 ? i < 195 !== (i % 10 === 0) : undefined));
    expect(many.stdout).toContain(
      "There are 98 of kept rows and 52 of rejected ones, and they decide already: p is below p⋆",
    );
    const kept = await rows((i) => (i < 9 ? true : undefined));
    expect(kept.stderr).toContain("none of its 9 labels is of a rejected row; label a few");
    expect(kept.code).toBe(3);
  });

  it("keeps to a narrow terminal, in ASCII too", async () => {
    const env = { COLUMNS: "60", LC_ALL: "C" };
    const { stdout } = await pstar(["audit", "--plan", "--p", "0.33", "--phi", "0.8", "--psi", "0.3"], { env });
    expect(stdout).toMatch(/^[\x20-\x7e\n]+$/);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(60);
  });

  it.each([
    ["nothing", [], "a plan needs to know what to expect; use one of\n  --p p --phi φ --psi ψ "],
    ["half the rates", ["--phi", "0.8"], "a plan needs to know what to expect"],
    ["p and a margin", ["--p", "0.1", "--margin", "0.1"], "--p and --margin do not go together"],
    ["precision and rates", ["--kept-precision", "0.7", "--phi", "1"], "--kept-precision and --phi do not go together"],
    ["a rate out of range", ["--p", "1.2", "--phi", "1", "--psi", "0"], "--p must be"],
    [
      "a rate that is none",
      ["--p", "x", "--phi", "1", "--psi", "0"],
      '--p must be a number in [0, 1], or percents such as 80%, got "x"',
    ],
    ["a power of 80", ["--p", "0.1", "--phi", "1", "--psi", "0", "--power", "80"], "--power must be"],
    ["a field without a file", ["--correct", "x"], "--correct needs a file, and none is given"],
    ["a page", ["--kept-precision", "0.7", "--format", "html"], "--plan comes as table or json, not as html"],
  ])("may not be asked with %s: exit code 2", async (_, args, message) => {
    const { code, stdout, stderr } = await pstar(["audit", "--plan", ...args]);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
    expect(stdout).toBe("");
  });
});

describe("--truth and --label", () => {
  // ten classes, four labels in ten correct, and every wrong one the next class: no class is below
  const classes = write(
    "classes.jsonl",
    Array.from({ length: 3000 }, (_, i) => {
      const [truth, isCorrect] = [i % 10, (Math.floor(i / 10) * 7) % 30 < 12];
      return {
        kept: isCorrect || Math.floor(i / 10) % 5 > 0,
        label: `c${isCorrect ? truth : (truth + 1) % 10}`,
        ...(i < 900 && { gold: `c${truth}` }),
      };
    }),
  );
  const asked = ["audit", classes, "--truth", "gold", "--label", "label", "--kept", "kept", "--classes", "10"];

  it("need no field that says which labels are correct, and let no gate pass by errors that are not uniform", async () => {
    const { code, stdout, stderr } = await pstar([...asked, "--gate"]);
    expect(stdout.replace(/\s+/g, " ")).toContain(
      "if wrong labels were uniform over the 9 others, which they are not.",
    );
    expect(stdout).toMatch(/Wrong labels are not uniform over the other classes \(X² = .*, p-value 0\.001\)\./);
    expect(stdout).not.toContain("slices");
    expect(stderr).toMatch(/^gate: of the classes, "c0", .* and 5 more classes are not below$/m);
    expect(code).toBe(1);
    const answer = JSON.parse((await pstar([...asked, "--format", "json"])).stdout);
    expect(answer.verdict).toBe("below");
    expect(answer.confusion.accuracyLimit.low).toBe(0);
    expect(answer.counts).toMatchObject({ audited: 900 });
  });
});

describe("a method that does not go with the labels", () => {
  it.each([
    ["--sequential", ["--sequential", "--cluster", "task"], "--sequential must be left out, as betting holds for"],
    ["--interval", ["--interval", "betting", "--cluster", "task"], "--interval must be left out, as betting holds for"],
  ])("is named as it was asked for: %s", async (_, flags, message) => {
    const { code, stderr } = await pstar(["audit", answers, ...DECISION, ...flags]);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });

  it("is a threshold by labels of which none is left to judge it, or that all have one score", async () => {
    const label = (correct: boolean | null, score: number) => ({ correct, score });
    const one = write("one-label.jsonl", [label(true, 0.5), label(null, 0.7), label(null, 0.2)]);
    const alike = write(
      "one-score.jsonl",
      [...Array(20).keys()].map((i) => label(i < 10 ? i % 2 === 0 : null, 0.5)),
    );
    for (const file of [one, alike]) {
      const { code, stdout, stderr } = await pstar(["audit", file, ...SCORE]);
      expect(stderr).toContain("these labels recommend no threshold; set one");
      expect([code, stdout]).toEqual([3, ""]);
    }
    const few = write(
      "few.jsonl",
      [...Array(40).keys()].map((i) => label(i < 12 ? i % 3 > 0 : null, (i * 7) % 11)),
    );
    const { stdout } = await pstar(["audit", few, ...SCORE]);
    expect(stdout.replace(/\s+/g, " ")).toContain(
      "Only 4 labels chose the threshold: others may choose a very different",
    );
    expect(stdout.match(/rows are audited: the intervals are wide/g)).toHaveLength(1);
  });
});

describe("a plan by a file", () => {
  it("says what its labels of alike rows, or of people who err, cannot promise", async () => {
    const file = write(
      "alike.jsonl",
      Array.from({ length: 600 }, (_, i) => {
        const correct = ((i % 20) * 7) % 20 < 11 === i % 17 > 0;
        return {
          prompt: `p${i % 20}`,
          kept: i % 2 === 0,
          ...(i < 120 && { correct, second: i % 9 === 0 ? !correct : correct }),
        };
      }),
    );
    const plan = async (...flags: string[]) =>
      (await pstar(["audit", file, "--plan", ...DECISION, ...flags])).stdout.replace(/\s+/g, " ");
    expect(await plan("--cluster", "prompt")).toMatch(/labels of rows in different clusters: it takes about \d/);
    expect(await plan("--second", "second")).toContain("The plan takes labels to be without error");
    expect(await plan()).not.toMatch(/different clusters|without error/);
  });
});

describe("--calibration", () => {
  const set = write(
    "set.jsonl",
    Array.from({ length: 400 }, (_, i) => ({ correct: i < 200, kept: i < 180 || (i >= 200 && i < 260) })),
  );
  const file = write(
    "unlabelled.jsonl",
    Array.from({ length: 1000 }, (_, i) => ({ kept: i < 400 })),
  );

  it("judges a file without labels by the rates of labelled rows elsewhere, and says what that rests on", async () => {
    const { code, stdout } = await pstar(["audit", file, ...DECISION, "--calibration", set, "--format", "json"]);
    expect(code).toBe(0);
    const answer = JSON.parse(stdout);
    // Rogan and Gladen's 1 − p = .16667, .05635 to .26273 by Lang and Reiczigel
    expect(answer.errorRate.estimate).toBeCloseTo(5 / 6, 12);
    expect(answer.errorRate.low).toBeCloseTo(1 - 0.2627330257859588, 12);
    expect(answer.errorRate.high).toBeCloseTo(1 - 0.05635072484160894, 12);
    expect(answer.calibration).toEqual({
      source: set,
      correct: { kept: 180, of: 200 },
      wrong: { kept: 60, of: 200 },
    });
    expect(answer.counts).toMatchObject({ rows: 1000, kept: 400, audited: 0 });
    const text = (await pstar(["audit", file, ...DECISION, "--calibration", set])).stdout.replace(/\s+/g, " ");
    expect(text).toContain("1,000 rows; none of their labels used");
    expect(text).toContain("whose 200 correct rows the verifier keeps 180, and of whose 200 wrong ones 60");
    expect(text).toContain("which nothing in this file shows");
  });

  it("is refused for a file that the verifier keeps more of, or less, than any mixture of the set's rows", async () => {
    const keeping = (kept: number) =>
      write(
        `unlabelled-${kept}.jsonl`,
        Array.from({ length: 1000 }, (_, i) => ({ kept: i < kept })),
      );
    for (const kept of [0, 150, 970, 1000]) {
      const { code, stdout, stderr } = await pstar(["audit", keeping(kept), ...DECISION, "--calibration", set]);
      expect(stderr).toMatch(
        /keeps [\d.]+ % of its rows, and no share of correct ones makes it keep so many at the rates/,
      );
      expect([code, stdout]).toEqual([3, ""]);
    }
    // beyond the rates by no more than chance: all correct, and so are the kept ones, whom the verifier makes no better
    const asked = ["audit", keeping(915), ...DECISION, "--calibration", set, "--format", "json"];
    const found = JSON.parse((await pstar(asked)).stdout);
    expect(found.errorRate.estimate).toBe(0);
    expect(found.keptPrecision.estimate).toBe(1);
    expect(found.gain.estimate).toBe(0);
    expect(found.gain.low).toBeLessThanOrEqual(0);
    expect(found.gain.high).toBeGreaterThanOrEqual(0);
  });

  it("is refused with what needs labels of the file, and by a set that lacks a label", async () => {
    for (const flags of [["--gate"], ["--by", "kept"], ["--labels", "x.csv"], ["--sequential"], ["--format", "card"]]) {
      const { code, stderr } = await pstar(["audit", file, ...DECISION, "--calibration", set, ...flags]);
      expect(code).toBe(2);
      expect(stderr).toContain("needs labels of the file itself");
    }
    const right = write("right.jsonl", [{ correct: true, kept: true }]);
    const { code, stderr } = await pstar(["audit", file, ...DECISION, "--calibration", right]);
    expect(code).toBe(3);
    expect(stderr).toContain("has none that is wrong");
    const alone = await pstar(["audit", "--plan", "--p", "0.3", "--phi", "0.8", "--psi", "0.3", "--calibration", set]);
    expect(alone.code).toBe(2);
  });
});
