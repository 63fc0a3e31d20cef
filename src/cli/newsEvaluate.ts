import { basename } from "node:path";
import { DataError } from "../core/errors.js";
import { load } from "../index.js";
import type { Row } from "../rows/field.js";
import { readRows } from "../rows/read.js";
import type { Context } from "./context.js";
import { UsageError } from "./failure.js";
import { spelt, type Terminal } from "./terminal.js";
import { wrapped } from "./wrap.js";

/** The options of `pstar news evaluate`. */
export interface NewsEvaluateFlags {
  references: string;
  format: string;
  name?: string[];
}

interface Mean {
  mean: number;
  /** Standard error over the articles; null of one. */
  se: number | null;
}

const MEASURES = ["rouge1", "rouge2", "rougeL", "words"] as const;
type Measure = (typeof MEASURES)[number];
type Values = Record<Measure, number[]>;

interface Evaluation {
  schema: "pstar/news-evaluation@1";
  references: number;
  arms: ({ name: string; rows: number } & Record<Measure, Mean>)[];
  comparisons: {
    arm: string;
    against: string;
    measure: Measure;
    difference: number;
    se: number | null;
    /** Beyond two standard errors. */
    verdict: "better" | "worse" | "no difference seen";
    articles: number;
  }[];
}

const FIELDS = ["prediction", "summary", "completion", "generated_text", "predict"];

/** Reads predicted summaries, and says how near they are to those of humans. */
export async function evaluateNews(
  files: readonly string[],
  flags: NewsEvaluateFlags,
  context: Context,
): Promise<void> {
  if (flags.format !== "table" && flags.format !== "json")
    throw new UsageError(`--format must be table or json, got ${JSON.stringify(flags.format)}`);
  if ([...files, flags.references].filter((file) => file === "-").length > 1)
    throw new UsageError("standard input can be read once only");
  const references = await textsIn(flags.references, ["summary"]);
  const { rougeOf } = await rouge();
  const arms: { name: string; ids: string[]; values: Values }[] = [];
  for (const [i, file] of files.entries()) {
    const predictions = await textsIn(file, FIELDS);
    const ids = [...predictions.keys()];
    const stranger = ids.find((id) => !references.has(id));
    if (stranger !== undefined)
      throw new DataError(`${JSON.stringify(stranger)} of ${file} is no id of ${flags.references}`);
    const texts = [...predictions.values()];
    const scores = rougeOf(
      texts,
      ids.map((id) => references.get(id) as string),
    );
    const name = flags.name?.[i] ?? basename(file).replace(/\.jsonl(\.gz|\.zst)?$/, "");
    const words = texts.map((text) => text.split(/\s+/).filter((word) => word !== "").length);
    arms.push({ name, ids, values: { ...scores, words } });
  }
  const evaluation = evaluationOf(arms, references.size);
  const { out } = context.streams;
  out.write(flags.format === "json" ? `${JSON.stringify(evaluation, null, 2)}\n` : evaluationText(evaluation, out));
}

async function rouge() {
  const pstar = await load();
  return {
    rougeOf(candidates: string[], references: string[]): Omit<Values, "words"> {
      const scores = pstar.rouge(candidates, references);
      return {
        rouge1: scores.map(({ rouge1 }) => rouge1.f),
        rouge2: scores.map(({ rouge2 }) => rouge2.f),
        rougeL: scores.map(({ rougeL }) => rougeL.f),
      };
    },
  };
}

/** The text of each id. */
async function textsIn(file: string, fields: readonly string[]): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for await (const { rows, malformed } of readRows(file)) {
    for (const { line, reason } of malformed) throw new DataError(`${reason} (${file}, line ${line})`, { line });
    for (const { line, row } of rows) {
      const { id } = row as Row;
      const text = fields.map((field) => row[field]).find((value) => typeof value === "string");
      if (typeof id !== "string" || typeof text !== "string")
        throw new DataError(`a row must have an id and a ${fields.join(", ")}, both texts (${file}, line ${line})`, {
          line,
        });
      if (texts.has(id)) throw new DataError(`${JSON.stringify(id)} is there twice (${file}, line ${line})`, { line });
      texts.set(id, text);
    }
  }
  if (texts.size === 0) throw new DataError(`${file} holds no rows`);
  return texts;
}

function evaluationOf(
  arms: readonly { name: string; ids: string[]; values: Values }[],
  references: number,
): Evaluation {
  const [first, ...others] = arms;
  const places = new Map(first.ids.map((id, place) => [id, place]));
  const comparisons: Evaluation["comparisons"] = [];
  for (const { name, ids, values } of others) {
    const shared = ids.flatMap((id, i) => (places.has(id) ? [[i, places.get(id) as number]] : []));
    if (shared.length === 0) continue;
    for (const measure of ["rouge1", "rouge2", "rougeL"] as const) {
      const { mean, se } = meanOf(shared.map(([i, place]) => values[measure][i] - first.values[measure][place]));
      const verdict = se === null || Math.abs(mean) <= 2 * se ? "no difference seen" : mean > 0 ? "better" : "worse";
      comparisons.push({
        arm: name,
        against: first.name,
        measure,
        difference: mean,
        se,
        verdict,
        articles: shared.length,
      });
    }
  }
  return {
    schema: "pstar/news-evaluation@1",
    references,
    arms: arms.map(({ name, ids, values }) => ({
      name,
      rows: ids.length,
      rouge1: meanOf(values.rouge1),
      rouge2: meanOf(values.rouge2),
      rougeL: meanOf(values.rougeL),
      words: meanOf(values.words),
    })),
    comparisons,
  };
}

function meanOf(values: readonly number[]): Mean {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  return { mean, se: n < 2 ? null : Math.sqrt(squares / (n - 1) / n) };
}

function evaluationText({ arms, comparisons, references }: Evaluation, terminal: Terminal): string {
  const { bold, dim } = terminal.colors;
  const heads = ["arm", "rows", "ROUGE-1", "ROUGE-2", "ROUGE-L", "words"];
  const tableWith = (errors: boolean): string[] => {
    const rows = arms.map(({ name, rows: count, rouge1, rouge2, rougeL, words }) => [
      name,
      String(count),
      ...[rouge1, rouge2, rougeL].map(
        ({ mean, se }) => `${mean.toFixed(4)}${errors && se !== null ? ` ± ${se.toFixed(4)}` : ""}`,
      ),
      words.mean.toFixed(1),
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
  const note = `± is a standard error over the articles; ${references} references.`;
  return [
    bold(head),
    ...rows,
    "",
    ...told.flatMap((text) => wrapped(text.split(" "), terminal.columns)),
    ...wrapped(note.split(" "), terminal.columns).map(dim),
  ]
    .map((text) => `${spelt(text, terminal).trimEnd()}\n`)
    .join("");
}
