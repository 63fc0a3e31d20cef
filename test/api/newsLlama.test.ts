// In a process of its own: node-llama-cpp listens to every signal of the process that loads it.
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Llama, loadLlama, openLlama } from "../../src/news/llm/llama.js";
import { generatorNamed } from "../../src/news/llm/models.js";
import { continuationOf, prompter } from "../../src/news/llm/prompt.js";
import { scratchFolder } from "../support/folders.js";
import { has, itWith } from "../support/tools.js";
import { writeTinyLlama } from "./gguf.js";

const FILE = join(scratchFolder(), "tiny.gguf");
writeTinyLlama(FILE, 7);
const articles = ["the bridge in the north.", "a river, näher 😀.", "the train is in."].map((text, i) => ({
  id: `a${i}`,
  text,
  summary: `the ${text}`,
}));

describe("a model in a GGUF file", () => {
  let llama: Llama;
  beforeAll(async () => {
    if (has("node-llama-cpp")) llama = await openLlama({ model: FILE, contextSize: 256, maxTokens: 12, threads: 1 });
  });
  afterAll(async () => {
    await llama?.close();
  });

  itWith("node-llama-cpp", "gives the logarithms of llama.cpp's own probabilities", async () => {
    const { llama: runtime, model, context, sequence } = await loadLlama(FILE, 256, 1);
    for (const article of articles) {
      const { tokens, logprobs } = await llama.score(article, article.summary);
      expect(tokens.join("").trim()).toContain(article.summary.slice(0, 12));
      const prompt = [model.tokens.bos as number, ...model.tokenize(prompter({})(article))];
      const given = model.tokenize(continuationOf(article.summary));
      await sequence.clearHistory();
      const options = { temperature: 1, topK: 0, topP: 1, minP: 0 };
      const told = await sequence.controlledEvaluate(
        [...prompt, ...given].map((token) => [token, { generateNext: { probabilities: true, options } }]),
      );
      expect(logprobs).toHaveLength(given.length);
      for (const [i, token] of given.entries()) {
        const probabilities = told[prompt.length - 1 + i]?.next.probabilities as Map<number, number>;
        const sum = [...probabilities.values()].reduce((total, probability) => total + probability, 0);
        // some 300 probabilities in single precision
        expect(sum).toBeCloseTo(1, 5);
        expect(Math.exp(logprobs[i])).toBeCloseTo(probabilities.get(token) as number, 5);
      }
      expect(new Set(logprobs.map((log) => log.toFixed(4))).size).toBeGreaterThan(3);
    }
    await context.dispose();
    await model.dispose();
    await runtime.dispose();
  });

  itWith("node-llama-cpp", "gives the same whatever was scored before, of many as of one", async () => {
    const pairs = articles.map((article) => ({ article, summary: article.summary }));
    const all = await llama.scoreAll(pairs);
    for (const [i, { article, summary }] of pairs.entries()) {
      const { tokens, logprobs } = await llama.score(article, summary);
      expect(tokens).toEqual(all[i].tokens);
      for (const [j, log] of logprobs.entries()) expect(log).toBeCloseTo(all[i].logprobs[j], 5);
    }
    expect(await llama.score(articles[0], " ")).toEqual({ tokens: [], logprobs: [] });
  });

  itWith("node-llama-cpp", "writes what the seed says, and the likeliest at temperature 0", async () => {
    const first = await llama.generate(articles, { n: 2, seed: 1 });
    expect(await llama.generate(articles, { n: 2, seed: 1 })).toEqual(first);
    expect(await llama.generate(articles, { n: 2, seed: 2 })).not.toEqual(first);
    const [[one, two]] = await llama.generate([articles[0]], { n: 2, temperature: 0 });
    expect(one).toBe(two);
  });

  itWith("node-llama-cpp", "refuses what the context cannot hold", async () => {
    const long = { ...articles[0], text: "z".repeat(400) };
    await expect(llama.score(long, "the")).rejects.toThrow('article "a0" and its summary take');
    await expect(openLlama({ model: join(FILE, "absent") })).rejects.toMatchObject({ name: "FileError" });
  });

  it.skipIf(has("node-llama-cpp"))("says what to install where it is missing [node-llama-cpp]", async () => {
    await expect(generatorNamed(`llama:${FILE}`)).rejects.toThrow("npm install node-llama-cpp@3.22.1");
  });
});
