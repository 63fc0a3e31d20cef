import { createHash } from "node:crypto";
import { integerIn } from "../../core/arguments.js";
import { Asker, type AskerOptions, chatText, completionText, keptText, type Question } from "../../server/asker.js";
import { type Article, drawsOf, type GenerateOptions, type Generator } from "../interfaces.js";
import { type PromptOptions, prompter } from "./prompt.js";

export interface OpenAiGeneratorOptions extends AskerOptions, PromptOptions {
  /** As the server calls it. */
  model: string;
  /** `completions`, which continues the prompt, or `chat`, which answers it. Left out, `completions`. */
  api?: "completions" | "chat";
  /** Tokens of a summary at most; left out, 128. */
  maxTokens?: number;
  /** Where a summary ends, besides the model's own end; left out, at the line's end for `completions`, and nowhere for `chat`. */
  stop?: readonly string[];
}

/**
 * Summaries by a language model behind a server that speaks OpenAI's protocol: vLLM, llama.cpp's server, Ollama, hosted ones.
 *
 * Each summary is a request of its own with a seed of its own, so that it depends on nothing but the article, its place
 * among the n and the seed, if the server keeps its promise of seeds. At temperature 0 all n are one.
 *
 * @throws ArgumentError where an option is out of its range; while working ServerError where the server gives no usable answer.
 * @example
 * const generator = openAiGenerator({ url: "http://localhost:8000/v1", model: "llama-2-7b" });
 * const [[summary]] = await generator.generate([{ id: "a", text: "…", summary: "" }], { temperature: 0 });
 */
export function openAiGenerator(options: OpenAiGeneratorOptions): Generator {
  const { model, api = "completions", maxTokens = 128, stop = api === "chat" ? [] : ["\n"] } = options;
  const asker = new Asker(options);
  const promptOf = prompter(options);
  integerIn("maxTokens", maxTokens, 1, 100_000);

  const question = (article: Article, temperature: number, seed: number): Question<string> => {
    const prompt = promptOf(article);
    const settings = { temperature, seed, max_tokens: maxTokens, n: 1, ...(stop.length > 0 ? { stop } : {}) };
    if (api === "chat") {
      const body = { model, messages: [{ role: "user", content: prompt }], ...settings };
      return { path: "chat/completions", body, read: (answer) => chatText(answer).trim(), kept: keptText };
    }
    return {
      path: "completions",
      body: { model, prompt, ...settings },
      read: (answer) => completionText(answer).trim(),
      kept: keptText,
    };
  };

  return {
    async generate(articles: readonly Article[], { signal, onProgress, ...draws }: GenerateOptions = {}) {
      const { samples, temperature, seed } = drawsOf(draws);
      const each = temperature === 0 ? 1 : samples;
      const texts = await asker.askAll(
        articles.length * each,
        (i) => {
          const article = articles[Math.floor(i / each)];
          return question(article, temperature, temperature === 0 ? 0 : seedOf(seed, article.id, i % each));
        },
        { signal, onProgress },
      );
      return articles.map((_, i) => Array.from({ length: samples }, (_, k) => texts[i * each + (k % each)]));
    },
  };
}

/** A seed in [0, 2^31), which is what all servers take. */
export function seedOf(seed: number, id: string, sample: number): number {
  return (
    createHash("sha256")
      .update(JSON.stringify([seed, id, sample]))
      .digest()
      .readUInt32BE() >>> 1
  );
}
