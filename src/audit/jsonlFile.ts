import { readBlocks } from "../rows/blocks.js";
import { Lines, Malformed } from "../rows/lines.js";
import { SeenFields } from "../rows/seenFields.js";
import { openSource } from "../rows/source.js";
import type { FileRow, ReadingOptions, RowSource } from "./file.js";

/** A JSONL file (plain, gzip or zstd), or standard input (`-`). */
export class JsonlFile implements RowSource {
  readonly source: string;
  readonly name: string;

  constructor(source: string) {
    this.source = source;
    this.name = nameOf(source);
  }

  async *read(fields: readonly string[], { signal, onProgress }: ReadingOptions): AsyncGenerator<Iterable<FileRow>> {
    const keys = fields.map((name) => Buffer.from(JSON.stringify(name)));
    const bytes = await openSource(this.source);
    // A pipe may be silent for ever: an abort does not wait for its next row.
    const stop = () => void bytes.close().catch(() => {});
    signal?.addEventListener("abort", stop, { once: true });
    try {
      let before = 0;
      for await (const block of readBlocks(bytes)) {
        const lines = new Lines(block);
        onProgress?.(bytes.size === null ? null : bytes.position / bytes.size);
        yield rowsOf(lines, before, keys);
        before += lines.line;
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

function* rowsOf(lines: Lines, before: number, keys: readonly Buffer[]): Generator<FileRow> {
  while (lines.next()) {
    const line = before + lines.line;
    const strange = lines.nonFinite;
    const row = lines.row();
    if (row instanceof Malformed) yield { line, fault: row.reason };
    else {
      const exact = () => lines.exactRow();
      yield { line, row, fault: twice(lines, keys), exact, nonFinite: lines.nonFinite > strange };
    }
  }
}

/** Whether the present line has one of the fields twice: JSON.parse quietly takes the last. */
function twice({ bytes, start, end }: Lines, keys: readonly Buffer[]): string | undefined {
  const line = bytes.subarray(start, end);
  for (const key of keys) {
    const first = line.indexOf(key);
    if (first < 0 || line.indexOf(key, first + key.length) < 0) continue;
    if (outerKeys(line.toString("utf8"), key.toString("utf8")) > 1) return `${key} is there twice`;
  }
  return undefined;
}

/** How often the outermost object has a key, both as they are written. */
function outerKeys(text: string, key: string): number {
  let depth = 0;
  let found = 0;
  for (let i = 0; i < text.length; i++) {
    const sign = text[i];
    if (sign === "{" || sign === "[") depth++;
    else if (sign === "}" || sign === "]") depth--;
    else if (sign === '"') {
      const start = i++;
      while (text[i] !== '"') i += text[i] === "\\" ? 2 : 1;
      if (depth === 1 && i + 1 - start === key.length && text.startsWith(key, start) && isKey(text, i + 1)) found++;
    }
  }
  return found;
}

function isKey(text: string, after: number): boolean {
  let i = after;
  while (text[i] === " " || text[i] === "\t") i++;
  return text[i] === ":";
}
