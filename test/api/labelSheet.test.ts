import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { type ExampleAnswer, exampleAnswers } from "../../src/audit/example.js";
import { type DrawnLabels, drawRows } from "../../src/audit/sheet/draw.js";
import { readSheet } from "../../src/audit/sheet/read.js";
import { csvText } from "../../src/audit/sheet/write.js";
import { loadText } from "../../src/core/textCore.js";
import { auditFile, drawLabels, sheetText, UnknownValuesError } from "../../src/node.js";
import { RowFiles } from "../../src/rows/rowFiles.js";
import { filesIn, scratchFolder } from "../support/folders.js";

const folder = scratchFolder();
const { write, jsonl } = filesIn(folder);

// no labels in the file itself: all come from sheets
const rows = exampleAnswers({ rows: 900, audited: 0 });
const file = jsonl("answers.jsonl", rows);
const byId = new Map(rows.map((row) => [row.id, row]));

function isCorrect({ question }: { question: string }, answer: string): boolean {
  const [a = 0, sign, b = 0] = question.split(" ").map((part) => (/\d/.test(part) ? Number(part) : part));
  const [x, y] = [Number(a), Number(b)];
  return Number(answer) === (sign === "+" ? x + y : sign === "-" ? x - y : x * y);
}

type Cells = Record<string, string>;

/** The rows of a sheet, read by another reader than pstar's. */
function cellsOf(text: string): Cells[] {
  return parse(text, { columns: true, bom: true });
}

/** The draw with all its rows labelled as they are. */
function labelled(drawn: DrawnLabels): DrawnLabels {
  const label = ({ values }: DrawnLabels["drawn"][number]) => isCorrect(values as never, String(values.answer));
  return { ...drawn, drawn: drawn.drawn.map((row) => ({ ...row, label: label(row) })) };
}

let drawn: DrawnLabels;
let sheet: string;

beforeAll(async () => {
  drawn = await drawLabels(file, { kept: "kept", labels: 80, seed: 1 });
  sheet = write("sheet.csv", sheetText(labelled(drawn), "csv", "sheet"));
});

