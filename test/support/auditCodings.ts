import { auditRows, type RowSource } from "../../src/audit/file.js";
import { type AuditFields, UnknownValuesError } from "../../src/audit/row.js";
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
];

export interface Tally {
  right: number;
  wrong: number;
  open: number;
  refused: number;
}

const ROWS = 600;
const LABELS = 120;

/**
 * Audits files in which the truth is known: p is drawn so that 45 % or 55 % of the kept labels are right on average, where a
 * wrong verdict is likeliest (at most 2.5 %), or well on either side. Most rows have no label.
 */
export async function auditCodings(core: Core, coding: Coding, audits: number, seed: number): Promise<Tally> {
  const roll = dice(seed);
  const chance = (share: number) => roll(2 ** 30) < share * 2 ** 30;
  const of = (values: readonly string[]) => values[roll(values.length)];
  const tally: Tally = { right: 0, wrong: 0, open: 0, refused: 0 };
  for (let audit = 0; audit < audits; audit++) {
    const [phi, psi] = [0.8, 0.4];
    const precision = [0.45, 0.55, 0.3, 0.7][audit % 4];
    // a = (1 − p)φ / ((1 − p)φ + pψ)
    const p = (phi * (1 - precision)) / (phi * (1 - precision) + psi * precision);
    const rows = Array.from({ length: ROWS }, (_, i): FileRow => {
      const correct = !chance(p);
      const kept = chance(correct ? phi : psi);
      const label = i < LABELS ? of(correct ? coding.right : coding.wrong) : coding.none;
      const text = `{"kept":${kept}${label === undefined ? "" : `,"label":${label}`}}`;
      return { line: i + 1, row: parsePythonJson(`${text.slice(0, -1)},"loss":NaN}`) as FileRow["row"] };
    });
    const source: RowSource = {
      source: "made",
      name: "",
      read: async function* () {
        yield rows;
      },
    };
    const fields = { correct: "label", kept: "kept", ...coding.say };
    try {
      const found = await auditRows(core, source, { fields, options: {} });
      const { verdict } = found?.result ?? {};
      if (verdict === "inconclusive") tally.open++;
      else if (verdict === (precision > 0.5 ? "below" : "above")) tally.right++;
      else tally.wrong++;
    } catch (error) {
      if (!(error instanceof UnknownValuesError)) throw error;
      tally.refused++;
    }
  }
  return tally;
}
