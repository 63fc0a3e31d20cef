import { ArgumentError, rangeMessage } from "../core/errors.js";
import { UsageError } from "./failure.js";

/** What a flag must be where it is a share. */
export const RATE = "a number in [0, 1], or percents such as 80%";

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** The number that a flag was given; its range is checked where it is used. */
export function numberOf(flag: string, text: string, expected: string): number {
  if (NUMBER.test(text)) return Number(text);
  throw wrongFlag(flag, expected, text);
}

/** The share that a flag was given: 0.8 or 80%. */
export function shareOf(flag: string, text: string, expected = RATE): number {
  const [, percents] = /^(.*?)\s*%$/s.exec(text) ?? [];
  if (percents === undefined) return numberOf(flag, text, expected);
  if (!NUMBER.test(percents)) throw wrongFlag(flag, expected, text);
  return Number((Number(percents) / 100).toPrecision(15)); // 0.1% is 0.001
}

/** The error of a flag that must be something else. */
export function wrongFlag(field: string, expected: string, got: unknown): UsageError {
  return new UsageError(rangeMessage(field, expected, got), { field, expected, got });
}

/** What the library says of a field, the command line says of the flag behind it. */
export function withFlagNames<T>(flags: Record<string, string>, ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    if (!(error instanceof ArgumentError) || error.field === undefined || error.expected === undefined) throw error;
    throw wrongFlag(flags[error.field] ?? error.field, error.expected, error.got);
  }
}
