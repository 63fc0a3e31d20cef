import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { check } from "../../src/audit/check.js";
import { auditRows, type RowSource } from "../../src/audit/file.js";
import { type AuditFields, UnknownValuesError } from "../../src/audit/row.js";
import { DataError } from "../../src/core/errors.js";
import type { Core } from "../../src/index.js";
import type { FileRow } from "../../src/rows/field.js";
import { parsePythonJson } from "../../src/rows/jsonText.js";
import { dice } from "../select/rows.js";

/** How people write what a human found: a JSON value for right and for wrong, drawn at random from a list. */
export interface Coding {
  name: string;
  right: readonly string[];
  wrong: readonly string[];
  /** Of rows without a label; left out: the field is absent. */
  none?: string;
  /** @default 240 */
  rows?: number;
  /** Rows that are labelled. @default 120 */
  labels?: number;
  /** What has to be said so that it is understood; left out: nothing. */
  say?: Partial<AuditFields>;
}

const plain: [name: string, right: string, wrong: string][] = [
  ["booleans", "true", "false"],
  ["1 and 0", "1", "0"],
  ["1.0 and 0.0", "1.0", "0.0"],
  ["text 1 and 0", '"1"', '"0"'],
  ["text 1.0 and 0.0", '"1.0"', '"0.0"'],
  ["signs", "1", "-1"],
  ["text signs", '"1"', '"-1"'],
  ["signs as decimals", "1.0", "-1.0"],
  ...(
    [
      ["true", "false"],
      ["T", "F"],
      ["yes", "no"],
      ["Y", "N"],
      ["correct", "incorrect"],
      ["Correct", "Wrong"],
      ["C", "I"],
      ["right", "wrong"],
      ["good", "bad"],
      ["ok", "bad"],
      ["PASS", "FAIL"],
      ["passed", "failed"],
      ["accept", "reject"],
      ["Accepted", "Rejected"],
      ["valid", "invalid"],
      ["对", "错"],
      ["正确", "错误"],
      ["是", "否"],
      ["通过", "不通过"],
      ["✓", "✗"],
    ] as const
  ).map(([right, wrong]): [string, string, string] => [right, JSON.stringify(right), JSON.stringify(wrong)]),
];

/** Codings that are understood. */
export const understood: readonly Coding[] = [
  ...plain.map(([name, right, wrong]) => ({ name, right: [right], wrong: [wrong] })),
  { name: "null for none", right: ["true"], wrong: ["false"], none: "null" },
  { name: "NaN for none", right: ["1.0"], wrong: ["0.0"], none: "NaN" },
  { name: "empty for none", right: ['"yes"'], wrong: ['"no"'], none: '""' },
  { name: "n/a for none", right: ["1"], wrong: ["0"], none: '"n/a"', say: { missing: ["N/A"] } },
  {
    name: "signs with 0 for none",
    right: ["1"],
    wrong: ["-1"],
    none: "0",
    say: { true: ["1"], false: ["-1"], missing: ["0"] },
  },
  { name: "stars by a rule", right: ["4", "5"], wrong: ["1", "2", "3"], say: { correct: "label >= 4" } },
  { name: "stars in text by a rule", right: ['"4"', '"5"'], wrong: ['"1"', '"2.5"'], say: { correct: "label > 3" } },
  { name: "letters by a rule", right: ['"C"', '"P"'], wrong: ['"I"', '"N"'], say: { correct: "label in [C, P]" } },
  {
    name: "spellings side by side",
    right: ["true", '"True"', '"yes"', "1"],
    wrong: ["false", '"FALSE"', '"no"', "0.0"],
  },
  {
    name: "white space beside them",
    right: ['"1 "', '"\\tyes"', '"1\u00a0"'],
    wrong: ['" 0"', '"no\\n"', '"0\u3000"'],
  },
  { name: "emoji", right: ['"✅"'], wrong: ['"❌"'] },
  { name: "signed text", right: ['"+1"'], wrong: ['"-1"'] },
  { name: "0 below 0", right: ["1"], wrong: ["-0", "-0.0"] },
  { name: "exponents", right: ["1e0", "10E-1"], wrong: ["0e0", '"0e5"'] },
  { name: "a byte order mark in the text", right: ['"\ufeff1"'], wrong: ['"\ufeff0"'] },
  { name: "spaces for none", right: ["true"], wrong: ["false"], none: '"  "' },
  { name: "NaN as a word for none", right: ["true"], wrong: ["false"], none: '"NaN"' },
  { name: "percents by a rule", right: ["80", "100"], wrong: ["0", "20"], say: { correct: "label > 50" } },
  { name: "words of its own", right: ['"fine"'], wrong: ['"poor"'], say: { true: ["fine"], false: ["poor"] } },
];

