import { type AuditFields, RowReader, Unusable } from "../../audit/row.js";
import type { Lines } from "../../rows/lines.js";

/** Takes from the lines of a file what an audit needs. */
export class RecordReader extends RowReader {
  readonly #keys: Buffer[];

  constructor(fields: AuditFields) {
    super(fields);
    this.#keys = [...new Set(Object.values(fields))].map((name) => Buffer.from(JSON.stringify(name)));
  }

  /** Whether the present line has one of the fields twice: JSON.parse quietly takes the last. */
  twice({ bytes, start, end }: Lines): Unusable | undefined {
    const line = bytes.subarray(start, end);
    for (const key of this.#keys) {
      const first = line.indexOf(key);
      if (first < 0 || line.indexOf(key, first + key.length) < 0) continue;
      if (outerKeys(line.toString("utf8"), key.toString("utf8")) > 1) return new Unusable(`${key} is there twice`);
    }
    return undefined;
  }
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
