import type { KernelExperiment } from "../core/experiment.js";
import {
  type ByClass,
  codeOf,
  type DataSetting,
  type GeneratorSetting,
  kindOf,
  type LearnerSetting,
  type VerifierSetting,
} from "./kinds.js";

/** The settings of an experiment: of a cell, or of a single step. */
export interface ExperimentSetting {
  data: DataSetting;
  generator: GeneratorSetting;
  verifier: VerifierSetting;
  learner: LearnerSetting;
  samples: number;
  realSamples: number;
  /** Rounds in which the model just trained labels the next rows; 1 is a single training. */
  generations: number;
  policy: "replace" | "mix" | "accumulate";
  precision: "f32" | "f64";
}

/** Numbers by word, one for every word. */
function codes<Word extends string>(numbers: Record<Word, number>): ReadonlyMap<string, number> {
  return new Map(Object.entries<number>(numbers));
}

const LOSSES = codes<LearnerSetting["loss"]>({ logistic: 0, squared: 1 });
const SOLVERS = codes<LearnerSetting["solver"]>({
  auto: 0,
  cholesky: 0,
  "conjugate-gradients": 1,
  "newton-cg": 0,
});
const POLICIES = codes<ExperimentSetting["policy"]>({ replace: 0, mix: 1, accumulate: 2 });
const PRECISIONS = codes<ExperimentSetting["precision"]>({ f32: 4, f64: 8 });

/** The margins of rows with which a direction agrees. */
const AGREEING = [0, Infinity] as const;

/**
 * An experiment as the kernels take it.
 *
 * @param into What to write over: a grid makes a million, and writes each to the core before the next.
 * @throws ArgumentError if a word is not one of its setting's values, which types cannot rule out for a caller without them.
 */
export function kernelExperiment(setting: ExperimentSetting, into = {} as KernelExperiment): KernelExperiment {
  const { data, generator, verifier, learner } = setting;
  const verifierKind = kindOf("verifier", verifier.kind);
  const labels = labelRates(setting);
  const later = verifierKind.rates?.(verifier);
  into.covariance = data.covariance;
  into.meanNorm = data.meanNorm;
  into.errorRate = labels.errorRate ?? 0;
  into.generatorAngle = generator.angle;
  into.generatorLambda = generator.lambda;
  into.phi = labels.phi;
  into.psi = labels.psi;
  into.laterPhi = later === undefined ? 1 : mean(later.phi);
  into.laterPsi = later === undefined ? 1 : mean(later.psi);
  into.verifierAngle = verifier.angle;
  into.angleToGenerator = verifier.angleToGenerator ?? Number.NaN;
  into.keep = verifierKind.isTurned ? 1 - verifier.keep : verifier.keep;
  [into.slabLow, into.slabHigh] = verifierKind.margins?.(verifier) ?? AGREEING;
  into.poison = verifierKind.isTurned ? 1 - verifier.poison : verifier.poison;
  into.verifierLambda = verifier.lambda;
  into.learnerLambda = learner.lambda;
  into.learningRate = learner.learningRate;
  into.samples = setting.samples;
  into.realSamples = setting.realSamples;
  into.precision = codeOf("precision", PRECISIONS, setting.precision);
  into.dataKind = kindOf("data", data.kind).code;
  into.dim = data.dim;
  into.generatorKind = kindOf("generator", generator.kind).code;
  into.generatorSamples = generator.samples;
  into.verifierShape = verifierKind.code;
  into.verifierDraws = verifierKind.draws ? 1 : 0;
  into.verifierLearns = verifierKind.learns ? 1 : 0;
  into.verifierSamples = verifier.samples;
  into.relearn = verifier.relearn ? 1 : 0;
  into.learnerKind = kindOf("learner", learner.kind).code;
  into.loss = codeOf("learner.loss", LOSSES, learner.loss);
  into.solver = codeOf("learner.solver", SOLVERS, learner.solver);
  into.generations = setting.generations;
  into.policy = codeOf("policy", POLICIES, setting.policy);
  return into;
}

/**
 * The rates p, φ and ψ of a generator and a verifier, poison left out; the error rate is null if it follows from a
 * direction, and φ and ψ are 1 if they do.
 *
 * Where labels or verdicts depend on the true class, the classes are balanced and x ↦ −x exchanges them; no rule here has
 * an intercept, so a signed row has the same law in both and only the joint shares count (docs/theory.md, section 7): with
 * error rates p₀, p₁ and retention φ₀, φ₁, ψ₀₁, ψ₁₀
 *
 *     1 − p = ½Σ(1 − p_c),   (1 − p)φ = ½Σ(1 − p_c)φ_c,   pψ = ½Σ p_cψ_c.
 *
 * A label that is given by a direction is wrong as often in one class as in the other: φ and ψ are the plain means.
 */
export function labelRates({ generator, verifier }: Pick<ExperimentSetting, "generator" | "verifier">): {
  errorRate: number | null;
  phi: number;
  psi: number;
} {
  const rates = kindOf("verifier", verifier.kind).rates?.(verifier);
  const errors = kindOf("generator", generator.kind).errorRates?.(generator);
  const errorRate = errors === undefined ? null : mean(errors);
  if (rates === undefined) return { errorRate, phi: 1, psi: 1 };
  if (errors === undefined || errors[0] === errors[1]) return { errorRate, phi: mean(rates.phi), psi: mean(rates.psi) };
  return {
    errorRate,
    phi: weighted(rates.phi, [1 - errors[0], 1 - errors[1]]),
    psi: weighted(rates.psi, errors),
  };
}

/** Whether a verifier looks at the label alone. */
export function isBlind({ kind }: Pick<VerifierSetting, "kind">): boolean {
  return kindOf("verifier", kind).rates !== undefined;
}

function mean([zero, one]: ByClass): number {
  return zero === one ? zero : (zero + one) / 2;
}

function weighted(values: ByClass, weights: ByClass): number {
  const total = weights[0] + weights[1];
  if (values[0] === values[1] || total === 0) return mean(values);
  return (weights[0] * values[0] + weights[1] * values[1]) / total;
}