describe("drawLabels", () => {
  it("draws half of the kept and half of the rejected rows, each standing for as many as its stratum has", () => {
    const kept = drawn.drawn.filter(({ values }) => byId.get(values.id as number)?.kept);
    expect([drawn.labels, kept.length]).toEqual([80, 40]);
    const keptRows = rows.filter((row) => row.kept).length;
    expect(new Set(kept.map(({ weight }) => weight))).toEqual(new Set([keptRows / 40]));
    const weight = drawn.drawn.reduce((sum, row) => sum + row.weight, 0);
    expect(weight).toBeCloseTo(900, 9);
  });

  it("gives the same rows for the same seed, these and others for more labels, and others for another seed", async () => {
    const keys = (of: DrawnLabels) => of.drawn.map(({ key }) => key);
    const draw = (labels: number, seed: number) => drawLabels(file, { kept: "kept", labels, seed });
    expect(await draw(80, 1)).toEqual(drawn);
    const more = new Set(keys(await draw(120, 1)));
    expect(keys(drawn).every((key) => more.has(key))).toBe(true);
    const other = new Set(keys(await draw(80, 2)));
    expect(keys(drawn).filter((key) => other.has(key)).length).toBeLessThan(40);
  });

  it("shows neither decision nor score, and no order or code that tells them", async () => {
    expect(drawn.shown).toEqual(["id", "task", "question", "answer"]);
    expect(drawn.hidden).toEqual(["score", "kept"]);
    expect(sheetText(drawn, "csv", "sheet")).not.toMatch(/kept|reject|true|false/);
    // the place of kept rows among all: mean (n + 1)/2, with standard deviation sqrt(n·m·(n + m + 1)/12) of the sum
    const places = drawn.drawn.flatMap(({ values }, i) => (byId.get(values.id as number)?.kept ? [i + 1] : []));
    const [n, m] = [places.length, drawn.drawn.length - places.length];
    const sum = places.reduce((all, place) => all + place, 0);
    expect(Math.abs(sum - (n * (n + m + 1)) / 2)).toBeLessThan(4 * Math.sqrt((n * m * (n + m + 1)) / 12));
    for (const show of ["kept", "score"]) {
      const options = { kept: "kept", score: "score", labels: 8, show: ["question", show] };
      await expect(drawLabels(file, options)).rejects.toThrow(/shows what the verifier says/);
    }
    const nested = jsonl("nested.jsonl", [{ judge: { kept: true, why: "x" }, text: "a" }]);
    const options = { kept: "judge.kept", labels: 1, show: ["judge"] };
    await expect(drawLabels(nested, options)).rejects.toThrow(/shows what the verifier says/);
    expect((await drawLabels(nested, { kept: "judge.kept", labels: 1 })).shown).toEqual(["text"]);
  });

  it("draws every row alike: a simple design of each row with the chance n/N", async () => {
    const few = jsonl(
      "few.jsonl",
      Array.from({ length: 10 }, (_, id) => ({ id, kept: id % 2 === 0 })),
    );
    const times = new Array<number>(10).fill(0);
    const draws = 400;
    const core = await loadText();
    for (let seed = 0; seed < draws; seed++) {
      const drawn = await drawRows(core, new RowFiles(few), { kept: "kept", labels: 3, design: "simple", seed });
      for (const { values } of drawn?.drawn ?? []) times[values.id as number] = (times[values.id as number] ?? 0) + 1;
    }
    // chi-square of 10 counts with 9 degrees of freedom (the draws without replacement vary less): 99.9 % are below 27.9
    const expected = (draws * 3) / 10;
    expect(times.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)).toBeLessThan(27.9);
  });

  it("draws as many of each slice as it has, and says when that cannot be", async () => {
    const uneven = jsonl("uneven.jsonl", [
      ...Array.from({ length: 3 }, (_, id) => ({ id, kept: true, lang: "small" })),
      ...Array.from({ length: 300 }, (_, id) => ({ id, kept: id % 3 === 0, lang: "large" })),
    ]);
    const options = { kept: "kept", design: "slices", by: "lang", seed: 3 } as const;
    const { strata } = await drawLabels(uneven, { ...options, labels: 33 });
    expect(strata.map(({ rows, drawn }) => [rows, drawn]).sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0))).toEqual([
      [3, 3],
      [100, 15],
      [200, 15],
    ]);
    await expect(drawLabels(uneven, { ...options, labels: 2 })).rejects.toThrow(/each of the 3 strata/);
    await expect(drawLabels(uneven, { ...options, labels: 304 })).rejects.toThrow("304 rows cannot be drawn");
    await expect(drawLabels(uneven, { kept: "kept", labels: { kept: 104, rejected: 1 } })).rejects.toThrow(
      "104 rows cannot be drawn, as there are 103 that the verifier keeps",
    );
  });

  it("refuses decisions that are not understood, fields that are not there, and options out of range", async () => {
    const unclear = jsonl("unclear.jsonl", [{ kept: "perhaps" }, { kept: "yes" }]);
    await expect(drawLabels(unclear, { kept: "kept", labels: 1 })).rejects.toThrow(UnknownValuesError);
    await expect(drawLabels(file, { kept: "kepd", labels: 1 })).rejects.toThrow("did you mean kept?");
    await expect(drawLabels(file, { kept: "kept", labels: 0 })).rejects.toThrow("labels must be");
    await expect(drawLabels(file, { kept: "kept", labels: 4, seed: -1 })).rejects.toThrow("seed must be");
    const unnamed = jsonl("unnamed.jsonl", [{ a: true }, { a: false }]);
    await expect(drawLabels(unnamed, { labels: 1 })).rejects.toThrow("name the field of its decision");
    const told = await drawLabels(file, { labels: 4, seed: 3 });
    expect(told).toEqual(await drawLabels(file, { kept: "kept", labels: 4, seed: 3 }));
    await expect(drawLabels(file, { kept: "kept", labels: 4, design: "slices" })).rejects.toThrow("slices");
    await expect(drawLabels(write("empty.jsonl", ""), { kept: "kept", labels: 1 })).rejects.toThrow("no rows");
  });

  it("names a row by its content, wherever it is, and equal rows by their number", async () => {
    const twins = [
      { a: 1, kept: true },
      { a: 1, kept: true },
      { a: 2, kept: false },
    ];
    const draw = async (rows: readonly object[]) =>
      (await drawLabels(jsonl("twins.jsonl", rows), { kept: "kept", labels: 3 })).drawn.map(({ key }) => key).sort();
    const key = (row: object) => `r${createHash("sha256").update(JSON.stringify(row)).digest("hex").slice(0, 16)}`;
    const keys = [key({ a: 1, kept: true }), `${key({ a: 1, kept: true })}-2`, key({ a: 2, kept: false })].sort();
    expect(await draw(twins)).toEqual(keys);
    expect(await draw(twins.toReversed())).toEqual(keys);
  });
});

