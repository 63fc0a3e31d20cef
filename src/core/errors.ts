import { inLine, printable, quote, withoutLineEnds } from "./printable.js";
import { described, placed, type Reason, reasonsOf } from "./reasons.js";

/** What every error of pstar can carry beside its message: the field, the rule it broke and what was given. */
export interface ErrorDetails {
  /** Dotted path of the setting at fault, e.g. `generator.errorRate`. */
  field?: string;
  /** The rule, in words: `a number in [0, 1]`. */
  expected?: string;
  /** What was given. */
  got?: unknown;
  /** 1-based line of the source text, where there is one. */
  line?: number;
  /** What stands on lines of its own below the message, such as a command. */
  lines?: readonly string[];
}

/**
 * The common base of pstar's errors: tell them apart by `name` or `instanceof`, and by `code`, which names the reason.
 *
 * An error is a {@link Reason} itself: `message` is its sentence in English, `params` what the sentence speaks of.
 */
export class PstarError extends Error {
  /** Names the reason, as `"must-be"`; an empty text for an error that has none but its class. */
  readonly code: string;
  readonly params: unknown;
  readonly field: string | undefined;
  readonly expected: string | undefined;
  readonly got: unknown;
  readonly line: number | undefined;
  readonly lines: readonly string[];

  constructor(reason: Reason | string, details: ErrorDetails = {}, options?: ErrorOptions) {
    // a text may quote anything; a reason has quoted what it speaks of, and may be a list
    super(printable(typeof reason === "string" ? withoutLineEnds(reason) : messageOf(reason)), options);
    this.lines = (details.lines ?? []).map((line) => printable(withoutLineEnds(line)));
    this.code = typeof reason === "string" ? "" : reason.code;
    this.params = typeof reason === "string" ? undefined : reason.params;
    // Those below say theirs themselves: a bundler that shortens the names of classes must not change that of an error.
    this.name = new.target.name;
    this.field = details.field;
    this.expected = details.expected;
    this.got = details.got;
    this.line = details.line;
  }
}

/** A scenario, or one of its fields, is not valid. The command line exits with 3. */
export class ConfigError extends PstarError {
  override name = "ConfigError";
  /** Everything that is wrong, one sentence each; the message is the first. */
  readonly problems: readonly string[];

  constructor(
    reason: Reason | string,
    details: ErrorDetails = {},
    options: ErrorOptions & { problems?: readonly string[] } = {},
  ) {
    super(reason, details, options);
    this.problems = (options.problems ?? [messageOf(reason)]).map(printable);
  }
}

/** What an error says, as data alone; an error that is not pstar's has an empty code. It may have come from another thread. */
export function reasonOf(error: unknown): Reason {
  const { code, params, message } = (error ?? {}) as Partial<Reason>;
  if (typeof message !== "string") return { code: "", params: undefined, message: String(error) };
  const isOurs = params !== undefined || error instanceof PstarError;
  return isOurs ? { code: String(code), params, message } : { code: "", params: undefined, message: inLine(message) };
}

function messageOf(reason: Reason | string): string {
  return typeof reason === "string" ? reason : reason.message;
}

/** An argument of a library function is out of its range or shape. */
export class ArgumentError extends PstarError {
  override name = "ArgumentError";
}

/** A file can be read, but what is in it cannot be used: no rows, no human label, a field that no row has. The command line exits with 3. */
export class DataError extends PstarError {
  override name = "DataError";
}

/** A file could not be read or written. */
export class FileError extends PstarError {
  override name = "FileError";
}

/** What a folder of results holds is not what was asked for, or does not fit together. The command line exits with 3. */
export class StoreError extends PstarError {
  override name = "StoreError";
}

/** A queue cannot be reached, or holds what it should not. */
export class QueueError extends PstarError {
  override name = "QueueError";
}

/** Cells of a run failed repeatedly and were set aside; all others are stored. */
export class FailedCellsError extends PstarError {
  override name = "FailedCellsError";
  readonly cells: readonly FailedCell[];

  constructor(reason: Reason, cells: readonly FailedCell[]) {
    super(reason);
    this.cells = cells;
  }
}

/** A cell that could not be computed, and why. */
export interface FailedCell {
  index: number;
  id: string;
  error: string;
}

/** What was asked needs more memory than WebAssembly can address (4 GiB), or than the machine gave. */
export class MemoryLimitError extends PstarError {
  override name = "MemoryLimitError";
}

/** The verifier kept no row, so there is nothing to learn from. */
export class EmptyKeptSetError extends PstarError {
  override name = "EmptyKeptSetError";
}

/** The normal equations are singular: too few rows for the dimension, and no penalty (λ = 0). */
export class SingularSystemError extends PstarError {
  override name = "SingularSystemError";
}

/** The learner's weights are not finite; for SGD, the learning rate is too large. */
export class DivergedError extends PstarError {
  override name = "DivergedError";
}

/** The WebAssembly core could not be started, or is not the one this version was built with. */
export class CoreError extends PstarError {
  override name = "CoreError";
}

