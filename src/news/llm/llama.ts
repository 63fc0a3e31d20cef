import { access } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { DataError, integerIn, PstarError, reasonOf } from "../../core/errors.js";
import { quote } from "../../core/printable.js";
import type { WorkOptions } from "../../core/slices.js";
import { fileError } from "../../rows/fileError.js";
import {
  type Article,
  drawsOf,
  type GenerateOptions,
  type Generator,
  type Pair,
  type Scorer,
  type TokenScores,
} from "../interfaces.js";
import { newsReason } from "../reasons.js";
import { seedOf } from "./openAi.js";
import { continuationOf, type PromptOptions, prompter } from "./prompt.js";

export interface LlamaOptions extends PromptOptions {
  /** The GGUF file. */
  model: string;
  /** Tokens of a prompt and its summary together; left out, 2 048. */
  contextSize?: number;
  /** Tokens of a summary at most; left out, 128. */
  maxTokens?: number;
  /** Left out, one fewer than the machine has cores: llama.cpp's threads spin, and all wait for one that has lost its core. */
  threads?: number;
}

/** No token of the vocabulary is left out. */
const WHOLE = { topK: 0, topP: 1, minP: 0 };

/** Tokens before that decide how one is written: those of a character in pieces, at most. */
const NEIGHBOURS = 4;

/** A language model in this process: writes summaries and says how likely given ones are. */
export interface Llama extends Generator, Scorer {
  /** Frees the model. */
  close(): Promise<void>;
}

/**
 * A language model in a GGUF file, run by llama.cpp in this process. Needs the package node-llama-cpp, which is not
 * installed along with pstar.
 *
 * A summary's tokens are those that the model's tokenizer makes of " " and the summary by themselves, so none reaches across
 * the end of the prompt.
 *
 * @throws PstarError if node-llama-cpp is not installed, or the model cannot be loaded; DataError while working if the context is too small.
 * @example
 * const llama = await openLlama({ model: "llama-2-7b.Q8_0.gguf" });
 * const { logprobs } = await llama.score(article, "A short summary.");
 * await llama.close();
 */
export async function openLlama(options: LlamaOptions): Promise<Llama> {
  const { model: file, contextSize = 2048, maxTokens = 128 } = options;
  const threads = options.threads ?? Math.max(1, availableParallelism() - 1);
  integerIn("contextSize", contextSize, 16, 1 << 24);
  integerIn("maxTokens", maxTokens, 1, contextSize - 1);
  integerIn("threads", threads, 1, 1024);
  const promptOf = prompter(options);
  const { llama, model, context, sequence } = await loadLlama(file, contextSize, threads);

  const promptTokens = (article: Article, room: number): number[] => {
    const tokens = [...beginning(model), ...model.tokenize(promptOf(article))];
    if (tokens.length + room <= contextSize) return tokens;
    throw new DataError(
      newsReason("context-too-small", {
        id: quote(article.id),
        tokens: tokens.length + room,
        context: contextSize,
      }),
    );
  };

  const score = async (article: Article, summary: string): Promise<TokenScores> => {
    if (summary.trim() === "") return { tokens: [], logprobs: [] };
    const continuation = [...model.tokenize(continuationOf(summary))];
    const prompt = promptTokens(article, continuation.length);
    const all = [...prompt, ...continuation];
    const tokens = continuation.map((token, i) => {
      const end = prompt.length + i;
      // told what stands before, the tokenizer keeps the space at a token's beginning
      return model.detokenize([token], true, all.slice(Math.max(0, end - NEIGHBOURS), end));
    });
    return {
      tokens,
      logprobs: await logprobsOf(sequence, prompt, continuation),
    };
  };

  const write = async (article: Article, temperature: number, seed: number): Promise<string> => {
    const prompt = promptTokens(article, maxTokens);
    await sequence.clearHistory();
    const written: number[] = [];
    // a temperature of 0 takes the likeliest token
    for await (const token of sequence.evaluate(prompt, { temperature, seed, ...WHOLE })) {
      if (model.isEogToken(token)) break;
      written.push(token);
      if (written.length === maxTokens || model.detokenize(written).trimStart().includes("\n")) break;
    }
    return model.detokenize(written).trim().split("\n")[0].trim();
  };

  return {
    score,
    async scoreAll(pairs: readonly Pair[], work: WorkOptions = {}) {
      return inTurn(pairs, ({ article, summary }) => score(article, summary), work);
    },
    async generate(articles: readonly Article[], { signal, onProgress, ...draws }: GenerateOptions = {}) {
      const { samples, temperature, seed } = drawsOf(draws);
      const each = temperature === 0 ? 1 : samples;
      const wanted = articles.flatMap((article) => Array.from({ length: each }, (_, sample) => ({ article, sample })));
      const texts = await inTurn(
        wanted,
        ({ article, sample }) => write(article, temperature, seedOf(seed, article.id, sample)),
        { signal, onProgress },
      );
      return articles.map((_, i) => Array.from({ length: samples }, (_, k) => texts[i * each + (k % each)]));
    },
    async close() {
      await context.dispose();
      await model.dispose();
      await llama.dispose();
    },
  };
}