/** Codings that must be refused, as nothing says what they mean. */
export const refused: readonly Coding[] = [
  { name: "signs with 0 for none", right: ["1"], wrong: ["-1"], none: "0" },
  { name: "-1 for none", right: ["1"], wrong: ["0"], none: "-1" },
  { name: "-1 for none beside booleans", right: ["true"], wrong: ["false"], none: "-1" },
  { name: "stars", right: ["4", "5"], wrong: ["1", "2", "3"] },
  { name: "1 and 2", right: ["1"], wrong: ["2"] },
  { name: "shares", right: ["0.75", "1"], wrong: ["0", "0.25"] },
  { name: "percents", right: ['"90%"'], wrong: ['"10%"'] },
  { name: "letters with a partial one", right: ['"C"', '"P"'], wrong: ['"I"'] },
  { name: "grades", right: ['"A"', '"B"'], wrong: ['"D"'] },
  { name: "words nobody knows", right: ['"supported"'], wrong: ['"refuted"'] },
  { name: "a word for right alone", right: ['"yes"'], wrong: ['"poor"'] },
  { name: "n/a for none", right: ["1"], wrong: ["0"], none: '"n/a"' },
  { name: "lists", right: ["[1]"], wrong: ["[0]"] },
  { name: "objects", right: ['{"ok":true}'], wrong: ['{"ok":false}'] },
  ...(
    [
      ["vrai", "faux"],
      ["ja", "nein"],
      ["sí", "no"],
      ["да", "нет"],
      ["はい", "いいえ"],
      ["oui", "non"],
      ["verdadero", "falso"],
      ["yes!", "no!"],
      ["Yes.", "No."],
      ["yes\u200b", "no\u200b"],
      ["1,0", "0,0"],
      ["0,9", "0,1"],
      ["100 %", "0 %"],
      ["1/1", "0/1"],
      ["１", "０"],
      ["١", "٠"],
      ["1", "−1"],
      ["0x1", "0x0"],
      ["1;", "0;"],
      ["1_0", "0_0"],
      ["[1]", "[0]"],
      ["'true'", "'false'"],
      ['"yes"', '"no"'],
      ["<b>yes</b>", "<b>no</b>"],
      ["correct (minor)", "incorrect"],
      ["correct", "not correct"],
      ["correct", "partially correct"],
      ["correct", "unsure"],
      ["strong accept", "weak reject"],
      ["keep", "toss"],
      ["on", "off"],
      ["positive", "negative"],
      ["entailment", "contradiction"],
      ["pass", "timeout"],
      ["PASS", "ERROR"],
      ["+", "-"],
      ["x", "o"],
      ["👍", "👎"],
      ["✔️", "✖️"],
      ["★★★★★", "★"],
      ["five", "one"],
      ["2024-01-01", "2024-01-02"],
      ["inf", "0"],
      ["True", "None"],
      ["yes", "null"],
      ["yes", "undefined"],
      ["Y", "F"],
      ["T", "N"],
      ["C", "W"],
    ] as const
  ).map(([right, wrong]) => ({
    name: `${right} and ${wrong}`,
    right: [JSON.stringify(right)],
    wrong: [JSON.stringify(wrong)],
  })),
  { name: "a grade between two", right: ['"good"', '"ok"'], wrong: ['"bad"'] },
  { name: "invalid beside yes and no", right: ['"yes"'], wrong: ['"no"', '"invalid"'] },
  { name: "failed beside correct and wrong", right: ['"correct"'], wrong: ['"wrong"', '"failed"'] },
  { name: "maybe beside yes and no", right: ['"yes"'], wrong: ['"no"', '"maybe"'] },
  { name: "1 and words", right: ["1"], wrong: ['"bad one"'] },
  { name: "T and 0", right: ['"T"'], wrong: ["0"] },
  { name: "halves", right: ["1", "0.5"], wrong: ["0"] },
  { name: "nearly 0", right: ["1"], wrong: ["1e-17"] },
  { name: "thousands", right: ["1e3"], wrong: ["0"] },
  { name: "tens", right: ["10"], wrong: ["0"] },
  { name: "0 to 100", right: ["80", "100"], wrong: ["0", "20"] },
  { name: "0 to 5", right: ["4", "5"], wrong: ["0", "1"] },
  { name: "2 and 1", right: ["2"], wrong: ["1"] },
  { name: "0 and -1", right: ["0"], wrong: ["-1"] },
  { name: "three classes", right: ["1"], wrong: ["0", "2"] },
  { name: "64-bit integers", right: ["9007199254740993"], wrong: ["0"] },
  { name: "infinite", right: ["Infinity"], wrong: ["0"] },
  { name: "minus infinite", right: ["1"], wrong: ["-Infinity"] },
  { name: "beyond all numbers", right: ["1e999"], wrong: ["0"] },
  { name: "lists in texts", right: ['"[true]"'], wrong: ['"[false]"'] },
  { name: "empty lists", right: ["true"], wrong: ["[]"] },
];

