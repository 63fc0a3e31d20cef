import { readFile } from "node:fs/promises";
import { quote } from "../../core/printable.js";
import { fieldOf, type Row } from "../../rows/field.js";
import { fileError } from "../../rows/fileError.js";
import { chatText, keptText, type Question, RequestQueue } from "../../server/requests.js";
import type { RowText, ScoreNotes, Scorer, ScorerContext, Weighted } from "./scorer.js";

/** A whole number from 1 to 5, or yes and no as 1 and 0. */
export type JudgeScale = "1-5" | "yes-no";

/** A language model behind a server with OpenAI's chat completions. */
export interface JudgeSpec extends Weighted {
  kind: "judge";
  /** Where the API begins, with its version: `http://localhost:8000/v1`. */
  url: string;
  /** As the server calls it. */
  model: string;
  /** The path of a text with what to judge by: {field} stands for the value of a field; without any, the row follows as JSON. */
  rubric?: string;
  /** @default "1-5" */
  scale?: JudgeScale;
  /** Tokens that it may write, in [1, 100 000]. @default 512 */
  maxTokens?: number;
  /** Milliseconds that an answer may take. @default 120000 */
  timeout?: number;
}

/** What a judge is asked if there is no rubric. */
const RUBRIC = "Judge the quality of this row of training data: whether its answer is correct, complete and helpful.";

/** What each scale asks for at the end. */
const ENDINGS: Readonly<Record<NonNullable<JudgeSpec["scale"]>, string>> = {
  "1-5": "Answer with one whole number from 1 (worst) to 5 (best) and nothing else.",
  "yes-no": "Answer with yes or no and nothing else.",
};

/** Characters of an answer's end that are read. */
const READ = 2000;

/** Scores by a language model behind a server; its answers are kept, so that the same question is asked once. */
export class JudgeScorer implements Scorer {
  readonly #requests: RequestQueue;
  readonly #spec: JudgeSpec;
  /** Texts, and the fields between them. */
  readonly #parts: readonly (string | { path: string; of: (row: Row) => unknown })[];
  readonly #signal: AbortSignal | undefined;
  #prompts: string[] = [];
  #unclear = 0;
  /** One answer that was not clear, to be shown; empty once it is handed on. */
  #example: string | null = null;

  private constructor(
    spec: JudgeSpec,
    rubric: string,
    { signal, answers, concurrency, onRetry }: Partial<ScorerContext>,
  ) {
    this.#spec = spec;
    const { url, timeout } = spec;
    this.#requests = new RequestQueue({
      url,
      answers,
      concurrency,
      onRetry,
      ...(timeout !== undefined && { timeout }),
    });
    this.#parts = partsOf(rubric);
    this.#signal = signal;
  }

  /** @throws FileError if the rubric cannot be read, ArgumentError if the address is not one. */
  static async load(spec: JudgeSpec, context: Partial<ScorerContext>): Promise<JudgeScorer> {
    const { rubric } = spec;
    if (rubric === undefined) return new JudgeScorer(spec, RUBRIC, context);
    const text = await readFile(rubric, "utf8").catch((error: unknown) => {
      throw fileError("read", rubric, error);
    });
    return new JudgeScorer(spec, text.replace(/^\ufeff/, "").trimEnd(), context);
  }

  problem(row: Row): string | undefined {
    for (const part of this.#parts)
      if (typeof part !== "string" && part.of(row) === undefined) return `field ${part.path} is missing`;
    return undefined;
  }

  take(row: Row, _: number, { line }: RowText): void {
    const isFilled = this.#parts.some((part) => typeof part !== "string");
    const filled = this.#parts.map((part) => (typeof part === "string" ? part : textOf(part.of(row)))).join("");
    this.#prompts.push(`${filled}${isFilled ? "" : `\n\n${line().trim()}`}\n\n${ENDINGS[this.#spec.scale ?? "1-5"]}`);
  }

  async scores(): Promise<number[]> {
    const prompts = this.#prompts;
    this.#prompts = [];
    const { model, scale = "1-5", maxTokens = 512 } = this.#spec;
    const question = (i: number): Question<string> => ({
      path: "chat/completions",
      body: {
        model,
        messages: [{ role: "user", content: prompts[i] }],
        temperature: 0,
        seed: 0,
        max_tokens: maxTokens,
      },
      read: chatText,
      kept: keptText,
    });
    const answers = await this.#requests.askAll(prompts.length, question, { signal: this.#signal });
    return answers.map((answer) => {
      const rating = readRating(answer, scale);
      if (rating === null) {
        this.#unclear++;
        this.#example ??= quote(answer);
      }
      return rating ?? Number.NaN;
    });
  }

  notes(): ScoreNotes {
    const unclear = this.#unclear;
    this.#unclear = 0;
    const example = this.#example;
    if (example === null || example === "") return { unclear };
    this.#example = "";
    return { unclear, [`unclear ${example}`]: 1 };
  }
}

