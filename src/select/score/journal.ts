import { type FileHandle, open, rm } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { fileError } from "../../rows/fileError.js";
import type { ScoredBlock } from "./columns.js";
import type { BlockScores } from "./scoreBlock.js";

/** Each record: these four bytes, the lengths of head and body, the CRC-32 of both, then the head (JSON) and the body. */
const MAGIC = 0x314a5350; // "PSJ1"
const PREFIX = 16;

/** The head of a block's record; the body has its arrays in the order of {@link arraysOf}. */
interface BlockHead extends Pick<BlockScores, "lines" | "blank" | "names" | "doubtful" | "firstMalformed"> {
  offset: number;
  end: number;
  rows: number;
  /** Scores of each verifier: the number of rows, or none. */
  scores: number[];
  groups: boolean;
  slices: boolean;
}

/**
 * What has been found out about a file so far, block by block. A process that is killed leaves at most its last record
 * torn; what is read back ends before it.
 */
export class Journal {
  readonly file: string;
  readonly #handle: FileHandle;
  #length: number;

  private constructor(file: string, handle: FileHandle, length: number) {
    this.file = file;
    this.#handle = handle;
    this.#length = length;
  }

  /** Begins a journal anew. @param about What must be the same for it to be gone on with. */
  static async begin(file: string, about: object): Promise<Journal> {
    try {
      const journal = new Journal(file, await open(file, "w"), 0);
      await journal.#append(about, []);
      return journal;
    } catch (error) {
      throw fileError("write", file, error);
    }
  }

  /**
   * Opens a journal to go on with.
   *
   * @param accept Judges what the journal is about, before anything of it is used.
   * @param onBlock Takes the blocks, in order.
   * @returns Nothing where there is no journal, or one that was torn in its first record.
   */
  static async resume(
    file: string,
    accept: (about: unknown) => void,
    onBlock: (block: ScoredBlock) => void,
  ): Promise<Journal | undefined> {
    let handle: FileHandle;
    try {
      handle = await open(file, "r+");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw fileError("read", file, error);
    }
    try {
      const journal = new Journal(file, handle, 0);
      const first = await journal.#next();
      if (first === undefined) {
        await handle.close();
        return undefined;
      }
      accept(first.head);
      let end = 0;
      for (let record = await journal.#next(); record !== undefined; record = await journal.#next()) {
        const block = blockOf(record.head as BlockHead, record.body);
        if (block.offset !== end) break;
        end = block.end;
        onBlock(block);
      }
      await handle.truncate(journal.#length);
      return journal;
    } catch (error) {
      await handle.close().catch(() => {});
      throw error;
    }
  }

  /** Adds a block; it is on its way to the disk when this comes back, and survives the end of the process. */
  async add({ offset, end, scored }: ScoredBlock): Promise<void> {
    const { lines, blank, names, doubtful, firstMalformed, malformed, scores, groups, slices } = scored;
    const head: BlockHead = {
      offset,
      end,
      rows: malformed.length,
      lines,
      blank,
      names,
      doubtful,
      firstMalformed,
      scores: scores.map(({ length }) => length),
      groups: groups !== null,
      slices: slices !== null,
    };
    try {
      await this.#append(head, arraysOf(scored));
    } catch (error) {
      throw fileError("write", this.file, error);
    }
  }

  async close(): Promise<void> {
    await this.#handle.close().catch(() => {});
  }

  /** Closes the journal and removes it. */
  async remove(): Promise<void> {
    await this.close();
    await rm(this.file, { force: true });
  }

  async #append(head: object, arrays: readonly ArrayBufferView[]): Promise<void> {
    const headBytes = Buffer.from(JSON.stringify(head));
    const body = Buffer.concat(
      arrays.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)),
    );
    const prefix = Buffer.alloc(PREFIX);
    prefix.writeUInt32LE(MAGIC, 0);
    prefix.writeUInt32LE(headBytes.length, 4);
    prefix.writeUInt32LE(body.length, 8);
    prefix.writeUInt32LE(crc32(body, crc32(headBytes)), 12);
    const record = Buffer.concat([prefix, headBytes, body]);
    for (let start = 0; start < record.length; ) {
      const { bytesWritten } = await this.#handle.write(record, start, record.length - start, this.#length + start);
      start += bytesWritten;
    }
    this.#length += record.length;
  }

  /** The next whole record; nothing at the end, or where it is torn. */
  async #next(): Promise<{ head: unknown; body: Buffer } | undefined> {
    const prefix = await this.#read(this.#length, PREFIX);
    if (prefix === undefined || prefix.readUInt32LE(0) !== MAGIC) return undefined;
    const headLength = prefix.readUInt32LE(4);
    const bodyLength = prefix.readUInt32LE(8);
    const { size } = await this.#handle.stat();
    if (this.#length + PREFIX + headLength + bodyLength > size) return undefined;
    const record = await this.#read(this.#length + PREFIX, headLength + bodyLength);
    if (record === undefined || crc32(record) !== prefix.readUInt32LE(12)) return undefined;
    this.#length += PREFIX + record.length;
    return { head: JSON.parse(record.toString("utf8", 0, headLength)), body: record.subarray(headLength) };
  }

  async #read(position: number, length: number): Promise<Buffer | undefined> {
    const bytes = Buffer.allocUnsafeSlow(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await this.#handle.read(bytes, filled, length - filled, position + filled);
      if (bytesRead === 0) return undefined;
      filled += bytesRead;
    }
    return bytes;
  }
}

function arraysOf({ malformed, scores, hashes, groups, slices }: BlockScores): ArrayBufferView[] {
  return [...scores, hashes, ...(groups === null ? [] : [groups]), ...(slices === null ? [] : [slices]), malformed];
}

function blockOf(head: BlockHead, body: Buffer): ScoredBlock {
  let at = 0;
  const bytes = (length: number) => {
    const part = new ArrayBuffer(length);
    new Uint8Array(part).set(body.subarray(at, at + length));
    at += length;
    return part;
  };
  const words = (perRow: number) => new Uint32Array(bytes(4 * perRow * head.rows));
  const scores = head.scores.map((length) => new Float64Array(bytes(8 * length)));
  const hashes = words(2);
  const groups = head.groups ? words(2) : null;
  const slices = head.slices ? words(1) : null;
  const malformed = new Uint8Array(bytes(head.rows));
  const { offset, end, lines, blank, names, doubtful, firstMalformed } = head;
  const about = { lines, blank, names, doubtful, firstMalformed };
  return { offset, end, scored: { ...about, malformed, scores, hashes, groups, slices } };
}
