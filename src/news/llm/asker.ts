import { integerIn } from "../../core/arguments.js";
import type { WorkOptions } from "../../core/slices.js";
import { Client, type ClientOptions } from "./client.js";
import { type AnswerStore, requestKey } from "./journal.js";

export interface AskerOptions extends ClientOptions {
  /** Keeps the answers, so that a killed run asks nothing twice. */
  answers?: AnswerStore;
  /** Requests at the same time, in [1, 1000]; left out, 8. */
  concurrency?: number;
}

/** A question to a server. */
export interface Question<Value> {
  path: string;
  body: object;
  /** Makes out the server's answer. Throws where it cannot be used. */
  read: (answer: unknown) => Value;
  /** Checks an answer that was kept. Throws where it cannot be used. */
  kept: (answer: unknown) => Value;
}

/** Asks a server many questions, each one once. */
export class Asker {
  readonly client: Client;
  readonly #answers: AnswerStore | undefined;
  readonly #concurrency: number;
  /** The same question may come twice before it is answered. */
  readonly #pending = new Map<string, Promise<unknown>>();

  constructor({ answers, concurrency = 8, ...options }: AskerOptions) {
    this.client = new Client(options);
    this.#answers = answers;
    this.#concurrency = integerIn("concurrency", concurrency, 1, 1000);
  }

  async ask<Value>(question: Question<Value>, signal?: AbortSignal): Promise<Value> {
    const { path, body } = question;
    const key = requestKey(this.client.name, path, body);
    const pending = this.#pending.get(key);
    if (pending !== undefined) return pending as Promise<Value>;
    const answer = this.#answered(key, question, signal).finally(() => this.#pending.delete(key));
    this.#pending.set(key, answer);
    return answer;
  }

  /** The answers in the order of the questions. The first failure ends it all; what was answered is kept. */
  async askAll<Value>(
    count: number,
    question: (index: number) => Question<Value>,
    { signal, onProgress }: WorkOptions = {},
  ): Promise<Value[]> {
    const values = new Array<Value>(count);
    const stop = new AbortController();
    const both = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
    let next = 0;
    let done = 0;
    const work = async () => {
      for (let index = next++; index < count; index = next++) {
        values[index] = await this.ask(question(index), both);
        onProgress?.({ done: ++done, total: count });
      }
    };
    const ended = await Promise.allSettled(
      Array.from({ length: Math.min(this.#concurrency, count) }, () =>
        work().catch((error: unknown) => {
          if (!stop.signal.aborted) stop.abort(error);
          throw error;
        }),
      ),
    );
    signal?.throwIfAborted();
    if (stop.signal.aborted) throw stop.signal.reason;
    const failed = ended.find((end) => end.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    return values;
  }

  async #answered<Value>(key: string, question: Question<Value>, signal: AbortSignal | undefined): Promise<Value> {
    const { path, body, read, kept } = question;
    const before = await this.#answers?.get(key);
    if (before !== undefined) {
      try {
        return kept(before);
      } catch {
        // the file was changed by somebody: it is asked again
      }
    }
    const value = await this.client.post(path, body, read, signal);
    await this.#answers?.put(key, value);
    return value;
  }
}