describe("a sheet", () => {
  it("has the columns of the contract, which another reader of CSV reads", () => {
    const text = sheetText(drawn, "csv", "sheet");
    expect(text.split("\r\n")[0]).toBe("key,weight,stratum,id,task,question,answer,label");
    const cells = cellsOf(text);
    expect(cells).toHaveLength(80);
    expect(cells.map(({ key }) => key)).toEqual(drawn.drawn.map(({ key }) => key));
    expect(cells.map(({ weight }) => Number(weight))).toEqual(drawn.drawn.map(({ weight }) => weight));
    expect(cells.every(({ label }) => label === "")).toBe(true);
  });

  it("keeps columns of its own apart from fields of the same name", async () => {
    const rows = [{ key: "a", stratum: "b", label: "cat", text: "x", kept: true }];
    const { shown, drawn } = await drawLabels(jsonl("names.jsonl", rows), { kept: "kept", labels: 1 });
    expect(shown).toEqual(["row.key", "row.stratum", "row.label", "text"]);
    expect(drawn[0]?.values["row.label"]).toBe("cat");
  });

  it("writes cells so that a spreadsheet takes none for a formula, and reads each back the same", async () => {
    const value = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc
        .tuple(fc.constantFrom("=", "+", "-", "@", "'", "\t", "\r", "\n", "＝", '"', ";", ",", " "), fc.string())
        .map(([sign, rest]) => sign + rest),
    );
    const row = { key: "r0000000000000000", weight: "2", stratum: `simple-1-0-${"0".repeat(14)}` };
    await fc.assert(
      fc.asyncProperty(value, async (text) => {
        const csv = csvText([
          ["key", "weight", "stratum", "text", "label"],
          [row.key, row.weight, row.stratum, text, "1"],
        ]);
        expect(cellsOf(csv)[0]?.text).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
        const read = await readSheet(write("cell.csv", csv));
        expect(read.rows[0]?.row.text).toBe(text);
      }),
      { numRuns: 300 },
    );
  });
});

