import { integerIn, numberIn, oneOf, outOfRange, several } from "../core/errors.js";
import { loadTransformer, type TransformerCore } from "../core/transformerCore.js";
import { type KernelWeighting, weightsTheory, weightsTrials } from "../core/weights.js";
import { meanWithError } from "../model/statistics.js";
import { engineReason } from "./reasons.js";
import { checkProducts } from "./regression.js";
import { type WeightsResult, type WeightsRow, weightRules } from "./weightsResult.js";

/** What {@link runWeights} is asked. */
export interface WeightsOptions {
  /** Dimension d of the inputs, 3 to 1,000; 50 by default. */
  dim?: number;
  /** r of the classes N(±ru, I), 0 to 20; 1 by default. */
  meanNorm?: number;
  /** Rows N: one number, or several to compare; 100, 500 and 2,500 by default. */
  samples?: number | readonly number[];
  /** Probability p that a label is wrong, in [0, 1]; 0.3 by default. Not with `generatorAngle`. */
  errorRate?: number;
  /** Angle to the truth of a direction that gives the labels in its place, in radians, 0 to π. */
  generatorAngle?: number;
  /**
   * The weight q of a row whose margin is m, the label times the distance from the verifier's boundary. `soft`, the default: 1/(1 + exp(−m/width));
   * `soft-hard`: exp(−m²/2width²); `soft-easy`: one less that; `by-label`: `phi` if its label is right, `psi` if not.
   */
  rule?: (typeof weightRules)[number];
  /** The margin over which q changes, 0.01 to 100; 0.5 by default. Not with `by-label`, and so is the next. */
  width?: number;
  /** Angle of the verifier's direction to the truth in radians, 0 to π; π/6 by default. Its other part is orthogonal to the generator's. */
  verifierAngle?: number;
  /** In [0, 1]; 0.8 and 0.3 by default. With `by-label` only. */
  phi?: number;
  psi?: number;
  /** Penalty λ for each unit of weight, 1e-6 to 1e6; 0.01 by default. */
  lambda?: number;
  /** `direct`, the default, draws every row; `reduced` is refused, as rows of different weights have no law in few dimensions. */
  engine?: "auto" | "theory" | "reduced" | "direct";
  /** Repetitions, 1 to 100,000; 200 by default. */
  trials?: number;
  seed?: number;
}

/**
 * Ridge on rows that weigh q in [0, 1] in place of being kept or dropped, beside the same rows each kept with the probability q: trials that draw
 * every row, and the theory of the high-dimensional limit (docs/theory.md, section 11). The result is what `pstar weights
 * --format json` prints; the same seed gives the same numbers, and a number of rows the same whatever others are asked for.
 *
 * It starts a core of its own, as `runRegression` does, and computes on this thread.
 *
 * @throws ArgumentError if an option is out of its range or would not be read, the engine does not apply, or the sizes are too large.
 * @example (await runWeights({ samples: 500, engine: "theory" })).rows[0].weights.theory // 0.8073…
 */
export async function runWeights(options: WeightsOptions = {}): Promise<WeightsResult> {
  return weights(await loadTransformer(), options);
}

/**
 * The same on a core that is there already.
 *
 * @param core Of `loadTransformer`.
 * @throws ArgumentError as {@link runWeights}.
 */
