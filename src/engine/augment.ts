import { augmentTheory, augmentTrials, type KernelInputs } from "../core/augment.js";
import { integerIn, numberIn, oneOf, outOfRange, several } from "../core/errors.js";
import { loadTransformer, type TransformerCore } from "../core/transformerCore.js";
import { meanWithError } from "../model/statistics.js";
import {
  type AugmentResult,
  type AugmentRow,
  augmentEngines,
  augmentEstimates,
  augmentPenalties,
} from "./augmentResult.js";
import { engineReason } from "./reasons.js";
import { checkProducts } from "./regression.js";

/** What {@link runAugment} is asked. */
export interface AugmentOptions {
  /** Dimension d of the inputs, 3 to 100,000, and to 1,000 if every row is drawn; 100 by default. */
  dim?: number;
  /** ‖μ‖ of the real rows, x | y ~ N(yμ, I), 0 to 100; 1.5 by default. */
  meanNorm?: number;
  /** Real rows n, at least 0; 150 by default. */
  realRows?: number;
  /** Probability that a real label is wrong, in [0, 1]; 0 by default. */
  realErrorRate?: number;
  /** Generated rows before verification, m: one number, or several to compare; 0, 100, 1000 and 10,000 by default. */
  samples?: number | readonly number[];
  /** Probability ε that a generated label is wrong, in [0, 1]; 0.2 by default. */
  errorRate?: number;
  /** Probability φ that the verifier keeps a correct label, and ψ a wrong one, in [0, 1]; 1 by default, which is no verifier. */
  phi?: number;
  psi?: number;
  /** ‖ν‖/‖μ‖ of the generated rows, x | y ~ N(yν, C), 0 to 100, and the angle between the two in radians, 0 to π; 1 and 0 by default. Not with an estimate. */
  meanScale?: number;
  meanAngle?: number;
  /** C has eigenvalues that go as i^−`exponent` (0 to 5) and have the mean `variance` (above 0, to 1e4); 0 and 1 by default. Not with an estimate of both. */
  variance?: number;
  exponent?: number;
  /** What is estimated from `estimateRows` real rows (2 to 1,000,000; 200 by default) that are drawn for it in every trial: nothing, ν, or ν and C. */
  estimate?: (typeof augmentEstimates)[number];
  estimateRows?: number;
  /** Penalty λ of ridge, 1e-9 to 1e9; 0.01 by default. */
  lambda?: number;
  /** Whether λ is for each kept row, as everywhere in pstar, or for each row before verification, as in arXiv 2410.08942; `kept` by default. */
  penalty?: (typeof augmentPenalties)[number];
  /** `auto`, the default, takes the reduced one if C = I is not estimated, and otherwise draws every row. */
  engine?: "auto" | (typeof augmentEngines)[number];
  /** Repetitions, 1 to 100,000; 200 by default. */
  trials?: number;
  seed?: number;
}

/** What a dimension costs a reduced trial, in multiplications. */
const REDUCED_STEP = 200;
const DIRECT_DIM = 1000;
const DIRECT_ROWS = 100_000_000;

/**
 * Ridge on real rows and on generated ones whose inputs differ: in their mean and covariance, which are given, or estimated from finitely
 * many real rows. Beside the simulation stand the theory of the high-dimensional limit (docs/theory.md, section 13) and what its
 * equations give as published. The result is what `pstar augment --format json` prints; the same seed gives the same numbers, and a number
 * of generated rows the same whatever others are asked for.
 *
 * It starts a core of its own, as `runRegression` does, and computes on this thread.
 *
 * @throws ArgumentError if an option is out of its range or would not be read, the reduced engine does not apply, or the sizes are too large.
 * @example (await runAugment({ samples: 1000, meanAngle: 0.5, engine: "theory" })).rows[0].theory // 0.8604…
 * @see El Firdoussi et al., arXiv 2410.08942
 */
export async function runAugment(options: AugmentOptions = {}): Promise<AugmentResult> {
  return augment(await loadTransformer(), options);
}

/**
 * The same on a core that is there already.
 *
 * @param core Of `loadTransformer`.
 * @throws ArgumentError as {@link runAugment}.
 */
export function augment(core: TransformerCore, options: AugmentOptions = {}): AugmentResult {
  const settings = settled(options);
  const { trials, seed } = settings;
  const { engine, reason } = chosen(settings, options.engine ?? "auto");
  checkCost(settings, engine);
  const rows = settings.samples.map((samples): AugmentRow => {
    const inputs = inputsOf(settings, samples);
    const records = engine === "theory" ? [] : augmentTrials(core, engine, inputs, { seed, part: 0, trials });
    const fitted = records.filter(({ accuracy }) => !Number.isNaN(accuracy));
    const { accuracy, published } = augmentTheory(core, inputs);
    return {
      samples,
      models: fitted.length,
      accuracy: meanWithError(fitted.map((record) => record.accuracy)),
      kept: meanWithError(records.map(({ kept }) => kept)),
      keptWrong: meanWithError(records.map(({ keptWrong }) => keptWrong)),
      theory: Number.isNaN(accuracy) ? null : accuracy,
      published: Number.isNaN(published) ? null : published,
    };
  });
  return { schema: "pstar/augment@1", settings, engine, reason, rows };
}

type Settings = AugmentResult["settings"];

