import { type Word, wordsIn } from "./words.js";

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
