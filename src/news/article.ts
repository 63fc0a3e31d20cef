/** An article and the summary that somebody wrote of it, as in a row of XL-Sum. */
export interface Article {
  /** Names the article, and keys its random streams. */
  id: string;
  url?: string;
  title?: string;
  text: string;
  summary: string;
}

/** An article and a summary of it, whoever wrote that. */
export interface Pair {
  article: Article;
  summary: string;
}

/** The pairs of articles and their own summaries. */
export function humanPairs(articles: readonly Article[]): Pair[] {
  return articles.map((article) => ({ article, summary: article.summary }));
}