export function weights(core: TransformerCore, options: WeightsOptions = {}): WeightsResult {
  const settings = settled(options);
  const { dim, samples, trials, seed } = settings;
  const asked = oneOf("engine", options.engine ?? "auto", ["auto", "theory", "reduced", "direct"]);
  if (asked === "reduced") {
    throw outOfRange("engine", `theory or direct: ${engineReason("weights-without-reduction").message}`, asked);
  }
  const engine = asked === "theory" ? "theory" : "direct";
  if (engine === "direct") checkProducts(trials * 2 * samples.reduce((sum, n) => sum + n + dim, 0) * dim * dim, trials);
  const learned = (weighting: KernelWeighting): WeightsRow["weights"] => {
    const records = engine === "direct" ? weightsTrials(core, weighting, seed, trials) : [];
    const fitted = records.filter(({ accuracy }) => !Number.isNaN(accuracy));
    return {
      models: fitted.length,
      accuracy: meanWithError(fitted.map(({ accuracy }) => accuracy)),
      weight: meanWithError(records.map(({ weight }) => weight)),
      theory: known(weightsTheory(core, weighting).accuracy),
    };
  };
  const rows = samples.map((count): WeightsRow => {
    const weighting = weightingOf(settings, count);
    const all = { ...weighting, rule: weightRules.indexOf("by-label"), phi: 1, psi: 1 };
    return {
      samples: count,
      weights: learned(weighting),
      verdicts: learned({ ...weighting, isDrawn: 1 }),
      all: known(weightsTheory(core, all).accuracy),
    };
  });
  const reason = engineReason(asked === "auto" ? "weights-without-reduction" : "asked-for");
  return { schema: "pstar/weights@1", settings, engine, reason, rows };
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

type Settings = WeightsResult["settings"];

function weightingOf(settings: Settings, samples: number): KernelWeighting {
  const { dim, meanNorm, errorRate, generatorAngle, rule, width, verifierAngle, phi, psi, lambda } = settings;
  return {
    ...{ dim, meanNorm, samples, lambda, isDrawn: 0, rule: weightRules.indexOf(rule) },
    ...{ generator: generatorAngle === null ? 0 : 1, errorRate: errorRate ?? 0, generatorAngle: generatorAngle ?? 0 },
    ...{ width: width ?? 1, verifierAngle: verifierAngle ?? 0, phi: phi ?? 0, psi: psi ?? 0 },
  };
}

/** Least, largest and default. */
const INTEGERS = { dim: [3, 1000, 50], trials: [1, 100_000, 200], seed: [0, Number.MAX_SAFE_INTEGER, 1] } as const;
const NUMBERS = {
  meanNorm: [0, 20, 1],
  errorRate: [0, 1, 0.3],
  generatorAngle: [0, Math.PI, 0],
  width: [0.01, 100, 0.5],
  verifierAngle: [0, Math.PI, Math.PI / 6],
  phi: [0, 1, 0.8],
  psi: [0, 1, 0.3],
  lambda: [1e-6, 1e6, 0.01],
} as const;
const MOST_ROWS = 100_000_000;
const MOST_LINES = 1000;

function settled(options: WeightsOptions): Settings {
  const integer = (name: keyof typeof INTEGERS) => {
    const [low, high, fallback] = INTEGERS[name];
    return integerIn(name, options[name] ?? fallback, low, high);
  };
  const number = (name: keyof typeof NUMBERS) => {
    const [low, high, fallback] = NUMBERS[name];
    return numberIn(name, options[name] ?? fallback, low, high);
  };
  /** Null of a setting that would not be read, which is refused. */
  const readIf = (isRead: boolean, name: keyof typeof NUMBERS, when: string) => {
    if (isRead) return number(name);
    if (options[name] !== undefined) throw outOfRange(name, `left out ${when}`, options[name]);
    return null;
  };
  const { rule = "soft", samples: asked = [100, 500, 2500] } = options;
  oneOf("rule", rule, weightRules);
  const isByLabel = rule === "by-label";
  const isLinear = options.generatorAngle !== undefined;
  const samples = several("samples", typeof asked === "number" ? [asked] : asked);
  if (samples.length > MOST_LINES) throw outOfRange("samples", `at most ${MOST_LINES} numbers`, samples.length);
  return {
    ...{ dim: integer("dim"), meanNorm: number("meanNorm") },
    samples: samples.map((count) => integerIn("samples", count, 1, MOST_ROWS)),
    errorRate: readIf(!isLinear, "errorRate", "if a direction gives the labels"),
    generatorAngle: isLinear ? number("generatorAngle") : null,
    rule,
    width: readIf(!isByLabel, "width", "with the rule by-label"),
    verifierAngle: readIf(!isByLabel, "verifierAngle", "with the rule by-label"),
    phi: readIf(isByLabel, "phi", "unless the rule is by-label"),
    psi: readIf(isByLabel, "psi", "unless the rule is by-label"),
    ...{ lambda: number("lambda"), trials: integer("trials"), seed: integer("seed") },
  };
}
