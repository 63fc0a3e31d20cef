import { outOfRange } from "../core/errors.js";

/**
 * How text becomes tokens.
 *
 * - `words`: lower case; words, numbers, and every punctuation mark or symbol by itself. Letters of scripts that are
 *   written without spaces (Han, kana, Thai, Lao, Khmer, Burmese) stand alone.
 * - `characters`: lower case; every character with its accents, white space as `▁`.
 * - `spaces`: what stands between spaces, as it is: for text that has been tokenised before, as that of KenLM and SRILM.
 */
export const tokenizers = ["words", "characters", "spaces"] as const;
export type TokenizerName = (typeof tokenizers)[number];

/** A known tokenizer, or one's own: its tokens hold no white space and are not empty. */
export type Tokenizer = TokenizerName | ((text: string) => Iterable<string>);

const UNSPACED = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}`;
/** Joiners hold letters of Indic and Arabic words together. */
const LETTER = String.raw`[[\p{L}\p{M}\p{N}_\u200c\u200d]--[${UNSPACED}]]`;
const PATTERNS = {
  words: new RegExp(
    [
      String.raw`\p{N}+(?:[.,:]\p{N}+)+(?!${LETTER})`, // 1,250.75 and 12:30
      `${LETTER}+(?:'${LETTER}+)*`, // don't
      String.raw`[${UNSPACED}]\p{M}*`,
      String.raw`[^\s\p{Cc}\p{Cf}\p{Cs}]`,
    ].join("|"),
    "gv",
  ),
  characters: /\s+|[^\s\p{Cc}\p{Cf}\p{Cs}]\p{M}*/gu,
  // Control characters, tabs and line ends among them, and halves of surrogate pairs could not be written to a file.
  spaces: /[^ \p{Cc}\p{Cs}]+/gu,
};

/** What may be in a token without being seen: variation selectors, joiners, fillers, accents without a letter. */
const UNSEEN = /[\p{M}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;
const ALL_UNSEEN = /^[\p{M}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]+$/u;

/** The tokens with a character that can be seen. */
function seen(tokens: readonly string[], text: string): readonly string[] {
  return UNSEEN.test(text) ? tokens.filter((token) => !ALL_UNSEEN.test(token)) : tokens;
}

const SPLITTERS: Record<TokenizerName, (text: string) => readonly string[]> = {
  words: (text) => text.normalize("NFC").toLowerCase().replaceAll("’", "'").match(PATTERNS.words) ?? [],
  characters: (text) => {
    const found: string[] = text.trim().normalize("NFC").toLowerCase().match(PATTERNS.characters) ?? [];
    return found.map((token) => (token.trim() === "" ? "▁" : token));
  },
  spaces: (text) => text.match(PATTERNS.spaces) ?? [],
};

/** The function behind a tokenizer. */
export function splitterOf(tokenizer: Tokenizer): (text: string) => readonly string[] {
  if (typeof tokenizer === "function") return (text) => Array.from(tokenizer(text), checked);
  if (Object.hasOwn(SPLITTERS, tokenizer)) return (text) => seen(SPLITTERS[tokenizer](text), text);
  const expected = `one of ${tokenizers.join(", ")}, or a function`;
  throw outOfRange("tokenizer", expected, tokenizer);
}

function checked(token: unknown): string {
  if (typeof token === "string" && /^[^\s\p{Cc}\p{Cs}]+$/u.test(token)) return token;
  const expected = "a function whose tokens are strings without white space";
  throw outOfRange("tokenizer", expected, token);
}

const BEYOND_ASCII = /[^\p{ASCII}]/u;
const LETTERS = /[\p{L}\p{N}]/gu;
/** Those that a letter or digit of the tokenizer `ascii` comes from; İ gives i, and the Kelvin sign k. */
const READ = /[A-Za-z0-9\u0130\u212a]/g;

/**
 * The share of a text's letters and digits that the tokenizer `ascii` does not read, in [0, 1]; 0 where there are none.
 *
 * @example nonAsciiShare("Café") // 0.25
 */
export function nonAsciiShare(text: string): number {
  if (!BEYOND_ASCII.test(text)) return 0;
  const letters = text.match(LETTERS)?.length ?? 0;
  return letters === 0 ? 0 : (letters - (text.match(READ)?.length ?? 0)) / letters;
}

/** Whether the tokenizer `ascii` drops more than half of a text's letters and digits: its ROUGE says little then. */
export function isMostlyUnread(text: string): boolean {
  return nonAsciiShare(text) > 0.5;
}
