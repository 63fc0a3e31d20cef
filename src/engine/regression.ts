import { integerIn, numberIn, oneOf, outOfRange } from "../core/errors.js";
import { rule } from "../core/reasons.js";
import { type KernelRegression, regressionTheory, regressionTrials } from "../core/regression.js";
import { loadTransformer, type TransformerCore } from "../core/transformerCore.js";
import { meanWithError } from "../model/statistics.js";
import { engineReason } from "./reasons.js";
import { type RegressionResult, type RegressionRound, regressionPolicies } from "./regressionResult.js";

/** What {@link runRegression} is asked. */
export interface RegressionOptions {
  /** Dimension d of the inputs, 1 to 500; 20 by default. */
  dim?: number;
  /** Real rows of the first model, at least 1; 40 by default. */
  realRows?: number;
  /** Synthetic rows of each later round, before verification; 200 by default. */
  samples?: number;
  /** Fresh real rows of each later round, read by the policy `mix` only; 0 by default. */
  realSamples?: number;
  /** Standard deviation σ of the labels, above 0; 1 by default. */
  noise?: number;
  /** b: a row is kept if |y − xᵀθ_c| ≤ b; null, the default, is no verifier. */
  ball?: number | null;
  /** Distance of the verifier's centre θ_c from the truth; 0 by default. */
  centre?: number;
  /** Rounds after the first, 1 to 1000; 10 by default. */
  rounds?: number;
  /** What a later round is trained on: its own rows, those and fresh real ones, or all so far; `replace` by default. */
  policy?: "replace" | "mix" | "accumulate";
  /** Repetitions, 1 to 100,000; 200 by default. */
  trials?: number;
  seed?: number;
}

/** Multiplications of a call, some minutes. */
const MOST_PRODUCTS = 3e11;
const ROWS = 10_000_000;

/**
 * Linear regression that learns from its own labels: x ~ N(0, I_d), y = xᵀθ + σε, by least squares, round after round;
 * a verifier, if there is one, keeps what lies in a ball about its own prediction. Every row is drawn; beside the
 * simulation stands the theory, exact without a verifier and to leading order in 1/d with one (docs/theory.md, section 12).
 * The result is what `pstar regression --format json` prints; the same seed gives the same numbers.
 *
 * It starts a core of its own, as `runEigen` does, since its kernels are not in the one that `load` starts, and computes on this thread.
 *
 * @throws ArgumentError if an option is out of its range, or the sizes are too large.
 * @example (await runRegression({ ball: 1.5, centre: 0.5, rounds: 6 })).best.theory // 2
 * @see Yi et al., arXiv 2510.16657; Gerstgrasser et al., arXiv 2404.01413
 */
export async function runRegression(options: RegressionOptions = {}): Promise<RegressionResult> {
  return regression(await loadTransformer(), options);
}

/**
 * The same on a core that is there already.
 *
 * @param core Of `loadTransformer`.
 * @throws ArgumentError as {@link runRegression}.
 */
export function regression(core: TransformerCore, options: RegressionOptions = {}): RegressionResult {
  const settings = settled(options);
  const { dim, realRows, samples, realSamples, rounds, policy, trials, seed, ball } = settings;
  const products = trials * (realRows + rounds * (samples + realSamples) + rounds * dim) * dim * dim;
  checkProducts(products, trials);
  const kernel: KernelRegression = {
    ...settings,
    ball: ball ?? Number.POSITIVE_INFINITY,
    policy: regressionPolicies.indexOf(policy),
  };
  const drawn = regressionTrials(core, kernel, seed, trials);
  const hasTheory = policy === "replace" || (policy === "accumulate" && ball === null);
  const theory = hasTheory ? regressionTheory(core, kernel) : undefined;
  const known = (value: number | undefined) => (value === undefined || Number.isNaN(value) ? null : value);
  const records = Array.from({ length: rounds + 1 }, (_, round): RegressionRound => {
    const all = drawn.map((trial) => trial[round]);
    const fitted = all.filter(({ error }) => !Number.isNaN(error));
    const labelled = round === 0 ? all : all.filter((_, i) => !Number.isNaN(drawn[i][round - 1].error));
    return {
      round,
      models: fitted.length,
      error: meanWithError(fitted.map(({ error }) => error)),
      theory: known(theory?.[round].error),
      fromCentre: meanWithError(fitted.map(({ fromCentre }) => fromCentre)),
      theoryFromCentre: known(theory?.[round].fromCentre),
      kept: meanWithError(labelled.map(({ kept }) => kept)),
    };
  });
  const reached = records.filter(({ models }) => models === trials);
  return {
    schema: "pstar/regression@1",
    settings,
    rounds: records,
    best: {
      simulated: leastOf(reached, ({ error }) => error.mean),
      theory: records.some((round) => round.theory === null) ? null : leastOf(records, (round) => round.theory),
    },
    ...(!hasTheory && { reason: engineReason("regression-without-theory") }),
  };
}

/** @throws ArgumentError if so many trials take more multiplications than are computed. */
export function checkProducts(products: number, trials: number): void {
  if (products <= MOST_PRODUCTS) return;
  const { message } = engineReason("too-many-products", { products, most: MOST_PRODUCTS });
  throw outOfRange("trials", `fewer: ${message}`, trials);
}

/** The number of the first round of least value; null of none. */
function leastOf(rounds: readonly RegressionRound[], value: (round: RegressionRound) => number | null): number | null {
  let best: RegressionRound | undefined;
  for (const round of rounds) {
    if (best === undefined || (value(round) ?? Infinity) < (value(best) ?? Infinity)) best = round;
  }
  return best?.round ?? null;
}

function settled(options: RegressionOptions): RegressionResult["settings"] {
  const integer = (name: "dim" | "realRows" | "samples" | "realSamples" | "rounds" | "trials" | "seed") => {
    const [low, high, fallback] = INTEGERS[name];
    return integerIn(name, options[name] ?? fallback, low, high);
  };
  const { noise = 1, ball = null, centre = 0, policy = "replace" } = options;
  const above = { above: 0, high: 1e6 };
  if (!(noise > 0 && noise <= 1e6)) throw outOfRange("noise", rule("a-number", above), noise);
  if (ball !== null && !(ball > 0 && ball <= 1e6)) throw outOfRange("ball", rule("a-number", above), ball);
  numberIn("centre", centre, 0, 1e6);
  oneOf("policy", policy, regressionPolicies);
  return {
    ...{ dim: integer("dim"), realRows: integer("realRows"), samples: integer("samples") },
    ...{ realSamples: integer("realSamples"), noise, ball, centre, rounds: integer("rounds"), policy },
    ...{ trials: integer("trials"), seed: integer("seed") },
  };
}

/** Least, largest and default. */
const INTEGERS = {
  dim: [1, 500, 20],
  realRows: [1, ROWS, 40],
  samples: [1, ROWS, 200],
  realSamples: [0, ROWS, 0],
  rounds: [1, 1000, 10],
  trials: [1, 100_000, 200],
  seed: [0, Number.MAX_SAFE_INTEGER, 1],
} as const;
