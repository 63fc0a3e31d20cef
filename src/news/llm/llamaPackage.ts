import { access } from "node:fs/promises";
import { PstarError, reasonOf } from "../../core/errors.js";
import { fileError } from "../../rows/fileError.js";
import { newsReason } from "../reasons.js";

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
