import { createHash } from "node:crypto";
import * as z from "zod";
import { integerIn } from "../core/errors.js";
import type { WorkOptions } from "../core/slices.js";
import { KeyedLog } from "../rows/keyedLog.js";
import { Client, type ClientOptions } from "./client.js";

export interface RequestOptions extends ClientOptions {
  /** Keeps the answers, so that a killed run asks nothing twice. */
  answers?: AnswerStore;
  /** Requests at the same time, in [1, 1000]; left out, 8. */
  concurrency?: number;
}

/** A question to a server. */
export interface Question<Value> {
  path: string;
  body: object;
  /** Makes out the server's answer. Throws if it cannot be used. */
  read: (answer: unknown) => Value;
  /** Checks an answer that was kept. Throws if it cannot be used. */
  kept: (answer: unknown) => Value;
}

/** Asks a server many questions, each one once. */
export class RequestQueue {
  readonly client: Client;
  readonly #answers: AnswerStore | undefined;
  readonly #concurrency: number;
  /** The same question may come twice before it is answered. */
  readonly #pending = new Map<string, Promise<unknown>>();

  constructor({ answers, concurrency = 8, ...options }: RequestOptions) {
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

/** Answers that were paid for once. */
export interface AnswerStore {
  /** The answer to a request, or undefined. */
  get(key: string): Promise<unknown>;
  /** Comes back when the answer is kept. */
  put(key: string, answer: unknown): Promise<void>;
}

/** Names a request by its content: whatever else changes, the same question has the same key. */
function requestKey(server: string, path: string, body: object): string {
  return createHash("sha256")
    .update(JSON.stringify([server, path, body]))
    .digest("hex");
}

/** A file to which answers are appended as they come, so that a killed run goes on with what it has. */
export class AnswerJournal implements AnswerStore {
  readonly file: string;
  readonly #log: KeyedLog;

  private constructor(file: string) {
    this.file = file;
    this.#log = new KeyedLog(file, "pstar/answers@1", "a journal of answers");
  }

  /** @throws FileError if the file cannot be read or written; DataError if it is something else. */
  static async open(file: string): Promise<AnswerJournal> {
    return new AnswerJournal(file);
  }

  /** Answers kept. */
  get size(): number {
    return this.#log.size;
  }

  async get(key: string): Promise<unknown> {
    return this.#log.get(key);
  }

  async put(key: string, answer: unknown): Promise<void> {
    this.#log.put(key, answer);
  }

  async close(): Promise<void> {
    this.#log.close();
  }
}

// What servers say is hostile until it has passed here. Texts are cut to size by the limit on an answer as a whole.

const completion = z.object({ choices: z.array(z.object({ text: z.string() })).min(1) });
const chat = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string().nullable() }) })).min(1),
});

/** The text of an answer of /completions. */
export function completionText(answer: unknown): string {
  return checked(completion, answer).choices[0].text;
}

/** The text of an answer of /chat/completions. */
export function chatText(answer: unknown): string {
  return checked(chat, answer).choices[0].message.content ?? "";
}

/** Checks a text that was kept. */
export function keptText(answer: unknown): string {
  return checked(z.string(), answer);
}

/** What a server said, in the form that is expected. @throws Error that names the first place that is not in it. */
export function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [{ path, message }] = result.error.issues;
  throw new Error(`its answer cannot be used: ${path.join(".") || "as a whole"}: ${message}`);
}