/** A rubric cut at its fields: {answer}, {messages[-1].content}. What else stands in braces, such as JSON, is text. */
function partsOf(rubric: string): (string | { path: string; of: (row: Row) => unknown })[] {
  const parts: (string | { path: string; of: (row: Row) => unknown })[] = [];
  let end = 0;
  for (const { 0: whole, 1: path, index } of rubric.matchAll(/\{([\p{L}_][^\s{}:,]{0,199})\}/gu)) {
    parts.push(rubric.slice(end, index), { path, of: fieldOf(path) });
    end = index + whole.length;
  }
  return [...parts, rubric.slice(end)];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/**
 * The rating in an answer of a judge: the answer as a whole, its last line, or the only rating that it names. What a model
 * thinks first (`<think>…</think>`) does not count.
 *
 * @returns A whole number from 1 to 5, or 1 for yes and 0 for no; null if it says neither, or more than one.
 */
function readRating(answer: string, scale: NonNullable<JudgeSpec["scale"]>): number | null {
  const thought = answer.lastIndexOf("</think>");
  if (thought < 0 && answer.includes("<think>")) return null; // cut off while it was thinking
  const text = answer
    .slice(thought < 0 ? 0 : thought + 8)
    .replace(/[*_`#"']/g, "")
    .trim();
  const isWhole = text.length <= READ;
  const lines = text.slice(-READ).split("\n");
  const last = (lines.at(-1) ?? "").trim();
  switch (scale) {
    case "1-5": {
      const alone =
        /^(?:\{? ?(?:final )?(?:answer|rating|score|verdict) ?(?:[:=]|is) ?)?([1-5])(?:\.0{1,3})?(?: ?\/ ?5| out of 5)?\.?\}?$/i;
      const found = alone.exec(text) ?? alone.exec(last);
      if (found !== null) return Number(found[1]);
      const numbers = isWhole ? (text.match(/-?\d+(?:[.,/]+\d+)*/g) ?? []) : [];
      const named = new Set(numbers.map((number) => number.replace(/\/5$/, "")));
      const [only] = named;
      return named.size === 1 && /^[1-5]$/.test(only) ? Number(only) : null;
    }
    case "yes-no": {
      const alone = /^(?:\{? ?(?:final )?(?:answer|rating|score|verdict) ?(?:[:=]|is) ?)?(yes|no)[.!]?\}?$/i;
      const found = alone.exec(text) ?? alone.exec(last);
      if (found !== null) return found[1].toLowerCase() === "yes" ? 1 : 0;
      if (!isWhole) return null;
      const words = new Set(text.toLowerCase().match(/\b(?:yes|no|not|cannot)\b/g) ?? []);
      const first = /^(yes|no)\b/i.exec(text)?.[1].toLowerCase();
      return first !== undefined && !words.has(first === "yes" ? "no" : "yes") ? Number(first === "yes") : null;
    }
    default:
      scale satisfies never;
      throw new Error(`unknown scale ${String(scale)}`);
  }
}
