import { type Remote, releaseProxy, wrap } from "comlink";
import { reasonsOf } from "../../src/core/reasons.js";
import { PstarError } from "../../src/index.js";
import type { Calculator } from "./calculator.js";

export const workerSentences = {
  "worker-not-loaded": () => "the worker's script could not be loaded",
  "message-not-read": () => "a message of the worker could not be read",
  "worker-ended": () => "the worker ended in the middle of its work: perhaps the browser had no memory left",
  "worker-silent": ({ seconds }: { seconds: number }) => `the worker has given no sign of life for ${seconds} s`,
};

const workerReason = reasonsOf(workerSentences);

/** A worker failed as a whole: its script was not loaded, or it ran out of memory. */
export class WorkerError extends PstarError {
  override name = "WorkerError";
}

/** Seconds that a worker has to start: its script is some hundred kilobytes. */
const TO_START = 60;
/** Seconds that a worker may compute without an answer: a single trial of a large scenario takes some of them. */
const TO_ANSWER = 300;
const ASK_AFTER = 10_000;

let workers = 0;

/**
 * A worker with its calculator. A call never waits for ever: when the worker fails, ends, gives no sign of life or is dismissed, it
 * is rejected.
 */
export class CalculatorWorker {
  readonly #worker: Worker;
  readonly #calculator: Remote<Calculator>;
  readonly #gone: Promise<never>;
  #fail: (error: Error) => void = () => {};
  readonly #starting: ReturnType<typeof setTimeout>;
  /** Calls that wait, and when the worker last said something. */
  #waiting = 0;
  #heard = performance.now();
  #beats: ReturnType<typeof setInterval> | undefined;
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
    this.#worker.addEventListener("message", () => {
      this.#heard = performance.now();
    });
    this.#calculator = wrap<Calculator>(this.#worker);
    this.#starting = setTimeout(() => this.#end(silent(TO_START)), 1000 * TO_START);
    this.#watch().catch(() => {});
  }

  /** Calls the calculator. */
  async call<T>(ask: (calculator: Remote<Calculator>) => Promise<T>): Promise<T> {
    if (this.#waiting++ === 0) {
      this.#heard = performance.now();
      this.#beats = setInterval(() => this.#listen(), ASK_AFTER);
    }
    try {
      return await Promise.race([ask(this.#calculator), this.#gone]);
    } finally {
      if (--this.#waiting === 0) clearInterval(this.#beats);
    }
  }

  /** Learns when the worker ends: it holds a lock until then, and no event tells of it. Without secure origin there are no locks. */
  async #watch(): Promise<void> {
    const name = `pstar worker ${performance.timeOrigin} ${++workers}`;
    const holds = await this.#calculator.hold(name);
    clearTimeout(this.#starting);
    if (!holds || !this.alive) return;
    await navigator.locks.request(name, () => this.#end(new WorkerError(workerReason("worker-ended"))));
  }

  /** A worker that computes answers between two tasks, at the latest after a trial. */
  #listen(): void {
    if (performance.now() - this.#heard > 1000 * TO_ANSWER) this.#end(silent(TO_ANSWER));
    else this.#calculator.hold("").catch(() => {});
  }

  /** Ends the worker at once, in the middle of a trial if need be. */
  dismiss(): void {
    this.#end(new DOMException("stopped", "AbortError"));
  }

  #end(error: Error): void {
    if (!this.alive) return;
    this.alive = false;
    clearTimeout(this.#starting);
    clearInterval(this.#beats);
    this.#calculator[releaseProxy]();
    this.#worker.terminate();
    this.#fail(error);
  }
}

function silent(seconds: number): WorkerError {
  return new WorkerError(workerReason("worker-silent", { seconds }));
}
