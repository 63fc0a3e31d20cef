import { Piscina } from "piscina";
import * as pstarErrors from "../core/errors.js";
import { leaveToLoad } from "./loading.js";
import { type Answer, type ErrorClass, type Failure, READY } from "./tasks.js";

export interface WorkerPoolOptions {
  /** The module that the threads run; its default export is made by {@link answerTasks}. */
  module: URL;
  threads: number;
  /** What each thread reads as `workerData`. */
  workerData: object;
  /** Megabytes of each thread for objects that were just made; V8's own choice if left out. */
  youngMemory?: number;
  /**
   * When it aborts, tasks under way reject with its reason at once and the threads are stopped, even amid a task. Threads that
   * still load their modules end once they have loaded them; nothing waits for them.
   */
  signal?: AbortSignal;
  /** Error classes by name that survive the boundary in addition to pstar's own; {@link answerTasks} must know the same. */
  errors?: Record<string, ErrorClass>;
}

/** Threads that run tasks, so that the calling thread stays free. The errors of pstar keep their class and properties. */
export class WorkerPool<Task extends object, Result> {
  readonly threads: number;
  readonly #piscina: Piscina<Task, Answer<Result>>;
  readonly #errors: Record<string, unknown>;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = () => void this.#stop(this.#signal?.reason);
  /** Resolves when every thread has loaded its modules, or one has failed to. */
  readonly #loaded: Promise<void>;
  #loads = true;
  /** How to reject each task under way. */
  readonly #pending = new Set<(reason: unknown) => void>();
  #stopped: { reason: unknown; done: Promise<void> } | undefined;

  constructor({ module, threads, workerData, youngMemory, signal, errors }: WorkerPoolOptions) {
    this.threads = threads;
    this.#errors = { ...pstarErrors, ...errors };
    this.#piscina = new Piscina({
      filename: module.href,
      minThreads: threads,
      maxThreads: threads,
      workerData,
      ...(youngMemory !== undefined && { resourceLimits: { maxYoungGenerationSizeMb: youngMemory } }),
    });
    this.#loaded = new Promise((resolve) => {
      let ready = 0;
      this.#piscina.on("message", (message) => message === READY && ++ready === threads && resolve());
      this.#piscina.on("workerDestroy", () => resolve());
      this.#piscina.on("error", () => resolve()); // run() carries the errors that matter
    });
    void this.#loaded.then(() => {
      this.#loads = false;
    });
    this.#signal = signal;
    signal?.addEventListener("abort", this.#onAbort);
    if (signal?.aborted) this.#onAbort();
  }

  /** Whether the threads are stopped, or about to be. */
  get closed(): boolean {
    return this.#stopped !== undefined;
  }

  /**
   * Runs a task on a free thread, or when one becomes free.
   *
   * @param transfer Memory of the task that is moved to the thread instead of being copied.
   * @throws what the task threw; the signal's reason when aborted; another error if the thread died or the pool is closed.
   */
  run(task: Task, transfer: readonly ArrayBufferLike[] = []): Promise<Result> {
    return new Promise((resolve, reject) => {
      // Piscina would start a new thread for the task of a pool that is stopped, and nothing would stop that one
      if (this.#stopped !== undefined) throw this.#stopped.reason;
      this.#pending.add(reject);
      this.#piscina
        .run(task, { transferList: transfer as ArrayBuffer[] })
        .then((answer) => this.#valueOf(answer))
        .then(resolve, reject)
        .finally(() => this.#pending.delete(reject));
    });
  }

  /** Stops the threads, even amid a task, and resolves when none is left, or, after the signal, none but those that still load. */
  close(): Promise<void> {
    return this.#stop(new pstarErrors.PstarError("the worker threads were stopped"));
  }

  #stop(reason: unknown): Promise<void> {
    if (this.#stopped === undefined) {
      this.#signal?.removeEventListener("abort", this.#onAbort);
      // Node itself can crash if a thread is stopped while it loads its modules
      const ended = this.#loaded.then(() => this.#piscina.destroy());
      const isLeft = this.#loads && this.#signal?.aborted === true;
      if (isLeft) leaveToLoad(ended);
      this.#stopped = { reason, done: isLeft ? Promise.resolve() : ended };
      for (const reject of this.#pending) reject(reason);
    }
    return this.#stopped.done;
  }

  #valueOf(answer: Answer<Result>): Result {
    if ("value" in answer) return answer.value;
    throw this.#errorOf(answer.failure);
  }

  #errorOf({ name, message, stack, properties }: Failure): Error {
    const kind = this.#errors[name] as ErrorClass | undefined;
    const error: Error = Object.setPrototypeOf(new Error(message), (kind ?? pstarErrors.PstarError).prototype);
    return Object.assign(error, { name, stack }, properties);
  }
}
