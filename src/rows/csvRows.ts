import { csvRecords } from "./csv.js";
import type { FileRow } from "./fileRow.js";
import { rowReason } from "./reasons.js";

/** How a CSV file is written. */
export interface CsvDialect {
  delimiter: string;
  /** Lines before the headings: `sep=;`, which Excel reads and leaves out. */
  skip: number;
}

const DELIMITERS = [",", ";", "\t", "|"];
/** So many records are looked at. */
const LOOKED_AT = 200;

/**
 * The dialect of a text that may be CSV: that delimiter which parts the most records into as many cells as there are headings.
 *
 * @param text The beginning of the text. @param whole Whether it is all of it. @param lenient Whether headings alone suffice.
 * @returns Undefined if no delimiter does so for most records.
 */
export function csvDialect(text: string, whole: boolean, lenient = false): CsvDialect | undefined {
  const [, named] = /^sep=(.)\r?\n/.exec(text) ?? [];
  if (named !== undefined) return { delimiter: named, skip: 1 };
  let best: { delimiter: string; share: number; cells: number } | undefined;
  for (const delimiter of DELIMITERS) {
    const counts = cellCounts(text, delimiter, whole);
    const [cells = 0, ...others] = counts;
    if (cells < 2 || (others.length === 0 && !lenient)) continue;
    const share = others.length === 0 ? 1 : others.filter((count) => count === cells).length / others.length;
    if (share <= 0.5 && !lenient) continue;
    if (best === undefined || share > best.share || (share === best.share && cells > best.cells))
      best = { delimiter, share, cells };
  }
  return best && { delimiter: best.delimiter, skip: 0 };
}

/** How many cells each of the first records has. */
function cellCounts(text: string, delimiter: string, whole: boolean): number[] {
  const counts: number[] = [];
  let [cells, quoted, atStart, isEmpty] = [1, false, true, true];
  for (let i = 0; i < text.length && counts.length < LOOKED_AT; i++) {
    const sign = text[i];
    if (quoted) {
      if (sign === '"') quoted = false;
      continue;
    }
    if (sign === '"' && (atStart || text[i - 1] === '"')) quoted = true;
    else if (sign === delimiter) cells++;
    else if (sign === "\n" || sign === "\r") {
      if (!isEmpty) counts.push(cells);
      cells = 1;
      isEmpty = true;
      atStart = true;
      continue;
    }
    atStart = sign === delimiter;
    isEmpty = false;
  }
  if (whole && !isEmpty && !quoted) counts.push(cells);
  return counts;
}

/**
 * The rows of CSV, whose first record has the names of the fields. A row with fewer or more cells than names is at fault: it
 * leaves open which cell is which.
 *
 * @param options.onNames Told the names, before any row. Of two equal names the second is called `name.1`, as pandas does.
 */
export async function* csvRows(
  chunks: AsyncIterable<Uint8Array>,
  { dialect, limit, onNames }: { dialect?: CsvDialect; limit?: number; onNames?: (names: string[]) => void } = {},
): AsyncGenerator<FileRow[]> {
  const { delimiter = ",", skip = 0 } = dialect ?? {};
  let names: string[] | undefined;
  let skipped = 0;
  for await (const records of csvRecords(chunks, { delimiter, limit })) {
    const rows: FileRow[] = [];
    for (const { line, fields } of records) {
      if (skipped < skip) skipped++;
      else if (names === undefined) {
        names = distinct(fields.map((name) => name.trim()));
        onNames?.(names);
      } else if (fields.length === names.length) {
        const entries = names.map((name, i) => [name, fields[i]]);
        rows.push({ line, row: Object.fromEntries(entries) });
      } else {
        const fault = rowReason("csv-fields", { fields: fields.length, names: names.length });
        rows.push({ line, fault, excerpt: () => fields.join(delimiter) });
      }
    }
    yield rows;
  }
}

function distinct(names: readonly string[]): string[] {
  const taken = new Set(names);
  const counts = new Map<string, number>();
  return names.map((name) => {
    let count = counts.get(name) ?? 0;
    let own = name;
    if (count > 0) while (taken.has(own)) own = `${name}.${count++}`;
    else count = 1;
    counts.set(name, count);
    taken.add(own);
    return own;
  });
}
