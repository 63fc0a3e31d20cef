const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Reads a number as it is written in a field or a URL; NaN for everything else, `Infinity` and hexadecimals included. */
export function readNumber(text: string): number {
  const trimmed = text.trim();
  return trimmed.length <= 40 && NUMBER.test(trimmed) ? Number(trimmed) : Number.NaN;
}
