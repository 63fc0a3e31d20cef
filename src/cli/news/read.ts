import { DataError } from "../../core/errors.js";
import type { Article } from "../../news/article.js";
import type { Row } from "../../rows/field.js";
import { readRows } from "../../rows/read.js";

/** Rows that were passed over. */
interface NewsSkipped {
  /** Of a text that came before. */
  repeated: number;
  unreadable: number;
  first: string | null;
}

/**
 * Reads articles with their summaries from JSONL as XL-Sum's; at most so many.
 *
 * @throws DataError where no row is an article.
 */
export async function readArticles(
  file: string,
  { most = Number.POSITIVE_INFINITY, signal }: { most?: number; signal?: AbortSignal },
): Promise<{ articles: Article[]; skipped: NewsSkipped }> {
  const name = file === "-" ? "standard input" : file;
  const articles: Article[] = [];
  const skipped: NewsSkipped = { repeated: 0, unreadable: 0, first: null };
  const texts = new Set<string>();
  const ids = new Set<string>();
  let firstLine = Number.POSITIVE_INFINITY;
  const pass = (reason: string, line: number) => {
    skipped.unreadable++;
    if (line > firstLine) return;
    firstLine = line;
    skipped.first = `${reason} (${name}, line ${line})`;
  };
  reading: for await (const { rows, malformed } of readRows(file, { signal })) {
    for (const { line, reason } of malformed) pass(reason, line);
    for (const { line, row } of rows) {
      const article = articleOf(row, line);
      if (typeof article === "string") pass(article, line);
      else if (texts.has(article.text) || ids.has(article.id)) skipped.repeated++;
      else {
        texts.add(article.text);
        ids.add(article.id);
        articles.push(article);
        if (articles.length >= most) break reading;
      }
    }
  }
  if (articles.length > 0) return { articles, skipped };
  throw new DataError(
    `${name} must hold rows {id, text, summary}, got none${skipped.first ? `: ${skipped.first}` : ""}`,
  );
}

/** The article of a row, or what is wrong with it. */
function articleOf({ id, text, summary }: Row, line: number): Article | string {
  for (const [field, value] of Object.entries({ text, summary })) {
    if (typeof value !== "string" || !/[\p{L}\p{N}]/u.test(value)) return `no words in the field "${field}"`;
  }
  const named = typeof id === "string" || typeof id === "number" ? String(id) : `line-${line}`;
  return { id: named, text: text as string, summary: summary as string };
}