describe("auditFile with a sheet", () => {
  const audit = (labels: string, options = {}) => auditFile(file, { kept: "kept", labels, ...options });

  it("says what an audit of the file with the same labels in it says", async () => {
    const known = new Map(cellsOf(readFileSync(sheet, "utf8")).map(({ id, label }) => [Number(id), label === "1"]));
    const whole = jsonl(
      "whole.jsonl",
      rows.map((row) => ({ ...row, correct: known.get(row.id) ?? null })),
    );
    const direct = await auditFile(whole, { correct: "correct", kept: "kept", design: "stratified", by: "task" });
    const joined = await audit(sheet, { by: "task" });
    expect(joined.labels).toEqual({
      sheet,
      design: "stratified",
      seed: 1,
      drawn: 80,
      labelled: 80,
      skipped: 0,
      leftOut: 0,
    });
    expect(joined.fields.correct).toBe("label");
    expect(joined.result).toEqual(direct.result);
  });

  it("reads a sheet as people and spreadsheets send it back", async () => {
    const { result } = await audit(sheet);
    const cells = cellsOf(readFileSync(sheet, "utf8"));
    const columns = ["label", "answer", "key", "note", "stratum", "weight"];
    const lines = (sign: string, end: string) =>
      [columns, ...cells.toReversed().map((row) => columns.map((name) => row[name] ?? ""))]
        .map((line) => line.join(sign) + end)
        .join("");
    const forms: [string, string | Uint8Array][] = [
      ["bom.csv", `\ufeff${lines(",", "\r\n")}`],
      ["lf.csv", lines(",", "\n")],
      ["semicolons.csv", lines(";", "\r\n")],
      ["tabs.csv", lines("\t", "\r\n")],
      ["empty lines.csv", `${lines(",", "\r\n")},,,,,\r\n\r\n`],
      ["words.csv", lines(",", "\n").replaceAll(/^1,/gm, "Correct,").replaceAll(/^0,/gm, "WRONG,")],
      ["utf-16.csv", Buffer.from(`\ufeff${lines("\t", "\r\n")}`, "utf16le")],
      ["sheet.jsonl", sheetText(labelled(drawn), "jsonl", "sheet")],
      ["list.json", JSON.stringify(cells)],
    ];
    for (const [name, text] of forms) {
      const back = join(folder, name);
      writeFileSync(back, text);
      expect({ name, result: (await audit(back)).result }).toEqual({ name, result });
    }
  });

  it("takes labels by a rule, by words, and by another column", async () => {
    const { result } = await audit(sheet);
    const text = readFileSync(sheet, "utf8");
    const stars = write("stars.csv", text.replaceAll(/,1\r$/gm, ",5\r").replaceAll(/,0\r$/gm, ",2\r"));
    expect((await audit(stars, { correct: "label >= 4" })).result).toEqual(result);
    await expect(audit(stars)).rejects.toThrow(UnknownValuesError);
    const own = write("own.csv", text.replaceAll(/,1\r$/gm, ",fine\r").replaceAll(/,0\r$/gm, ",poor\r"));
    expect((await audit(own, { true: ["fine"], false: ["poor"] })).result).toEqual(result);
    const renamed = write("renamed.csv", text.replace(",label\r", ",verdict of Ann\r"));
    expect((await audit(renamed, { correct: "verdict of Ann" })).result).toEqual(result);
    await expect(audit(renamed)).rejects.toThrow("no column label; its columns are key, weight");
    const fallen = await audit(sheet, { correct: "correct" });
    expect(fallen.fields.correct).toBe("label");
    expect(fallen.result.warnings.map(({ code }) => code)).toContain("sheet-label-column");
    await expect(audit(sheet, { correct: "rating >= 4" })).rejects.toThrow("no column rating");
  });

  it("weighs what is labelled for all of its stratum, and says how many are not", async () => {
    const text = readFileSync(sheet, "utf8");
    let line = 0;
    const part = text.replaceAll(/,[01]\r\n/g, (end) => (++line % 4 === 0 ? (line % 8 ? ",\r\n" : ",skip\r\n") : end));
    const { result, labels } = await audit(write("part.csv", part));
    expect(labels).toMatchObject({ drawn: 80, labelled: 60, skipped: 10, leftOut: 10 });
    expect(result.counts.audited).toBe(60);
    // the first row as well may have been too hard; those behind the last label were not come to
    const bare = new Set([1, 78, 79, 80]);
    let place = 0;
    const ends = text.replaceAll(/,[01]\r\n/g, (end) => (bare.has(++place) ? ",\r\n" : end));
    expect((await audit(write("ends.csv", ends))).labels).toMatchObject({ labelled: 76, skipped: 0, leftOut: 1 });
    expect(result.warnings.find(({ code }) => code === "sheet-part-labelled")?.message).toContain(
      "60 of 80 rows drawn have a label, and 10 rows were skipped and 10 left empty among those with a label",
    );
    const none = write("none.csv", sheetText(drawn, "csv", "sheet"));
    await expect(audit(none)).rejects.toThrow(/none\.csv: none of its 80 rows has a label: write 1 \(correct\)/);
  });

  it("refuses keys of no row, keys twice, cells that are not its own, and two draws in one", async () => {
    const text = readFileSync(sheet, "utf8");
    const lines = text.split("\r\n");
    const [head = "", first = "", second = "", ...rest] = lines;
    const refused = async (name: string, lines: readonly string[], reason: RegExp | string) => {
      const error = await audit(write(name, lines.join("\r\n"))).catch((caught) => caught);
      expect([name, error.name]).toEqual([name, "DataError"]);
      expect(error.message).toMatch(reason);
    };
    const stranger = first.replace(/^r[0-9a-f]{4}/, "r0000");
    await refused("strangers.csv", [head, stranger, second, ...rest], /1 of its 80 keys is of no row .* line 2: r0000/);
    await refused("doubles.csv", [head, first, first, second, ...rest], /1 key is there twice; line 3: r/);
    await refused("keys.csv", [head, `=${first}`, second, ...rest], /a key that is not of a sheet/);
    await refused("weights.csv", [head, first.replace(/,[\d.]+,/, ",1e3,"), second, ...rest], /a weight that is not/);
    await refused("comma.csv", [head, first.replace(/,[\d.]+,/, ',"9,5",'), second, ...rest], /a weight that is not/);
    await refused(
      "strata.csv",
      [head, first.replace("stratified-40", "stratified"), second, ...rest],
      /a stratum that/,
    );
    await refused("mixed.csv", [head, first.replace("-40-1-", "-40-2-"), second, ...rest], /2 different draws/);
    await refused(
      "cut.csv",
      [head.replace("stratum,", ""), first.replace(/stratified-[^,]+,/, "")],
      /has no column stratum/,
    );
    await refused(
      "ragged.csv",
      [head, `${first},more`, second, ...rest],
      /line 2: it has 9 fields, and the first row names 8/,
    );
    await refused("empty.csv", [head], /no rows/);
    await refused("not.csv", ['{"key":'], /cannot be read as a label sheet/);
    await expect(audit(sheet, { design: "simple" })).rejects.toThrow("knows its design");
  });

  it("refuses a file that has changed, and says how, but not one in another order", async () => {
    const { result } = await audit(sheet);
    const other = (rows: readonly object[], options = {}) =>
      auditFile(jsonl("other.jsonl", rows), { kept: "kept", labels: sheet, ...options });
    expect((await other(rows.toReversed())).result).toEqual(result);
    await expect(other([...rows, { id: 900, kept: true }])).rejects.toThrow("it had 900 rows, and has 901");
    await expect(other([...rows, rows[0] as object])).rejects.toThrow("it had 900 rows, and has 901");
    const drawnIds = new Set(drawn.drawn.map(({ values }) => values.id));
    const spare = rows.findIndex(({ id }) => !drawnIds.has(id));
    const changed = (place: number) => rows.with(place, { ...(rows[place] as ExampleAnswer), answer: "?" });
    await expect(other(changed(spare))).rejects.toThrow("it has 900 rows as then, and some have another content");
    await expect(other(changed(rows.findIndex(({ id }) => drawnIds.has(id))))).rejects.toThrow(
      /some have another content; 1 of its 80 keys is of no row/,
    );
    await expect(other(rows.map((row) => ({ ...row, kept: !row.kept })))).rejects.toThrow("80 of its 80 keys");
    await expect(other(rows, { kept: "score >= 0.7" })).rejects.toThrow(/decision is not that by which/);
    expect((await other(rows, { kept: "score >= 0.5" })).result).toEqual(result);
    await expect(other(rows, { kept: "nothing" })).rejects.toThrow("no row has a field");
  });

  it("judges thresholds by the labels of any design", async () => {
    const simple = await drawLabels(file, { score: "score", labels: 200, seed: 5 });
    expect(simple.design).toBe("simple");
    const by = (of: DrawnLabels) => write("by.csv", sheetText(labelled(of), "csv", "by"));
    const open = await auditFile(file, { score: "score", labels: by(simple) });
    expect(open.thresholds?.audited).toBe(200);
    expect(open.recommended).toBe(true);
    // the strata of a draw by another threshold are weighted: 80 kept and rejected rows stand for 900
    const stratified = await auditFile(file, { score: "score", labels: sheet });
    expect(stratified.thresholds?.errorRate.estimate).toBeCloseTo(
      (await audit(sheet)).result.errorRate.estimate ?? 0,
      9,
    );
    const set = await auditFile(file, { score: "score", threshold: 0.5, labels: sheet });
    expect({ ...set.result, warnings: [] }).toEqual({ ...(await audit(sheet)).result, warnings: [] });
    await expect(auditFile(file, { score: "score", threshold: 0.6, labels: sheet })).rejects.toThrow(/decision is not/);
  });

  it("weighs slices back to the file, and wants a label of each", async () => {
    const slices = await drawLabels(file, { kept: "kept", labels: 90, design: "slices", by: "task", seed: 2 });
    const all = labelled(slices);
    const { result } = await audit(write("slices.csv", sheetText(all, "csv", "s")), { by: "task" });
    // by hand: in each task the kept rows drawn stand for all its kept rows
    let [right, kept] = [0, 0];
    for (const task of ["sum", "difference", "product"]) {
      const size = rows.filter((row) => row.task === task && row.kept).length;
      const seen = all.drawn.filter(({ values }) => values.task === task && byId.get(values.id as number)?.kept);
      right += (size * seen.filter(({ label }) => label).length) / seen.length;
      kept += size;
    }
    expect(result.keptPrecision.estimate).toBeCloseTo(right / kept, 9);
    const bare = all.strata[0]?.code;
    const without = { ...all, drawn: all.drawn.map((row) => (row.stratum === bare ? { ...row, label: null } : row)) };
    await expect(audit(write("bare.csv", sheetText(without, "csv", "s")))).rejects.toThrow(
      /1 of its 6 strata, which hold/,
    );
  });
});

