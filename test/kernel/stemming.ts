import type { Core } from "../../src/core/core.js";
import { scoped } from "../../src/core/steps.js";

/** The stem that the core gives a word, which stands between other letters in memory. */
export function porterStem(core: Core, word: string): string {
  return scoped(core, () => {
    const start = core.place(new TextEncoder().encode(`yyyyyyyy${word}ingingin`)) + 8;
    return new TextDecoder().decode(core.u8(start, core.exports.porterStem(start, word.length)));
  });
}
