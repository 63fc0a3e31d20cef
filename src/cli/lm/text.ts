import { counted, formatNumber, percent } from "../../model/format.js";
import type { NgramEvaluation, NgramModel } from "../../text.js";
import { paragraph } from "../terminal/format.js";
import { table } from "../terminal/table.js";
import { jsonText, type Terminal } from "../terminal/terminal.js";

/** What there is to say of a training. */
interface LmSummary {
  model: NgramModel;
  evaluation: NgramEvaluation | null;
  /** Rows that held no text. */
  skipped: number;
}

/** A training as JSON. */
export function lmSummaryJson({ model, evaluation, skipped }: LmSummary): string {
  const { order, tokenizer, words, ngrams } = model;
  const summary = {
    schema: "pstar/language-model@1",
    order,
    tokenizer,
    ...model.training,
    words: words.length,
    ngrams,
    heldOut: evaluation,
    skipped,
  };
  return jsonText(summary);
}

/** A training as text: what was read, n-grams and discounts by order, and the held-out perplexity. */
export function lmSummaryText({ model, evaluation }: LmSummary, terminal: Terminal): string {
  const { training, ngrams } = model;
  if (training === null) return "";
  const { dim } = terminal.colors;
  const { texts, tokens, unknown, discounts } = training;
  const rare = unknown === 0 ? "" : `, ${percent(unknown / tokens)} of them rare and <unk>`;
  const about = `${counted(texts, "text")}, ${counted(tokens, "token")}${rare}; ${counted(model.words.length, "word")}`;
  const heads = ["order", "n-grams", "D1", "D2", "D3+"];
  const rows = discounts.map(({ order, values, fallback }) => [
    `${order}${fallback ? "*" : ""}`,
    formatNumber(ngrams[order - 1]),
    ...values.map((value) => value.toFixed(3)),
  ]);
  const columns = heads.map((head, i) => ({
    head,
    align: "right" as const,
    cells: rows.map((row) => row[i] as string),
  }));
  const lines = [...paragraph(about, terminal), "", ...table(columns, terminal).lines];
  if (discounts.some(({ fallback }) => fallback)) {
    const note =
      "* The counts of this order are too few or too regular to estimate its discounts: 0.5, 1 and 1.5 are used.";
    lines.push(...paragraph(note, terminal).map(dim));
  }
  if (evaluation !== null) lines.push("", ...paragraph(perplexityText("held out:", evaluation), terminal));
  return lines.map((line) => `${line}\n`).join("");
}

/** `held out: perplexity 249.1 over 3,420 texts, 150,000 tokens (1.8 % unknown)`. */
export function perplexityText(what: string, { texts, tokens, unknown, perplexity }: NgramEvaluation): string {
  const value = perplexity.toPrecision(4).includes("e") ? formatNumber(perplexity, 4) : perplexity.toPrecision(4);
  return `${what} perplexity ${value} over ${counted(texts, "text")}, ${counted(tokens, "token")} (${percent(unknown / tokens)} unknown)`;
}