describe("sheets of other programs", () => {
  const audit = (labels: string) => auditFile(file, { kept: "kept", labels });
  const tasks = () =>
    JSON.parse(sheetText(drawn, "label-studio", "tasks")) as { data: { key: string; row: Record<string, string> } }[];
  const choice = (data: { row: Record<string, string> }) =>
    isCorrect(data.row as never, String(data.row.answer)) ? "correct" : "wrong";
  const result = (choices: string[]) => [{ from_name: "label", to_name: "row", type: "choices", value: { choices } }];

  it("reads Label Studio's JSON, JSON-MIN and CSV exports of the tasks that were drawn", async () => {
    const expected = (await audit(sheet)).result;
    const annotated = tasks().map(({ data }, id) => ({
      id: id + 1,
      data,
      annotations: [{ id, result: result([choice(data)]), was_cancelled: false, ground_truth: false, completed_by: 1 }],
      predictions: [],
    }));
    expect((await audit(write("studio.json", JSON.stringify(annotated)))).result).toEqual(expected);
    const min = annotated.map(({ id, data }) => ({
      id,
      ...data,
      label: choice(data),
      annotator: 1,
      annotation_id: id,
    }));
    expect((await audit(write("min.json", JSON.stringify(min)))).result).toEqual(expected);
    const columns = ["annotation_id", "key", "weight", "stratum", "text", "label"] as const;
    const csv = csvText([[...columns], ...min.map((row) => columns.map((name) => String((row as never)[name])))]);
    expect((await audit(write("studio.csv", csv))).result).toEqual(expected);
    const seconded = annotated.map((task) => ({ ...task, annotations: [...task.annotations, ...task.annotations] }));
    expect((await audit(write("seconded.json", JSON.stringify(seconded)))).result).toEqual(expected);
  });

  it("counts what was skipped in Label Studio, and refuses labels that differ", async () => {
    const annotated = tasks().map(({ data }, i) => ({
      data,
      annotations: i < 7 ? [{ result: [], was_cancelled: true }] : [{ result: result([choice(data)]) }],
    }));
    expect((await audit(write("skipped.json", JSON.stringify(annotated)))).labels).toMatchObject({
      labelled: 73,
      skipped: 7,
    });
    const torn = annotated.map(({ data, annotations }, i) => ({
      data,
      annotations: i === 9 ? [{ result: result(["correct"]) }, { result: result(["wrong"]) }] : annotations,
    }));
    await expect(audit(write("torn.json", JSON.stringify(torn)))).rejects.toThrow("1 row has two different labels");
  });

  it("reads Argilla's records, nested and flat: what was submitted counts", async () => {
    const expected = (await audit(sheet)).result;
    const records = labelled(drawn).drawn.map(({ key, weight, stratum, values, label }, i) => ({
      id: String(i),
      fields: { text: `${values.question} = ${values.answer}` },
      metadata: { key, weight, stratum },
      suggestions: {},
      responses: { label: [{ value: label ? "correct" : "wrong", user_id: "u", status: "submitted" }] },
      status: "completed",
    }));
    expect((await audit(write("argilla.json", JSON.stringify(records)))).result).toEqual(expected);
    const flat = records.map(({ id, fields, metadata, responses: { label } }) => ({
      id,
      ...fields,
      ...metadata,
      "label.responses": label.map(({ value }) => value),
      "label.responses.users": label.map(({ user_id }) => user_id),
      "label.responses.status": label.map(({ status }) => status),
      "label.suggestion": null,
    }));
    expect((await audit(write("argilla.jsonl", flat.map((row) => JSON.stringify(row)).join("\n")))).result).toEqual(
      expected,
    );
    const drafts = records.map((record, i) => ({
      ...record,
      responses: { label: [{ value: "correct", user_id: "u", status: i % 2 ? "draft" : "discarded" }] },
    }));
    const some = [...records.slice(0, 60), ...drafts.slice(60)];
    expect((await audit(write("drafts.json", JSON.stringify(some)))).labels).toMatchObject({
      labelled: 60,
      skipped: 10,
    });
  });
});
