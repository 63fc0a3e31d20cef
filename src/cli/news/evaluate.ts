import { basename, join } from "node:path";
import { DataError, FileError } from "../../core/errors.js";
import { quote } from "../../core/printable.js";
import { meanWithError } from "../../model/statistics.js";
import type { NewsResult } from "../../news/experiment/result.js";
import type { Row } from "../../rows/field.js";
import { isFolder, readText } from "../../rows/files.js";
import { readRows } from "../../rows/read.js";
import { loadText, rouge } from "../../text.js";
import type { Context } from "../context.js";
import { UsageError } from "../failure.js";
import { jsonText } from "../terminal/terminal.js";
import { type Evaluation, evaluationText, type Known, type Mean, type Measure } from "./evaluateText.js";

/** The options of `pstar news evaluate`. */
export interface NewsEvaluateFlags {
  references: string;
  format: string;
  name?: string[];
}

type Values = Record<Measure, number[]>;

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
  const references = await textsIn(experiment?.references ?? flags.references, ["summary", "completion"]);
  const { rougeOf } = await newsRouge();
  const arms: { name: string; ids: string[]; values: Values }[] = [];
  for (const [i, file] of files.entries()) {
    const predictions = await textsIn(file, FIELDS);
    const ids = [...predictions.keys()];
    const stranger = ids.find((id) => !references.has(id));
    if (stranger !== undefined)
      throw new DataError(`${quote(stranger)} of ${file} is not an id of ${flags.references}`);
    const texts = [...predictions.values()];
    const scores = rougeOf(
      texts,
      ids.map((id) => references.get(id) as string),
    );
    const name = flags.name?.[i] ?? basename(file).replace(/\.jsonl(\.gz|\.zst)?$/, "");
    const words = texts.map((text) => text.split(/\s+/).filter((word) => word !== "").length);
    arms.push({ name, ids, values: { ...scores, words } });
  }
  const evaluation = evaluationOf(arms, references.size, experiment?.known);
  const { out } = context.streams;
  if (flags.format === "json") out.write(jsonText(evaluation));
  else out.print(evaluationText(evaluation, out));
}

async function newsRouge() {
  const core = await loadText();
  return {
    rougeOf(candidates: string[], references: string[]): Omit<Values, "words"> {
      const scores = rouge(core, candidates, references);
      return {
        rouge1: scores.map(({ rouge1 }) => rouge1.f),
        rouge2: scores.map(({ rouge2 }) => rouge2.f),
        rougeL: scores.map(({ rougeL }) => rougeL.f),
      };
    },
  };
}

/**
 * The held-out articles of a folder that `pstar news --out` has written, and what it says of its arms; undefined of a file.
 *
 * @throws DataError where the folder holds no finished experiment.
 */
async function experimentIn(
  place: string,
): Promise<{ references: string; known: ReadonlyMap<string, Known> } | undefined> {
  if (place === "-" || !(await isFolder(place))) return undefined;
  const file = join(place, "result.json");
  const known = new Map<string, Known>();
  try {
    for (const { name, selected, rates, prediction } of (JSON.parse(await readText(file)) as NewsResult).arms) {
      known.set(name, {
        keptRouge1: selected?.rouge1.mean ?? null,
        errorRate: rates?.errorRate.mean ?? null,
        breakdown: rates?.breakdown.mean ?? null,
        prediction,
      });
    }
  } catch (error) {
    if (error instanceof FileError) throw error;
    throw new DataError(`${file} must be a result, as pstar news --out writes it`);
  }
  return { references: join(place, "test.jsonl"), known };
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
      if (texts.has(id)) throw new DataError(`${quote(id)} occurs twice (${file}, line ${line})`, { line });
      texts.set(id, text);
    }
  }
  if (texts.size === 0) throw new DataError(`${file} holds no rows`);
  return texts;
}

function evaluationOf(
  arms: readonly { name: string; ids: string[]; values: Values }[],
  references: number,
  known: ReadonlyMap<string, Known> | undefined,
): Evaluation {
  const [first, ...others] = arms;
  const places = new Map(first.ids.map((id, place) => [id, place]));
  const comparisons: Evaluation["comparisons"] = [];
  for (const { name, ids, values } of others) {
    const shared = ids.flatMap((id, i) => (places.has(id) ? [[i, places.get(id) as number]] : []));
    if (shared.length === 0) continue;
    for (const measure of ["rouge1", "rouge2", "rougeL"] as const) {
      const { mean, se } = meanOverRows(shared.map(([i, place]) => values[measure][i] - first.values[measure][place]));
      const verdict = se === null || Math.abs(mean) <= 2 * se ? "inconclusive" : mean > 0 ? "better" : "worse";
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
      rouge1: meanOverRows(values.rouge1),
      rouge2: meanOverRows(values.rouge2),
      rougeL: meanOverRows(values.rougeL),
      words: meanOverRows(values.words),
      ...(known?.has(name) ? { experiment: known.get(name) } : {}),
    })),
    comparisons,
  };
}

/** No arm is without rows. */
function meanOverRows(values: readonly number[]): Mean {
  const { mean, se } = meanWithError(values);
  return { mean: mean as number, se };
}
