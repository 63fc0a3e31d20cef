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

/** The words of a text in the composed form (NFC), one by one. */
export function* wordsIn(text: string): Generator<Word, undefined> {
  for (const { 0: run, index: begin } of text.matchAll(RUN)) {
    if (!LETTER_ALONE.test(run)) yield { text: run.toLowerCase(), begin, end: begin + run.length };
    else {
      for (const { 0: part, index } of run.matchAll(PARTS)) {
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
