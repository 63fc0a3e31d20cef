import { ExitCode } from "./failure.js";

/** Turns the first Ctrl-C (or SIGTERM) into an abort, and the second into an exit on the spot. */
export class Interrupt {
  readonly #controller = new AbortController();
  readonly #onFirst: () => void;
  /** What to exit with once a signal has come. */
  exitCode: number | null = null;

  /** @param onFirst Tells the user that the run is stopping. */
  constructor(onFirst: () => void) {
    this.#onFirst = onFirst;
    process.on("SIGINT", this.#onInterrupt);
    process.on("SIGTERM", this.#onTerminate);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Stops the run without a signal from outside: nobody reads its results any more. */
  abort(): void {
    this.#controller.abort();
  }

  dispose(): void {
    process.off("SIGINT", this.#onInterrupt);
    process.off("SIGTERM", this.#onTerminate);
  }

  readonly #onInterrupt = () => this.#stop(ExitCode.interrupted);
  readonly #onTerminate = () => this.#stop(ExitCode.terminated);

  #stop(exitCode: number): void {
    if (this.exitCode !== null) process.exit(exitCode);
    this.exitCode = exitCode;
    this.#onFirst();
    this.#controller.abort();
  }
}
