import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../../core/errors.js";
import { fileError } from "../../rows/fileError.js";
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
 * @throws FileError where it cannot be read; DataError where there is no article in it.
 */
export async function* bbcArticles(folder: string, summaryFrom: SummaryFrom = "lead"): AsyncGenerator<Found> {
  const top = await namesIn(folder);
  const paired = top.includes(ARTICLES) && top.includes(SUMMARIES);
  const root = paired ? join(folder, ARTICLES) : folder;
  let count = 0;
  for (const desk of paired ? await namesIn(root) : top) {
    if (!(await isFolder(join(root, desk)))) continue;
    for (const name of await namesIn(join(root, desk))) {
      if (!name.endsWith(".txt")) continue;
      count++;
      const id = `${desk}/${name.slice(0, -".txt".length)}`;
      const content = await readLatin(join(root, desk, name));
      if (content === null) {
        yield { problem: `larger than ${ARTICLE_LIMIT} bytes` };
        continue;
      }
      const [title, ...lines] = content.split(/\r\n|\r|\n/);
      if (!paired) {
        yield fromParagraphs(id, title, lines, summaryFrom);
        continue;
      }
      const summary = await readLatin(join(folder, SUMMARIES, desk, name)).catch(() => null);
      yield checkedArticle({
        id,
        url: "",
        title: tidy(title),
        text: tidyLines(lines.join("\n")),
        summary: tidy(summary ?? ""),
      });
    }
  }
  if (count === 0) throw new DataError(`${folder} must hold folders of .txt files, as business/001.txt; it has none`);
}

/** In the order of their bytes, whatever the file system's. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort((a, b) => (a < b ? -1 : 1));
  } catch (error) {
    throw fileError("read", folder, error);
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw fileError("read", path, error);
  }
}

/** A file in UTF-8 or, where it is not that, in Windows' Latin letters: a few of the corpus are. Null where it is too large. */
async function readLatin(file: string): Promise<string | null> {
  try {
    if ((await stat(file)).size > ARTICLE_LIMIT) return null;
    const bytes = await readFile(file);
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      return new TextDecoder("windows-1252").decode(bytes);
    }
  } catch (error) {
    throw fileError("read", file, error);
  }
}
