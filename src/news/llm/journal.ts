import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { DataError } from "../../core/errors.js";
import { fileError } from "../../rows/fileError.js";

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

const HEAD = `${JSON.stringify({ schema: "pstar/answers@1" })}\n`;
const NEWLINE = 10;
const CHUNK = 1 << 20;
/** The key is the first thing of a line, so that reading the file needs no parser. */
const LINE = /^\{"key":"([0-9a-f]{64})","answer":/;
const KEY_BYTES = 85;

/**
 * A file to which answers are appended, one a line, as they come. A killed run goes on with what it has: a last line
 * without its end is cut off. Memory holds the keys and places, not the answers.
 */
export class AnswerJournal implements AnswerStore {
  readonly file: string;
  readonly #handle: FileHandle;
  readonly #places = new Map<string, { start: number; length: number }>();
  #end = 0;
  #writing: Promise<void> = Promise.resolve();

  private constructor(file: string, handle: FileHandle) {
    this.file = file;
    this.#handle = handle;
  }

  /**
   * @throws FileError where it cannot be read or written; DataError where the file is something else.
   */
  static async open(file: string): Promise<AnswerJournal> {
    try {
      // r+ where it is there: "a" alone could not cut off a torn line
      const handle = await open(file, "r+").catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return open(file, "wx+");
        throw error;
      });
      const journal = new AnswerJournal(file, handle);
      try {
        await journal.#load();
        return journal;
      } catch (error) {
        await handle.close();
        throw error;
      }
    } catch (error) {
      throw error instanceof DataError ? error : fileError("open", file, error);
    }
  }

  /** Answers kept. */
  get size(): number {
    return this.#places.size;
  }

  async get(key: string): Promise<unknown> {
    const place = this.#places.get(key);
    if (place === undefined) return undefined;
    const bytes = Buffer.alloc(place.length);
    try {
      await this.#handle.read(bytes, 0, place.length, place.start);
      const line = JSON.parse(bytes.toString()) as { key: unknown; answer: unknown };
      return line.key === key ? line.answer : undefined; // another process may have written here
    } catch (error) {
      if (error instanceof SyntaxError) return undefined; // somebody wrote into the file: it is asked again
      throw fileError("read", this.file, error);
    }
  }

  put(key: string, answer: unknown): Promise<void> {
    const line = Buffer.from(`${JSON.stringify({ key, answer })}\n`);
    this.#writing = this.#writing.then(async () => {
      const start = this.#end;
      await this.#write(line);
      this.#places.set(key, { start, length: line.length - 1 });
    });
    return this.#writing;
  }

  async close(): Promise<void> {
    await this.#writing.catch(() => {});
    await this.#handle.close();
  }

  async #write(bytes: Buffer): Promise<void> {
    try {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, this.#end + done);
        done += bytesWritten;
      }
    } catch (error) {
      throw fileError("write", this.file, error);
    }
    this.#end += bytes.length;
  }

  async #load(): Promise<void> {
    const head = Buffer.alloc(HEAD.length);
    const { bytesRead } = await this.#handle.read(head, 0, head.length, 0);
    const begun = head.toString("utf8", 0, bytesRead);
    if (bytesRead < HEAD.length && HEAD.startsWith(begun)) {
      await this.#handle.truncate(0);
      return this.#write(Buffer.from(HEAD));
    }
    if (begun !== HEAD) throw new DataError(`${this.file} is no journal of answers: it is left as it is`);
    this.#end = HEAD.length;
    let rest: Buffer = Buffer.alloc(0);
    for (;;) {
      const chunk = Buffer.alloc(CHUNK);
      const read = (await this.#handle.read(chunk, 0, CHUNK, this.#end + rest.length)).bytesRead;
      if (read === 0) break;
      const bytes = Buffer.concat([rest, chunk.subarray(0, read)]);
      let start = 0;
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
        const key = LINE.exec(bytes.toString("latin1", start, Math.min(end, start + KEY_BYTES)))?.[1];
        if (key !== undefined) this.#places.set(key, { start: this.#end + start, length: end - start });
        start = end + 1;
      }
      this.#end += start;
      rest = Buffer.from(bytes.subarray(start));
    }
    await this.#handle.truncate(this.#end);
  }
}
