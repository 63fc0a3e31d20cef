import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { auditFile } from "../../src/audit/auditFile.js";
import { UnknownValuesError } from "../../src/audit/row.js";
import { audit } from "../../src/audit.js";
import { ArgumentError, load } from "../../src/index.js";
import { scratchFolder } from "../support/folders.js";

const folder = scratchFolder();
const file = join(folder, "rated.jsonl");
const rows = Array.from({ length: 120 }, (_, i) => ({
  rating: i % 3 > 0 ? null : 1 + ((i * 7) % 5),
  kept: i % 2 === 0,
}));
writeFileSync(file, rows.map((row) => JSON.stringify(row)).join("\n"));

it("audits a file in a program, as the records themselves are audited", async () => {
  const { result, fields, unreadable } = await auditFile(file, { correct: "rating >= 4", kept: "kept", classes: 3 });
  const core = await load();
  const records = rows.map(({ rating, kept }) => ({ correct: rating === null ? null : rating >= 4, kept }));
  expect(result).toEqual(audit(core, records, { classes: 3 }));
  expect(fields).toEqual({ correct: "rating >= 4", kept: "kept" });
  expect(unreadable.count).toBe(0);
});

it("throws an error with the values that are not understood", async () => {
  const error = await auditFile(file, { correct: "rating", kept: "kept" }).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(UnknownValuesError);
  const [{ values, understood, ...unknown }] = (error as UnknownValuesError).unknown;
  expect(unknown).toMatchObject({ role: "correct", field: "rating", rows: 32, more: false });
  expect(values.map(({ value, rows }) => [value, rows]).sort()).toEqual([2, 3, 4, 5].map((value) => [`${value}`, 8]));
  expect(understood).toEqual([{ value: "1", rows: 8, means: true }]);
});

it("ends with the reason of an abort", async () => {
  const signal = AbortSignal.abort(new Error("enough"));
  await expect(auditFile(file, { correct: "rating >= 4", kept: "kept", signal })).rejects.toThrow("enough");
});

function sliced(name: string, slices: readonly string[]): string {
  const path = join(folder, name);
  const row = (by: string) => JSON.stringify({ correct: true, kept: true, by });
  writeFileSync(path, slices.map(row).join("\n"));
  return path;
}

it("takes a field of up to 1000 values for slices, and of up to 200 characters each", async () => {
  const fields = { correct: "correct", kept: "kept", by: "by" };
  const names = Array.from({ length: 1001 }, (_, i) => `${i}`);
  const { result } = await auditFile(sliced("thousand.jsonl", names.slice(1)), fields);
  expect(result.slices).toHaveLength(1000);
  await expect(auditFile(sliced("more.jsonl", names), fields)).rejects.toMatchObject({ code: "too-many-slices" });
  const long = await auditFile(sliced("long.jsonl", ["a".repeat(200), "b"]), fields);
  expect(long.result.slices).toHaveLength(2);
  await expect(auditFile(sliced("longer.jsonl", ["a".repeat(201), "b"]), fields)).rejects.toThrow(
    "one value of at most 200 characters",
  );
});

it.each([
  [12, false],
  [13, true],
])("names at most twelve values that are not understood: of %i, more is %s", async (count, more) => {
  const path = join(folder, `unknown-${count}.jsonl`);
  const row = (i: number) => JSON.stringify({ correct: `perhaps ${i}`, kept: true });
  writeFileSync(path, Array.from({ length: count }, (_, i) => row(i)).join("\n"));
  const error = await auditFile(path, { correct: "correct", kept: "kept" }).catch((error: unknown) => error);
  expect((error as UnknownValuesError).unknown).toMatchObject([{ rows: count, more }]);
  expect((error as UnknownValuesError).unknown[0]?.values).toHaveLength(12);
});

/** 200 rows of two classes; every fifth is labelled with the other one. */
function classesOf(name: string, truth: string, label: string): string {
  const path = join(folder, name);
  const line = (_: unknown, i: number) =>
    `{"kept":${i % 2 === 0},"truth":${i % 5 ? truth : '"other"'},"label":${label}}`;
  writeFileSync(path, Array.from({ length: 200 }, line).join("\n"));
  return path;
}

