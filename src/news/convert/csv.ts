import { DataError, reasonOf } from "../../core/errors.js";
import { quote } from "../../core/printable.js";
import type { Reason } from "../../core/reasons.js";
import { csvRecords } from "../../rows/csv.js";
import { openSource } from "../../rows/source.js";
import { peek } from "../../rows/unpack.js";
import { newsReason } from "../reasons.js";
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
/** The headings are looked for in so many bytes. */
const HEAD = 1 << 16;

/**
 * The articles of a CSV file with a line of headings, also .gz or .zst; fields as RFC 4180 says, behind commas, semicolons or
 * tabs, whichever the headings have most of. Rows without an id are called by their number; a row with more fields than
 * headings is not an article, as a comma too many leaves open which field is which.
 *
 * @throws FileError if it cannot be read; DataError if it is not CSV, or has no column of texts and none of summaries.
 */
export async function* csvArticles(file: string, columns: CsvColumns = {}): AsyncGenerator<Found> {
  const source = await openSource(file);
  try {
    const { head, chunks } = await peek(source, HEAD);
    let headings: readonly string[] | undefined;
    let places: Partial<Record<keyof CsvColumns, number>> = {};
    let number = 0;
    for await (const records of csvRecords(chunks, { delimiter: delimiterOf(head), limit: ARTICLE_LIMIT })) {
      for (const { fields } of records) {
        if (headings === undefined) {
          headings = fields;
          places = placesOf(fields, columns, file);
          continue;
        }
        number++;
        if (fields.length > headings.length) {
          yield { problem: newsReason("more-fields-than-headings") };
          continue;
        }
        const at = (column: keyof CsvColumns) => fields[places[column] ?? -1] ?? "";
        yield checkedArticle({
          id: tidy(at("id")) || `row-${number}`,
          url: tidy(at("url")),
          title: tidy(at("title")),
          text: tidyLines(at("text")),
          summary: tidy(at("summary")),
        });
      }
    }
  } catch (error) {
    if (!(error instanceof DataError && error.code.startsWith("csv-"))) throw error;
    throw new DataError(
      newsReason("not-csv", { file: source.name, why: reasonOf(error) }),
      { line: error.line },
      { cause: error },
    );
  } finally {
    await source.close();
  }
}

function delimiterOf(head: Uint8Array): string {
  const [headings] = new TextDecoder().decode(head).split(/[\r\n]/, 1);
  const count = (sign: string) => headings.split(sign).length;
  return [",", ";", "\t"].reduce((most, sign) => (count(sign) > count(most) ? sign : most));
}

function missing(file: string, of: keyof CsvColumns, wanted: string | undefined, columns: readonly string[]): Reason {
  return wanted === undefined
    ? newsReason("no-usual-column", { file, of, columns })
    : newsReason("column-missing", { file, column: quote(wanted), columns });
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
      throw new DataError(missing(file, column, wanted, names.slice(0, 20)));
  }
  return places;
}
