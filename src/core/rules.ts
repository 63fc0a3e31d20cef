import { type ReasonOf, reasonsOf } from "./reasons.js";

// What a value must be, in words that follow "must be". Beside those of any value, those of a scenario's settings.

/** Bounds of a number: `low` and `high` are allowed themselves, `above` is not. */
export interface Bounds {
  low?: number;
  above?: number;
  high?: number;
}

export const ruleSentences = {
  /** A rule in English words only, for rooms whose errors the page never shows. */
  described: ({ text }: { text: string }) => text,
  "in-interval": (bounds: Bounds) => interval(bounds),
  "a-number": (bounds: Bounds) => `a number ${interval(bounds)}`,
  "an-integer": (bounds: Bounds) => `an integer ${interval(bounds)}`,
  "a-finite-number": () => "a finite number",
  "one-of": ({ values }: { values: readonly string[] }) => `one of ${values.join(", ")}`,
  "true-or-false": () => "true or false",
};

/** A number's interval as it follows "a number". */
export function interval({ low, above, high }: Bounds): string {
  if (above !== undefined) return `above ${above}`;
  if (high === undefined) return `at least ${low}`;
  if (low === undefined) return `at most ${high}`;
  return `in [${low}, ${high === Number.MAX_SAFE_INTEGER ? "2^53 − 1" : high}]`;
}

/** What a value must be. */
export type Rule = ReasonOf<typeof ruleSentences>;

export const rule = reasonsOf(ruleSentences);
