import {
  close,
  closeSync,
  constants,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  open,
  openSync,
  readSync,
  writeSync,
} from "node:fs";
import { crc32 } from "node:zlib";
import { fileError, fileReason, unreadable, unwritable } from "./fileError.js";

/** Bytes before the JSON of a record: the CRC-32 in eight hexadecimal digits, and a space or the length of the data. */
const SUM = 8;
const HEAD = SUM + 1;
const DATA = /^\+(\d{1,12}) /;
const LONGEST_HEAD = SUM + 14;
const NEWLINE = 10;
const SPACE = 32;
const WINDOW = 1 << 17;
const ROOM = 1 << 18;
/** Bytes of a line: a longer one is not a record, and would fill the memory. */
const LONGEST = 1 << 28;
/** Milliseconds after which a delayed record is in the file at the latest, safe from the death of this process. */
const WRITE_AFTER = 200;
/** Milliseconds after which the file is on the disk at the latest (and the time that takes), safe from a power cut. */
const SYNC_AFTER = 2000;

/** The data of a record that carries none. */
const NOTHING = Buffer.alloc(0);

/** A record; its bytes are good until the next one is read. */
export interface LogRecord {
  /** Where it begins in the file. */
  offset: number;
  json: Buffer;
  /** Binary data that belong to it; empty if there are none. */
  data: Buffer;
}

/**
 * Reads a log: a record a line, the CRC-32 of its JSON before it. A record that carries data says how many bytes follow its
 * line: `1f2e3d4c+4096 {…}`, and its checksum covers both.
 */
export class LogReader {
  readonly file: string;
  /** Records that were left out when the log was read through, because they are damaged or not whole. */
  dropped = 0;
  protected readonly descriptor: number;
  protected readonly window: Window;
  /** Bytes up to the end of the last sound record. */
  protected end = 0;
  /** Whether the log was read through, or as far as its reader wanted. */
  protected scanned = false;
  readonly #checked: boolean;
  #open = true;

  /**
   * @param options.checked Whether the lines have checksums; without, any line is a record, and the last needs no line end.
   * @throws FileError if the file cannot be opened; so does every method if it cannot be read.
   */
  constructor(file: string, { checked = true, flags = "r" }: { checked?: boolean; flags?: string | number } = {}) {
    this.file = file;
    this.#checked = checked;
    try {
      this.descriptor = openSync(file, flags);
    } catch (error) {
      throw fileError(flags === "r" ? "read" : "write", file, error);
    }
    this.window = new Window(file, this.descriptor);
  }

