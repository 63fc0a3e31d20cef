import { ArgumentError } from "../core/errors.js";
import type { Article } from "./interfaces.js";
import { newsReason } from "./reasons.js";
import { readText } from "./words.js";

/** What a vocabulary is made of: plain values, which can be posted to workers. */
export interface VocabularyData {
  articles: number;
  /** In how many articles each word stands. */
  documents: ReadonlyMap<string, number>;
  /** The words that can be said of any article, the most frequent first, as they are mostly written. */
  common: readonly { word: string; written: string }[];
}

/** Common words, and how many of them count as function words. */
const COMMON = 200;
const FUNCTION_WORDS = 120;
/** The idf log((N + 1)/(documents + 1)) at which its buckets 1 … 5 begin is 1, 2, 3, 4.5 and 6: here as e to those. */
const IDF_LIMITS = [Math.E, 7.38905609893065, 20.085536923187668, 90.01713130052181, 403.4287934927351];

/** The words of articles: how rare they are, and which are common. */
export class Vocabulary {
  readonly data: VocabularyData;
  readonly #functionWords: ReadonlySet<string>;

  constructor(data: VocabularyData) {
    this.data = data;
    this.#functionWords = new Set(data.common.slice(0, FUNCTION_WORDS).map(({ word }) => word));
  }

  /**
   * Counts the first `articleWords` words of the texts; the summaries are not read.
   *
   * @throws ArgumentError where no article has a word.
   */
  static of(articles: readonly Article[], articleWords: number): Vocabulary {
    const counts = new Map<string, WordCount>();
    for (const { text } of articles) {
      const reading = readText(text, articleWords);
      const here = new Set<string>();
      for (const [i, { text: word, begin, end }] of reading.words.entries()) {
        const count = counts.get(word) ?? new WordCount(word);
        if (count.times === 0) counts.set(word, count);
        const first = i === 0 || reading.sentences[i] !== reading.sentences[i - 1];
        count.add(reading.text.slice(begin, end), first);
        here.add(word);
      }
      for (const word of here) (counts.get(word) as WordCount).documents++;
    }
    if (counts.size === 0) throw new ArgumentError(newsReason("articles-without-words"));
    const byFrequency = [...counts.values()].sort((a, b) => b.times - a.times || (a.word < b.word ? -1 : 1));
    return new Vocabulary({
      articles: articles.length,
      documents: new Map([...counts].map(([word, { documents }]) => [word, documents])),
      common: byFrequency.slice(0, COMMON).map((count) => ({ word: count.word, written: count.written })),
    });
  }

  /** What the models' features know of a word: 1 for a function word, + 2 · idf bucket. */
  classOf(word: string): number {
    const ratio = (this.data.articles + 1) / ((this.data.documents.get(word) ?? 0) + 1);
    const bucket = IDF_LIMITS.filter((limit) => ratio >= limit).length;
    return (this.isFunctionWord(word) ? 1 : 0) + 2 * bucket;
  }

  isFunctionWord(word: string): boolean {
    return this.#functionWords.has(word);
  }
}

/** How often a word stands, in how many articles, and how it is written. */
class WordCount {
  readonly word: string;
  times = 0;
  documents = 0;
  /** How it is written inside sentences, and how often. */
  readonly #forms = new Map<string, number>();
  #initial: string | undefined;

  constructor(word: string) {
    this.word = word;
  }

  /** @param isInitial Whether it begins a sentence, where every word has a capital. */
  add(form: string, isInitial: boolean): void {
    this.times++;
    if (isInitial) this.#initial ??= form;
    else this.#forms.set(form, (this.#forms.get(form) ?? 0) + 1);
  }

  get written(): string {
    let best = this.#initial ?? this.word;
    for (const [form, times] of this.#forms) if (times > (this.#forms.get(best) ?? 0)) best = form;
    return best;
  }
}
