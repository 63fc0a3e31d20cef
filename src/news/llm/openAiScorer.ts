import { DataError } from "../../core/errors.js";
import type { WorkOptions } from "../../core/slices.js";
import { Asker, type AskerOptions, type Question } from "../../server/asker.js";
import { ServerError } from "../../server/client.js";
import type { Article, Pair, Scorer, TokenScores } from "../interfaces.js";
import { continuationTokens, type ServerToken } from "./align.js";
import { echoed, keptScores, promptTokens } from "./answers.js";
import { continuationOf, type PromptOptions, prompter } from "./prompt.js";

export interface OpenAiScorerOptions extends AskerOptions, PromptOptions {
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
/** A server that fails for the moment is asked again; one that always fails with 500 is no server that can score. */
const PROBE_RETRIES = 2;
/** It answers in another form, does not know the question, or fails at it each time, as llama.cpp's server does at echo. */
const CANNOT = new Set([200, 400, 404, 405, 415, 422, 500, 501]);

/**
 * Says how likely texts are by a language model behind a server, having asked it first whether it can. Many a server cannot:
 * llama.cpp's, Ollama and the hosted APIs give probabilities of what they write themselves only.
 *
 * Only tokens that stand for the summary are given; one that reaches from the prompt into the summary counts as the summary's.
 *
 * @throws CannotScoreError where the server cannot say it; ServerError where it cannot be reached.
 * @example
 * const scorer = await openAiScorer({ url: "http://localhost:8000/v1", model: "llama-2-7b" });
 * const perplexity = Math.exp(meanNegativeLog(await scorer.score(article, "A short summary.")));
 */
export async function openAiScorer(options: OpenAiScorerOptions): Promise<Scorer> {
  const { model, method, signal, ...asking } = options;
  const chosen = await probe(model, method === undefined ? ["echo", "prompt_logprobs"] : [method], asking, signal);
  const asker = new Asker(asking);
  const promptOf = prompter(options);
  const question = (article: Article, summary: string) =>
    scoreQuestion(chosen, model, promptOf(article), continuationOf(summary));
  return {
    async score(article, continuation) {
      if (continuation.trim() === "") return { tokens: [], logprobs: [] };
      return asker.ask(question(article, continuation));
    },
    async scoreAll(pairs: readonly Pair[], work: WorkOptions = {}) {
      // of nothing no server can say anything
      const told = pairs.filter(({ summary }) => summary.trim() !== "");
      const scores = await asker.askAll(told.length, (i) => question(told[i].article, told[i].summary), work);
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
  options: AskerOptions,
  signal: AbortSignal | undefined,
): Promise<ScoreMethod> {
  const { client } = new Asker({ ...options, retries: Math.min(options.retries ?? PROBE_RETRIES, PROBE_RETRIES) });
  const reasons: string[] = [];
  for (const method of methods) {
    const { path, body, read } = scoreQuestion(method, model, PROBE.prompt, PROBE.continuation);
    try {
      // what is no score is no trouble that passes: it is not asked for twice
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
  throw new CannotScoreError(
    `${client.name} cannot say how likely a given text is, so no perplexity can be had from it ` +
      `(${reasons.join("; ")}). vLLM can; llama.cpp's server, Ollama and most hosted APIs cannot: ` +
      "give them as a generator only, or take llama:MODEL.gguf or scores:FILE.jsonl",
  );
}

function attempt<T>(work: () => T): T | Unscored {
  try {
    return work();
  } catch (error) {
    if (error instanceof Unscored) return error;
    throw error;
  }
}
