import { ArgumentError } from "../core/errors.js";
import { matching } from "../text/tokenizer.js";
import type { Article } from "./interfaces.js";
import { newsReason } from "./reasons.js";

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
   * @throws ArgumentError if no article has a word.
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

/** Scripts that are written without spaces between words: each letter with its marks is a word by itself. */
const ALONE =
  "[\\p{Script_Extensions=Han}\\p{Script_Extensions=Hiragana}\\p{Script_Extensions=Katakana}" +
  "\\p{Script_Extensions=Thai}\\p{Script_Extensions=Lao}\\p{Script_Extensions=Khmer}\\p{Script_Extensions=Myanmar}]";
const LETTER_ALONE = new RegExp(`(?=[\\p{L}\\p{Nl}])${ALONE}`, "u");
/** A run of letters, marks and numbers; joiners shape the letters beside them, and part no word. */
const RUN = /[\p{L}\p{N}][\p{L}\p{M}\p{N}\u200c\u200d]*/gu;
/** In such a run: letters that stand alone, with their marks, and what is between them. */
const PARTS = new RegExp(`(?=[\\p{L}\\p{Nl}])${ALONE}\\p{M}*|(?:(?!(?=[\\p{L}\\p{Nl}])${ALONE})[^])+`, "gu");

/** A word of a text, in lower case, and where it stands. */
export interface Word {
  text: string;
  begin: number;
  end: number;
}

/** The matches of an expression, each when it is asked for. */
function* matches(text: string, expression: RegExp): Generator<RegExpExecArray> {
  const all = text.matchAll(expression);
  for (let next = matching(() => all.next()); !next.done; next = matching(() => all.next())) yield next.value;
}

/** The words of a text in the composed form (NFC), one by one. */
export function* wordsIn(text: string): Generator<Word, undefined> {
  for (const { 0: run, index: begin } of matches(text, RUN)) {
    if (!LETTER_ALONE.test(run)) yield { text: run.toLowerCase(), begin, end: begin + run.length };
    else {
      for (const { 0: part, index } of matches(run, PARTS)) {
        yield { text: part.toLowerCase(), begin: begin + index, end: begin + index + part.length };
      }
    }
  }
}

/** The first `limit` words of a text, in lower case. */
export function wordTexts(text: string, limit: number): string[] {
  const words: string[] = [];
  for (const word of wordsIn(text.normalize("NFC"))) {
    if (words.length === limit) break;
    words.push(word.text);
  }
  return words;
}

/** FNV-1a over UTF-16 code units, then the finalizer of MurmurHash3: 32 well mixed bits. */
export function hashWord(word: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** What an article's text is read as. */
export interface Reading {
  /** The text in the composed form (NFC), which the words' places refer to. */
  text: string;
  words: readonly Word[];
  /** The sentence that each word stands in, from 0. */
  sentences: readonly number[];
}

/** A mark that ends a sentence, quotes and brackets that close, and a space. */
const FULL_STOP = /[.!?…]["'”’»)\]]*\s|[。！？]/u;
const LOWER_CASE = /^\p{Ll}/u;
/** What is followed by a full stop that ends nothing. */
const TITLES = new Set(["mr", "mrs", "ms", "dr", "st", "prof", "sen", "gov", "gen", "capt", "lt", "col", "rev", "vs"]);
const INITIAL = /^\p{Lu}$/u;

/** Reads the first `limit` words of a text and finds its sentences: they end at a line's end, or at a full stop before a capital. */
export function readText(raw: string, limit: number): Reading {
  const text = raw.normalize("NFC");
  const words: Word[] = [];
  const sentences: number[] = [];
  let sentence = 0;
  let last: Word | undefined;
  for (const word of wordsIn(text)) {
    if (words.length === limit) break;
    if (last && parts(text, last, word)) sentence++;
    words.push(word);
    sentences.push(sentence);
    last = word;
  }
  return { text, words, sentences };
}

function parts(text: string, last: Word, next: Word): boolean {
  const between = text.slice(last.end, next.begin);
  if (between.includes("\n")) return true;
  if (!FULL_STOP.test(between) || LOWER_CASE.test(text.slice(next.begin, next.end))) return false;
  return !(between.startsWith(".") && (TITLES.has(last.text) || INITIAL.test(text.slice(last.begin, last.end))));
}
