import { ArgumentError, rangeMessage } from "../core/errors.js";
import { UsageError } from "./failure.js";

/** What a flag must be where it is a share. */
export const RATE = "a number in [0, 1]";

/** The number that a flag was given; its range is checked where it is used. */
export function numberOf(flag: string, text: string, expected: string): number {
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  throw wrongFlag(flag, expected, text);
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
