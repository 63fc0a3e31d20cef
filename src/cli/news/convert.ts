import { DataError } from "../../core/errors.js";
import { quote } from "../../core/printable.js";
import { formatNumber } from "../../model/format.js";
import { bbcArticles, bbcFiles } from "../../news/convert/bbc.js";
import { type CsvColumns, csvArticles } from "../../news/convert/csv.js";
import { reutersArticles } from "../../news/convert/reuters.js";
import type { Found, SummaryFrom } from "../../news/convert/rows.js";
import { checkWritable } from "../../rows/files.js";
import { FileWriter, packingOf } from "../../rows/write.js";
import type { Context } from "../context.js";
import { UsageError } from "../failure.js";
import { Interrupt } from "../interrupt.js";
import { progressLine } from "../terminal/progress.js";

/** The options of `pstar news convert`. */
export interface NewsConvertFlags extends CsvColumns {
  out?: string;
  summaryFrom?: SummaryFrom;
  quiet?: boolean;
}

/** Bytes that are written at once. */
const BLOCK = 1 << 18;

/** Writes the articles of a source as JSON lines, one by one as they are read. */
export async function convertNews(
  form: string,
  source: string,
  flags: NewsConvertFlags,
  context: Context,
): Promise<void> {
  const { out, err } = context.streams;
  const articles = articlesOf(form, source, flags);
  if (flags.out !== undefined)
    await checkWritable(flags.out, [source, ...(form === "bbc" ? await bbcFiles(source) : [])]);
  const status = progressLine(err, flags.quiet);
  const interrupt = new Interrupt(() => status.stop());
  context.streams.onOutClosed(() => interrupt.abort());
  const file = flags.out === undefined ? undefined : await FileWriter.open(flags.out, packingOf(flags.out));
  let block = "";
  const flush = async (): Promise<void> => {
    if (file === undefined) out.write(block);
    else await file.write(Buffer.from(block));
    block = "";
  };
  try {
    const ids = new Set<string>();
    const passed = new Map<string, number>();
    for await (const found of articles) {
      interrupt.signal.throwIfAborted();
      const problem =
        "problem" in found ? found.problem.message : ids.has(found.article.id) ? "a repeated id" : undefined;
      if (problem !== undefined) passed.set(problem, (passed.get(problem) ?? 0) + 1);
      if (problem !== undefined || "problem" in found) continue;
      const { id, url, title, text, summary } = found.article;
      ids.add(id);
      block += `${JSON.stringify({ id, url, title, text, summary })}\n`;
      if (block.length >= BLOCK) await flush();
      status.update(`${formatNumber(ids.size)} articles`);
    }
    status.stop();
    const reasons = [...passed].map(([problem, count]) => `${problem} (${formatNumber(count)})`).join(", ");
    const also = reasons === "" ? "" : `; skipped: ${reasons}`;
    if (ids.size === 0) throw new DataError(`${source} contains no usable article${also}`);
    await flush();
    await file?.close();
    file?.publish();
    if (!flags.quiet) err.print(`${formatNumber(ids.size)} ${ids.size === 1 ? "article" : "articles"}${also}\n`);
  } catch (error) {
    status.stop();
    file?.discard();
    if (!interrupt.signal.aborted) throw inFlags(error);
    if (interrupt.exitCode === null) return; // standard output was closed
    err.print("interrupted\n");
    context.exitCode = interrupt.exitCode;
  } finally {
    interrupt.dispose();
  }
}

/** The error of the library, with the flag that names the column. */
function inFlags(error: unknown): unknown {
  if (!(error instanceof DataError) || error.code !== "no-usual-column") return error;
  const { file, of, columns } = error.params as { file: string; of: string; columns: readonly string[] };
  return new DataError(`${file} must have a column of the ${of}: name it by --${of}, got ${columns.join(", ")}`);
}

function articlesOf(form: string, source: string, flags: NewsConvertFlags): AsyncGenerator<Found> {
  const { id, url, title, text, summary, summaryFrom } = flags;
  const columns = Object.entries({ id, url, title, text, summary }).filter(([, column]) => column !== undefined);
  if (form === "csv") {
    if (summaryFrom !== undefined)
      throw new UsageError("--summary-from is for bbc and reuters: csv has --summary COLUMN");
    return csvArticles(source, Object.fromEntries(columns));
  }
  if (form !== "bbc" && form !== "reuters")
    throw new UsageError(`form must be one of csv, bbc, reuters, got ${quote(form)}`);
  if (columns.length > 0) throw new UsageError(`--${columns[0][0]} is for csv: ${form} has no columns`);
  return form === "bbc" ? bbcArticles(source, summaryFrom) : reutersArticles(source, summaryFrom);
}
