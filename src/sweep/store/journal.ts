import { closeSync, constants, fdatasync, fdatasyncSync, ftruncateSync, writeSync } from "node:fs";
import { StoreError } from "../../core/errors.js";
import { fileError } from "../../core/fileError.js";
import { bodyOf, cellHead, LINE_HEAD, putLine } from "./line.js";
import { LineReader, openFile } from "./lineReader.js";

/** Milliseconds after which a finished cell is in the file at the latest, safe from the death of this process. */
const WRITE_AFTER = 200;
/** Milliseconds after which the file is on the disk at the latest (and the time that takes), safe from a power cut. */
const SYNC_AFTER = 2000;
const ROOM = 1 << 18;

/**
 * The cells of a run that are finished, in a file that only grows: one line a cell, the CRC-32 of its JSON before it.
 *
 * A cell that was added is in the file within 0.2 s, and on the disk within about 2 s. So a killed process loses at most the
 * cells of its last 0.2 s and a power cut those of its last seconds; whatever of them is there in part fails its checksum,
 * is dropped when the journal is opened, and computed again. Cells may come in any order.
 */
export class Journal {
  readonly file: string;
  /** Cells that are in the file and whole. */
  count = 0;
  /** Lines that were dropped when the journal was opened, because they were damaged or not whole. */
  readonly dropped: number;
  readonly #descriptor: number;
  readonly #reader: LineReader;
  /** Where the line of each cell begins; -1 where there is none. */
  readonly #offsets: Float64Array;
  readonly #timer: NodeJS.Timeout;
  #buffer = Buffer.allocUnsafe(ROOM);
  #buffered = 0;
  #cellsBuffered = 0;
  /** Bytes of the file that are good. */
  #end = 0;
  /** Something was written at all, and since the last time the disk was asked to keep it. */
  #written = false;
  #unsynced = false;
  #syncing = false;
  #lastSync = performance.now();
  #failure: unknown;

  /**
   * Opens a journal, which is made if it is not there, and finds what it holds.
   *
   * @param cells The length of the plan.
   * @throws FileError where it cannot be read or written, StoreError where it holds what is no cell of such a plan.
   */
  constructor(file: string, cells: number) {
    this.file = file;
    this.#offsets = new Float64Array(cells).fill(-1);
    this.#descriptor = openFile(file, constants.O_RDWR | constants.O_CREAT);
    this.#reader = new LineReader(file, this.#descriptor);
    try {
      this.dropped = this.#scan();
    } catch (error) {
      closeSync(this.#descriptor);
      throw error;
    }
    this.#timer = setInterval(() => this.#tick(), WRITE_AFTER);
    this.#timer.unref();
  }

  has(index: number): boolean {
    return this.#offsets[index] >= 0;
  }

  /**
   * Adds a cell.
   *
   * @throws FileError where an earlier one, or this one, could not be written; the cells counted by `count` stand.
   */
  append(index: number, json: string): void {
    if (this.#failure !== undefined) throw this.#failure;
    const room = LINE_HEAD + 3 * json.length + 1;
    if (this.#buffered + room > this.#buffer.length) this.flush();
    if (room > this.#buffer.length) this.#buffer = Buffer.allocUnsafe(room);
    this.#offsets[index] = this.#end + this.#buffered;
    this.#buffered = putLine(this.#buffer, this.#buffered, json);
    this.#cellsBuffered++;
  }

  /** The JSON of a cell, good until the next call. */
  read(index: number): Buffer {
    if (this.#offsets[index] >= this.#end) this.flush();
    const line = this.#reader.at(this.#offsets[index]);
    const body = line && bodyOf(line);
    if (!body) throw new StoreError(`${this.file} is damaged at byte ${this.#offsets[index]}: the disk may be failing`);
    return body;
  }

  /** Hands what was added to the operating system. */
  flush(): void {
    if (this.#failure !== undefined) throw this.#failure;
    let written = 0;
    try {
      while (written < this.#buffered) {
        const left = this.#buffered - written;
        written += writeSync(this.#descriptor, this.#buffer, written, left, this.#end + written);
      }
    } catch (error) {
      this.#failure = fileError("write", this.file, error);
      ftruncateSync(this.#descriptor, this.#end); // takes no space
      throw this.#failure;
    }
    if (written > 0) this.#unsynced = this.#written = true;
    this.#end += written;
    this.#buffered = 0;
    this.count += this.#cellsBuffered;
    this.#cellsBuffered = 0;
    this.#reader.forget();
  }

  /** Writes what is left, to the disk, unless writing failed before; then closes the file. */
  close(): void {
    clearInterval(this.#timer);
    try {
      if (this.#failure === undefined) {
        this.flush();
        if (this.#written) fdatasyncSync(this.#descriptor);
      }
    } finally {
      closeSync(this.#descriptor);
    }
  }

  #tick(): void {
    try {
      if (this.#failure === undefined) this.flush();
    } catch {
      return; // the next cell, or the end, throws it
    }
    if (!this.#unsynced || this.#syncing || performance.now() - this.#lastSync < SYNC_AFTER) return;
    this.#unsynced = false;
    this.#syncing = true;
    fdatasync(this.#descriptor, (error) => {
      this.#syncing = false;
      this.#lastSync = performance.now();
      if (error && error.code !== "EBADF") this.#failure ??= fileError("write", this.file, error);
    });
  }

  /** Notes where each cell is and cuts off what is behind the last whole line. Gives the number of lines dropped. */
  #scan(): number {
    let dropped = 0;
    let offset = 0;
    for (;;) {
      const line = this.#reader.at(offset);
      if (line === undefined) break;
      const next = offset + line.length + 1;
      const body = bodyOf(line);
      if (body === undefined) dropped++;
      else {
        this.#note(body, offset);
        this.#end = next;
      }
      offset = next;
    }
    const torn = this.#reader.holds(offset);
    if (offset > this.#end || torn) ftruncateSync(this.#descriptor, this.#end);
    this.#reader.forget();
    return dropped + (torn ? 1 : 0);
  }

  #note(body: Buffer, offset: number): void {
    const head = cellHead(body);
    if (head === undefined || !(head.index < this.#offsets.length)) {
      throw new StoreError(
        `${this.file} holds what is no cell of this plan: ${body.toString("latin1", 0, 60)}… (byte ${offset})`,
      );
    }
    const known = this.#offsets[head.index];
    if (known < 0) {
      this.#offsets[head.index] = offset;
      this.count++;
      return;
    }
    const text = body.toString("utf8");
    const first = this.#reader.at(known);
    if (first && bodyOf(first)?.toString("utf8") === text) return;
    throw new StoreError(`${this.file} holds two different results of cell ${head.index} (id ${head.id})`);
  }
}
