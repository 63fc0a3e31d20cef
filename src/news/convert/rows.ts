import type { Reason } from "../../core/reasons.js";
import type { Article } from "../interfaces.js";
import { newsReason } from "../reasons.js";

/** An article that was found in a file, or why there is none. */
export type Found = { article: Article } | { problem: Reason };

/** What of an article stands for its summary, if it has none: its first paragraph, or its title. */
export type SummaryFrom = "lead" | "title";

/** Characters of one article. */
export const ARTICLE_LIMIT = 1 << 22;

/** An article of paragraphs that has no summary by itself; the lead is taken out of the text. */
export function fromParagraphs(
  id: string,
  title: string,
  paragraphs: readonly string[],
  summaryFrom: SummaryFrom,
): Found {
  const [lead = "", ...others] = paragraphs.map(tidy).filter((paragraph) => paragraph !== "");
  const heading = tidy(title);
  const text = (summaryFrom === "lead" ? others : [lead, ...others]).join("\n");
  return checkedArticle({ id, url: "", title: heading, text, summary: summaryFrom === "lead" ? lead : heading });
}

/** An article with all that an experiment needs, or what it lacks. */
export function checkedArticle(article: Article): Found {
  if (article.id === "") return { problem: newsReason("no-id") };
  if (article.text === "") return { problem: newsReason("no-text") };
  return article.summary === "" ? { problem: newsReason("no-summary") } : { article };
}

/** On one line, with single spaces and no control characters. */
export function tidy(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, " ").trim();
}

/** The same, line by line; lines of nothing are left out. */
export function tidyLines(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map(tidy)
    .filter((line) => line !== "")
    .join("\n");
}
