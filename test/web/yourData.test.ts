import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { exampleAnswers } from "../../src/audit/example.js";
import { auditJson } from "../../src/audit/file.js";
import type { DrawnRow } from "../../src/audit/sheet/draw.js";
import { load } from "../../src/index.js";
import { auditFile, drawSheet, lookAt, readSheetFile } from "../../web/compute/auditFile.js";
import { keepRows } from "../../web/compute/keepRows.js";
import {
  type Answers,
  auditCommand,
  auditQuestion,
  drawQuestion,
  guessAnswers,
  keptBy,
} from "../../web/model/auditForm.js";
import { type Label, LabelSheet, otherLabels } from "../../web/model/labelSheet.js";
import { scratchFolder } from "../support/folders.js";
import { printed, pstar } from "../support/inProcess.js";

// What the page draws, judges and writes of a file, beside the commands that do the same.

const core = await load();
const folder = scratchFolder();
const silent = () => {};

const jsonl = join(folder, "answers.jsonl");
const rows = exampleAnswers({ rows: 600, audited: 0 });
writeFileSync(jsonl, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
const csv = join(folder, "answers.csv");
writeFileSync(
  csv,
  `id;question;kept;score\n${rows.map(({ id, question, kept, score }) => `${id};"${question}";${kept};${score}\n`).join("")}`,
);

function fileOf(path: string): File {
  return new File([readFileSync(path)], basename(path));
}

const byDecision: Answers = guessAnswers({ kept: "kept" });
const byScore: Answers = { ...guessAnswers({ score: "score" }), threshold: "0.6" };

/** What a person would say, who can calculate. */
function labelOf({ values }: DrawnRow): Label {
  const [a, sign, b] = String(values.question).split(" ");
  const [x, y] = [Number(a), Number(b)];
  const truth = sign === "+" ? x + y : sign === "-" ? x - y : x * y;
  return Number(values.answer) === truth ? "1" : "0";
}

async function drawn(answers: Answers, labels: number | null, path = jsonl): Promise<LabelSheet> {
  const question = drawQuestion(answers, labels);
  if (question === undefined) throw new Error("nothing decides");
  return new LabelSheet(await drawSheet(core, fileOf(path), question, silent), "labels.csv");
}

function labelled(sheet: LabelSheet): LabelSheet {
  for (let row = sheet.current; row !== undefined; row = sheet.current) sheet.label(labelOf(row));
  return sheet;
}

describe("the page's label sheet", () => {
  it.each([
    ["a decision", byDecision, ["--kept", "kept"]],
    ["a score and its threshold", byScore, ["--kept", "score >= 0.6"]],
    ["a score, whose threshold is open", { ...byScore, threshold: "" }, ["--score", "score"]],
  ])("is that of pstar label draw, to the byte: %s", async (_, answers, flags) => {
    const sheet = await drawn(answers, 40);
    const out = join(folder, `drawn-${flags.at(-1)?.length}.csv`);
    await printed(["label", "draw", jsonl, ...flags, "--labels", "40", "--seed", "1", "--out", out, "--quiet"]);
    expect(sheet.csv()).toBe(readFileSync(out, "utf8"));
    // whoever labels does not see what the verifier says
    expect(sheet.drawn.shown).toEqual(["id", "task", "question", "answer"]);
  });

  it("judges the file as pstar audit --labels does, and a sheet that was saved is read back", async () => {
    const sheet = labelled(await drawn(byDecision, 60));
    writeFileSync(join(folder, "labels.csv"), sheet.csv());
    const command = auditCommand("answers.jsonl", byDecision, "sheet", "labels.csv");
    expect(command).toBe("pstar audit answers.jsonl --labels labels.csv --kept kept");
    const wanted = await printed([...command.split(" ").slice(1), "--format", "json", "--quiet"], { cwd: folder });
    const question = auditQuestion(byDecision, "sheet");
    const read = await readSheetFile(fileOf(join(folder, "labels.csv")));
    for (const rows of [otherLabels({ kind: "drawn", sheet }), read]) {
      const { audited } = await auditFile(core, fileOf(jsonl), question as never, silent, rows);
      expect(audited.labels).toMatchObject({ drawn: 60, labelled: 60, skipped: 0, design: "stratified" });
      expect(auditJson(audited)).toBe(wanted);
    }
  });

  it("answers as pstar check does, with labels of its own, of a sheet, and too few of them", async () => {
    for (const count of [60, 12]) {
      const sheet = labelled(await drawn(byDecision, count));
      const name = `check-${count}.csv`;
      writeFileSync(join(folder, name), sheet.csv());
      const told = await printed([
        "check",
        jsonl,
        "--labels",
        join(folder, name),
        "--kept",
        "kept",
        "--format",
        "json",
      ]);
      const { answer, code, labelsNeeded } = JSON.parse(told);
      const page = await auditFile(
        core,
        fileOf(jsonl),
        auditQuestion(byDecision, "sheet") as never,
        silent,
        sheet.rows(),
      );
      expect({ answer: page.answer?.answer, code: page.answer?.reason.code, labelsNeeded: page.labelsNeeded }).toEqual({
        answer,
        code,
        labelsNeeded,
      });
    }
  });

  it("is kept as text and taken up again; what is no label of it is left aside", async () => {
    const sheet = await drawn(byDecision, 10);
    for (const label of ["1", "0", "skip"] as const) sheet.label(label);
    expect([sheet.done, sheet.labelled]).toEqual([3, 2]);
    const again = new LabelSheet(sheet.drawn, "labels.csv", sheet.text);
    expect(again.csv()).toBe(sheet.csv());
    again.undo();
    expect(again.current).toBe(sheet.drawn.drawn[2]);
    for (const text of [
      "",
      "{}",
      "[1]",
      '[["x","1"]]',
      '[["__proto__","1"]]',
      `[["${sheet.drawn.drawn[0]?.key}","2"]]`,
      "[[]]",
    ])
      expect(new LabelSheet(sheet.drawn, "labels.csv", text).done).toBe(0);
  });

  it("has as many rows as would probably decide, or all that there are; a number that there is not is refused", async () => {
    expect((await drawn(byDecision, null)).drawn.labels).toBe(38);
    const few = join(folder, "few.jsonl");
    writeFileSync(
      few,
      rows
        .slice(0, 20)
        .map((row) => `${JSON.stringify(row)}\n`)
        .join(""),
    );
    expect((await drawn(byDecision, null, few)).drawn.labels).toBe(20);
    await expect(drawn(byDecision, 21, few)).rejects.toMatchObject({ code: "fewer-rows" });
  });
});

describe("the look into a file", () => {
  it("finds a label that only rows far behind the first have", async () => {
    const path = join(folder, "late.jsonl");
    const late = rows.slice(0, 500).map((row, i) => ({ ...row, ...(i > 450 && { human_label: i % 3 === 0 }) }));
    writeFileSync(path, late.map((row) => `${JSON.stringify(row)}\n`).join(""));
    const { names, guess, preview } = await lookAt(fileOf(path));
    expect(guess).toMatchObject({ correct: "human_label", kept: "kept" });
    expect(names).toContain("human_label");
    expect(preview.length).toBe(4);
    expect((await lookAt(fileOf(jsonl))).guess.correct).toBeUndefined();
  });
});

describe("the roles of a file that few have", () => {
  const doubled = exampleAnswers({ rows: 900, audited: 300 }).map((row, i) => ({
    ...row,
    second: row.correct === undefined || i % 3 > 0 ? undefined : i % 15 === 0 ? !row.correct : row.correct,
    prompt: `p${i % 60}`,
  }));
  const path = join(folder, "roles.jsonl");
  writeFileSync(path, doubled.map((row) => `${JSON.stringify(row)}\n`).join(""));

  it.each([
    ["the prompt", { cluster: "prompt" }, ["--cluster", "prompt"]],
    ["a second person's label", { second: "second" }, ["--second", "second"]],
    ["a prediction of all rows", { predicted: "score" }, ["--predictions", "score"]],
  ])("are judged as the command judges them: %s", async (_, roles, flags) => {
    const answers: Answers = { ...guessAnswers({ correct: "correct", kept: "kept" }), ...roles };
    const command = auditCommand("roles.jsonl", answers);
    expect(command).toBe(`pstar audit roles.jsonl --correct correct --kept kept ${flags.join(" ")}`);
    const wanted = await printed([...command.split(" ").slice(1), "--format", "json", "--quiet"], { cwd: folder });
    const { audited } = await auditFile(core, fileOf(path), auditQuestion(answers) as never, silent);
    expect(auditJson(audited)).toBe(wanted);
  });
});

describe("a calibration set", () => {
  const set = join(folder, "set.csv");
  const labelled = exampleAnswers({ rows: 500, audited: 400, seed: 7 });
  writeFileSync(
    set,
    `human,kept,score\n${labelled.map(({ correct, kept, score }) => `${correct ?? ""},${kept},${score}\n`).join("")}`,
  );

  it.each([
    ["a decision", byDecision, ["--kept", "kept"]],
    ["a score and its threshold", byScore, ["--score", "score", "--threshold", "0.6"]],
  ])("judges a file without labels as pstar audit --calibration does: %s", async (_, verifier, flags) => {
    // what needs labels of the file itself is left aside
    const answers: Answers = { ...verifier, correct: "human", by: "task", cluster: "question", confidence: "0.9" };
    const command = auditCommand("answers.jsonl", answers, "set", "set.csv");
    expect(command).toBe(
      `pstar audit answers.jsonl --calibration set.csv --correct human ${flags.join(" ")} --confidence 0.9`,
    );
    const wanted = await printed([...command.split(" ").slice(1), "--format", "json", "--quiet"], { cwd: folder });
    const question = auditQuestion(answers, "set");
    const { audited, answer } = await auditFile(core, fileOf(jsonl), question as never, silent, fileOf(set));
    expect(auditJson(audited)).toBe(wanted);
    expect(JSON.parse(wanted)).toMatchObject({ calibration: { source: "set.csv" } });
    // without a label of the file nothing is called safe
    expect(answer).toBeNull();
  });

  it("needs a threshold beside a score; of two files a message names the one that is wrong", async () => {
    expect(auditQuestion({ ...byScore, correct: "human", threshold: "" }, "set")).toBeUndefined();
    const question = auditQuestion({ ...byDecision, correct: "human" }, "set");
    const unlike = new File(["human,kept\ntrue,perhaps\nfalse,1\n"], "unlike.csv");
    await expect(auditFile(core, fileOf(jsonl), question as never, silent, unlike)).rejects.toThrow(/^unlike\.csv: /);
    const oneSided = new File(["human,kept\ntrue,1\ntrue,0\n"], "one-sided.csv");
    await expect(auditFile(core, fileOf(jsonl), question as never, silent, oneSided)).rejects.toMatchObject({
      code: "calibration-lacks-label",
    });
  });
});

describe("the page's kept rows", () => {
  it.each([
    ["JSONL, by a decision", jsonl, byDecision, ["--kept", "kept"], "jsonl"],
    ["JSONL, by a score", jsonl, byScore, ["--score", "score", "--threshold", "0.6"], "jsonl"],
    ["CSV with semicolons", csv, byDecision, ["--kept", "kept"], "csv"],
  ])("are those that pstar check writes, to the byte: %s", async (_, path, answers, flags, form) => {
    const by = keptBy(answers, null);
    const { kept, rows: all, content } = await keepRows(fileOf(path), by as never, null, silent);
    expect(all).toBe(600);
    // correct labels, so that the answer is safe and the command writes
    const safe = join(folder, `safe-${form}-${flags.length}.${form}`);
    const text = readFileSync(path, "utf8").trimEnd().split("\n");
    const marked =
      form === "csv"
        ? text.map((line, i) => `${line};${i === 0 ? "correct" : "true"}`)
        : text.map((line) => line.replace(/\}$/, ',"correct":true}'));
    writeFileSync(safe, `${marked.join("\n")}\n`);
    const out = join(folder, `kept-${form}-${flags.length}.${form}`);
    const { code } = await pstar(["check", safe, "--correct", "correct", ...flags, "--out", out, "--quiet"]);
    expect(code).toBe(0);
    const ours = await keepRows(fileOf(safe), by as never, null, silent);
    expect(await ours.content?.text()).toBe(readFileSync(out, "utf8"));
    expect(ours.kept).toBe(kept);
    expect((await content?.text())?.trimEnd().split("\n").length).toBe(kept + (form === "csv" ? 1 : 0));
  });

  it("are refused if a decision is not understood, and nothing is handed out", async () => {
    const path = join(folder, "perhaps.jsonl");
    writeFileSync(path, '{"kept":true}\n{"kept":"perhaps"}\n');
    await expect(keepRows(fileOf(path), { kept: "kept" }, null, silent)).rejects.toMatchObject({
      name: "UnknownValuesError",
    });
  });

  it("go to the disk piece by piece, and a failure leaves nothing there", async () => {
    const written: string[] = [];
    const ends: string[] = [];
    const handle = {
      createWritable: async () => ({
        write: async (content: Blob) => void written.push(await content.text()),
        close: async () => void ends.push("closed"),
        abort: async () => void ends.push("aborted"),
      }),
    } as unknown as FileSystemFileHandle;
    const { kept, content } = await keepRows(fileOf(jsonl), { kept: "kept" }, handle, silent);
    expect(content).toBeNull();
    expect(written.join("").trimEnd().split("\n").length).toBe(kept);
    await expect(keepRows(fileOf(csv), { kept: "question" }, handle, silent)).rejects.toThrow("cannot be understood");
    expect(ends).toEqual(["closed", "aborted"]);
  });
});
