import { readFileSync, statSync } from "node:fs";
import { DataError } from "../core/errors.js";
import { fileReason } from "./fileError.js";
import { Log, recordText } from "./log.js";

/** A record begins with its key, so that reading the log through needs no parser. */
const KEY = /^\{"key":("(?:[^"\\]|\\.)*"),"value":/;
const LONGEST_KEY = 256;

/**
 * JSON values by their keys, in a file to which they are appended as they come. Memory holds the keys and where their values
 * are, not the values. A value that was damaged is as if it had never been put there.
 */
export class KeyedLog {
  readonly #log: Log;
  readonly #offsets = new Map<string, number>();

  /**
   * @param schema What the log is of: the first record of the file says it.
   * @param what What messages call such a file: `a journal of answers`.
   * @throws FileError if the file cannot be read or written; DataError if it is something else, and is left as it is.
   */
  constructor(file: string, schema: string, what: string) {
    this.#log = new Log(file);
    const head = JSON.stringify({ schema });
    try {
      let first = true;
      for (const { offset, json } of this.#log.records()) {
        if (first && json.toString("latin1") !== head) break;
        first = false;
        const key = KEY.exec(json.toString("utf8", 0, LONGEST_KEY))?.[1];
        if (key !== undefined) this.#offsets.set(JSON.parse(key) as string, offset);
      }
      if (first && !beginsLike(file, recordText(head))) throw new DataError(fileReason("not-that-log", { file, what }));
      this.#log.cut();
      if (first) this.#log.append(head);
    } catch (error) {
      this.#log.close();
      throw error;
    }
  }

  /** Values that are kept. */
  get size(): number {
    return this.#offsets.size;
  }

  /** The value of a key; undefined if there is none, or it was damaged since. */
  get(key: string): unknown {
    const offset = this.#offsets.get(key);
    const record = offset === undefined ? undefined : this.#log.at(offset);
    if (record === undefined) return undefined;
    const kept = JSON.parse(record.json.toString("utf8")) as { key: unknown; value: unknown };
    return kept.key === key ? kept.value : undefined; // another process may have written here
  }

  /** Keeps a value, safe from the death of this process. @param key Short: at most 200 characters. */
  put(key: string, value: unknown): void {
    this.#offsets.set(key, this.#log.append(JSON.stringify({ key, value })));
  }

  close(): void {
    this.#log.close();
  }
}

/** Whether a file is empty, or was left by a process that died while it wrote the first line. */
function beginsLike(file: string, line: string): boolean {
  return statSync(file).size < line.length && line.startsWith(readFileSync(file, "latin1"));
}
