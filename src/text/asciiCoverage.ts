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