export const coreSentences = {
  /** The sentence that every range error of pstar uses; `got` is quoted already. */
  "must-be": ({ field, rule, got }: { field: string; rule: Reason; got: string }) =>
    `${field} must be ${rule.message}, got ${got}`,

  "memory-beyond-webassembly": ({ what, mebibytes }: { what: Reason; mebibytes: string }) =>
    `${what.message} needs ${mebibytes} MiB of memory, and WebAssembly addresses at most 4 GiB`,
  "memory-not-given": ({ what, mebibytes }: { what: Reason; mebibytes: string }) =>
    `${what.message} needs ${mebibytes} MiB of memory, and the machine gave no more`,
  "at-most-4-gibibytes": () => "at most 4096 MiB",
  // What memory is for.
  "this-work": () => "this",
  "a-direct-run": ({ rows, dim }: Shape) => `a direct run of ${rows} rows in ${dim} dimensions`,
  "drawn-rows": ({ rows, dim }: Shape) => `${rows} rows in ${dim} dimensions`,
  "fitting-rows": ({ rows, dim }: Shape) => `fitting ${rows} rows in ${dim} dimensions`,
  "a-covariance-in": ({ dim }: { dim: number }) => `the covariance in ${dim} dimensions`,
  "scores-of": ({ rows }: { rows: number }) => `the scores of ${rows} rows`,
  "draws-of-audited": ({ rows }: { rows: number }) => `the draws of ${rows} audited rows`,

  "core-not-compiled": ({ why }: { why: Reason }) =>
    "the WebAssembly core could not be compiled; it needs SIMD (Node ≥ 20.19, any browser since 2023) and, on a page " +
    "with a content security policy, 'wasm-unsafe-eval'; where bytes cannot be compiled at all, as in Cloudflare's workerd, " +
    `hand the compiled module of pstar/core.wasm over by load({ module }): ${why.message}`,
  "core-without-memory": () =>
    "the system gave WebAssembly no addresses to start in: it reserves many more than it uses, so that a limit on them " +
    "(ulimit -v) must be lifted; a container or cgroup limits what is used",
  "core-of-another-version": ({ core, host }: { core: unknown; host: number }) =>
    `the core speaks version ${core}, this host version ${host}; build again`,
  "other-core": () =>
    "the module is that of another core: load() takes dist/core.wasm, loadText() dist/text.wasm, " +
    "loadTransformer() dist/transformer.wasm, loadClasses() dist/classes.wasm",
  "core-unknown-kind": () => "this engine of the core does not know a kind of the experiment, so nothing was computed",
  "matrix-not-converged": () => "the eigenvalues of a matrix did not converge",
  "eigenvalues-not-converged": () => "the eigenvalues of data.covariance did not converge",

  "nothing-kept": () => "no row is kept, so there is nothing to learn from",
  "singular-system": ({ rows, dim, lambda }: Shape & { lambda: number }) =>
    `the least-squares system of ${rows} rows in ${dim} dimensions is singular; lambda must be above 0, got ${lambda}`,
  "weights-not-finite": ({ learningRate }: { learningRate: number }) =>
    `the weights are not finite; learningRate must be smaller, and x finite, got ${learningRate}`,
};

type Shape = { rows: number; dim: number };

export const coreReason = reasonsOf(coreSentences);

/** The reason that a value breaks a rule: `field must be rule, got x`. */
export function mustBe(field: string, rule: Reason, got: unknown) {
  return coreReason("must-be", { field, rule, got: quote(got) });
}

/**
 * The error for an argument that breaks a rule; a rule in words is for rooms whose errors the page never shows.
 *
 * @param where What the message ends with, such as ` (row 5)`.
 */
export function outOfRange(field: string, expected: Reason | string, got: unknown, where = ""): ArgumentError {
  const broken = described(expected);
  const reason = mustBe(field, broken, got);
  return new ArgumentError(placed(reason, "", where), { field, expected: broken.message, got });
}

/** `field must be expected, got x`, as a sentence alone. */
export function rangeMessage(field: string, expected: string, got: unknown): string {
  return mustBe(field, described(expected), got).message;
}

/** @throws ArgumentError unless it is an integer in [least, most]. */
export function integerIn(field: string, value: number, least: number, most: number): number {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  throw outOfRange(field, `an integer in [${least}, ${most}]`, value);
}

/** @throws ArgumentError unless it is in [least, most]. */
export function numberIn(field: string, value: number, least: number, most: number): number {
  if (value >= least && value <= most) return value;
  throw outOfRange(field, `a number in [${least}, ${most}]`, value);
}

/** @throws ArgumentError unless it is one of the names. */
export function oneOf<T extends string>(field: string, value: string, names: readonly T[]): T {
  const found = names.find((name) => name === value);
  if (found !== undefined) return found;
  throw outOfRange(field, `one of ${names.join(", ")}`, value);
}

/** @throws ArgumentError unless there is a value, and none twice. */
export function several<T>(field: string, values: readonly T[], noun = "numbers"): readonly T[] {
  if (values.length > 0 && new Set(values).size === values.length) return values;
  throw outOfRange(field, `one or more ${noun}, none twice`, values);
}

const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** Whether a text is a number as people and programs write it: `1`, `-.5`, `2.`, `1e-3`; not `Infinity`, `0x10` or nothing. */
export function isDecimal(text: string): boolean {
  return DECIMAL.test(text);
}
