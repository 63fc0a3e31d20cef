import { basename, join } from "node:path";
import { DataError } from "../../core/errors.js";
import { quote } from "../../core/printable.js";
import type { Reason } from "../../core/reasons.js";
import {
  type ArmExperiment,
  evaluateSummaries,
  experimentsOf,
  type NewsEvaluation,
  type Predictions,
} from "../../news/evaluation.js";
import type { Row } from "../../rows/field.js";
import { isFolder, readText } from "../../rows/files.js";
import { OF_ROWS } from "../../rows/paths.js";
import { readRows } from "../../rows/read.js";
import { loadText } from "../../text.js";
import type { Context } from "../context.js";
import { UsageError } from "../failure.js";
import { leaveSignalsToSystem } from "../interrupt.js";
import { paragraph, signed } from "../terminal/format.js";
import { type Column, table } from "../terminal/table.js";
import { jsonText, type Terminal } from "../terminal/terminal.js";
import { correlationText, sidesText } from "./text.js";

/** The options of `pstar news evaluate`. */
export interface NewsEvaluateFlags {
  references: string;
  format: string;
  name?: string[];
  tokenizer?: "ascii" | "unicode";
}

const FIELDS = ["prediction", "summary", "completion", "generated_text", "predict"];

/** Reads predicted summaries, and says how near they are to those of humans. */
export async function evaluateNews(
  files: readonly string[],
  flags: NewsEvaluateFlags,
  context: Context,
): Promise<void> {
  if (flags.format !== "table" && flags.format !== "json")
    throw new UsageError(`--format must be table or json, got ${quote(flags.format)}`);
  if ([...files, flags.references].filter((file) => file === "-").length > 1)
    throw new UsageError("standard input can be read only once");
  const experiment = await experimentIn(flags.references);
  const onNote = (name: string, { message }: Reason) => context.streams.err.print(`note: ${name}: ${message}\n`);
  const references = await textsIn(experiment?.references ?? flags.references, ["summary", "completion"], onNote);
  const arms: Predictions[] = [];
  for (const [i, file] of files.entries()) {
    const texts = await textsIn(file, FIELDS, onNote);
    const stranger = [...texts.keys()].find((id) => !references.has(id));
    if (stranger !== undefined)
      throw new DataError(`${quote(stranger)} of ${file} is not an id of ${flags.references}`);
    arms.push({ name: flags.name?.[i] ?? basename(file).replace(OF_ROWS, ""), texts });
  }
  await leaveSignalsToSystem(); // a pair of long texts is compared without a pause
  const evaluation = await evaluateSummaries(await loadText(), references, arms, experiment?.arms, flags.tokenizer);
  const { out } = context.streams;
  if (flags.format === "json") out.write(jsonText(evaluation));
  else out.print(evaluationText(evaluation, out));
}

/**
 * The held-out articles of a folder that `pstar news --out` has written, and what it says of its arms; undefined of a file.
 *
 * @throws DataError if the folder holds no finished experiment.
 */
async function experimentIn(
  place: string,
): Promise<{ references: string; arms: ReadonlyMap<string, ArmExperiment> } | undefined> {
  if (place === "-" || !(await isFolder(place))) return undefined;
  const file = join(place, "result.json");
  const arms = experimentsOf(parsed(await readText(file)));
  if (arms === undefined) throw new DataError(`${file} must be a result, as pstar news --out writes it`);
  return { references: join(place, "test.jsonl"), arms };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The text of each id. */
async function textsIn(
  file: string,
  fields: readonly string[],
  onNote: (name: string, note: Reason) => void,
): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for await (const { rows, malformed } of readRows(file, { onNote })) {
    for (const { line, reason } of malformed) throw new DataError(`${reason} (${file}, line ${line})`, { line });
    for (const { line, row } of rows) {
      const id = idOf(row, file, line);
      const text = fields.map((field) => row[field]).find((value) => typeof value === "string");
      if (typeof id !== "string" || typeof text !== "string")
        throw new DataError(
          `a row must have an id, a text or a whole number, and a text as ${fields.join(", ")} (${file}, line ${line})`,
          {
            line,
          },
        );
      if (texts.has(id)) throw new DataError(`${quote(id)} occurs twice (${file}, line ${line})`, { line });
      texts.set(id, text);
    }
  }
  if (texts.size === 0) throw new DataError(`${file} holds no rows`);
  return texts;
}

/** The id of a row as a text; a number counts if it is exact. */
function idOf({ id }: Row, file: string, line: number): unknown {
  if (typeof id === "bigint") return String(id);
  if (typeof id !== "number") return id;
  if (Number.isSafeInteger(id)) return String(id);
  throw new DataError(
    `a number that is an id must be an integer of at most 15 digits, got ${id} (${file}, line ${line}): write longer ones as texts`,
    { line },
  );
}

type Arm = NewsEvaluation["arms"][number];

/** The evaluation as text: a table, and what the differences say. */
function evaluationText(evaluation: NewsEvaluation, terminal: Terminal): string {
  const { arms, comparisons, correlation, references, mostlyUnread } = evaluation;
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
  const predictions = arms.reduce((sum, { rows }) => sum + rows, 0);
  const unread =
    mostlyUnread === 0
      ? []
      : [
          `The tokenizer reads less than half of the letters of ${mostlyUnread} of ${predictions} predictions or of their references, so ROUGE says little of them: --tokenizer unicode reads the letters of all scripts.`,
        ];
  const known = [
    correlationText(correlation),
    ...arms.map(({ name, experiment }) => sidesText(name, experiment?.thresholds ?? [])),
  ].filter((sentence) => sentence !== "");
  const note = `± is a standard error over the articles; better and worse by Student's t at the level of 5 %; ${references} references.`;
  const lines = [
    ...rows,
    "",
    ...[...sentences, ...known, ...partial, ...unread].flatMap((sentence) => paragraph(sentence, terminal)),
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
