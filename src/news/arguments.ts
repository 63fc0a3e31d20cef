import { integerIn, numberIn } from "../core/arguments.js";
import type { GenerateOptions } from "./interfaces.js";

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
