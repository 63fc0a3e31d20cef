import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../../core/errors.js";
import type { Reason } from "../../core/reasons.js";
import { westernText } from "../../rows/encoding.js";
import { fileError } from "../../rows/fileError.js";
import { exists } from "../../rows/files.js";
import { newsReason } from "../reasons.js";
import {
  ARTICLE_LIMIT,
  checkedArticle,
  type Found,
  fromParagraphs,
  type SummaryFrom,
  tidy,
  tidyLines,
} from "./rows.js";

/** The folders of the edition that has summaries as well. */
const ARTICLES = "News Articles";
const SUMMARIES = "Summaries";

/**
 * The articles of a folder as the BBC corpus has them: desk/001.txt, with the title on its first line. Where the folder holds
 * "News Articles" and "Summaries", those are the summaries; otherwise the first paragraph is, or the title.
 *
 * @throws FileError if it cannot be read; DataError if there is no article in it.
 */
export async function* bbcArticles(folder: string, summaryFrom: SummaryFrom = "lead"): AsyncGenerator<Found> {
  let count = 0;
  for await (const { id, file, summaryFile, problem } of filesOf(folder)) {
    if (problem !== undefined) {
      yield { problem };
      continue;
    }
    count++;
    const content = await readLatin(file);
    if (content === null) {
      yield { problem: newsReason("document-too-large", { limit: ARTICLE_LIMIT }) };
      continue;
    }
    const [title, ...lines] = content.split(/\r\n|\r|\n/);
    if (summaryFile === null) {
      yield fromParagraphs(id, title, lines, summaryFrom);
      continue;
    }
    if (!(await exists(summaryFile))) {
      yield { problem: newsReason("no-summary") };
      continue;
    }
    const summary = await readLatin(summaryFile);
    if (summary === null) yield { problem: newsReason("summary-too-large", { limit: ARTICLE_LIMIT }) };
    else
      yield checkedArticle({
        id,
        url: "",
        title: tidy(title),
        text: tidyLines(lines.join("\n")),
        summary: tidy(summary),
      });
  }
  if (count === 0) throw new DataError(newsReason("no-bbc-files", { folder }));
}

/** The files that {@link bbcArticles} reads. */
export async function bbcFiles(folder: string): Promise<string[]> {
  const files: string[] = [];
  for await (const { file, summaryFile } of filesOf(folder))
    files.push(...(summaryFile ? [file, summaryFile] : [file]));
  return files;
}

interface ArticleFile {
  id: string;
  file: string;
  /** Null if the corpus has no files of summaries. */
  summaryFile: string | null;
  /** Why it is not an article. */
  problem?: Reason;
}

/** The names of articles. */
const TEXT = /\.txt$/i;
/** Names beside the folders of desks of what is about the corpus, or was put there by the system. */
const ABOUT = /^\.|^readme|^licen[cs]e/i;

async function* filesOf(folder: string): AsyncGenerator<ArticleFile> {
  const top = await namesIn(folder);
  const paired = top.includes(ARTICLES) && top.includes(SUMMARIES);
  const root = paired ? join(folder, ARTICLES) : folder;
  for (const desk of paired ? await namesIn(root) : top) {
    if (!(await isFolder(join(root, desk)))) {
      const file = join(root, desk);
      if (!ABOUT.test(desk)) yield { id: desk, file, summaryFile: null, problem: newsReason("not-in-a-desk") };
      continue;
    }
    for (const name of await namesIn(join(root, desk))) {
      if (name.startsWith(".")) continue;
      const id = `${desk}/${name.replace(TEXT, "")}`;
      const summaryFile = paired ? join(folder, SUMMARIES, desk, name) : null;
      const problem = TEXT.test(name) ? undefined : newsReason("not-a-txt-file");
      yield { id, file: join(root, desk, name), summaryFile, problem };
    }
  }
}

/** In the order of their bytes, whatever the file system's. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort((a, b) => (a < b ? -1 : 1));
  } catch (error) {
    throw fileError("read", folder, error);
  }
}

/** A link that leads nowhere is an error, not a file that is left out. */
async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw fileError("read", path, error);
  }
}

/** A file in UTF-8 or, where it is not that, in Windows' Latin letters: a few of the corpus are. Null if it is too large. */
async function readLatin(file: string): Promise<string | null> {
  try {
    const found = await stat(file);
    if (!found.isFile()) throw new Error("it is not a regular file");
    if (found.size > ARTICLE_LIMIT) return null;
    const bytes = await readFile(file);
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      return westernText(bytes);
    }
  } catch (error) {
    throw fileError("read", file, error);
  }
}
