// Nothing that takes time to load is imported here: a signal that comes while pstar starts is answered as well.

/** Exit codes of signals: 128 and the number of the signal. */
export const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

const active: Interrupt[] = [];
const handlers = new Map<string, () => void>();

/** Answers Ctrl-C, SIGTERM and SIGHUP from now on: by the running command's {@link Interrupt}, or by an exit if it has none. */
export function handleSignals(): void {
  for (const [signal, exitCode] of Object.entries(SIGNALS)) {
    const handler = () => {
      const interrupt = active.at(-1);
      if (interrupt === undefined) process.exit(exitCode);
      interrupt.stop(exitCode);
    };
    process.on(signal, handler);
    handlers.set(signal, handler);
  }
}

/**
 * Leaves signals to the system from now on, which ends the process at once: for a command that computes without letting the event
 * loop run, so that a handler would not be called, and that leaves nothing behind. A shell sees the same exit codes.
 */
export async function leaveSignalsToSystem(): Promise<void> {
  // A signal that has come, and whose handler waits for the event loop to poll, would be lost with the handler: an immediate of an
  // immediate runs after a poll.
  await new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));
  for (const [signal, handler] of handlers) process.off(signal, handler);
}

/**
 * Leaves signals to the system while something is read and checked without letting the event loop run, and nothing is there yet
 * that a signal would leave behind.
 */
export async function withSystemSignals<T>(work: () => Promise<T>): Promise<T> {
  await leaveSignalsToSystem();
  try {
    return await work();
  } finally {
    for (const [signal, handler] of handlers) process.on(signal, handler);
  }
}

/**
 * Ends the process by the signal of an exit code, where the system has such signals: without what Node does at an exit, which has to
 * wait for threads that load. A shell sees the same exit code.
 */
export function endBySignal(exitCode: number): void {
  const found = Object.entries(SIGNALS).find(([, code]) => code === exitCode);
  if (found === undefined || process.platform === "win32") return;
  const [signal] = found;
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

/** Turns the first signal into an abort, and the second into an exit on the spot. */
export class Interrupt {
  readonly #controller = new AbortController();
  readonly #onFirst: () => void;
  /** What to exit with, once a signal has come. */
  exitCode: number | null = null;

  /** @param onFirst Tells the user that the run is stopping. */
  constructor(onFirst: () => void = () => {}) {
    this.#onFirst = onFirst;
    active.push(this);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Stops the run without a signal from outside: whoever read its results has gone away. */
  abort(): void {
    this.#controller.abort();
  }

  /** What a signal does. */
  stop(exitCode: number): void {
    if (this.exitCode !== null) process.exit(exitCode);
    this.exitCode = exitCode;
    this.#onFirst();
    this.#controller.abort();
  }

  /** Does work that ends in an error when it is stopped, which is not one of the command: what is finished is still told. */
  async untilStopped(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!this.signal.aborted) throw error;
    }
  }

  dispose(): void {
    const place = active.indexOf(this);
    if (place >= 0) active.splice(place, 1);
  }
}

/**
 * What to say of an error that pstar did not expect: one line that asks for a report, and the stack only if PSTAR_DEBUG is set.
 */
export function unexpectedText(error: unknown, env: Record<string, string | undefined> = process.env): string {
  const isError = error instanceof Error;
  const what = (isError ? `${error.name}: ${error.message}` : String(error)).replace(/\s+/g, " ");
  const more = env.PSTAR_DEBUG
    ? `\n${isError ? error.stack : ""}`
    : " Please report it, with the command and what it says with PSTAR_DEBUG=1.";
  return `pstar: unexpected error: ${what}${/[.!?]$/.test(what) ? "" : "."}${more}`;
}

/** The last resort for what no command has caught; of a command that has failed and said why nothing more is said. */
export function reportUnexpected(error: unknown): void {
  if (process.exitCode) process.exit();
  process.stderr.write(`${unexpectedText(error).replace(/[^\P{Cc}\n]/gu, "\ufffd")}\n`);
  process.exit(1);
}
