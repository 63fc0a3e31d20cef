/** Tokens of any script, letter by letter: the rules in words, without a pattern over more than one letter. */

const LETTER = /^\p{L}$/u;
const NUMBER = /^\p{N}$/u;
const MARK = /^\p{M}$/u;
const UNSPACED = ["Han", "Hiragana", "Katakana", "Thai", "Lao", "Khmer", "Myanmar"].map(
  (script) => new RegExp(`^\\p{Script_Extensions=${script}}$`, "u"),
);

export function unicodeTokensOf(line: string): string[] {
  const tokens: string[] = [];
  let joins = false; // whether a letter may join the last token
  let marks = false; // whether a mark may
  for (const letter of line.toLowerCase().normalize("NFC")) {
    if (letter === "\u200c" || letter === "\u200d") continue;
    const isLetter = LETTER.test(letter);
    if (isLetter || NUMBER.test(letter)) {
      // the numerals 〇 and 〡 to 〩 are letters of Han, digits are not
      const alone = (isLetter || /^\p{Nl}$/u.test(letter)) && UNSPACED.some((script) => script.test(letter));
      if (joins && !alone) tokens.push(`${tokens.pop()}${letter}`);
      else tokens.push(letter);
      joins = !alone;
      marks = true;
    } else if (MARK.test(letter) && marks) {
      tokens.push(`${tokens.pop()}${letter}`);
    } else {
      joins = false;
      marks = false;
    }
  }
  return tokens;
}
