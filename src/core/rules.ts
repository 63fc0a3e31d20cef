import { type Reason, reasonsOf } from "./reasons.js";

// What a value must be, in words that follow "must be": the rules that all rooms share. A rule is a reason, so a room can have its own.

/** Bounds of a number: `low` and `high` are in the interval, `above` is not. */
export interface Bounds {
  low?: number;
  above?: number;
  high?: number;
}

export const ruleSentences = {
  /** A rule in English words only, for rooms whose errors the page never shows. */
  described: ({ text }: { text: string }) => text,
  "in-interval": (bounds: Bounds) => interval(bounds),
  "a-number": (bounds: Bounds) => `a number ${after(bounds)}`,
  "an-integer": (bounds: Bounds) => `an integer ${after(bounds)}`,
  "a-finite-number": () => "a finite number",
  "one-of": ({ values }: { values: readonly string[] }) => `one of ${values.join(", ")}`,
  "true-or-false": () => "true or false",
};

/** Bounds as they follow a noun. */
function after(bounds: Bounds): string {
  return interval(bounds).replace(/^at /, "of at ");
}

function interval({ low, above, high }: Bounds): string {
  if (above !== undefined) return high === undefined ? `above ${above}` : `in (${above}, ${high}]`;
  if (high === undefined) return `at least ${low}`;
  if (low === undefined) return `at most ${high}`;
  return `in [${low}, ${high === Number.MAX_SAFE_INTEGER ? "2^53 − 1" : high}]`;
}

export const rule = reasonsOf(ruleSentences);

/** A rule as it is, or English words as a rule. */
export function described(given: Reason | string): Reason {
  return typeof given === "string" ? rule("described", { text: given }) : given;
}