/** log p of each token of the continuation, given the prompt and those before. */
async function logprobsOf(sequence: LlamaSequence, prompt: number[], continuation: number[]): Promise<number[]> {
  await sequence.clearHistory();
  const all = [...prompt, ...continuation];
  const first = prompt.length;
  // what is told behind token i − 1 is the logit of token i, and the sum of exp(logit − largest logit)
  const asked = all.slice(0, -1).map((token, i): Parameters<LlamaSequence["controlledEvaluate"]>[0][number] => {
    if (i + 1 < first) return token;
    const logits = { filter: { tokens: [all[i + 1]], includeTop: 1 } };
    return [token, { generateNext: { logits, totalLogitWeight: true, options: { temperature: 1, ...WHOLE } } }];
  });
  const told = await sequence.controlledEvaluate(asked);
  return continuation.map((token, i) => {
    const next = told[first + i - 1]?.next;
    const logit = next?.logits?.get(token);
    const weight = next?.totalLogitWeight;
    const largest = Math.max(...(next?.logits?.values() ?? []));
    const logprob = (logit ?? Number.NaN) - largest - Math.log(weight ?? Number.NaN);
    if (Number.isNaN(logprob)) throw new PstarError(newsReason("llama-without-probability"));
    return Math.min(logprob, 0);
  });
}

/** The token with which texts begin, for models that want one. */
function beginning({ tokens }: LlamaModel): number[] {
  return tokens.shouldPrependBosToken && tokens.bos !== null ? [tokens.bos] : [];
}

async function inTurn<Item, Value>(
  items: readonly Item[],
  work: (item: Item) => Promise<Value>,
  { signal, onProgress }: WorkOptions,
): Promise<Value[]> {
  const values: Value[] = [];
  for (const item of items) {
    signal?.throwIfAborted();
    values.push(await work(item));
    onProgress?.({ done: values.length, total: items.length });
  }
  return values;
}

// What pstar uses of node-llama-cpp 3.22. The package is an optional peer: its types need not be there.

interface Sampling {
  temperature: number;
  topK: number;
  topP: number;
  minP: number;
  seed?: number;
}

/** What is asked of the token after a given one. */
interface NextToken {
  logits?: { filter: { tokens: number[]; includeTop: number } };
  /** The sum of exp(logit − largest logit) over the vocabulary. */
  totalLogitWeight?: boolean;
  probabilities?: boolean;
  options: Sampling;
}

interface ToldToken {
  next: { logits?: Map<number, number>; totalLogitWeight?: number; probabilities?: Map<number, number> };
}

export interface LlamaSequence {
  clearHistory(): Promise<void>;
  evaluate(tokens: number[], options: Sampling): AsyncIterable<number>;
  controlledEvaluate(
    input: (number | [token: number, options: { generateNext: NextToken }])[],
  ): Promise<(ToldToken | undefined)[]>;
}

export interface LlamaModel {
  tokens: { bos: number | null; shouldPrependBosToken: boolean };
  tokenize(text: string): number[];
  detokenize(tokens: readonly number[], specialTokens?: boolean, before?: readonly number[]): string;
  isEogToken(token: number): boolean;
  createContext(options: { contextSize: number; sequences: number; threads?: number }): Promise<LlamaContext>;
  dispose(): Promise<void>;
}

interface LlamaContext {
  getSequence(): LlamaSequence;
  dispose(): Promise<void>;
}

interface LlamaPackage {
  getLlama(options: object): Promise<{ loadModel(options: object): Promise<LlamaModel>; dispose(): Promise<void> }>;
}

/** Loads a model. */
export async function loadLlama(file: string, contextSize: number, threads?: number) {
  await access(file).catch((error: unknown) => {
    throw fileError("read", file, error);
  });
  const { getLlama } = await llamaPackage();
  try {
    // a release never compiles on somebody's machine by itself
    const llama = await getLlama({ build: "never", logLevel: "error", progressLogs: false, skipDownload: true });
    const model = await llama.loadModel({ modelPath: file });
    const context = await model.createContext({ contextSize, sequences: 1, threads });
    return { llama, model, context, sequence: context.getSequence() };
  } catch (cause) {
    throw new PstarError(newsReason("llama-cannot-load", { file, why: reasonOf(cause) }), { got: file }, { cause });
  }
}

async function llamaPackage(): Promise<LlamaPackage> {
  const name: string = "node-llama-cpp";
  try {
    return (await import(name)) as LlamaPackage;
  } catch (cause) {
    throw new PstarError(newsReason("llama-not-installed"), {}, { cause });
  }
}
