import { listOf } from "../../src/audit/labels.js";
import type { AuditQuestion } from "../../src/audit.js";
import { shellWord } from "../../src/model/format.js";
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
  design: "simple" | "stratified";
  classes: string;
  confidence: string;
}

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
    design: "simple",
    classes: "2",
    confidence: "0.95",
  };
}

/** What is asked of the worker; undefined while something is missing. */
export function auditQuestion(answers: Answers): AuditQuestion | undefined {
  const { correct, kept, score, threshold, by, weight, design } = answers;
  if (correct === "" || (kept === "" && score === "")) return undefined;
  const limit = readTyped(threshold);
  return {
    fields: {
      correct,
      ...(kept === "" ? { score } : { kept }),
      ...(weight === "" ? {} : { weight }),
      ...(by === "" ? {} : { by }),
      ...Object.fromEntries(WORDS.flatMap((name) => (answers[name] === "" ? [] : [[name, listOf(answers[name])]]))),
    },
    options: {
      ...(weight === "" ? { design } : {}),
      classes: readTyped(answers.classes),
      confidence: readTyped(answers.confidence),
      // One that is not a number is refused, not left out: another threshold would be judged.
      ...(kept === "" && threshold !== "" ? { threshold: limit } : {}),
    },
  };
}

/** The command line that says the same of the file. */
export function auditCommand(file: string, answers: Answers): string {
  const { correct, kept, score, threshold, by, weight, design, classes, confidence } = answers;
  const flags: [flag: string, value: string][] = [["--correct", correct]];
  for (const name of WORDS) if (answers[name] !== "") flags.push([`--${name}`, answers[name]]);
  flags.push(kept === "" ? ["--score", score] : ["--kept", kept]);
  if (kept === "" && threshold !== "") flags.push(["--threshold", typedText(threshold)]);
  if (weight !== "") flags.push(["--weight", weight]);
  else if (design !== "simple") flags.push(["--design", design]);
  if (by !== "") flags.push(["--by", by]);
  if (classes !== "2") flags.push(["--classes", typedText(classes)]);
  if (confidence !== "0.95") flags.push(["--confidence", typedText(confidence)]);
  return ["pstar audit", shellWord(file), ...flags.flatMap(([flag, value]) => [flag, shellWord(value)])].join(" ");
}

/** A number as the command line reads it. */
function typedText(text: string): string {
  const value = readTyped(text);
  return Number.isNaN(value) ? text : String(value);
}
