import type { KeptBy } from "../../src/audit/keptRows.js";
import { isKept, RowReader, Unusable } from "../../src/audit/row.js";
import { readBlocks } from "../../src/rows/blocks.js";
import { writeCsv } from "../../src/rows/csv.js";
import type { Row } from "../../src/rows/field.js";
import { Lines, Malformed } from "../../src/rows/lines.js";
import { keptFormOf } from "../model/auditForm.js";
import { BLOCK, LONGEST, open, type Progress } from "./auditFile.js";

/** Rows that were written: to the disk as they came, or into a file that the page hands out. */
export interface KeptRows {
  rows: number;
  kept: number;
  /** Null if they are on the disk already. */
  content: Blob | null;
}

const NEWLINE = Uint8Array.of(10);
/** Bytes that are held before they go to the disk. */
const HELD = 1 << 22;

/**
 * Writes the kept rows of a file as `pstar check --out` does, piece by piece.
 *
 * @param to Where the reader wants them; null if the browser cannot ask. The file is there whole, or not at all.
 */
export async function keepRows(
  file: File,
  { threshold, ...fields }: KeptBy,
  to: FileSystemFileHandle | null,
  onProgress: Progress,
): Promise<KeptRows> {
  const sink = to === null ? new BlobSink() : await DiskSink.open(to);
  try {
    const opened = await open(file, onProgress);
    const reader = new RowReader(fields);
    let rows = 0;
    let kept = 0;
    const keeps = (row: Row, line: number) => {
      rows++;
      const record = reader.record(row, line);
      if (record instanceof Unusable) return false;
      const wanted = isKept(record, threshold);
      if (wanted) kept++;
      return wanted;
    };
    if (keptFormOf(opened.form) === "csv") {
      const { delimiter = "," } = opened;
      let names: string[] | undefined;
      async function* keptOnes(): AsyncGenerator<Row> {
        for await (const piece of opened.rows()) {
          for (const { row, line, fault } of piece) {
            if (row === undefined) continue;
            names ??= Object.keys(row);
            if (fault === undefined && keeps(row, line)) yield row;
          }
        }
      }
      // the headings are known once the first row is
      const ones = keptOnes();
      const first = await ones.next();
      async function* all(): AsyncGenerator<Row> {
        if (!first.done) yield first.value;
        yield* ones;
      }
      await writeCsv(all(), names ?? [], delimiter, (bytes) => sink.write(bytes));
    } else {
      let before = 0;
      for await (const block of readBlocks(opened.lines(), { size: BLOCK, limit: LONGEST })) {
        const lines = new Lines(block);
        while (lines.next()) {
          const row = lines.row();
          if (row instanceof Malformed || !keeps(row, before + lines.line)) continue;
          await sink.write(lines.bytes.slice(lines.start, lines.end));
          await sink.write(NEWLINE);
        }
        before += lines.line;
      }
    }
    reader.check(`${file.name}: `);
    return { rows, kept, content: await sink.close() };
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

interface Sink {
  write(bytes: Uint8Array): Promise<void> | void;
  close(): Promise<Blob | null>;
  abort(): Promise<void>;
}

/** Pieces that are put together when there are enough of them. */
abstract class HeldSink implements Sink {
  #held: Uint8Array<ArrayBuffer>[] = [];
  #size = 0;

  write(bytes: Uint8Array): Promise<void> | void {
    this.#held.push(bytes as Uint8Array<ArrayBuffer>);
    this.#size += bytes.length;
    if (this.#size >= HELD) return this.flush();
  }

  flush(): Promise<void> | void {
    const content = new Blob(this.#held);
    this.#held = [];
    this.#size = 0;
    return this.put(content);
  }

  protected abstract put(content: Blob): Promise<void> | void;
  abstract close(): Promise<Blob | null>;
  abstract abort(): Promise<void>;
}

/** A file on the reader's disk. */
class DiskSink extends HeldSink {
  readonly #stream: FileSystemWritableFileStream;

  private constructor(stream: FileSystemWritableFileStream) {
    super();
    this.#stream = stream;
  }

  static async open(file: FileSystemFileHandle): Promise<DiskSink> {
    return new DiskSink(await file.createWritable());
  }

  protected put(content: Blob): Promise<void> {
    return this.#stream.write(content);
  }

  async close(): Promise<null> {
    await this.flush();
    await this.#stream.close();
    return null;
  }

  abort(): Promise<void> {
    return this.#stream.abort().catch(() => {});
  }
}

/** A file that the page hands out: the browser may keep its parts on the disk. */
class BlobSink extends HeldSink {
  readonly #parts: Blob[] = [];

  protected put(content: Blob): void {
    this.#parts.push(content);
  }

  async close(): Promise<Blob> {
    this.flush();
    return new Blob(this.#parts);
  }

  async abort(): Promise<void> {
    this.#parts.length = 0;
  }
}
