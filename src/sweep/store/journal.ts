import { closeSync, constants, fdatasync, fdatasyncSync, ftruncateSync, writeSync } from "node:fs";
import { fileError } from "../../rows/fileError.js";
import { CellIndex } from "./cellIndex.js";
import { LINE_HEAD, putLine } from "./line.js";
import { openFile } from "./lineReader.js";

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
  readonly #descriptor: number;
  readonly #index: CellIndex;
  readonly #timer: NodeJS.Timeout;
  #buffer = Buffer.allocUnsafe(ROOM);
  #buffered = 0;
  #count = 0;
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
    this.#descriptor = openFile(file, constants.O_RDWR | constants.O_CREAT);
    try {
      this.#index = new CellIndex(file, this.#descriptor, cells, true);
      this.#count = this.#index.count;
      this.#end = this.#index.end;
      if (this.#index.torn) ftruncateSync(this.#descriptor, this.#end);
    } catch (error) {
      closeSync(this.#descriptor);
      throw error;
    }
    this.#timer = setInterval(() => this.#tick(), WRITE_AFTER);
    this.#timer.unref();
  }

  /** Cells that are kept; where writing has failed, those that are in the file. */
  get count(): number {
    return this.#count + (this.#failure === undefined ? this.#cellsBuffered : 0);
  }

  /** Lines that were damaged or not whole when the journal was opened; their cells count as missing. */
  get dropped(): number {
    return this.#index.dropped;
  }

  has(index: number): boolean {
    return this.#index.has(index);
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
    this.#index.note(index, this.#end + this.#buffered);
    this.#buffered = putLine(this.#buffer, this.#buffered, json);
    this.#cellsBuffered++;
  }

  /** The JSON of a cell, good until the next call. */
  read(index: number): Buffer {
    if (this.#index.offset(index) >= this.#end) this.flush();
    return this.#index.read(index);
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
    this.#count += this.#cellsBuffered;
    this.#cellsBuffered = 0;
    this.#index.refresh();
  }

  /** Writes everything to the disk, and waits for that: what comes after may forget where it came from. */
  sync(): void {
    this.flush();
    if (!this.#unsynced) return;
    try {
      fdatasyncSync(this.#descriptor);
    } catch (error) {
      this.#failure = fileError("write", this.file, error);
      throw this.#failure;
    }
    this.#unsynced = false;
    this.#lastSync = performance.now();
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
}
