import { readBlocks } from "./blocks.js";
import type { Row } from "./field.js";
import type { MalformedRow } from "./lines.js";
import { RowFiles, type RowFilesOptions } from "./rowFiles.js";
import { openSource } from "./source.js";

/** Some rows of a file. */
export interface RowsRead {
  rows: { line: number; row: Row }[];
  malformed: MalformedRow[];
}

export interface ReadOptions extends Pick<RowFilesOptions, "as" | "onNote"> {
  signal?: AbortSignal;
  /** Told which share of the file was read; null if its size is not known. */
  onProgress?: (share: number | null) => void;
}

/**
 * Reads a file of rows in any form, some at a time; `-` is standard input. Of JSONL memory holds one block.
 *
 * @throws FileError if it cannot be read, DataError if it is broken; the signal's reason when aborted.
 */
export async function* readRows(
  path: string,
  { signal, onProgress, as, onNote }: ReadOptions = {},
): AsyncGenerator<RowsRead> {
  const files = new RowFiles(path, { ...(as !== undefined && { as }), ...(onNote !== undefined && { onNote }) });
  const options = { ...(signal !== undefined && { signal }), ...(onProgress !== undefined && { onProgress }) };
  for await (const piece of files.read(undefined, options)) {
    signal?.throwIfAborted();
    const read: RowsRead = { rows: [], malformed: [] };
    for (const { line, row, fault, excerpt } of piece) {
      if (row !== undefined && fault === undefined) read.rows.push({ line, row });
      else if (fault !== undefined)
        read.malformed.push({ line, code: fault.code, reason: fault.message, text: excerpt?.() ?? "" });
    }
    yield read;
  }
  signal?.throwIfAborted();
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
