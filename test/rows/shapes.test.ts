import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { auditFile, check, drawLabels, rowsOf, sheetText } from "../../src/node.js";
import { fieldOf, type Row } from "../../src/rows/field.js";
import { scratchFolder } from "../support/folders.js";
import { pstar } from "../support/inProcess.js";

const folder = scratchFolder();
const data = join(import.meta.dirname, "shapes");
const file = (name: string) => join(data, name);

/** What each file of shapes/ is, as its README says: what rows it has, which of them the tool found right, and where their text is. */
const cases = [
  ["samples_gsm8k.jsonl", "samples of lm-evaluation-harness", "exact_match", "resps[0][0]", "lm-eval"],
  ["promptfoo.json", "results of promptfoo", "success", "response.output", "promptfoo"],
  ["promptfoo.jsonl", "results of promptfoo", "success", "response.output", "promptfoo"],
  ["inspect.json", "samples of an Inspect log", "scores.match.value", "output.completion", "inspect"],
  ["sharegpt.json", "conversations of ShareGPT", "kept", "conversations[-1].value", "sharegpt"],
  ["samples_arc.jsonl", "samples of lm-evaluation-harness", "acc", null, "lm-eval"],
] as const;

/** The rows by JSON.parse alone. */
function parsed(name: string): Row[] {
  const text = readFileSync(file(name), "utf8");
  if (name.endsWith(".jsonl"))
    return text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  const whole = JSON.parse(text);
  return Array.isArray(whole) ? whole : (whole.samples ?? whole.results.results);
}

/** What the tool found right: every third answer is wrong, and promptfoo's last one failed. */
const decided = (name: string) =>
  Array.from({ length: 12 }, (_, i) => i % 3 !== 2 && !(name.startsWith("promptfoo") && i === 11));

describe.each(cases)("%s", (name, title, kept, text, shape) => {
  it("has the rows that its tool wrote, in the library and the command line", async () => {
    const rows: Row[] = [];
    for await (const row of rowsOf(file(name))) rows.push(row);
    expect(rows).toEqual(parsed(name));
    expect(rows).toHaveLength(12);
    const value = fieldOf(kept);
    expect(rows.map((row) => [1, true, "C"].includes(value(row) as never))).toEqual(decided(name));
    const forced: Row[] = [];
    for await (const row of rowsOf(file(name), { as: shape })) forced.push(row);
    expect(forced).toEqual(rows);
  });

  it("is named in the first line of check, draw, audit, select and lm, with the flags that it stands for", async () => {
    const { code, stdout, stderr } = await pstar(["check", file(name)]);
    expect(code).toBe(0);
    expect(stderr.split("\n")[0]).toBe(`note: ${file(name)}: ${title}, read with --kept ${kept}`);
    expect(stdout).toContain(`Read as ${title} with --kept ${kept} (guessed).`);
    const json = JSON.parse((await pstar(["check", file(name), "--format", "json"])).stdout);
    expect(json).toMatchObject({ shape, fields: { kept }, guessed: ["kept"], rows: 12, answer: "undecided" });
    if (text === null) {
      expect((await pstar(["lm", "train", file(name), "--order", "1"])).code).toBe(2);
    } else {
      const lm = await pstar(["lm", "train", file(name), "--order", "1", "--out", join(folder, "m.arpa")]);
      expect({ code: lm.code, first: lm.stderr.split("\n")[0]?.replaceAll("'", "") }).toEqual({
        code: 0,
        first: `note: ${file(name)}: ${title}, read with --field ${text}`,
      });
    }
    const out = join(folder, `kept of ${name}`);
    const selected = await pstar(["select", file(name), "--keep", "50%", "--out", out]);
    expect(selected.stderr.split("\n")[0]).toContain(`${title}, read with --field `);
    const lines = readFileSync(join(out, "kept.jsonl"), "utf8").trim().split("\n");
    const right = parsed(name).filter((_, i) => decided(name)[i]);
    for (const line of lines) expect(right).toContainEqual(JSON.parse(line));
    expect(lines).toHaveLength(6);
  });

  it("shows whoever labels nothing of what was decided, and is audited by the labels", async () => {
    const drawn = await drawLabels(file(name), {
      labels: 12 - (decided(name).filter(Boolean).length === 8 ? 4 : 4),
      seed: 1,
    });
    const shown = JSON.stringify(drawn.drawn.map(({ values }) => values));
    expect(shown).not.toMatch(/exact_match|acc_norm|success|gradingResult|"scores?"|failureReason|Assertion|"kept"/);
    const truth = new Map(parsed(name).map((row) => [JSON.stringify(row), row]));
    expect(truth.size).toBe(12);
    for (const row of drawn.drawn) row.label = true;
    const sheet = join(folder, `${name}.csv`);
    writeFileSync(sheet, sheetText(drawn, "csv", "sheet"));
    const audited = await auditFile(file(name), { labels: sheet });
    expect(audited).toMatchObject({ shape, guessed: ["kept"], fields: { kept } });
    expect(audited.result.counts).toMatchObject({ rows: 12, kept: decided(name).filter(Boolean).length });
    const { stdout, stderr } = await pstar(["audit", file(name), "--labels", sheet]);
    expect(stderr.split("\n")[0]).toBe(`note: ${file(name)}: ${title}, read with --kept ${kept}`);
    expect(stdout.replaceAll("\n", " ")).toContain(`${title}, read with --kept ${kept} (guessed); 12 rows`);
  });
});

