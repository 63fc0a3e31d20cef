import { type ArgumentError, outOfRange } from "../../core/errors.js";
import type { AnswerStore } from "../../server/requests.js";
import type { Generator, Scorer } from "../interfaces.js";
import type { PromptOptions } from "./prompt.js";

export interface ModelOptions extends PromptOptions {
  /** Keeps the answers of a server, so that a killed run asks nothing twice. */
  answers?: AnswerStore;
  concurrency?: number;
  /** Tokens of a summary at most. */
  maxTokens?: number;
  onRetry?: (problem: string) => void;
  signal?: AbortSignal;
}

/** What a name like `openai:http://localhost:8000/v1#model` says. */
type ModelName =
  | { kind: "openai" | "openai-chat"; url: string; model: string }
  | { kind: "llama"; file: string }
  | { kind: "scores"; file: string };

const GENERATOR_FORMS = "openai:URL#model, openai-chat:URL#model or llama:FILE.gguf";
/** How models from outside are named. */
const MODEL_FORMS = "openai:URL#model, openai-chat:URL#model, llama:FILE.gguf or scores:FILE.jsonl";

/** Says whether a name is of a model from outside, not of one of pstar's own. */
export function isModelName(name: string): boolean {
  return /^(openai|openai-chat|llama|scores):/.test(name);
}

/**
 * The generator that a name stands for: `openai:URL#model`, `openai-chat:URL#model` or `llama:FILE.gguf`.
 *
 * @throws ArgumentError if the name means none.
 */
export async function generatorNamed(name: string, options: ModelOptions = {}): Promise<Generator> {
  const parsed = parseModelName("generator", name);
  if (parsed.kind === "scores") throw wrongName("generator", GENERATOR_FORMS, name);
  if (parsed.kind === "llama") return (await import("./llama.js")).openLlama({ ...options, model: parsed.file });
  const { openAiGenerator } = await import("./openAi.js");
  const api = parsed.kind === "openai" ? "completions" : "chat";
  return openAiGenerator({ ...options, url: parsed.url, model: parsed.model, api });
}

/**
 * The scorer that a name stands for: `openai:URL#model`, `llama:FILE.gguf` or `scores:FILE.jsonl`. A server is asked first
 * whether it can score at all.
 *
 * @throws ArgumentError if the name means none; CannotScoreError if the server cannot score.
 */
export async function scorerNamed(name: string, options: ModelOptions = {}): Promise<Scorer> {
  const parsed = parseModelName("scorer", name);
  if (parsed.kind === "openai-chat")
    throw wrongName("scorer", "openai:URL#model, llama:FILE.gguf or scores:FILE.jsonl", name);
  if (parsed.kind === "scores")
    return (await import("./scoresFile.js")).scoresFile(parsed.file, { signal: options.signal });
  if (parsed.kind === "llama") return (await import("./llama.js")).openLlama({ ...options, model: parsed.file });
  return (await import("./openAi.js")).openAiScorer({ ...options, url: parsed.url, model: parsed.model });
}

function parseModelName(field: string, name: string): ModelName {
  const colon = name.indexOf(":");
  const kind = name.slice(0, colon);
  const rest = name.slice(colon + 1);
  if ((kind === "llama" || kind === "scores") && rest !== "") return { kind, file: rest };
  if (kind === "openai" || kind === "openai-chat") {
    const hash = rest.indexOf("#");
    if (hash > 0 && hash < rest.length - 1) return { kind, url: rest.slice(0, hash), model: rest.slice(hash + 1) };
  }
  throw wrongName(field, field === "generator" ? GENERATOR_FORMS : MODEL_FORMS, name);
}

/** What stands before @ or behind ? in an address may be secret, and is not said. */
function wrongName(field: string, expected: string, name: string): ArgumentError {
  const shown = name.replace(/\/\/[^/@#]*@/, "//…@").replace(/\?[^#]*/, "?…");
  return outOfRange(field, expected, shown);
}
