import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../../core/errors.js";
import type { Reason } from "../../core/reasons.js";
import { fileError } from "../../rows/fileError.js";
import { openSource } from "../../rows/source.js";
import { newsReason } from "../reasons.js";
import { ARTICLE_LIMIT, type Found, fromParagraphs, type SummaryFrom } from "./rows.js";

const BEGIN = "<REUTERS";
const END = "</REUTERS>";

/**
 * The articles of Reuters-21578: one file reut2-000.sgm, or a folder of them. The first paragraph of the body is the summary, or
 * the title; articles without a body, of which there are many, are skipped.
 *
 * @throws FileError if it cannot be read; DataError if there is no article in it.
 */
export async function* reutersArticles(path: string, summaryFrom: SummaryFrom = "lead"): AsyncGenerator<Found> {
  let count = 0;
  for (const file of await filesAt(path)) {
    for await (const document of documentsIn(file)) {
      count++;
      yield typeof document === "string" ? articleIn(document, summaryFrom) : { problem: document };
    }
  }
  if (count === 0) throw new DataError(newsReason("no-reuters-articles", { path }));
}

async function filesAt(path: string): Promise<string[]> {
  try {
    if (path === "-" || !(await stat(path)).isDirectory()) return [path];
    const names = (await readdir(path))
      .filter((name) => /\.sgm(\.gz|\.zst)?$/i.test(name))
      .sort((a, b) => (a < b ? -1 : 1));
    if (names.length === 0) throw new DataError(newsReason("no-reuters-files", { path }));
    return names.map((name) => join(path, name));
  } catch (error) {
    throw error instanceof DataError ? error : fileError("read", path, error);
  }
}

/** What stands before each end tag, or why it is not read. Memory holds one article. */
async function* documentsIn(file: string): AsyncGenerator<string | Reason> {
  const source = await openSource(file);
  try {
    let rest = "";
    let lost = false;
    for await (const { buffer, byteOffset, byteLength } of source) {
      rest += Buffer.from(buffer, byteOffset, byteLength).toString("latin1");
      for (let end = rest.indexOf(END); end >= 0; end = rest.indexOf(END)) {
        const document = rest.slice(0, end);
        rest = rest.slice(end + END.length);
        // each beginning but the last lacks its end
        for (let i = document.split(BEGIN).length - 1; i > 1; i--) yield newsReason("no-end-tag");
        const isTooLarge = lost || document.length > ARTICLE_LIMIT;
        yield isTooLarge ? newsReason("document-too-large", { limit: ARTICLE_LIMIT }) : document;
        lost = false;
      }
      if (rest.length > ARTICLE_LIMIT) {
        // the end tag may have come in part
        rest = rest.slice(1 - END.length);
        lost = true;
      }
    }
    if (lost || rest.includes(BEGIN)) yield newsReason("no-end-tag");
  } finally {
    await source.close();
  }
}

function articleIn(document: string, summaryFrom: SummaryFrom): Found {
  const start = document.lastIndexOf(BEGIN);
  if (start < 0) return { problem: newsReason("end-tag-alone") };
  const head = document.slice(start, start + 1000);
  const number = /\sNEWID="(\d{1,9})"/.exec(head)?.[1];
  if (number === undefined) return { problem: newsReason("no-newid") };
  const article = document.slice(start);
  const body = withoutName(plain(between(article, "<BODY>", "</BODY>")));
  // paragraphs are set in by spaces
  const paragraphs = body.split(/\n {3,}|\n\s*\n/);
  return fromParagraphs(`reuters-${number}`, plain(between(article, "<TITLE>", "</TITLE>")), paragraphs, summaryFrom);
}

/** Most bodies end in the name of the agency. */
function withoutName(body: string): string {
  const text = body.trimEnd();
  return /reuter$/i.test(text) ? text.slice(0, -"reuter".length).trimEnd() : text;
}

function between(text: string, open: string, close: string): string {
  const start = text.indexOf(open);
  const end = start < 0 ? -1 : text.indexOf(close, start);
  return end < 0 ? "" : text.slice(start + open.length, end);
}

const ENTITIES: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** Without tags, and with the signs that entities stand for; those of control characters stand for nothing. */
function plain(text: string): string {
  return text
    .replace(/<[^<>]{0,200}>/g, " ")
    .replace(/&(?:#(\d{1,7})|([a-z]{2,4}));/g, (whole, code?: string, name?: string) => {
      if (name !== undefined) return ENTITIES[name] ?? whole;
      const point = Number(code);
      return point >= 32 && point !== 127 && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff)
        ? String.fromCodePoint(point)
        : " ";
    });
}
