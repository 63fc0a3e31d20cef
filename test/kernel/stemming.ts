import type { TestCore } from "./builds.js";

/** The stem that the core gives a word, which stands between other letters in memory. */
export function porterStem(core: TestCore, word: string): string {
  return core.scoped(() => {
    const start = core.place(new TextEncoder().encode(`yyyyyyyy${word}ingingin`)) + 8;
    return new TextDecoder().decode(core.u8(start, core.exports.porterStem(start, word.length)));
  });
}
