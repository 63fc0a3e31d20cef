import { ArgumentError, DataError } from "../../core/errors.js";
import { inertJson } from "../../core/printable.js";
import { nextTask } from "../../core/slices.js";
import { formatNumber, shellWord } from "../../model/format.js";
import { checkWritable } from "../../rows/files.js";
import { textPieces } from "../../rows/read.js";
import { scratchFiles } from "../../rows/scratch.js";
import type { Compression } from "../../rows/unpack.js";
import { FileWriter } from "../../rows/write.js";
import { arpaBytes } from "../../text/arpa.js";
import { type LargeNgramModel, trainWithin } from "../../text/ngramLarge.js";
import {
  loadText,
  type NgramEvaluation,
  type NgramModel,
  type NgramProgress,
  readLanguageModel,
  type TokenizerName,
  writeArpa,
} from "../../text.js";
import type { Context } from "../context.js";
import { UsageError } from "../failure.js";
import { Interrupt } from "../interrupt.js";
import { type ProgressLine, progressLine } from "../terminal/progress.js";
import { skippedText, type TextFlags, type TextRow, TextRows, withTextField } from "./rows.js";
import { lmSummaryJson, lmSummaryText, perplexityText } from "./text.js";

/** The options of `pstar lm train`. */
export interface LmTrainFlags extends TextFlags {
  order: number;
  minCount: number;
  tokenizer: TokenizerName;
  out?: string;
  /** Bytes. */
  memory: number;
  heldOut?: string;
  format: "table" | "json";
  quiet?: boolean;
}

/** Bytes that Node itself takes, with what it reads and writes. */
const OF_NODE = 150e6;

/** Trains a language model on the texts of files. */
export async function trainModel(files: readonly string[], asked: LmTrainFlags, context: Context): Promise<void> {
  const { out, err } = context.streams;
  if (files.includes("-") && asked.heldOut === "-") {
    throw new UsageError("standard input can be read only once: --held-out needs a file");
  }
  const flags = await withTextField(files, asked, context);
  const training = new TextRows(files, flags);
  const heldOut = flags.heldOut === undefined ? undefined : new TextRows([flags.heldOut], flags);
  if (flags.out !== undefined)
    await checkWritable(flags.out, [...(await training.files()), ...((await heldOut?.files()) ?? [])]);
  const status = progressLine(err, flags.quiet);
  const interrupt = new Interrupt(() => status.stop());
  const { signal } = interrupt;
  context.streams.onOutClosed(() => interrupt.abort());
  try {
    const model = await train(training, flags, signal, status);
    status.update("reading the held-out texts");
    const evaluation = heldOut === undefined ? null : await model.evaluate(heldOut.texts(signal));
    status.update("writing the model");
    if (flags.out !== undefined) await writeModel(model, flags.out, signal);
    else {
      for (const piece of writeArpa(model)) {
        out.write(piece);
        await out.taken();
        await nextTask();
        signal.throwIfAborted();
      }
    }
    status.stop();
    for (const rows of [training, heldOut]) {
      const warning = rows === undefined ? "" : skippedText(rows.skipped);
      if (warning !== "" && !flags.quiet) err.print(`${err.colors.yellow("warning:")} ${warning}\n`);
    }
    const summary = { model, evaluation, skipped: training.skipped.count };
    const to = flags.out === undefined ? err : out;
    if (flags.out === undefined && flags.quiet) return;
    if (flags.format === "json") to.write(lmSummaryJson(summary));
    else to.print(lmSummaryText(summary, to));
    if (flags.out !== undefined && err.interactive && !flags.quiet) {
      err.print(
        err.colors.dim(`wrote ${flags.out}; to score texts: pstar lm score FILE --lm ${shellWord(flags.out)}\n`),
      );
    }
  } catch (error) {
    status.stop();
    if (!signal.aborted) throw error;
    if (interrupt.exitCode === null) return; // standard output was closed
    err.print("interrupted: no model was written\n");
    context.exitCode = interrupt.exitCode;
  } finally {
    interrupt.dispose();
  }
}

