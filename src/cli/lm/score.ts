import { DataError } from "../../core/errors.js";
import { formatNumber } from "../../model/format.js";
import { textPieces } from "../../rows/read.js";
import { loadText, type NgramEvaluation, type NgramModel, readLanguageModel, type TokenizerName } from "../../text.js";
import type { Context } from "../context.js";
import { UsageError } from "../failure.js";
import { Interrupt } from "../interrupt.js";
import { progressLine } from "../terminal/progress.js";
import { skippedText, type TextFlags, type TextRow, TextRows } from "./rows.js";
import { perplexityText } from "./text.js";

/** The options of `pstar lm score`. */
export interface LmScoreFlags extends TextFlags {
  lm: string;
  tokenizer?: TokenizerName;
  quiet?: boolean;
}

/** Scores the texts of files by a language model, one JSON object a text. */
export async function scoreTexts(files: readonly string[], flags: LmScoreFlags, context: Context): Promise<void> {
  const { out, err } = context.streams;
  if (files.includes("-") && flags.lm === "-")
    throw new UsageError("standard input can be read only once: --lm needs a file");
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
      out.write(scoreRows(model, rows, sums));
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
