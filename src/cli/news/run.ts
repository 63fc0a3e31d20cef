import { ArgumentError, DataError } from "../../core/errors.js";
import { NewsFolder } from "../../news/experiment/folder.js";
import { newsPresets } from "../../news/experiment/options.js";
import type { NewsExample, NewsOutcome, NewsResult } from "../../news/experiment/result.js";
import { NewsExperiment } from "../../news/experiment/run.js";
import { newsCsv, newsExamples } from "../../news/experiment/summary.js";
import type { ArmTask } from "../../news/experiment/work.js";
import { newswireInSlices } from "../../news/newswire.js";
import type { Article } from "../../news.js";
import type { Row } from "../../rows/field.js";
import { checkWritable } from "../../rows/files.js";
import { readRows } from "../../rows/read.js";
import { loadText } from "../../text.js";
import { type Context, commandWith, sayWhoMayWrite } from "../context.js";
import { UsageError } from "../failure.js";
import { Interrupt } from "../interrupt.js";
import { progressLine } from "../terminal/progress.js";
import { jsonText, type Terminal } from "../terminal/terminal.js";
import { OpenModels } from "./models.js";
import type { NewsFlags } from "./options.js";
import { newsText } from "./text.js";

/** Runs the news experiment: the result to standard output and files, all else to standard error. */
export async function news(file: string | undefined, flags: NewsFlags, context: Context): Promise<void> {
  const { out, err } = context.streams;
  const say = (text: string) => {
    if (!flags.quiet) err.print(`${text}\n`);
  };
  const inputs = file === undefined ? [] : [file];
  if (flags.plot !== undefined) await checkWritable(flags.plot, inputs);
  if (flags.out !== undefined) NewsFolder.check(flags.out);
  const progress = progressLine(err, flags.quiet);
  const interrupt = new Interrupt(() => {
    progress.stop();
    say("stopping; press Ctrl-C again to exit at once");
  });
  const { signal } = interrupt;
  let outside: OpenModels | undefined;
  let folder: NewsFolder | undefined;
  try {
    const articles = await articlesOf(file, flags, signal, say);
    outside = await OpenModels.open(flags, signal, say).catch(asUsage);
    const experiment = await planned(articles, { ...flags, ...outside.options }, file ?? "newswire", signal);
    const { settings } = experiment;
    if (flags.out !== undefined)
      folder = await NewsFolder.open(flags.out, experiment, inputs, sayWhoMayWrite(flags.out, say));
    if (folder) await outside.keepAnswers(folder.answers);
    if (!folder && flags.plot === undefined) context.streams.onOutClosed(() => interrupt.abort());

    const [seed] = settings.seeds;
    const { train } = experiment.repetition(seed);
    const outcomes: NewsOutcome[] = [];
    const tasks: ArmTask[] = [];
    let examples: NewsExample[] = [];
    const { runExperimentInWorkers } = await import("../../news/experiment/pool.js");
    const start = performance.now();
    const { models } = outside;
    const running = interrupt.untilStopped(() =>
      runExperimentInWorkers(experiment, {
        models,
        onModel: ({ work, seed: of, done, total }) =>
          progress.update(`seed ${of}, ${work} summaries: ${done} of ${total}`, done / total),
        signal,
        workers: flags.workers,
        store: folder,
        onProgress: ({ done, total }) => {
          const seconds = Math.ceil(((performance.now() - start) / 1000 / done) * (total - done));
          progress.update(`${done} of ${total} steps, about ${seconds} s left`, done / total);
        },
        onArm: (outcome, _, task) => {
          outcomes.push(outcome);
          if (outcome.seed === seed) tasks.push(task);
        },
        onSynthetic: (of, synthetic) => {
          const [verifier] = settings.verifiers;
          if (of === seed) examples = newsExamples(train, synthetic, verifier, settings.fractions[0]);
        },
      }),
    );
    await running.finally(() => progress.stop());

    const result = experiment.result(outcomes);
    if (outcomes.length > 0) report(result, examples, flags, out);
    const written: string[] = [];
    if (folder) {
      const whole = { ...result, examples };
      if (result.complete) {
        written.push(...(await folder.finish(whole, experiment, tasks)));
      } else if (outcomes.length > 0) written.push(folder.finishPart(whole));
    }
    for (const chart of result.complete ? [flags.plot, folder?.chart] : []) {
      if (chart === undefined) continue;
      await drawArms(chart, result);
      written.push(chart);
    }
    if (written.length > 0) say(err.colors.dim(`wrote ${written.join(", ")}`));
    if (interrupt.exitCode === null) return;
    const all = experiment.arms.length * settings.seeds.length;
    const hint = folder ? (file === "-" ? "" : `; resume with: ${commandWith(context)}`) : "; with --out they are kept";
    err.print(`interrupted: ${outcomes.length} of ${all} arms finished${hint}\n`);
    context.exitCode = interrupt.exitCode;
  } catch (error) {
    if (interrupt.exitCode === null) throw error;
    context.exitCode = interrupt.exitCode;
  } finally {
    // its answers are in the folder, which is another process's as soon as it is closed
    try {
      await outside?.close();
    } finally {
      folder?.close();
    }
    interrupt.dispose();
  }
}

