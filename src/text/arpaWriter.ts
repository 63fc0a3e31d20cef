import type { NgramModel } from "./ngramModel.js";

/** About how many characters a piece has. */
const PIECE = 65_536;

/** A comment of an ARPA file that says how text becomes tokens; KenLM and SRILM read over it. */
export const TOKENIZER_COMMENT = "# pstar tokenizer:";

/**
 * A model as an ARPA file, piece by piece: log10 of probabilities and backoff weights, in the shortest decimals that give
 * the same number back. N-grams stand in the order in which they came in the training text, or in the file read.
 */
export function* writeArpa(model: NgramModel): Generator<string> {
  const { tables, order, tokenizer } = model;
  const { words, unknown } = model.vocabulary;
  const spelling = words.map((word, number) => (number === unknown ? "<unk>" : word));
  yield `${TOKENIZER_COMMENT} ${typeof tokenizer === "string" ? tokenizer : "own"}\n`;
  yield `\\data\\\n${model.ngrams.map((count, i) => `ngram ${i + 1}=${count}\n`).join("")}`;
  for (let k = 1; k <= order; k++) {
    let piece = `\n\\${k}-grams:\n`;
    for (const { words: numbers, logs, backoffs } of tables.list(k)) {
      for (let i = 0; i < logs.length; i++) {
        piece += `${logs[i]}\t${spelling[numbers[k * i]]}`;
        for (let j = 1; j < k; j++) piece += ` ${spelling[numbers[k * i + j]]}`;
        // A weight of 1 goes without saying: nothing follows the n-gram.
        piece += backoffs === undefined || backoffs[i] === 0 ? "\n" : `\t${backoffs[i]}\n`;
        if (piece.length >= PIECE) {
          yield piece;
          piece = "";
        }
      }
    }
    yield piece;
  }
  yield "\n\\end\\\n";
}
