// A reason is data: a code, and what its sentence needs. Each room has one table of its codes, which is its English as well;
// a further language is a table of the same codes, complete by type. So a new reason is one entry here and one in each
// further language (web/words). Nothing ever reads a sentence to learn what was wrong.

import { withoutLineEnds } from "./printable.js";

/** Why something cannot be done, or what should be known about it. Plain data, which can be posted to a worker or written as JSON. */
export interface Reason<Code extends string = string, Params = unknown> {
  /** Tells reasons apart; stable, unlike the sentence. */
  readonly code: Code;
  /** What the sentence speaks of: names, numbers, and other reasons. */
  readonly params: Params;
  /** The sentence in English, without a full stop. */
  readonly message: string;
}

/** A table of reasons: by its code, the English sentence of each, made from typed parameters. */
export type Sentences = Readonly<Record<string, (params: never) => string>>;

export type ParamsOf<T extends Sentences, C extends keyof T> = Parameters<T[C]>[0];

/** Any reason of a table. */
export type ReasonOf<T extends Sentences> = { [C in keyof T & string]: Reason<C, ParamsOf<T, C>> }[keyof T & string];

/** A table in another language. A code that it lacks is a type error. */
export type Translation<T extends Sentences> = { readonly [C in keyof T]: (params: ParamsOf<T, C>) => string };

/**
 * Makes the reasons of a table. A line end in a parameter, which may come from anywhere, is a space in the sentence.
 *
 * @example
 * const sentences = { "no-rows": ({ file }: { file: string }) => `${file} has no rows` };
 * reasonsOf(sentences)("no-rows", { file: "a.csv" }) // { code: "no-rows", params: { file: "a.csv" }, message: "a.csv has no rows" }
 */
export function reasonsOf<const T extends Sentences>(sentences: T) {
  return <C extends keyof T & string>(code: C, ...params: Parameters<T[C]>): Reason<C, ParamsOf<T, C>> => ({
    code,
    params: params[0],
    message: (sentences[code] as unknown as (...params: unknown[]) => string)(...params.map(inOneLine)),
  });
}

/** Texts at any depth with their line ends replaced; reasons, which are made already, stay as they are. */
function inOneLine(value: unknown): unknown {
  if (typeof value === "string") return withoutLineEnds(value);
  if (Array.isArray(value)) return value.map(inOneLine);
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  if ("code" in value && "message" in value) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inOneLine(inner)]));
}

/** A reason whose sentence has something before or behind it that says where it is, such as the name of a file. */
export function placed<R extends Reason>(reason: R, before: string, after = ""): R {
  return { ...reason, message: withoutLineEnds(before) + reason.message + withoutLineEnds(after) };
}

/**
 * Says a reason in the language of a table; in English if it has another room's code.
 *
 * @param words The tables of the rooms whose reasons may come up, in one object.
 */
export function say(reason: Reason, words: Readonly<Record<string, (params: never) => string>>): string {
  const sentence = Object.hasOwn(words, reason.code) ? words[reason.code] : undefined;
  return sentence ? (sentence as (params: unknown) => string)(reason.params) : reason.message;
}

/** The same reason in the words of a table: what it quotes is quoted, and lists keep their lines. */
export function reworded(
  { code, params, message }: { code: string; params?: unknown; message: string },
  words: Readonly<Record<string, (params: never) => string>>,
): Reason {
  return { code, params, message: say({ code, params, message }, words) };
}

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
