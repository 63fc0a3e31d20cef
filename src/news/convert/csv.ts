import { Readable } from "node:stream";
import { CsvError, parse } from "csv-parse";
import { DataError } from "../../core/errors.js";
import { quote } from "../../core/printable.js";
import { openSource } from "../../rows/source.js";
import { ARTICLE_LIMIT, checkedArticle, type Found, tidy, tidyLines } from "./rows.js";

/** Which columns are what; left out, those with a usual name. */
export interface CsvColumns {
  id?: string;
  url?: string;
  title?: string;
  text?: string;
  summary?: string;
}

const USUAL: Record<keyof CsvColumns, readonly string[]> = {
  id: ["id", "guid", "article_id", "doc_id"],
  url: ["url", "link"],
  title: ["title", "headline", "headlines"],
  text: ["text", "article", "document", "content", "body", "ctext", "maintext", "source"],
  summary: ["summary", "highlights", "abstract", "description", "lead", "target"],
};
const CHUNK = 1 << 18;

/**
 * The articles of a CSV file with a line of headings, also .gz or .zst; fields as RFC 4180 says, behind commas, semicolons or
 * tabs, whichever the headings have most of. Rows without an id are called by their number.
 *
 * @throws FileError where it cannot be read; DataError where it is no CSV, or has no column of texts and none of summaries.
 */
export async function* csvArticles(file: string, columns: CsvColumns = {}): AsyncGenerator<Found> {
  const source = await openSource(file);
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let read = -1; read !== 0; ) {
      const chunk = new Uint8Array(CHUNK);
      read = await source.read(chunk);
      if (read > 0) yield chunk.subarray(0, read);
    }
  }
  const { first, all } = await peeked(chunks());
  const bytes = Readable.from(all, { objectMode: false });
  const parser = parse({
    bom: true,
    delimiter: delimiterOf(first),
    max_record_size: ARTICLE_LIMIT,
    relax_column_count: true,
    skip_empty_lines: true,
  });
  bytes.on("error", (error) => parser.destroy(error));
  try {
    let places: Partial<Record<keyof CsvColumns, number>> | undefined;
    let number = 0;
    for await (const fields of bytes.pipe(parser) as AsyncIterable<string[]>) {
      if (places === undefined) {
        places = placesOf(fields, columns, file);
        continue;
      }
      number++;
      const at = (column: keyof CsvColumns) => fields[places?.[column] ?? -1] ?? "";
      yield checkedArticle({
        id: tidy(at("id")) || `row-${number}`,
        url: tidy(at("url")),
        title: tidy(at("title")),
        text: tidyLines(at("text")),
        summary: tidy(at("summary")),
      });
    }
  } catch (error) {
    if (error instanceof CsvError)
      throw new DataError(`${source.name} is no CSV: ${error.message}`, {}, { cause: error });
    throw error;
  } finally {
    bytes.destroy();
    await source.close();
  }
}

async function peeked(chunks: AsyncGenerator<Uint8Array>) {
  const head = await chunks.next();
  const first = head.done ? new Uint8Array(0) : head.value;
  async function* all(): AsyncGenerator<Uint8Array> {
    yield first;
    yield* chunks;
  }
  return { first, all: all() };
}

function delimiterOf(first: Uint8Array): string {
  const [headings] = new TextDecoder().decode(first).split(/[\r\n]/, 1);
  const count = (sign: string) => headings.split(sign).length;
  return [",", ";", "\t"].reduce((most, sign) => (count(sign) > count(most) ? sign : most));
}

function placesOf(headings: readonly string[], columns: CsvColumns, file: string) {
  const names = headings.map((heading) => heading.trim());
  const lower = names.map((name) => name.toLowerCase());
  const places: Partial<Record<keyof CsvColumns, number>> = {};
  for (const column of Object.keys(USUAL) as (keyof CsvColumns)[]) {
    const wanted = columns[column];
    const found =
      wanted === undefined
        ? (USUAL[column].map((name) => lower.indexOf(name)).find((place) => place >= 0) ?? -1)
        : names.indexOf(wanted);
    if (found >= 0) places[column] = found;
    else if (wanted !== undefined || column === "text" || column === "summary")
      throw new DataError(
        `${file} must have a column ${wanted === undefined ? `of the ${column}: name it by --${column}` : quote(wanted)}, got ${names.slice(0, 20).join(", ")}`,
      );
  }
  return places;
}