async function train(
  rows: TextRows,
  { order, minCount, tokenizer, ...flags }: LmTrainFlags,
  signal: AbortSignal,
  status: ProgressLine,
): Promise<NgramModel | LargeNgramModel> {
  const core = await loadText();
  let read: number | null = null;
  const texts = rows.texts(signal, (share) => {
    read = share;
  });
  const onProgress = ({ phase, tokens, share }: NgramProgress) => {
    if (phase === "reading") status.update(`reading: ${formatNumber(tokens)} tokens`, read);
    else status.update("counting", share);
  };
  try {
    const options = { order, minCount, tokenizer, signal, onProgress, scratch: scratchFiles };
    return await trainWithin(core, texts, { ...options, memoryLimit: flags.memory - OF_NODE });
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error; // of the arguments only the texts can be at fault
    if (error.got !== undefined) throw new DataError(error, { lines: error.lines }, { cause: error });
    const skipped = skippedText(rows.skipped);
    throw new DataError(`there is no text to learn from${skipped === "" ? "" : `: ${skipped}`}`, {}, { cause: error });
  }
}

/** Writes the model whole or not at all. */
async function writeModel(model: NgramModel | LargeNgramModel, file: string, signal: AbortSignal): Promise<void> {
  const writer = await FileWriter.open(file, compressionOf(file));
  try {
    for (const piece of arpaBytes(model)) {
      await writer.write(piece);
      await nextTask();
      signal.throwIfAborted();
    }
    await writer.close();
    writer.publish();
  } catch (error) {
    writer.discard();
    throw error;
  }
}

function compressionOf(file: string): Compression {
  if (/\.gz$/i.test(file)) return "gz";
  return /\.zst$/i.test(file) ? "zst" : "none";
}

/** The options of `pstar lm score`. */
export interface LmScoreFlags extends TextFlags {
  lm: string;
  tokenizer?: TokenizerName;
  quiet?: boolean;
}

/** Scores the texts of files by a language model, one JSON object a text. */
export async function scoreTexts(files: readonly string[], asked: LmScoreFlags, context: Context): Promise<void> {
  const { out, err } = context.streams;
  if (files.includes("-") && asked.lm === "-")
    throw new UsageError("standard input can be read only once: --lm needs a file");
  const flags = await withTextField(files, asked, context);
  const texts = new TextRows(files, flags);
  const status = progressLine(err, flags.quiet);
  const interrupt = new Interrupt(() => status.stop());
  const { signal } = interrupt;
  context.streams.onOutClosed(() => interrupt.abort());
  const sums = { texts: 0, tokens: 0, unknown: 0, logProb: 0 };
  try {
    const core = await loadText();
    status.update("reading the model");
    const name = flags.lm === "-" ? "standard input" : flags.lm;
    const model = await readLanguageModel(core, textPieces(flags.lm, signal), { tokenizer: flags.tokenizer, name });
    for await (const rows of texts.read(signal)) {
      out.write(inertJson(scoreRows(model, rows, sums)));
      await out.taken();
      status.update(`${formatNumber(sums.texts)} texts, ${formatNumber(sums.tokens)} tokens`);
    }
    status.stop();
    const skipped = skippedText(texts.skipped);
    if (sums.texts === 0) throw new DataError(`there is no text to score${skipped === "" ? "" : `: ${skipped}`}`);
    if (flags.quiet) return;
    if (skipped !== "") err.print(`${err.colors.yellow("warning:")} ${skipped}\n`);
    const all: NgramEvaluation = { ...sums, perplexity: model.perplexityOf(sums.logProb, sums.tokens) };
    err.print(`${perplexityText("together:", all)}\n`);
  } catch (error) {
    status.stop();
    if (!signal.aborted) throw error;
    if (interrupt.exitCode === null) return; // standard output was closed
    err.print(`interrupted: ${formatNumber(sums.texts)} texts were scored\n`);
    context.exitCode = interrupt.exitCode;
  } finally {
    interrupt.dispose();
  }
}

/** The lines of some rows; their sums are added to `sums`. */
function scoreRows(model: NgramModel, rows: readonly TextRow[], sums: Omit<NgramEvaluation, "perplexity">): string {
  const prompts = rows.map(({ prompt }) => prompt);
  const scores = model.score(
    rows.map(({ text }) => text),
    { prompts },
  );
  sums.texts += rows.length;
  let lines = "";
  for (const [i, { file, line, id }] of rows.entries()) {
    const [perplexity, logProb] = [scores.perplexity[i], scores.logProb[i]];
    const [tokens, unknown] = [scores.tokens[i], scores.unknown[i]];
    sums.logProb += logProb;
    sums.tokens += tokens;
    sums.unknown += unknown;
    lines += `${JSON.stringify({ file, line, id, perplexity, logProb, tokens, unknown })}\n`;
  }
  return lines;
}
