import type { KeptBy } from "../../src/audit/keptRows.js";
import type { DrawOptions } from "../../src/audit/sheet/draw.js";
import { LABEL } from "../../src/audit/sheet/sheet.js";
import type { AuditQuestion } from "../../src/audit.js";
import { shellWord } from "../../src/model/format.js";
import type { RowForm } from "../../src/rows/form.js";
import { listOf } from "../../src/rows/labels.js";
import type { RoleFields } from "../../src/rows/shapes.js";
import { readTyped } from "./properties.js";

/** What a reader says of a file: names of its fields (empty: none), and how its labels came about, as it stands in the form. */
export interface Answers {
  correct: string;
  /** Words of the label, with commas. */
  true: string;
  false: string;
  missing: string;
  kept: string;
  score: string;
  threshold: string;
  by: string;
  weight: string;
  /** What rows have in common that are not independent. */
  cluster: string;
  /** What a second person says of some rows. */
  second: string;
  /** A guess at the label, of all rows. */
  predicted: string;
  design: "simple" | "stratified";
  classes: string;
  confidence: string;
}

/** Roles that few files have, in the order of the command's result. */
export const RARE_ROLES = ["cluster", "second", "predicted"] as const;
const RARE_FLAGS = { cluster: "--cluster", second: "--second", predicted: "--predictions" } as const;
const WORDS = ["true", "false", "missing"] as const;

/** The first answers: which field is which, as the file tells. */
export function guessAnswers({ correct = "", kept = "", score = "", weight = "" }: RoleFields): Answers {
  return {
    correct,
    true: "",
    false: "",
    missing: "",
    kept,
    score: kept === "" ? score : "",
    threshold: "",
    by: "",
    weight,
    cluster: "",
    second: "",
    predicted: "",
    design: "simple",
    classes: "2",
    confidence: "0.95",
  };
}

/** Where labels are: in the file itself, in a sheet of some of its rows, or in a set of other rows of the same verifier. */
export type LabelsIn = "file" | "sheet" | "set";

/** The answers that count: a sheet knows how its rows were drawn, and by other rows the file is judged as a whole. */
function answersUsed(answers: Answers, where: LabelsIn): Answers {
  if (where === "file") return answers;
  const own: Answers = { ...answers, weight: "", design: "simple" };
  return where === "sheet"
    ? { ...own, correct: LABEL }
    : { ...own, by: "", ...Object.fromEntries(RARE_ROLES.map((name) => [name, ""])) };
}

/** What is asked of the worker; undefined while something is missing. */
export function auditQuestion(given: Answers, where: LabelsIn = "file"): AuditQuestion | undefined {
  const answers = answersUsed(given, where);
  const { correct, kept, score, threshold, by, weight } = answers;
  const rare = RARE_ROLES.flatMap((name) => (answers[name] === "" ? [] : [[name, answers[name]]]));
  if (correct === "" || (kept === "" && score === "")) return undefined;
  // no label of the file could recommend one
  if (where === "set" && kept === "" && threshold === "") return undefined;
  const limit = readTyped(threshold);
  const others = {
    ...(kept === "" ? { score } : { kept }),
    ...(weight === "" ? {} : { weight }),
    ...(by === "" ? {} : { by }),
    ...Object.fromEntries(rare),
    ...Object.fromEntries(WORDS.flatMap((name) => (answers[name] === "" ? [] : [[name, listOf(answers[name])]]))),
  };
  return {
    // in the order of the command's result
    fields: where === "sheet" ? { ...others, correct } : { correct, ...others },
    options: {
      ...(weight === "" && where === "file" ? { design: answers.design } : {}),
      classes: readTyped(answers.classes),
      confidence: readTyped(answers.confidence),
      // One that is not a number is refused, not left out: another threshold would be judged.
      ...(kept === "" && threshold !== "" ? { threshold: limit } : {}),
    },
  };
}

/** What is drawn to be labelled; without a number so many rows as would probably decide, or all there are. */
export type DrawQuestion = Omit<DrawOptions, "labels"> & { labels: number | null };

/** What is asked of a draw of rows to be labelled, of the same seed whenever it is asked; undefined while the verifier's field is missing. */
export function drawQuestion(answers: Answers, labels: number | null): DrawQuestion | undefined {
  const { kept, score, threshold, missing } = answers;
  if (kept === "" && score === "") return undefined;
  const limit = readTyped(threshold);
  const decided = threshold !== "" && !Number.isNaN(limit) ? `${score} >= ${limit}` : undefined;
  return {
    labels,
    seed: 1,
    ...(kept === "" ? (decided === undefined ? { score } : { kept: decided }) : { kept }),
    ...(missing === "" ? {} : { missing: listOf(missing) }),
  };
}

/** What decides that a row is kept. @param threshold The recommended one, if none was chosen. */
export function keptBy({ kept, score, threshold, missing }: Answers, recommended: number | null): KeptBy | undefined {
  const words = missing === "" ? {} : { missing: listOf(missing) };
  if (kept !== "") return { kept, ...words };
  const limit = threshold === "" ? recommended : readTyped(threshold);
  return score === "" || limit === null || Number.isNaN(limit) ? undefined : { score, threshold: limit, ...words };
}

/** The form in which the kept rows of a file are written: CSV in its dialect; all others as JSON lines, which JSONL keeps byte for byte. */
export function keptFormOf(form: RowForm): "csv" | "jsonl" {
  return form === "csv" ? "csv" : "jsonl";
}

/** The command line that says the same of the file. @param labels What has the labels, by its name. */
export function auditCommand(file: string, given: Answers, where: LabelsIn = "file", labels = ""): string {
  const answers = answersUsed(given, where);
  const { correct, kept, score, threshold, by, weight, design, classes, confidence } = answers;
  const flags: [flag: string, value: string][] =
    where === "sheet"
      ? [["--labels", labels]]
      : [...(where === "set" ? [["--calibration", labels] as [string, string]] : []), ["--correct", correct]];
  for (const name of WORDS) if (answers[name] !== "") flags.push([`--${name}`, answers[name]]);
  flags.push(kept === "" ? ["--score", score] : ["--kept", kept]);
  if (kept === "" && threshold !== "") flags.push(["--threshold", typedText(threshold)]);
  if (weight !== "") flags.push(["--weight", weight]);
  else if (design !== "simple") flags.push(["--design", design]);
  if (by !== "") flags.push(["--by", by]);
  for (const name of RARE_ROLES) if (answers[name] !== "") flags.push([RARE_FLAGS[name], answers[name]]);
  if (classes !== "2") flags.push(["--classes", typedText(classes)]);
  if (confidence !== "0.95") flags.push(["--confidence", typedText(confidence)]);
  return ["pstar audit", shellWord(file), ...flags.flatMap(([flag, value]) => [flag, shellWord(value)])].join(" ");
}

/** A number as the command line reads it. */
function typedText(text: string): string {
  const value = readTyped(text);
  return Number.isNaN(value) ? text : String(value);
}