/** Files in which only one answer is written: labels that all say the same, of rows that are not a random sample. */
export const marked: readonly Coding[] = [
  { name: "true or null", right: ["true"], wrong: ["null"], rows: 600, labels: 500 },
  { name: "1 or empty", right: ["1"], wrong: ['""'], rows: 600, labels: 500 },
  { name: "1 or NaN", right: ["1.0"], wrong: ["NaN"], rows: 600, labels: 500 },
  { name: "null or 0", right: ["null"], wrong: ["0"], rows: 600, labels: 500 },
  { name: "yes or spaces", right: ['"yes"'], wrong: ['" "'], rows: 600, labels: 500 },
];

export interface Tally {
  right: number;
  wrong: number;
  open: number;
  /** Values that are not understood. */
  refused: number;
  /** Marks of one answer. */
  marks: number;
}

const ROWS = 240;
const LABELS = 120;

/**
 * Audits files in which the truth is known: p is drawn so that 45 % or 55 % of the kept labels are right on average, where a
 * wrong verdict is likeliest (at most 2.5 %), or well on either side. Most rows have no label.
 */
export async function auditCodings(verdictOf: Judge, coding: Coding, audits: number, seed: number): Promise<Tally> {
  const roll = dice(seed);
  const chance = (share: number) => roll(2 ** 30) < share * 2 ** 30;
  const of = (values: readonly string[]) => values[roll(values.length)];
  const tally: Tally = { right: 0, wrong: 0, open: 0, refused: 0, marks: 0 };
  for (let audit = 0; audit < audits; audit++) {
    const [phi, psi] = [0.8, 0.4];
    const precision = [0.45, 0.55, 0.3, 0.7][audit % 4];
    // a = (1 − p)φ / ((1 − p)φ + pψ)
    const p = (phi * (1 - precision)) / (phi * (1 - precision) + psi * precision);
    const lines = Array.from({ length: coding.rows ?? ROWS }, (_, i) => {
      const correct = !chance(p);
      const kept = chance(correct ? phi : psi);
      const label = i < (coding.labels ?? LABELS) ? of(correct ? coding.right : coding.wrong) : coding.none;
      return `{"kept":${kept}${label === undefined ? "" : `,"label":${label}`},"loss":NaN}`;
    });
    const fields = { correct: "label", kept: "kept", ...coding.say };
    try {
      const answer = await verdictOf(lines, fields);
      if (answer === "open") tally.open++;
      else if (answer === (precision > 0.5 ? "below" : "above")) tally.right++;
      else tally.wrong++;
    } catch (error) {
      if (error instanceof UnknownValuesError) tally.refused++;
      else if (error instanceof DataError && error.code === "labels-of-one-kind") tally.marks++;
      else throw error;
    }
  }
  return tally;
}

/** Judges the lines of a file. */
export type Judge = (lines: readonly string[], fields: AuditFields) => Promise<"below" | "above" | "open">;

export function byAudit(core: Core): Judge {
  // there are few different lines, and reading each once is enough
  const known = new Map<string, FileRow["row"]>();
  const rowOf = (text: string) => {
    const row = known.get(text) ?? (parsePythonJson(text) as FileRow["row"]);
    known.set(text, row);
    return row;
  };
  return async (lines, fields) => {
    const rows = lines.map((text, i): FileRow => ({ line: i + 1, row: rowOf(text) }));
    const source: RowSource = {
      source: "made",
      name: "",
      read: async function* () {
        yield rows;
      },
    };
    const found = await auditRows(core, source, { fields, options: {} });
    const { verdict } = found?.result ?? {};
    return verdict === undefined || verdict === "inconclusive" ? "open" : verdict;
  };
}

/** By `check`, which reads a file. */
export function byCheck(folder: string): Judge {
  return async (lines, { kept, ...fields }) => {
    const file = join(folder, "coding.jsonl");
    writeFileSync(file, `${lines.join("\n")}\n`);
    const { answer } = await check(file, { kept, ...fields });
    switch (answer) {
      case "safe":
        return "below";
      case "unsafe":
        return "above";
      case "undecided":
        return "open";
      default:
        return answer satisfies never;
    }
  };
}
