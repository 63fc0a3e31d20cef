import { formatNumber } from "../../model/format.js";
import type { Terminal } from "./terminal.js";

const CLEAR_LINE = "\r\u001b[K";
/** Milliseconds between two numbers. */
const PAUSE = 100;

/** How far the reading of a file is, on one line of standard error; without anyone watching, nothing. */
export class ReadingProgress {
  readonly #terminal: Terminal;
  readonly #silent: boolean;
  #last = performance.now();
  #shown = false;

  constructor(terminal: Terminal, quiet: boolean) {
    this.#terminal = terminal;
    this.#silent = quiet || !terminal.interactive;
  }

  /** @param share What part of the file was read; null where nobody knows. */
  readonly update = (rows: number, share: number | null): void => {
    const now = performance.now();
    if (this.#silent || now - this.#last < PAUSE) return;
    this.#last = now;
    this.#shown = true;
    const part = share === null ? "" : `, ${Math.floor(100 * share)} %`;
    this.#terminal.write(`${CLEAR_LINE}${this.#terminal.colors.dim(`${formatNumber(rows, 15)} rows read${part}`)}`);
  };

  stop(): void {
    if (this.#shown) this.#terminal.write(CLEAR_LINE);
    this.#shown = false;
  }
}