/** Draws the arms into a PNG or SVG file, by its name. */
export async function drawArms(file: string, result: NewsResult): Promise<void> {
  // the canvas is large, and many runs never draw
  const { printTheme, writeFigureFile } = await import("../run/render.js");
  const { newsFigure } = await import("../../figure/arms.js");
  writeFigureFile(file, newsFigure(result, { theme: printTheme }));
}

/** The names of models come from the command line. */
function asUsage(error: unknown): never {
  throw error instanceof ArgumentError ? new UsageError(error, { lines: error.lines }) : error;
}

async function articlesOf(
  file: string | undefined,
  { preset, articles: most }: NewsFlags,
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<Article[]> {
  if (file === undefined)
    return newswireInSlices(await loadText(), { articles: most ?? newsPresets[preset].articles }, { signal });
  const { articles, skipped } = await readArticles(file, { most, signal });
  if (skipped.repeated > 0) say(`${skipped.repeated} rows repeat an earlier article and are skipped`);
  if (skipped.unreadable > 0) say(`${skipped.unreadable} rows are skipped; the first: ${skipped.first}`);
  return articles;
}

async function planned(
  articles: readonly Article[],
  flags: NewsFlags,
  source: string,
  signal: AbortSignal,
): Promise<NewsExperiment> {
  const { articles: _, description: _also, ...preset } = newsPresets[flags.preset];
  const { seeds, fractions, verifiers, model, oracle, bestOf, threshold, temperature, noise } = flags;
  const { generator, scorer, prompt } = flags;
  const own = { seeds, fractions, verifiers, model, oracle, bestOf, threshold, temperature, noise };
  const told = { ...own, generator, scorer, prompt };
  const given = Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined));
  try {
    return await NewsExperiment.plan(await loadText(), articles, { ...preset, ...given }, source, { signal });
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    throw error.field === "articles"
      ? new DataError(error, { lines: error.lines })
      : new UsageError(error, { lines: error.lines });
  }
}

function report(result: NewsResult, examples: readonly NewsExample[], { format }: NewsFlags, out: Terminal): void {
  if (format === "json") out.write(jsonText({ ...result, examples }));
  else if (format === "csv") out.write(newsCsv(result));
  else out.print(newsText(result, examples, out));
}

/** Rows that were skipped. */
interface NewsSkipped {
  /** Of a text that came before. */
  repeated: number;
  unreadable: number;
  first: string | null;
}

/**
 * Reads articles with their summaries from JSONL as XL-Sum's; at most so many.
 *
 * @throws DataError if no row is an article.
 */
async function readArticles(
  file: string,
  { most = Number.POSITIVE_INFINITY, signal }: { most?: number; signal?: AbortSignal },
): Promise<{ articles: Article[]; skipped: NewsSkipped }> {
  const name = file === "-" ? "standard input" : file;
  const articles: Article[] = [];
  const skipped: NewsSkipped = { repeated: 0, unreadable: 0, first: null };
  const texts = new Set<string>();
  const ids = new Set<string>();
  let firstLine = Number.POSITIVE_INFINITY;
  const pass = (reason: string, line: number) => {
    skipped.unreadable++;
    if (line > firstLine) return;
    firstLine = line;
    skipped.first = `${reason} (${name}, line ${line})`;
  };
  reading: for await (const { rows, malformed } of readRows(file, { signal })) {
    for (const { line, reason } of malformed) pass(reason, line);
    for (const { line, row } of rows) {
      const article = articleOf(row, line);
      if (typeof article === "string") pass(article, line);
      else if (texts.has(article.text) || ids.has(article.id)) skipped.repeated++;
      else {
        texts.add(article.text);
        ids.add(article.id);
        articles.push(article);
        if (articles.length >= most) break reading;
      }
    }
  }
  if (articles.length > 0) return { articles, skipped };
  throw new DataError(
    `${name} must hold rows {id, text, summary}, got none${skipped.first ? `: ${skipped.first}` : ""}`,
  );
}

/** The article of a row, or what is wrong with it. */
function articleOf({ id, text, summary }: Row, line: number): Article | string {
  for (const [field, value] of Object.entries({ text, summary })) {
    if (typeof value !== "string" || !/[\p{L}\p{N}]/u.test(value)) return `no words in the field "${field}"`;
  }
  const named = ["string", "number", "bigint"].includes(typeof id) ? String(id) : `line-${line}`;
  return { id: named, text: text as string, summary: summary as string };
}
