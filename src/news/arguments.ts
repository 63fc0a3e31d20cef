import { outOfRange } from "../core/errors.js";
import type { GenerateOptions } from "./interfaces.js";

export function integerIn(field: string, value: number, least: number, most: number): number {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  throw outOfRange(field, `an integer in [${least}, ${most}]`, value);
}

export function numberIn(field: string, value: number, least: number, most: number): number {
  if (value >= least && value <= most) return value;
  throw outOfRange(field, `a number in [${least}, ${most}]`, value);
}

/** Temperatures below this count as 0: scores divided by less leave the range of f32. */
const COLDEST = 1e-6;

/** What the options of a generation ask for, each in its range. */
export function drawsOf({ n = 1, temperature = 1, seed = 0 }: GenerateOptions) {
  numberIn("temperature", temperature, 0, 1000);
  return {
    samples: integerIn("n", n, 1, 10_000),
    temperature: temperature < COLDEST ? 0 : temperature,
    seed: integerIn("seed", seed, 0, Number.MAX_SAFE_INTEGER),
  };
}
