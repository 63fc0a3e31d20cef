import * as z from "zod/mini";
import { count, documentOf, fieldsOf, orNull, real } from "../../model/document.js";
import { described } from "../../model/fields.js";
import { counted, formatNumber, percent } from "../../model/format.js";
import type { LargeNgramModel } from "../../text/ngramLarge.js";
import { tokenizers } from "../../text/tokenizer.js";
import type { NgramEvaluation, NgramModel } from "../../text.js";
import { paragraph } from "../terminal/format.js";
import { table } from "../terminal/table.js";
import { jsonText, type Terminal } from "../terminal/terminal.js";

const four = z.tuple([count(), count(), count(), count()]);
const three = z.tuple([z.number(), z.number(), z.number()]);

/** What `pstar lm train --format json` prints. */
export const languageModelSchema = documentOf(
  "pstar/language-model@1",
  {
    order: count("Words that a probability depends on, the predicted one included."),
    tokenizer: described(z.enum(tokenizers), "How text becomes tokens."),
    texts: count("Texts that it was trained on."),
    tokens: count("Tokens of the texts, and one end for each."),
    unknown: count("Tokens among them that were too rare and became <unk>."),
    minCount: count("A word seen less often is too rare."),
    discounts: described(
      z.readonly(
        z.array(
          fieldsOf({
            order: count(),
            countsOfCounts: described(z.readonly(four), "How many n-grams have adjusted count 1, 2, 3 and 4."),
            values: described(z.readonly(three), "Taken off counts of 1, of 2, and of 3 or more."),
            fallback: described(
              z.boolean(),
              "Whether the text is too small, or too regular, to estimate them: 0.5, 1 and 1.5 are used.",
            ),
          }),
        ),
      ),
      "One entry for each order.",
    ),
    words: count("Size of the vocabulary."),
    ngrams: described(z.array(count()), "How many n-grams of each order the model has."),
    heldOut: orNull(
      fieldsOf(
        {
          texts: count(),
          tokens: count(),
          unknown: count(),
          logProb: real("Natural logarithm of the probability of all."),
          perplexity: real("exp(−logProb / tokens)."),
        },
        "The evaluation on held-out texts.",
      ),
      "without such texts",
    ),
    skipped: count("Rows that held no text."),
  },
  "The training of a language model.",
);

/** What there is to say of a training. */
interface LmSummary {
  model: NgramModel | LargeNgramModel;
  evaluation: NgramEvaluation | null;
  /** Rows that held no text. */
  skipped: number;
}

/** A training as JSON. */
export function lmSummaryJson({ model, evaluation, skipped }: LmSummary): string {
  const { order, tokenizer, words, ngrams, training } = model;
  if (training === null || typeof tokenizer === "function") throw new Error("the model was not trained here");
  const summary: z.output<typeof languageModelSchema> = {
    schema: "pstar/language-model@1",
    order,
    tokenizer,
    ...training,
    words: words.length,
    ngrams: [...ngrams],
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
