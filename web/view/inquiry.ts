import { Latest } from "../compute/latest.js";
import { markBusy } from "./elements.js";

/** A question that is put to a worker repeatedly: only the answer to the last is taken. */
export class Inquiry {
  readonly #latest = new Latest();
  readonly #part: Element;
  readonly #onFault: (error: unknown) => void;
  #asked = "";

  /** @param part Of the page, which shows the answer: it is busy until that is the one to the last question. */
  constructor(part: Element, onFault: (error: unknown) => void) {
    this.#part = part;
    this.#onFault = onFault;
  }

  /** @param key What the answer depends on; a question that was asked already is not asked again. */
  ask<T>(key: string, question: () => Promise<T>, take: (answer: T) => void): void {
    if (key === this.#asked) return;
    this.#asked = key;
    markBusy(this.#part, true);
    this.#latest.ask(async () => {
      if (key !== this.#asked) return;
      try {
        const answer = await question();
        if (key !== this.#asked) return;
        take(answer);
        markBusy(this.#part, false);
      } catch (error) {
        if (key !== this.#asked) return;
        this.#asked = ""; // it may be asked again
        markBusy(this.#part, false);
        this.#onFault(error);
      }
    });
  }
}
