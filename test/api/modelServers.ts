import { onTestFinished } from "vitest";
import type { Article, Pair } from "../../src/news/interfaces.js";
import { continuationOf, prompter } from "../../src/news/llm/prompt.js";
import { type Fault, json, ModelServer, toyScore } from "../support/modelServer.js";

const promptOf = prompter({});
export const articles: Article[] = Array.from({ length: 30 }, (_, i) => ({
  id: `a${i}`,
  text: `Town ${i} has built bridge number ${i * i} over the river.`,
  summary: `A bridge for town ${i}, “näher” than ever.`,
}));
export const pairs: Pair[] = articles.map((article) => ({ article, summary: article.summary }));
export const wanted = pairs.map(({ article, summary }) => toyScore(promptOf(article), continuationOf(summary)));

/** A server that is stopped after the test. */
export async function serve(fault?: Fault): Promise<ModelServer> {
  const server = await ModelServer.start(fault);
  onTestFinished(() => server.stop());
  return server;
}

/** Fails the first try of each third request by turns in all the ways a server can fail; so no body is refused twice. */
export function faulty(): Fault {
  const tried = new Set<string>();
  let turn = 0;
  return ({ body }, response) => {
    const key = JSON.stringify(body);
    if (tried.has(key)) return false;
    tried.add(key);
    switch (turn++ % 8) {
      case 0:
        return json(response, 429, { error: { message: "slow down" } }, { "retry-after": "0" });
      case 1:
        return json(response, 500, { error: "out of memory" });
      case 2:
        response.destroy();
        return true;
      case 3:
        response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
        response.write('{"choices": [{"te');
        setImmediate(() => response.destroy());
        return true;
      case 4:
        response.end('{"choices": [{"te');
        return true;
      case 5:
        return json(response, 200, { choices: [] });
      case 6:
        return true; // never answers
      default:
        return false;
    }
  };
}
