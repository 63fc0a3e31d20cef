import { readBlocks } from "./blocks.js";
import type { Row } from "./field.js";
import { Lines, Malformed, type MalformedRow, malformedRow } from "./lines.js";
import { openSource } from "./source.js";

/** The rows of a block of a file. */
export interface RowsRead {
  rows: { line: number; row: Row }[];
  malformed: MalformedRow[];
  blank: number;
}

export interface ReadOptions {
  signal?: AbortSignal;
  /** Told after each block how many bytes of the file were read, and of how many (null: not known). */
  onProgress?: (progress: { bytes: number; total: number | null }) => void;
}

/**
 * Reads a JSONL file block by block, plain or packed by gzip or zstd; `-` is standard input. Memory holds one block.
 *
 * @throws FileError if it cannot be read; the signal's reason when aborted.
 */
export async function* readRows(file: string, { signal, onProgress }: ReadOptions = {}): AsyncGenerator<RowsRead> {
  const source = await openSource(file, { signal });
  try {
    let before = 0;
    for await (const block of readBlocks(source)) {
      signal?.throwIfAborted();
      const read: RowsRead = { rows: [], malformed: [], blank: 0 };
      const lines = new Lines(block);
      while (lines.next()) {
        const line = before + lines.line;
        const row = lines.row();
        if (row instanceof Malformed) read.malformed.push(malformedRow(line, row, lines.excerpt()));
        else read.rows.push({ line, row });
      }
      before += lines.line;
      read.blank = lines.blank;
      onProgress?.({ bytes: source.position, total: source.size });
      yield read;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    await source.close();
  }
}

/** The text of a file, plain or packed, in pieces of whole lines. What is not UTF-8 is replaced. */
export async function* textPieces(file: string, signal?: AbortSignal): AsyncGenerator<string> {
  const source = await openSource(file, { signal });
  try {
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    for await (const { bytes } of readBlocks(source)) {
      signal?.throwIfAborted();
      yield decoder.decode(bytes);
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    await source.close();
  }
}
