/** Sets words into lines of at most `width` characters; a longer word has a line of its own. */
export function wrapped(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Sets a text into lines; a number stays on one line with its %. */
export function wrappedText(text: string, width: number): string[] {
  return wrapped(text.replaceAll(" %", "\u00a0%").split(" "), width).map((line) => line.replaceAll("\u00a0%", " %"));
}
