import { isDecimal } from "../../src/core/decimal.js";

/** Reads a number as it is written in a field or a URL; NaN for everything else, `Infinity` and hexadecimals included. */
export function readNumber(text: string): number {
  const trimmed = text.trim();
  return trimmed.length <= 40 && isDecimal(trimmed) ? Number(trimmed) : Number.NaN;
}
