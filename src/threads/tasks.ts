import { parentPort } from "node:worker_threads";
import { PstarError } from "../core/errors.js";

/** What a thread posts back: the value of a task, or the error that the task ended with. */
export type Answer<Result> = { value: Result } | { failure: Failure };

/** An error as plain values: a structured clone loses the class of an error and its own properties. */
export interface Failure {
  name: string;
  message: string;
  stack: string | undefined;
  /** Its own properties, such as `field` and `line`. */
  properties: object;
}

/** A class of errors. */
export type ErrorClass = abstract new (...args: never[]) => Error;

export interface TaskOptions<Result> {
  /** The memory of a result that is moved to the other thread instead of being copied. */
  transfer?: (result: Result) => readonly ArrayBufferLike[];
  /** Classes that survive the boundary in addition to pstar's own; the pool must know the same ones. */
  errors?: readonly ErrorClass[];
}

/** The first message of a thread: its modules are loaded and evaluated. */
export const READY = "ready";

/**
 * Turns a function into the default export of a module that a {@link WorkerPool} runs on its threads.
 *
 * @example
 * export default answerTasks(({ base, exponent }: Power) => base ** exponent);
 */
export function answerTasks<Task, Result>(
  work: (task: Task) => Result | Promise<Result>,
  { transfer, errors = [] }: TaskOptions<Result> = {},
): (task: Task) => Promise<Answer<Result>> {
  // this module is still being evaluated, and the one that calls; a microtask runs when both are done
  queueMicrotask(() => parentPort?.postMessage(READY));
  return async (task) => {
    try {
      const answer = { value: await work(task) };
      return transfer === undefined ? answer : await withTransfer(answer, transfer(answer.value));
    } catch (error) {
      if (![PstarError, ...errors].some((kind) => error instanceof kind)) throw error; // a bug: Node posts it as it is
      const { name, message, stack, ...properties } = error as Error;
      return { failure: { name, message, stack, properties } };
    }
  };
}

async function withTransfer<T extends object>(value: T, buffers: readonly ArrayBufferLike[]): Promise<T> {
  // when it is needed: to load it takes a thread that only waits for its first task longer than all else
  const { move, transferableSymbol, valueSymbol } = await import("piscina");
  return move({ [transferableSymbol]: [...new Set(buffers)], [valueSymbol]: value } as unknown as Parameters<
    typeof move
  >[0]) as T;
}
