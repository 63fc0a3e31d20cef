import { createHash } from "node:crypto";
import { KeyedLog } from "../../rows/keyedLog.js";

/** Answers that were paid for once. */
export interface AnswerStore {
  /** The answer to a request, or undefined. */
  get(key: string): Promise<unknown>;
  /** Comes back when the answer is kept. */
  put(key: string, answer: unknown): Promise<void>;
}

/** Names a request by its content: whatever else changes, the same question has the same key. */
export function requestKey(server: string, path: string, body: object): string {
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
