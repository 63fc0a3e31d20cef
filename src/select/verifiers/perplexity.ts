import type { TextCore } from "../../core/textCore.js";
import type { Row } from "../../rows/field.js";
import { Wanted } from "./values.js";
import type { Scorer } from "./verifier.js";

type Logprobs = readonly (number | null | { logprob: number })[];

/** Perplexity from the log-probabilities that a model's server gave for the tokens of a text: exp(−mean). */
export class PerplexityScorer implements Scorer {
  readonly #core: TextCore;
  readonly #field: Wanted<Logprobs>;
  #taken: number[] = [];

  constructor(core: TextCore, field: string) {
    this.#core = core;
    this.#field = new Wanted(field, areLogprobs, "a list of log-probabilities, numbers of at most 0");
  }

  problem(row: Row): string | undefined {
    return this.#field.problem(row);
  }

  take(row: Row): void {
    const logprobs = this.#field.of(row);
    let sum = 0;
    let count = 0;
    for (const entry of logprobs) {
      const value = logprobOf(entry);
      if (value === null) continue;
      sum += value;
      count++;
    }
    this.#taken.push(count === 0 ? Number.NaN : this.#core.exports.perplexity(sum, count));
  }

  scores(): number[] {
    const taken = this.#taken;
    this.#taken = [];
    return taken;
  }
}

function areLogprobs(value: unknown): value is Logprobs {
  if (!Array.isArray(value)) return false;
  return value.every((entry, i) => {
    const logprob = logprobOf(entry);
    // servers that echo the prompt have nothing to say of its first token
    return logprob === null ? i === 0 && entry === null : logprob <= 0;
  });
}

function logprobOf(entry: unknown): number | null {
  const value = typeof entry === "object" && entry !== null ? (entry as { logprob?: unknown }).logprob : entry;
  return typeof value === "number" && !Number.isNaN(value) ? value : null;
}
