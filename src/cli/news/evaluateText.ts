import { spelt, type Terminal } from "../terminal/terminal.js";
import { wrapped } from "../terminal/wrap.js";
import type { Evaluation } from "./evaluate.js";

/** What the experiment says of the summaries that an arm learned from. */
const KNOWN_HEADS = ["kept R1", "p", "p⋆", "predicted"];

/** The evaluation as text: a table, and what the differences say. */
export function evaluationText({ arms, comparisons, references }: Evaluation, terminal: Terminal): string {
  const { bold, dim } = terminal.colors;
  const hasKnown = arms.some(({ experiment }) => experiment !== undefined);
  const heads = ["arm", "rows", "ROUGE-1", "ROUGE-2", "ROUGE-L", "words", ...(hasKnown ? KNOWN_HEADS : [])];
  const tableWith = (errors: boolean): string[] => {
    const rows = arms.map(({ name, rows: count, rouge1, rouge2, rougeL, words, experiment }) => [
      name,
      String(count),
      ...[rouge1, rouge2, rougeL].map(
        ({ mean, se }) => `${mean.toFixed(4)}${errors && se !== null ? ` ± ${se.toFixed(4)}` : ""}`,
      ),
      words.mean.toFixed(1),
      ...(hasKnown ? knownCells(experiment) : []),
    ]);
    const widths = heads.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i].length)));
    return [heads, ...rows].map((cells) =>
      cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("  "),
    );
  };
  const whole = tableWith(true);
  const [head, ...rows] = whole[0].length <= terminal.columns ? whole : tableWith(false);
  const told = comparisons
    .filter(({ measure }) => measure === "rouge1")
    .map(({ arm, against, difference, se, verdict, articles }) => {
      const sign = difference < 0 ? "−" : "+";
      const error = se === null ? "" : ` ± ${se.toFixed(4)}`;
      return `${arm} against ${against}: ROUGE-1 ${sign}${Math.abs(difference).toFixed(4)}${error} over ${articles} articles, ${verdict}.`;
    });
  const partial = arms.filter(({ rows }) => rows < references);
  const notes = partial.map(
    ({ name, rows }) =>
      `${name} has predictions of ${rows} of the ${references} articles: its means are of those alone.`,
  );
  const note = `± is a standard error over the articles; ${references} references.`;
  return [
    bold(head),
    ...rows,
    "",
    ...told.flatMap((text) => wrapped(text.split(" "), terminal.columns)),
    ...notes.flatMap((text) => wrapped(text.split(" "), terminal.columns)),
    ...wrapped(note.split(" "), terminal.columns).map(dim),
  ]
    .map((text) => `${spelt(text, terminal).trimEnd()}\n`)
    .join("");
}

function knownCells(known: Evaluation["arms"][number]["experiment"]): string[] {
  const number = (value: number | null | undefined, digits: number) => value?.toFixed(digits) ?? "";
  return [
    number(known?.keptRouge1, 3),
    number(known?.errorRate, 2),
    number(known?.breakdown, 2),
    known?.prediction ?? "",
  ];
}
