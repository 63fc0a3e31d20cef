import { spelt, type Terminal } from "./terminal.js";

/** One line on standard error that says what is going on; without anyone watching, it does nothing. */
export interface StatusLine {
  update(text: string): void;
  clear(): void;
}

/** Milliseconds between two states: the eye is not quicker. */
const PAUSE = 100;

export function statusLine(terminal: Terminal, quiet: boolean): StatusLine {
  if (quiet || !terminal.interactive) return { update() {}, clear() {} };
  let shown = Number.NEGATIVE_INFINITY;
  return {
    update(text) {
      if (performance.now() - shown < PAUSE) return;
      shown = performance.now();
      terminal.write(`\r\u001b[K${terminal.colors.dim(spelt(text, terminal).slice(0, terminal.columns - 1))}`);
    },
    clear() {
      if (shown > 0) terminal.write("\r\u001b[K");
      shown = Number.NEGATIVE_INFINITY;
    },
  };
}
