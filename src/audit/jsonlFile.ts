import { SeenFields } from "../rows/seenFields.js";
import { openSource } from "../rows/source.js";
import type { FileRow, ReadingOptions, RowSource } from "./file.js";
import { jsonlRows } from "./fileRows.js";

/** A JSONL file (plain, gzip or zstd), or standard input (`-`). */
export class JsonlFile implements RowSource {
  readonly source: string;
  readonly name: string;

  constructor(source: string) {
    this.source = source;
    this.name = nameOf(source);
  }

  async *read(fields: readonly string[], { signal, onProgress }: ReadingOptions): AsyncGenerator<Iterable<FileRow>> {
    const bytes = await openSource(this.source);
    // A pipe may be silent for ever: an abort does not wait for its next row.
    const stop = () => void bytes.close().catch(() => {});
    signal?.addEventListener("abort", stop, { once: true });
    try {
      for await (const rows of jsonlRows(bytes, fields)) {
        onProgress?.(bytes.size === null ? null : bytes.position / bytes.size);
        yield rows;
      }
    } catch (error) {
      if (!signal?.aborted) throw error;
    } finally {
      signal?.removeEventListener("abort", stop);
      await bytes.close();
    }
  }

  /** The names of the fields in its first rows; none if it cannot be read. */
  async fieldNames(): Promise<string[]> {
    const seen = new SeenFields([]);
    try {
      for await (const rows of this.read([], {})) {
        for (const { row } of rows) if (row !== undefined) seen.look(row);
        break;
      }
    } catch {
      return [];
    }
    return seen.names();
  }
}

/** How messages call a source. */
export function nameOf(source: string): string {
  return source === "-" ? "standard input" : source;
}
