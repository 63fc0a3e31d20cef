import { integerIn, outOfRange } from "../../core/errors.js";
import type { Article } from "../interfaces.js";

export interface PromptOptions {
  /** What the model is told: {text} and {title} stand for the article's. Left out, `DEFAULT_PROMPT`. */
  prompt?: string;
  /** Characters of an article that are shown, to the last whole word; left out, 4 000: about the paper's 1 024 tokens. */
  articleLength?: number;
}

/** It ends without a space: the summary begins with one, as tokens of most models do. */
export const DEFAULT_PROMPT = "Article: {text}\n\nSummary in one or two sentences:";

/** Makes prompts of articles. */
export function prompter({
  prompt = DEFAULT_PROMPT,
  articleLength = 4000,
}: PromptOptions): (article: Article) => string {
  if (!prompt.includes("{text}")) throw outOfRange("prompt", "a text with {text} where the article goes", prompt);
  integerIn("articleLength", articleLength, 1, 10_000_000);
  const pieces = prompt.split(/(\{text\}|\{title\})/);
  return ({ text, title = "" }) =>
    pieces
      .map((piece) =>
        piece === "{text}" ? cut(text.trim(), articleLength) : piece === "{title}" ? title.trim() : piece,
      )
      .join("")
      .trimEnd();
}

/** A summary as it goes on where a prompt ends. */
export function continuationOf(summary: string): string {
  return ` ${summary.trim()}`;
}

function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const space = text.lastIndexOf(" ", length);
  return text.slice(0, space > 0 ? space : length).replace(/[\ud800-\udbff]$/, ""); // no half of a character
}