  /** All sound records in order. Whoever stops early declares the record at hand, and all behind it, not to be of the log. */
  *records(): Generator<LogRecord> {
    this.scanned = true;
    this.dropped = 0;
    this.end = 0;
    for (let offset = 0; ; ) {
      const line = this.window.line(offset);
      if (line === undefined) {
        if (!this.window.holds(offset)) break;
        if (this.#checked) this.dropped++;
        else {
          const json = this.window.rest(offset);
          yield { offset, json, data: NOTHING };
        }
        break;
      }
      let next = offset + line.length + 1;
      const record = this.#record(offset, line);
      if (record === undefined) this.dropped++;
      else {
        next += record.data.length;
        yield record;
        this.end = next;
      }
      offset = next;
    }
    this.window.forget();
  }

  /** The record at an offset; undefined if it is damaged. */
  at(offset: number): LogRecord | undefined {
    const line = this.window.line(offset);
    return line && this.#record(offset, line);
  }

  /** Closes the file; once more does nothing. */
  close(): void {
    if (this.#open) closeSync(this.descriptor);
    this.#open = false;
  }

  #record(offset: number, line: Buffer): LogRecord | undefined {
    if (!this.#checked) return { offset, json: line, data: NOTHING };
    if (line.length <= HEAD) return undefined;
    if (line[SUM] === SPACE) {
      const json = line.subarray(HEAD);
      return hasSum(line, crc32(json)) ? { offset, json, data: NOTHING } : undefined;
    }
    const found = DATA.exec(line.toString("latin1", SUM, LONGEST_HEAD));
    const length = line.length;
    const whole = found && this.window.bytes(offset, length + 1 + Number(found[1]));
    if (!found || !whole) return undefined;
    const json = whole.subarray(SUM + found[0].length, length);
    const data = whole.subarray(length + 1);
    // of the line nothing may be left: what the window gives is good until the next call
    return hasSum(whole, crc32(data, crc32(json))) ? { offset, json, data } : undefined;
  }
}

export interface LogOptions {
  /** Begins anew, whatever the file held. */
  fresh?: boolean;
  /** Lets records wait for 0.2 s to be written together, and has the disk keep them every 2 s. */
  delayed?: boolean;
}

/**
 * A file that only grows, record by record, made if it is not there.
 *
 * A record that was added survives the death of the process: at once, or with `delayed` after 0.2 s, and after about 2 s a
 * power cut as well. What of the last ones is there in part fails its checksum, and is cut off when the log is opened again.
 */
export class Log extends LogReader {
  readonly #delayed: boolean;
  readonly #timer: NodeJS.Timeout | undefined;
  #buffer = Buffer.alloc(0);
  #buffered = 0;
  /** Where each record in the buffer ends. */
  #ends: number[] = [];
  #added = 0;
  /** Where the JSON of the record that was added last is in the buffer. */
  #json: [from: number, to: number] = [0, 0];
  #ready: boolean;
  /** Something was written at all, and since the last time the disk was asked to keep it. */
  #written = false;
  #unsynced = false;
  #syncing = false;
  #lastSync = performance.now();
  #failure: unknown;
  /** The failure was thrown: whoever closes the log knows of it. */
  #told = false;

  constructor(file: string, { fresh = false, delayed = false }: LogOptions = {}) {
    super(file, { flags: constants.O_RDWR | constants.O_CREAT | (fresh ? constants.O_TRUNC : 0) });
    this.#ready = fresh;
    this.#delayed = delayed;
    if (delayed) this.#timer = setInterval(() => this.#tick(), WRITE_AFTER).unref();
  }

  /** Records added since the log was opened; after a failure, those that are in the file. */
  get added(): number {
    return this.#added + (this.#failure === undefined ? this.#ends.length : 0);
  }

  /** The JSON of the record that was added last, good until the next is added. */
  get last(): Buffer {
    return this.#buffer.subarray(...this.#json);
  }

  /** Cuts off what stands behind the last sound record. Reads the log through if that has not been done. */
  cut(): void {
    if (this.#ready) return;
    if (!this.scanned) for (const _ of this.records());
    try {
      if (fstatSync(this.descriptor).size > this.end) ftruncateSync(this.descriptor, this.end);
    } catch (error) {
      throw fileError("write", this.file, error);
    }
    this.window.forget();
    this.#ready = true;
  }

  /**
   * Adds a record.
   *
   * @param json Without a line end.
   * @returns Its offset.
   * @throws FileError if it, or an earlier one, could not be written; those that `added` counts stand.
   */
  append(json: string, data: readonly Uint8Array[] = []): number {
    this.#throwFailure();
    this.cut();
    const bytes = data.reduce((sum, part) => sum + part.length, 0);
    const room = LONGEST_HEAD + 3 * json.length + 1 + bytes;
    if (this.#buffered + room > this.#buffer.length) {
      this.flush();
      if (room > this.#buffer.length) this.#buffer = Buffer.allocUnsafe(Math.max(room, ROOM));
    }
    const offset = this.end + this.#buffered;
    this.#put(json, data, bytes);
    this.#ends.push(this.#buffered);
    if (!this.#delayed) this.flush();
    return offset;
  }

  override at(offset: number): LogRecord | undefined {
    if (offset >= this.end) this.flush();
    return super.at(offset);
  }

  /** Hands what was added to the operating system. */
  flush(): void {
    this.#throwFailure();
    let written = 0;
    try {
      while (written < this.#buffered) {
        const left = this.#buffered - written;
        written += writeSync(this.descriptor, this.#buffer, written, left, this.end + written);
      }
    } catch (error) {
      this.#failure = fileError("write", this.file, error);
      // what there was room for stands
      this.#note(this.#ends.filter((end) => end <= written));
      this.#cutBroken();
      this.#throwFailure();
    }
    this.#note(this.#ends);
    this.#buffered = 0;
    this.#ends = [];
  }

  /** Notes that the records which end there in the buffer are in the file. */
  #note(ends: readonly number[]): void {
    const written = ends.at(-1) ?? 0;
    if (written > 0) this.#unsynced = this.#written = true;
    this.end += written;
    this.#added += ends.length;
    this.window.forget();
  }

  /** Writes everything to the disk, and waits for that: what comes after may forget where it came from. */
  sync(): void {
    this.flush();
    // what is under way may yet fail
    if (!this.#unsynced && !this.#syncing) return;
    this.#sync();
    this.#unsynced = false;
    this.#lastSync = performance.now();
  }

  /**
   * Writes what is left, with `delayed` to the disk, unless writing failed before; then closes the file.
   *
   * @throws FileError if that fails, or failed before and nothing has said so yet.
   */
  override close(): void {
    clearInterval(this.#timer);
    try {
      if (this.#told) return;
      this.flush();
      if (this.#written && this.#delayed) this.#sync();
    } finally {
      this.#failure ??= unwritable(this.file, fileReason("it-is-closed"));
      this.#told = true;
      super.close();
    }
  }

  #throwFailure(): void {
    if (this.#failure === undefined) return;
    this.#told = true;
    throw this.#failure;
  }

  #sync(): void {
    try {
      fdatasyncSync(this.descriptor);
    } catch (error) {
      this.#failure = fileError("write", this.file, error);
      this.#throwFailure();
    }
  }

  /** Takes away what was written of a record in part, which needs no space; what stays is found by its checksum. */
  #cutBroken(): void {
    try {
      ftruncateSync(this.descriptor, this.end);
    } catch {
      // the failure that came first is told
    }
  }

  #put(json: string, data: readonly Uint8Array[], bytes: number): void {
    const buffer = this.#buffer;
    const start = this.#buffered;
    const body = start + SUM + buffer.write(data.length === 0 ? " " : `+${bytes} `, start + SUM, "latin1");
    let end = body + buffer.write(json, body, "utf8");
    this.#json = [body, end];
    let sum = crc32(buffer.subarray(body, end));
    buffer[end++] = NEWLINE;
    for (const part of data) {
      buffer.set(part, end);
      end += part.length;
      sum = crc32(part, sum);
    }
    for (let i = 0; i < SUM; i++) buffer[start + i] = digitOf(sum, i);
    this.#buffered = end;
  }

  #tick(): void {
    try {
      if (this.#failure === undefined) this.flush();
    } catch {
      this.#told = false;
      return; // the next record, or the end, throws it
    }
    if (!this.#unsynced || this.#syncing || performance.now() - this.#lastSync < SYNC_AFTER) return;
    this.#unsynced = false;
    this.#syncing = true;
    const finish = (error: Error | null) => {
      this.#syncing = false;
      this.#lastSync = performance.now();
      if (error) this.#failure ??= fileError("write", this.file, error);
    };
    // By a descriptor of its own: a system tells each descriptor once of what it could not write, and the log's own is to
    // hear of it when the log waits for the disk.
    open(this.file, "r+", (error, descriptor) => {
      if (error) return finish(error);
      fdatasync(descriptor, (failure) => close(descriptor, () => finish(failure)));
    });
  }
}

/** A record without data as it is in the file. */
export function recordText(json: string): string {
  return `${hex(crc32(json))} ${json}\n`;
}

function hex(sum: number): string {
  return sum.toString(16).padStart(SUM, "0");
}

const DIGITS = Buffer.from("0123456789abcdef");

/** The i-th hexadecimal digit of a checksum, as ASCII: a million records need no text for it. */
function digitOf(sum: number, i: number): number {
  return DIGITS[(sum >>> (4 * (SUM - 1 - i))) & 15];
}

function hasSum(line: Buffer, sum: number): boolean {
  for (let i = 0; i < SUM; i++) if (line[i] !== digitOf(sum, i)) return false;
  return true;
}

/** A part of a file in memory, so that lines near each other come from one read. What it gives is good until the next call. */
class Window {
  readonly #file: string;
  readonly #descriptor: number;
  #bytes = Buffer.allocUnsafe(WINDOW);
  #start = 0;
  #length = 0;

  constructor(file: string, descriptor: number) {
    this.#file = file;
    this.#descriptor = descriptor;
  }

  /** The line at a byte of the file, without its newline; undefined if none ends behind it. */
  line(offset: number): Buffer | undefined {
    const inside = offset - this.#start;
    if (inside >= 0 && inside < this.#length) {
      const line = this.#lineAt(inside);
      if (line) return line;
    }
    for (;;) {
      this.#read(offset);
      const line = this.#lineAt(0);
      if (line || this.#length < this.#bytes.length) return line;
      if (this.#length >= LONGEST)
        throw unreadable(this.#file, fileReason("log-line-too-long", { mebibytes: LONGEST >> 20 }));
      this.#bytes = Buffer.allocUnsafe(2 * this.#bytes.length);
    }
  }

  /** So many bytes of the file; undefined if it has not as many. */
  bytes(offset: number, length: number): Buffer | undefined {
    const inside = offset - this.#start;
    if (inside >= 0 && inside + length <= this.#length) return this.#bytes.subarray(inside, inside + length);
    // The length comes from the file: no memory is allocated for bytes that are not there.
    if (offset + length > fstatSync(this.#descriptor).size) return undefined;
    if (length > this.#bytes.length) this.#bytes = Buffer.allocUnsafe(Math.max(length, 2 * this.#bytes.length));
    this.#read(offset);
    return length <= this.#length ? this.#bytes.subarray(0, length) : undefined;
  }

  /** Whether anything stands at a byte that {@link line} has just looked at, be it no whole line. */
  holds(offset: number): boolean {
    return offset < this.#start + this.#length;
  }

  /** What stands behind a byte that {@link line} has just looked at and found no line at. */
  rest(offset: number): Buffer {
    return this.#bytes.subarray(offset - this.#start, this.#length);
  }

  /** Forgets what was read: the file has changed since. */
  forget(): void {
    this.#length = 0;
  }

  #lineAt(place: number): Buffer | undefined {
    const end = this.#bytes.indexOf(NEWLINE, place);
    return end < 0 || end >= this.#length ? undefined : this.#bytes.subarray(place, end);
  }

  #read(offset: number): void {
    this.#start = offset;
    this.#length = 0;
    try {
      while (this.#length < this.#bytes.length) {
        const room = this.#bytes.length - this.#length;
        const count = readSync(this.#descriptor, this.#bytes, this.#length, room, offset + this.#length);
        if (count === 0) return;
        this.#length += count;
      }
    } catch (error) {
      throw fileError("read", this.#file, error);
    }
  }
}