it.each([
  ['"1.0"', '"1"'],
  ['"7.0"', "7"],
  ["7", '"7"'],
  ["true", '"true"'],
  ['"cat "', '"cat"'],
  ['"\u00e9"', '"e\u0301"'],
])("takes %s and %s for one class", async (truth, label) => {
  const { result } = await auditFile(classesOf("one.jsonl", truth, label), {
    truth: "truth",
    label: "label",
    kept: "kept",
  });
  expect(result.counts).toMatchObject({ keptCorrect: 80, keptWrong: 20, rejectedCorrect: 80, rejectedWrong: 20 });
});

it.each([
  ['"Cat"', '"cat"'],
  ['"01"', '"1"'],
  ['"True"', "true"],
  ['"１"', '"1"'],
])("refuses %s beside %s, which may be one class or two", async (truth, label) => {
  const asked = auditFile(classesOf("alike.jsonl", truth, label), { truth: "truth", label: "label", kept: "kept" });
  const error = await asked.catch((error: unknown) => error);
  expect(error).toBeInstanceOf(UnknownValuesError);
  expect((error as UnknownValuesError).unknown).toMatchObject([{ role: "truth", rows: 160 }]);
});

// what is held against itself is always right: 100 % correct, φ = 1 and ψ = 0, and "safe"
it.each([
  [{ correct: "ok", kept: "ok" }, "kept"],
  [{ correct: "ok", kept: "ok in [true]" }, "kept"],
  [{ correct: "ok >= 1", score: "ok" }, "score"],
  [{ correct: "ok", kept: "kept", second: "ok" }, "second"],
  [{ correct: "ok", kept: "kept", predicted: "ok" }, "predicted"],
  [{ truth: "ok", label: "ok", kept: "kept" }, "label"],
  [{ truth: "ok", label: "label", kept: "ok" }, "kept"],
])("refuses a field that would be held against itself: %o", async (fields, at) => {
  const path = join(folder, "itself.jsonl");
  writeFileSync(path, '{"ok":true,"kept":true,"label":"1"}\n{"ok":false,"kept":true,"label":"0"}\n');
  const error = await auditFile(path, fields).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(ArgumentError);
  expect((error as ArgumentError).field).toBe(at);
  expect((error as ArgumentError).message).toContain("another field than the human's label");
});

it("takes rows of one prompt for independent draws only if the rows of the file are all that is asked about", async () => {
  const path = join(folder, "prompts.jsonl");
  const line = (_: unknown, i: number) =>
    `{"prompt":"question ${i % 10}","kept":${i % 2 === 0},"correct":${i < 60 ? i % 3 > 0 : null}}`;
  writeFileSync(path, Array.from({ length: 200 }, line).join("\n"));
  const codes = async (finitePopulation: boolean) =>
    (await auditFile(path, { correct: "correct", kept: "kept", finitePopulation })).result.warnings.map(
      ({ code }) => code,
    );
  expect(await codes(false)).toContain("repeated-field");
  expect(await codes(true)).not.toContain("repeated-field");
});

it("takes neighbours among 64-bit integers for two classes", async () => {
  const path = classesOf("wide.jsonl", "9007199254740993", "9007199254740992");
  const { result } = await auditFile(path, { truth: "truth", label: "label", kept: "kept" });
  expect(result.counts).toMatchObject({ keptCorrect: 0, rejectedCorrect: 0, audited: 200 });
});

it("refuses decisions of which only one is written, but not for single rows without any", async () => {
  const path = join(folder, "marks.jsonl");
  const write = (blank: number) =>
    writeFileSync(
      path,
      Array.from({ length: 40 }, (_, i) => `{"kept":${i < blank ? null : true},"correct":${i % 3 === 0}}`).join("\n"),
    );
  write(11);
  const error = await auditFile(path, { correct: "correct", kept: "kept" }).catch((error: unknown) => error);
  expect((error as UnknownValuesError).unknown).toMatchObject([
    { role: "kept", rows: 11, values: [{ value: "(no value)", rows: 11, line: 1 }] },
  ]);
  write(10);
  const { result, unreadable } = await auditFile(path, { correct: "correct", kept: "kept" });
  expect([result.counts.rows, unreadable.count]).toEqual([30, 10]);
});
