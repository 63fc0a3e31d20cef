/** How far a piece of work has come. */
export interface WorkProgress {
  done: number;
  total: number;
}

export interface WorkOptions {
  /** Ends the work soon; the promise is rejected with its reason. */
  signal?: AbortSignal;
  onProgress?: (progress: WorkProgress) => void;
}

/** Milliseconds of computing after which the event loop gets its turn. */
export const SLICE = 40;

/** Gives the event loop its turns while something is computed. */
export class Turns {
  #last = performance.now();

  /** Whether it is time for one. */
  get due(): boolean {
    return performance.now() - this.#last >= SLICE;
  }

  /** Lets other tasks run. @throws the signal's reason if it was aborted by then. */
  async give(signal?: AbortSignal): Promise<void> {
    await nextTask();
    this.#last = performance.now();
    signal?.throwIfAborted();
  }
}

/** Counts the work of a call, gives the event loop its turn, and ends where that is wanted. */
export class Slices {
  readonly #options: WorkOptions;
  readonly #total: number;
  #done = 0;
  #size = 1;
  readonly #turns = new Turns();

  /** @param total Pieces of work of all calls of {@link run} together. */
  constructor(total: number, options: WorkOptions) {
    options.signal?.throwIfAborted();
    this.#options = options;
    this.#total = total;
  }

  /** Does `count` pieces of work in order, in slices whose size has no influence on what they give. */
  async run(count: number, work: (first: number, count: number) => void): Promise<void> {
    for (let first = 0; first < count; ) {
      const size = Math.min(this.#size, count - first);
      const start = performance.now();
      work(first, size);
      const took = performance.now() - start;
      this.#size = Math.max(1, Math.min(2000, Math.round((size * SLICE) / Math.max(took, 0.02))));
      first += size;
      this.#done += size;
      if (!this.#turns.due && this.#done < this.#total) continue;
      this.#options.onProgress?.({ done: this.#done, total: this.#total });
      await this.#turns.give(this.#options.signal);
    }
  }
}

/** The next task of the event loop: timers in a page are held back to 4 ms, a message is not. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === "function") {
      setImmediate(resolve);
      return;
    }
    if (typeof MessageChannel !== "function") {
      setTimeout(resolve, 0); // workerd
      return;
    }
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
