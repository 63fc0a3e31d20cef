import type { PackedPair } from "../core/newsWeights.js";
import { Slices, type WorkOptions } from "../core/slices.js";
import type { EncodedArticle, Encoder } from "./encoder.js";
import type { Pair, TokenScores } from "./interfaces.js";
import type { Vocabulary } from "./vocabulary.js";

/** Marks that may stay between two words of the article that are said together. */
const KEPT = /^(?:[-–—'’.,:;/&@+ ]{1,3})$/u;
const APOSTROPHE = /^['’]$/;
const CURRENCY = /[$£€¥]$/;

/**
 * Writes words that a model said as a text: each word as the article writes it, with what stands between two words that
 * follow each other there. Reading the text gives the same words again.
 *
 * @param said Candidates of the article.
 */
export function writeSummary(article: EncodedArticle, vocabulary: Vocabulary, said: ArrayLike<number>): string {
  const writer = new Writer(article, vocabulary);
  let text = "";
  for (let i = 0; i < said.length; i++) text += writer.next(said[i], said[i + 1]);
  return text === "" ? "" : `${capitalized(text)}.`;
}

class Writer {
  readonly #article: EncodedArticle;
  readonly #vocabulary: Vocabulary;
  /** Where the last word stands in the article. */
  #last: number | undefined;
  #isFirst = true;

  constructor(article: EncodedArticle, vocabulary: Vocabulary) {
    this.#article = article;
    this.#vocabulary = vocabulary;
  }

  /** The word and what parts it from the last. */
  next(candidate: number, following: number | undefined): string {
    const place = this.#placeOf(candidate, following);
    const between = this.#isFirst ? "" : this.#between(place);
    this.#last = place;
    this.#isFirst = false;
    return between + (place === undefined ? this.#common(this.#article.candidates[candidate]) : this.#written(place));
  }

  /** Where the article says it: after the last word, before the following, inside a sentence, or anywhere; in this order. */
  #placeOf(candidate: number, following: number | undefined): number | undefined {
    const { types, reading } = this.#article;
    let best: number | undefined;
    let highest = -1;
    for (let i = 0; i < types.length; i++) {
      if (types[i] !== candidate) continue;
      const follows = this.#last !== undefined && i === this.#last + 1 && !this.#begins(i);
      const precedes = following !== undefined && i + 1 < types.length && types[i + 1] === following;
      const fit = (follows ? 4 : 0) + (precedes && reading.sentences[i + 1] === reading.sentences[i] ? 2 : 0);
      const total = fit + (this.#begins(i) ? 0 : 1);
      if (total <= highest) continue;
      highest = total;
      best = i;
    }
    return best;
  }

  #begins(place: number): boolean {
    const { sentences } = this.#article.reading;
    return place === 0 || sentences[place] !== sentences[place - 1];
  }

  #common(word: string): string {
    return this.#vocabulary.data.common.find((common) => common.word === word)?.written ?? word;
  }

  /** The word as it stands there, with the sign of its currency or of percent; no capital that only a beginning gives. */
  #written(place: number): string {
    const { text, words } = this.#article.reading;
    const { text: word, begin, end } = words[place];
    const written = text.slice(begin, end);
    if (!/\d/.test(word)) {
      return this.#begins(place) && this.#vocabulary.isFunctionWord(word) ? this.#common(word) : written;
    }
    const sign = CURRENCY.exec(text.slice(Math.max(0, begin - 1), begin))?.[0] ?? "";
    return `${sign}${written}${text[end] === "%" ? "%" : ""}`;
  }

  #between(place: number | undefined): string {
    if (place === undefined || this.#begins(place)) return " ";
    const { text, words } = this.#article.reading;
    const between = text.slice(words[place - 1].end, words[place].begin);
    if (APOSTROPHE.test(between)) return between; // 's belongs to whatever it is said after
    if (place - 1 !== this.#last) return " ";
    if (between === "") return "";
    const kept = between.replace(/[%$£€¥]/g, "").replace(/\s+/g, " ");
    return KEPT.test(kept) ? kept : " ";
  }
}

/** With a capital, unless that would make other words of it, as of ß. */
function capitalized(text: string): string {
  const [first] = text;
  const capital = first.toUpperCase();
  return capital.toLowerCase() === first ? capital + text.slice(first.length) : text;
}

/**
 * Scores pairs slice by slice.
 *
 * @param logs The logarithms of a slice's pairs.
 * @param tokensOf What they are the logarithms of, of the words of a summary.
 */
export async function scoredPairs(
  encoder: Encoder,
  pairs: readonly Pair[],
  options: WorkOptions,
  logs: (packed: PackedPair[]) => ArrayLike<number>[],
  tokensOf: (words: string[]) => string[],
): Promise<TokenScores[]> {
  const scores: TokenScores[] = [];
  await new Slices(pairs.length, options).run(pairs.length, (first, count) => {
    const encoded = pairs.slice(first, first + count).map(({ article, summary }) => ({
      article: encoder.article(article).packed,
      summary: encoder.summary(article, summary),
    }));
    const found = logs(encoded.map(({ article, summary }) => ({ article, summary: summary.packed })));
    for (const [i, { summary }] of encoded.entries()) {
      scores.push({ tokens: tokensOf(summary.words), logprobs: Array.from(found[i]) });
    }
  });
  return scores;
}