describe("grades of Inspect beside C and I", () => {
  const log = (grades: readonly string[]) => {
    const samples = grades.map((value, id) => ({
      id,
      epoch: 1,
      input: `q${id}`,
      target: "t",
      output: { completion: `a${id}` },
      scores: { judge: { value } },
      human: id % 3 > 0,
    }));
    const path = join(folder, `grades ${grades.join("")}.json`);
    writeFileSync(path, JSON.stringify({ version: 2, status: "success", eval: { task: "t" }, samples }));
    return path;
  };
  const grades = [..."CICICICICPPN"];

  it("are refused by select, audit and check until a rule says what they mean", async () => {
    const path = log(grades);
    for (const args of [
      ["select", path, "--keep", "50%"],
      ["audit", path, "--correct", "human"],
      ["check", path],
    ]) {
      const { code, stdout, stderr } = await pstar(args);
      expect([args[0], code, stdout]).toEqual([args[0], 3, ""]);
      expect(stderr).toMatch(
        /3 rows have values in "scores.judge.value" that must be .*\n {2}"P": 2 rows.*\n {2}"?n"?: 1 row/,
      );
      expect(stderr).toContain(`'scores.judge.value in [c, P]'`);
    }
    const rule = "scores.judge.value in [C, P]";
    const selected = await pstar(["select", path, "--field", rule, "--quiet"]);
    const ids = selected.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).id);
    expect([selected.code, ids]).toEqual([0, [0, 2, 4, 6, 8, 9, 10]]);
    const { stdout } = await pstar(["audit", path, "--correct", "human", "--kept", rule, "--format", "json"]);
    expect(JSON.parse(stdout).counts).toMatchObject({ rows: 12, kept: 7 });
  });

  it("are not there in a log that select reads as 1 and 0, and says so", async () => {
    const { code, stdout, stderr } = await pstar(["select", log([..."CICIC"]), "--threshold", "1"]);
    expect([
      code,
      stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).id),
    ]).toEqual([0, [0, 2, 4]]);
    expect(stderr).toContain('warning: "scores.judge.value" is read as a decision: 1 for c; 0 for i.');
  });
});

