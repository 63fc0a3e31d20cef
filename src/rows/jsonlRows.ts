import type { Reason } from "../core/reasons.js";
import { type BlockOptions, LINE_LIMIT, readBlocks } from "./blocks.js";
import type { FileRow } from "./fileRow.js";
import { Lines, Malformed } from "./lines.js";
import { rowReason } from "./reasons.js";

/**
 * The rows of JSONL, block by block; those of a block are good until the next is asked for.
 *
 * @param fields The fields that are asked for: a row that has one of them twice is at fault.
 */
export async function* jsonlRows(
  chunks: AsyncIterable<Uint8Array>,
  fields: readonly string[] = [],
  options: BlockOptions = {},
): AsyncGenerator<Iterable<FileRow>> {
  const keys = fields.map((name) => JSON.stringify(name));
  let before = 0;
  for await (const block of readBlocks(chunks, options)) {
    const lines = new Lines(block, options.limit ?? LINE_LIMIT);
    yield rowsOf(lines, before, keys);
    before += lines.line;
  }
}

function* rowsOf(lines: Lines, before: number, keys: readonly string[]): Generator<FileRow> {
  while (lines.next()) {
    const line = before + lines.line;
    const strange = lines.nonFinite;
    const row = lines.row();
    if (row instanceof Malformed) yield { line, fault: row.reason, excerpt: () => lines.excerpt() };
    else {
      const exact = () => lines.exactRow();
      yield { line, row, fault: twice(lines, keys), exact, nonFinite: lines.nonFinite > strange };
    }
  }
}

/** Whether the present line has one of the fields twice: JSON.parse quietly takes the last. */
function twice(lines: Lines, keys: readonly string[]): Reason | undefined {
  const text = lines.text() ?? "";
  for (const key of keys) {
    const first = text.indexOf(key);
    if (first < 0 || text.indexOf(key, first + key.length) < 0) continue;
    if (outerKeys(text, key) > 1) return rowReason("field-twice", { field: key });
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