function inputsOf(settings: Settings, samples: number): KernelInputs {
  const { dim, meanNorm, realRows, realErrorRate, errorRate, phi, psi, lambda } = settings;
  return {
    ...{ dim, meanNorm, realRows, realErrorRate, samples, errorRate, phi, psi, lambda },
    meanScale: settings.meanScale ?? 0,
    meanAngle: settings.meanAngle ?? 0,
    variance: settings.variance ?? 1,
    exponent: settings.exponent ?? 0,
    estimate: augmentEstimates.indexOf(settings.estimate),
    estimateRows: settings.estimateRows ?? 0,
    countsAll: settings.penalty === "all" ? 1 : 0,
  };
}

function chosen(
  { variance, exponent }: Settings,
  asked: NonNullable<AugmentOptions["engine"]>,
): Pick<AugmentResult, "engine" | "reason"> {
  const isReducible = variance === 1 && exponent === 0;
  if (asked === "auto") {
    return isReducible
      ? { engine: "reduced", reason: engineReason("same-law") }
      : { engine: "direct", reason: engineReason("reduction-needs-equal-covariance") };
  }
  if (asked === "reduced" && !isReducible) {
    throw outOfRange("engine", `theory or direct: ${engineReason("reduction-needs-equal-covariance").message}`, asked);
  }
  return { engine: asked, reason: engineReason("asked-for") };
}

function checkCost({ dim, realRows, samples, estimateRows, trials }: Settings, engine: AugmentResult["engine"]): void {
  if (engine === "theory") return;
  if (engine === "direct") {
    integerIn("dim", dim, 3, DIRECT_DIM);
    for (const m of samples) integerIn("samples", m, 0, DIRECT_ROWS);
    integerIn("realRows", realRows, 0, DIRECT_ROWS);
  }
  const drawn = (m: number) => realRows + 2 * m + (estimateRows ?? 0) + dim;
  const products =
    trials * samples.reduce((sum, m) => sum + (engine === "direct" ? drawn(m) * dim * dim : REDUCED_STEP * dim), 0);
  checkProducts(products, trials);
}

/** Least, largest and default. */
const INTEGERS = {
  dim: [3, 100_000, 100],
  realRows: [0, 1e12, 150],
  estimateRows: [2, 1_000_000, 200],
  trials: [1, 100_000, 200],
  seed: [0, Number.MAX_SAFE_INTEGER, 1],
} as const;

const NUMBERS = {
  meanNorm: [0, 100, 1.5],
  realErrorRate: [0, 1, 0],
  errorRate: [0, 1, 0.2],
  phi: [0, 1, 1],
  psi: [0, 1, 1],
  meanScale: [0, 100, 1],
  meanAngle: [0, Math.PI, 0],
  variance: [1e-4, 1e4, 1],
  exponent: [0, 5, 0],
  lambda: [1e-9, 1e9, 0.01],
} as const;

const SAMPLES = [0, 100, 1000, 10_000];
const MOST_LINES = 1000;

function settled(options: AugmentOptions): Settings {
  const integer = (name: keyof typeof INTEGERS) => {
    const [low, high, fallback] = INTEGERS[name];
    return integerIn(name, options[name] ?? fallback, low, high);
  };
  const number = (name: keyof typeof NUMBERS) => {
    const [low, high, fallback] = NUMBERS[name];
    return numberIn(name, options[name] ?? fallback, low, high);
  };
  const { estimate = "none", penalty = "kept", samples: asked = SAMPLES } = options;
  oneOf("estimate", estimate, augmentEstimates);
  oneOf("penalty", penalty, augmentPenalties);
  oneOf("engine", options.engine ?? "auto", ["auto", ...augmentEngines]);
  /** A setting that would not be read is refused, and null in the result. */
  const unread = (name: "meanScale" | "meanAngle" | "variance" | "exponent" | "estimateRows", when: string) => {
    if (options[name] !== undefined) throw outOfRange(name, `left out ${when}`, options[name]);
    return null;
  };
  const ofMean = (name: "meanScale" | "meanAngle") =>
    estimate === "none" ? number(name) : unread(name, "if the mean is estimated");
  const ofCovariance = (name: "variance" | "exponent") =>
    estimate === "both" ? unread(name, "if the covariance is estimated") : number(name);
  const realRows = integer("realRows");
  const samples = several("samples", typeof asked === "number" ? [asked] : asked);
  if (samples.length > MOST_LINES) throw outOfRange("samples", `at most ${MOST_LINES} numbers`, samples.length);
  return {
    dim: integer("dim"),
    meanNorm: number("meanNorm"),
    realRows,
    realErrorRate: number("realErrorRate"),
    samples: samples.map((m) => integerIn("samples", m, realRows === 0 ? 1 : 0, 1e12)),
    ...{ errorRate: number("errorRate"), phi: number("phi"), psi: number("psi") },
    ...{ meanScale: ofMean("meanScale"), meanAngle: ofMean("meanAngle") },
    ...{ variance: ofCovariance("variance"), exponent: ofCovariance("exponent") },
    estimate,
    estimateRows: estimate === "none" ? unread("estimateRows", "if nothing is estimated") : integer("estimateRows"),
    ...{ lambda: number("lambda"), penalty, trials: integer("trials"), seed: integer("seed") },
  };
}