describe("a shape that almost fits", () => {
  const write = (name: string, value: unknown): string => {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify(value));
    return path;
  };
  const without = (row: Row, ...names: string[]) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)));
  const lines = (name: string, rows: Row[]): string => {
    const path = join(folder, name);
    writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    return path;
  };

  it.each([
    [
      "no-metric.jsonl",
      () =>
        lines(
          "a.jsonl",
          parsed("samples_gsm8k.jsonl").map((row) => without(row, "exact_match")),
        ),
      "exact_match or acc",
    ],
    [
      "no-filtered.jsonl",
      () =>
        lines(
          "b.jsonl",
          parsed("samples_gsm8k.jsonl").map((row) => without(row, "filtered_resps")),
        ),
      "filtered_resps",
    ],
    [
      "no-success",
      () =>
        write("c.json", {
          evalId: "e",
          results: { version: 3, results: parsed("promptfoo.json").map((row) => without(row, "success")) },
        }),
      "success",
    ],
    [
      "no-output",
      () =>
        lines(
          "d.jsonl",
          parsed("promptfoo.jsonl").map((row) => ({ ...row, response: {} })),
        ),
      "response.output",
    ],
    [
      "no-samples",
      () => write("e.json", without(JSON.parse(readFileSync(file("inspect.json"), "utf8")), "samples")),
      "samples",
    ],
    [
      "no-scores",
      () =>
        write("f.json", {
          ...JSON.parse(readFileSync(file("inspect.json"), "utf8")),
          samples: parsed("inspect.json").map((row) => ({ ...row, scores: {} })),
        }),
      "scores of any scorer",
    ],
    [
      "two-scorers",
      () =>
        write("g.json", {
          ...JSON.parse(readFileSync(file("inspect.json"), "utf8")),
          samples: parsed("inspect.json").map((row) => ({
            ...row,
            scores: { a: { value: "C" }, "b.c": { value: "I" } },
          })),
        }),
      'scores.a.value and scores["b.c"].value',
    ],
  ])("%s is refused with what is missing, and can be read with its fields named", async (_, made, lacks) => {
    const path = made();
    const { code, stdout, stderr } = await pstar(["check", path]);
    expect(code).toBe(3);
    expect(stdout).toBe("");
    expect(stderr).toContain(lacks);
    expect(stderr).toMatch(/it looks like (samples|results) of .*, and lacks /);
    await expect(check(path)).rejects.toThrow(lacks);
    const named = await pstar([
      "label",
      "draw",
      path,
      "--score",
      "score",
      "--labels",
      "2",
      "--out",
      join(folder, "n.csv"),
    ]);
    expect(named.stderr).not.toContain("looks like");
  });

  it("is refused if it was asked for by name, wherever it is read", async () => {
    const plain = lines("plain.jsonl", [
      { id: 1, kept: true },
      { id: 2, kept: false },
    ]);
    for (const args of [
      ["check", plain],
      ["audit", plain, "--correct", "id", "--kept", "kept"],
      ["label", "draw", plain, "--kept", "kept", "--labels", "1", "--out", join(folder, "x.csv")],
      ["select", plain, "--field", "id", "--keep", "1"],
      ["lm", "train", plain, "--field", "kept"],
    ]) {
      const { code, stderr } = await pstar([...args, "--as", "promptfoo"]);
      expect({ args, code }).toEqual({ args, code: 3 });
      expect(stderr).toContain("it looks like results of promptfoo, and lacks success, score, vars, response.output");
    }
    const rows = rowsOf(plain, { as: "inspect" });
    await expect(rows.next()).rejects.toThrow("lacks input, target, output, scores");
    expect((await pstar(["check", plain, "--as", "nothing"])).code).toBe(2);
    expect((await pstar(["check", plain, "--as", "csv"])).code).not.toBe(0);
  });

  it("has its rows wherever they stand in a document, in one line or many, far from its beginning", async () => {
    const whole = JSON.parse(readFileSync(file("promptfoo.json"), "utf8"));
    const far = {
      ...whole,
      results: { prompts: [{ raw: "x".repeat(200_000), results: [{ success: true }] }], ...whole.results },
    };
    for (const [name, value, indent] of [
      ["line.json", whole, undefined],
      ["far.json", far, 2],
      ["far-line.json", far, undefined],
      ["summary.json", whole.results, 1],
    ] as const) {
      const path = join(folder, name);
      writeFileSync(path, JSON.stringify(value, null, indent));
      const rows: Row[] = [];
      for await (const row of rowsOf(path)) rows.push(row);
      expect({ name, rows }).toEqual({ name, rows: parsed("promptfoo.json") });
    }
  });

  it("leaves rows of one's own alone, whatever they are called", async () => {
    const own = lines(
      "own.jsonl",
      Array.from({ length: 40 }, (_, i) => ({
        doc_id: i,
        doc: "d",
        target: "t",
        score: i,
        kept: i > 9,
        correct: i % 2 === 0,
      })),
    );
    const { stdout, stderr } = await pstar(["audit", own, "--format", "json"]);
    expect(stderr).toBe(`note: ${own}: read with --correct correct --kept kept\n`);
    expect(JSON.parse(stdout)).toMatchObject({
      guessed: ["correct", "kept"],
      fields: { correct: "correct", kept: "kept" },
    });
    const named = await pstar(["audit", own, "--correct", "correct", "--kept", "kept", "--format", "json"]);
    expect(named.stderr).toBe("");
    const { guessed, ...rest } = JSON.parse(stdout);
    expect(guessed).toHaveLength(2);
    expect(rest).toEqual(JSON.parse(named.stdout));
  });

  it("in a copy without a name is known by its content", async () => {
    copyFileSync(file("inspect.json"), join(folder, "log"));
    expect((await check(join(folder, "log"))).shape).toBe("inspect");
  });
});
