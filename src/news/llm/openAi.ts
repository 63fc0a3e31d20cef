import { createHash } from "node:crypto";
import * as z from "zod";
import { DataError, integerIn } from "../../core/errors.js";
import type { WorkOptions } from "../../core/slices.js";
import { ServerError } from "../../server/client.js";
import {
  chatText,
  checked,
  completionText,
  keptText,
  type Question,
  type RequestOptions,
  RequestQueue,
} from "../../server/requests.js";
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
import { continuationTokens, type ServerToken } from "./align.js";
import { continuationOf, type PromptOptions, prompter } from "./prompt.js";

export interface OpenAiGeneratorOptions extends RequestOptions, PromptOptions {
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
 * @throws ArgumentError if an option is out of its range; while working ServerError if the server gives no usable answer.
 * @example
 * const generator = openAiGenerator({ url: "http://localhost:8000/v1", model: "llama-2-7b" });
 * const [[summary]] = await generator.generate([{ id: "a", text: "…", summary: "" }], { temperature: 0 });
 */
export function openAiGenerator(options: OpenAiGeneratorOptions): Generator {
  const { model, api = "completions", maxTokens = 128, stop = api === "chat" ? [] : ["\n"] } = options;
  const requests = new RequestQueue(options);
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
      const texts = await requests.askAll(
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

export interface OpenAiScorerOptions extends RequestOptions, PromptOptions {
  /** As the server calls it. */
  model: string;
  /** How the server is asked for the probabilities of a given text; left out, whichever of the two it can. */
  method?: ScoreMethod;
  signal?: AbortSignal;
}

/** `echo` with `logprobs` (vLLM, TGI, SGLang's and others' /completions), or vLLM's own `prompt_logprobs`. */
export type ScoreMethod = "echo" | "prompt_logprobs";

/** The server answers, but not with the probabilities of a text that it is given. */
export class CannotScoreError extends ServerError {
  override name = "CannotScoreError";
}

/** What the probe asks: all models find some of its tokens likelier than others. */
const PROBE = { prompt: "The days of the week are Monday, Tuesday,", continuation: " Wednesday, Thursday, xylophone." };
/** A server that fails for the moment is asked again; one that always fails with 500 cannot score. */
const PROBE_RETRIES = 2;
/** It answers in another form, does not know the question, or fails at it each time, as llama.cpp's server does at echo. */
const CANNOT = new Set([200, 400, 404, 405, 415, 422, 500, 501]);

/**
 * Says how likely texts are by a language model behind a server, having asked it first whether it can. Many a server cannot:
 * llama.cpp's, Ollama and the hosted APIs give probabilities of what they write themselves only.
 *
 * Only tokens that stand for the summary are given; one that reaches from the prompt into the summary counts as the summary's.
 *
 * @throws CannotScoreError if the server cannot say it; ServerError if it cannot be reached.
 * @example
 * const scorer = await openAiScorer({ url: "http://localhost:8000/v1", model: "llama-2-7b" });
 * const perplexity = Math.exp(meanNegativeLog(await scorer.score(article, "A short summary.")));
 */
export async function openAiScorer(options: OpenAiScorerOptions): Promise<Scorer> {
  const { model, method, signal, ...asking } = options;
  const chosen = await probe(model, method === undefined ? ["echo", "prompt_logprobs"] : [method], asking, signal);
  const requests = new RequestQueue(asking);
  const promptOf = prompter(options);
  const question = (article: Article, summary: string) =>
    scoreQuestion(chosen, model, promptOf(article), continuationOf(summary));
  return {
    async score(article, continuation) {
      if (continuation.trim() === "") return { tokens: [], logprobs: [] };
      return requests.ask(question(article, continuation));
    },
    async scoreAll(pairs: readonly Pair[], work: WorkOptions = {}) {
      // of nothing no server can say anything
      const told = pairs.filter(({ summary }) => summary.trim() !== "");
      const scores = await requests.askAll(told.length, (i) => question(told[i].article, told[i].summary), work);
      let next = 0;
      return pairs.map(({ summary }) => (summary.trim() === "" ? { tokens: [], logprobs: [] } : scores[next++]));
    },
  };
}

function scoreQuestion(
  method: ScoreMethod,
  model: string,
  prompt: string,
  continuation: string,
): Question<TokenScores> {
  const text = prompt + continuation;
  const asked = method === "echo" ? { echo: true, logprobs: 1 } : { prompt_logprobs: 1 };
  return {
    path: "completions",
    // some servers refuse max_tokens: 0; the token that is generated stands behind the text and is not counted
    body: { model, prompt: text, max_tokens: 1, temperature: 0, ...asked },
    read: (answer) => {
      const scores = continuationTokens(tokensIn(method, text, answer), text, prompt.length);
      if (scores === null) throw new Unscored("its tokens are not those of the text that was given");
      return scores;
    },
    kept: keptScores,
  };
}

/** The server has answered in its form, but without what was asked. */
class Unscored extends DataError {}

function tokensIn(method: ScoreMethod, text: string, answer: unknown): ServerToken[] {
  if (method === "prompt_logprobs") {
    const tokens = promptTokens(answer);
    if (tokens === null) throw new Unscored("it leaves out prompt_logprobs");
    return tokens;
  }
  const { text: said, tokens } = echoed(answer);
  // some servers put a space or a special token before the text
  if (!said.includes(text.trim())) throw new Unscored("it does not repeat the text it is given (echo)");
  if (tokens === null) throw new Unscored("it gives no logprobs");
  return tokens;
}

async function probe(
  model: string,
  methods: readonly ScoreMethod[],
  options: RequestOptions,
  signal: AbortSignal | undefined,
): Promise<ScoreMethod> {
  const { client } = new RequestQueue({
    ...options,
    retries: Math.min(options.retries ?? PROBE_RETRIES, PROBE_RETRIES),
  });
  const reasons: string[] = [];
  for (const method of methods) {
    const { path, body, read } = scoreQuestion(method, model, PROBE.prompt, PROBE.continuation);
    try {
      // an answer without a score is not a passing fault: it is not asked for twice
      const answer = await client.post(path, body, (given) => attempt(() => read(given)), signal);
      if (answer instanceof Unscored) throw answer;
      if (new Set(answer.logprobs).size < 2) throw new Unscored("it finds all tokens equally likely");
      return method;
    } catch (error) {
      if (error instanceof Unscored) reasons.push(`${method}: ${error.message}`);
      else if (error instanceof ServerError && CANNOT.has(error.status ?? 0))
        reasons.push(`${method}: ${error.message}`);
      else throw error;
    }
  }
  throw new CannotScoreError(newsReason("cannot-score", { server: client.name, reasons }));
}

function attempt<T>(work: () => T): T | Unscored {
  try {
    return work();
  } catch (error) {
    if (error instanceof Unscored) return error;
    throw error;
  }
}

// What servers say is hostile until it has passed here. Texts are cut to size by the limit on an answer as a whole.

/** Rounding may lift a certain token's logarithm above zero by this much. */
const ROUNDING = 1e-3;
/** Tokens of one answer. */
const MOST = 1 << 20;

const logprob = z
  .number()
  .max(ROUNDING)
  .transform((value) => Math.min(value, 0));

const echo = z.object({
  choices: z
    .array(
      z.object({
        text: z.string(),
        logprobs: z.nullish(
          z.object({
            tokens: z.array(z.string()).max(MOST),
            token_logprobs: z.array(logprob.nullable()),
            text_offset: z.nullish(z.array(z.int().min(0))),
          }),
        ),
      }),
    )
    .min(1),
});

const promptToken = z.record(
  z.string(),
  z.object({ logprob, rank: z.nullish(z.int()), decoded_token: z.nullish(z.string()) }),
);
const promptLogprobs = z.object({
  choices: z.array(z.object({ prompt_logprobs: z.nullish(z.array(z.nullable(promptToken)).max(MOST)) })).min(1),
});

const kept = z.object({ tokens: z.array(z.string()), logprobs: z.array(logprob) });

/** What /completions says with `echo`: the text, and its tokens; null if there are none. */
export function echoed(answer: unknown): { text: string; tokens: ServerToken[] | null } {
  const { text, logprobs } = checked(echo, answer).choices[0];
  if (logprobs == null) return { text, tokens: null };
  const { tokens, token_logprobs: logs, text_offset: offsets } = logprobs;
  if (logs.length !== tokens.length || (offsets != null && offsets.length !== tokens.length))
    throw new Error("its answer holds not as many logarithms as tokens");
  return { text, tokens: tokens.map((token, i) => ({ text: token, logprob: logs[i], offset: offsets?.[i] })) };
}

/** What vLLM says of a prompt's tokens; null if it says nothing. */
export function promptTokens(answer: unknown): ServerToken[] | null {
  const list = checked(promptLogprobs, answer).choices[0].prompt_logprobs;
  if (list == null) return null;
  return list.map((entry, i) => {
    if (entry === null) {
      if (i > 0) throw new Error("its answer lacks the logarithms of a token");
      return { text: "", logprob: null };
    }
    // The likeliest token stands beside the given one, unless they are the same; its rank is 1.
    const entries = Object.values(entry);
    const given = entries.length === 1 ? entries[0] : entries.find(({ rank }) => rank != null && rank > 1);
    if (given === undefined || entries.length > 2) throw new Error("its answer does not tell the given tokens apart");
    return { text: given.decoded_token ?? "", logprob: given.logprob };
  });
}

/** Checks scores that were kept. */
export function keptScores(answer: unknown): TokenScores {
  const scores = checked(kept, answer);
  if (scores.tokens.length !== scores.logprobs.length) throw new Error("not as many logarithms as tokens");
  return scores;
}
