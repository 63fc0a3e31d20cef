/** Scripts that are written without spaces between words: each letter with its marks is a word by itself. */
const ALONE =
  "[\\p{Script_Extensions=Han}\\p{Script_Extensions=Hiragana}\\p{Script_Extensions=Katakana}" +
  "\\p{Script_Extensions=Thai}\\p{Script_Extensions=Lao}\\p{Script_Extensions=Khmer}\\p{Script_Extensions=Myanmar}]";
/** A run of letters, marks and numbers; joiners shape the letters beside them, and part no word. */
const WORD = new RegExp(
  `(?=[\\p{L}\\p{Nl}])${ALONE}\\p{M}*|(?:(?!${ALONE})[\\p{L}\\p{N}]|(?=${ALONE})\\p{Nd})(?:(?!(?=[\\p{L}\\p{Nl}])${ALONE})[\\p{L}\\p{M}\\p{N}\\u200c\\u200d])*`,
  "gu",
);

/** A word of a text, in lower case, and where it stands. */
export interface Word {
  text: string;
  begin: number;
  end: number;
}

/** The words of a text in the composed form (NFC), one by one. */
export function* wordsIn(text: string): Generator<Word, undefined> {
  for (const { 0: match, index } of text.matchAll(WORD)) {
    yield { text: match.toLowerCase(), begin: index, end: index + match.length };
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
