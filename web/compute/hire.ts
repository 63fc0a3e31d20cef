import { type Remote, releaseProxy, wrap } from "comlink";
import { reasonsOf } from "../../src/core/reasons.js";
import { PstarError } from "../../src/index.js";
import type { Calculator } from "./calculator.js";

export const workerSentences = {
  "worker-not-loaded": () => "the worker's script could not be loaded",
  "message-not-read": () => "a message of the worker could not be read",
};

const workerReason = reasonsOf(workerSentences);

/** A worker failed as a whole: its script was not loaded, or it ran out of memory. */
export class WorkerError extends PstarError {
  override name = "WorkerError";
}

/** A worker with its calculator. A call never waits for ever: when the worker fails or is dismissed, it is rejected. */
export class Hired {
  readonly #worker: Worker;
  readonly #calculator: Remote<Calculator>;
  readonly #gone: Promise<never>;
  #fail: (error: Error) => void = () => {};
  /** Whether it can still be called. */
  alive = true;

  constructor() {
    this.#gone = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.#gone.catch(() => {});
    // Named by vite.config.ts.
    const script = document.querySelector<HTMLMetaElement>('meta[name="worker"]')?.content ?? "worker.js";
    this.#worker = new Worker(new URL(script, document.baseURI), { type: "module", name: "pstar" });
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#end(new WorkerError(event.message || workerReason("worker-not-loaded")));
    };
    this.#worker.onmessageerror = () => this.#end(new WorkerError(workerReason("message-not-read")));
    this.#calculator = wrap<Calculator>(this.#worker);
  }

  /** Calls the calculator. */
  call<T>(ask: (calculator: Remote<Calculator>) => Promise<T>): Promise<T> {
    return Promise.race([ask(this.#calculator), this.#gone]);
  }

  /** Ends the worker at once, in the middle of a trial if need be. */
  dismiss(): void {
    this.#end(new DOMException("stopped", "AbortError"));
  }

  #end(error: Error): void {
    if (!this.alive) return;
    this.alive = false;
    this.#calculator[releaseProxy]();
    this.#worker.terminate();
    this.#fail(error);
  }
}
