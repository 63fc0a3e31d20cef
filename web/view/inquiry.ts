import { Latest } from "../compute/latest.js";

/** A question to a worker that is asked again and again: only the answer to the last is taken. */
export class Inquiry {
  readonly #latest = new Latest();
  readonly #onFault: (error: unknown) => void;
  #asked = "";

  constructor(onFault: (error: unknown) => void) {
    this.#onFault = onFault;
  }

  /** @param key What the answer depends on; a question that was asked already is not asked again. */
  ask<T>(key: string, question: () => Promise<T>, take: (answer: T) => void): void {
    if (key === this.#asked) return;
    this.#asked = key;
    this.#latest.ask(async () => {
      if (key !== this.#asked) return;
      try {
        const answer = await question();
        if (key === this.#asked) take(answer);
      } catch (error) {
        if (key !== this.#asked) return;
        this.#asked = ""; // it may be asked again
        this.#onFault(error);
      }
    });
  }
}
