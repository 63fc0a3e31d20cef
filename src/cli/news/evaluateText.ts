import type { NewsEvaluation } from "../../news/evaluation.js";
import { paragraph, signed } from "../terminal/format.js";
import { type Column, table } from "../terminal/table.js";
import type { Terminal } from "../terminal/terminal.js";

type Arm = NewsEvaluation["arms"][number];

/** The evaluation as text: a table, and what the differences say. */
export function evaluationText(evaluation: NewsEvaluation, terminal: Terminal): string {
  const { arms, comparisons, references } = evaluation;
  const withErrors = table(columnsOf(arms, true), terminal);
  const { lines: rows } = withErrors.dropped.length === 0 ? withErrors : table(columnsOf(arms, false), terminal);
  const sentences = comparisons
    .filter(({ measure }) => measure === "rouge1")
    .map(({ arm, against, difference, se, verdict, articles }) => {
      const error = se === null ? "" : ` ± ${se.toFixed(4)}`;
      return `${arm} against ${against}: ROUGE-1 ${signed(difference, 4)}${error} over ${articles} articles, ${verdict}.`;
    });
  const partial = arms
    .filter(({ rows }) => rows < references)
    .map(
      ({ name, rows }) =>
        `${name} has predictions for ${rows} of the ${references} articles: its means are over those alone.`,
    );
  const note = `± is a standard error over the articles; ${references} references.`;
  const lines = [
    ...rows,
    "",
    ...[...sentences, ...partial].flatMap((sentence) => paragraph(sentence, terminal)),
    ...paragraph(note, terminal).map(terminal.colors.dim),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

/** Without errors the columns are narrower; what the experiment knows of the arms leaves first. */
function columnsOf(arms: readonly Arm[], errors: boolean): Column[] {
  const column = (head: string, text: (arm: Arm) => string, leaves?: number): Column => ({
    head,
    align: "right",
    cells: arms.map(text),
    leaves,
  });
  const measure = (name: "rouge1" | "rouge2" | "rougeL") => (arm: Arm) => {
    const { mean, se } = arm[name];
    return `${mean.toFixed(4)}${errors && se !== null ? ` ± ${se.toFixed(4)}` : ""}`;
  };
  const known = (name: "keptRouge1" | "errorRate" | "breakdown", digits: number) => (arm: Arm) =>
    arm.experiment?.[name]?.toFixed(digits) ?? "";
  const columns = [
    { ...column("arm", ({ name }) => name), align: "left" as const },
    column("rows", ({ rows }) => String(rows), 5),
    column("ROUGE-1", measure("rouge1")),
    column("ROUGE-2", measure("rouge2"), 1),
    column("ROUGE-L", measure("rougeL"), 2),
    column("words", ({ words }) => words.mean.toFixed(1), 6),
  ];
  if (arms.every(({ experiment }) => experiment === undefined)) return columns;
  return [
    ...columns,
    column("kept R1", known("keptRouge1", 3), 4),
    column("p", known("errorRate", 2), 4),
    column("p⋆", known("breakdown", 2), 4),
    column("predicted", ({ experiment }) => experiment?.prediction ?? "", 3),
  ];
}
