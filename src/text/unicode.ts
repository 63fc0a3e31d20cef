/** Letters of scripts that are written without spaces between words: of these each one is a token, with its marks. */
const ALONE =
  /(?=\p{L}|\p{Nl})[\p{Script_Extensions=Han}\p{Script_Extensions=Hiragana}\p{Script_Extensions=Katakana}\p{Script_Extensions=Thai}\p{Script_Extensions=Lao}\p{Script_Extensions=Khmer}\p{Script_Extensions=Myanmar}]\p{M}*/gu;

/** What is in no token; a mark that stands on no letter or number is none, such as the one that colours an emoji. */
const BETWEEN = /[^\p{L}\p{M}\p{N}\n]+|(?<![\p{L}\p{M}\p{N}])\p{M}+/gu;

/** Joiners shape the letters beside them, in Persian or Bengali for instance, and part no word. */
const JOINERS = /[\u200c\u200d]+/g;

/**
 * The tokens of a text in any script, in lower case, with spaces between; ends of lines stay.
 *
 * A token is a run of letters, marks and numbers, in the composed form (NFC). Han, kana, Thai, Lao, Khmer and Burmese are
 * written without spaces, and finding their words takes a dictionary: each letter with its marks is a token there.
 *
 * @example unicodeTokens("Ça va, 東京タワー?") // "ça va   東  京  タ  ワ  ー  "
 */
export function unicodeTokens(text: string): string {
  return text.toLowerCase().normalize("NFC").replace(JOINERS, "").replace(BETWEEN, " ").replace(ALONE, " $& ");
}
