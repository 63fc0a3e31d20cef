import type { Core } from "../core/core.js";
import { outOfRange } from "../core/errors.js";
import type { KernelExperiment } from "../core/experiment.js";
import * as core from "../core/steps.js";
import { seedStep } from "../core/streams.js";
import { type ExperimentSetting, kernelExperiment } from "../model/experiment.js";
import { parseScenario, type ScenarioInput } from "../model/scenario.js";

type Rows = core.Rows;

/** The inputs of an experiment, as in a scenario: `{ kind, dim, meanNorm, covariance }`, all with defaults. */
export type DataInput = NonNullable<ScenarioInput["data"]>;
export type LearnerInput = NonNullable<ScenarioInput["learner"]>;

/** Rows that were drawn, with their true classes. */
export interface Sample {
  /** Row-major, n × dim. The caller owns it. */
  x: Rows;
  /** True classes, ±1. */
  y: Int8Array;
  dim: number;
}

/** Rows that the caller brings; y and labels may be any array of ±1. */
export type GivenRows = Omit<Sample, "y"> & { y: ArrayLike<number> };

export type LabelRule =
  | { kind: "noise"; errorRate: number; seed?: number }
  | { kind: "linear"; weights: ArrayLike<number> };

export type VerifyRule = (
  | { kind: "none" }
  | { kind: "random"; keep: number }
  | { kind: "oracle" }
  | { kind: "bernoulli"; phi: number; psi: number }
  | { kind: "linear"; weights: ArrayLike<number> }
  | { kind: "top"; weights: ArrayLike<number>; keep: number }
) & { poison?: number; seed?: number };

const LABEL_STEP = 1;
const VERIFY_STEP = 2;
const POISON_STEP = 3;
const MAX_SEED = Number.MAX_SAFE_INTEGER;

/** What a step of its own does not ask about, as cheap as it comes: nothing to label, to verify or to learn. */
function bare(scenario: ExperimentSetting) {
  return {
    ...scenario,
    generator: { ...scenario.generator, kind: "noise" },
    verifier: { ...scenario.verifier, kind: "none" },
    learner: { ...scenario.learner, kind: "mean" },
    samples: 1,
    realSamples: 0,
    generations: 1,
    policy: "replace",
  } satisfies ExperimentSetting;
}

/**
 * Draws `samples` rows and their true classes.
 *
 * @returns x row-major n × dim (Float32Array, or Float64Array at precision f64), y ±1; the caller owns both.
 * @throws ConfigError if an option is out of range, MemoryLimitError if the rows do not fit.
 * @example
 * const { x, y, dim } = sample(core, { data: { dim: 20, meanNorm: 1.5 }, samples: 1000, seed: 7 });
 */
export function sample(
  instance: Core,
  options: { data?: DataInput; samples: number; seed?: number; precision?: "f32" | "f64" },
): Sample {
  const scenario = parseScenario(options);
  seedStep(instance, scenario.seed, 0);
  const { dim } = scenario.data;
  return { ...core.sampleRows(instance, kernelExperiment(bare(scenario)), scenario.samples), dim };
}

/** The directions of truth, generator and verifier at the scenario's angles, as weights on x (f64, one a dimension). */
export function directions(
  instance: Core,
  options: { data?: DataInput; generator?: ScenarioInput["generator"]; verifier?: ScenarioInput["verifier"] },
): { star: Float64Array; generator: Float64Array; verifier: Float64Array } {
  const scenario = parseScenario(options);
  const generator = { ...scenario.generator, kind: "linear" } as const;
  const verifier = { ...scenario.verifier, kind: "linear" } as const;
  return core.directionsOf(instance, kernelExperiment({ ...bare(scenario), generator, verifier, precision: "f64" }));
}

/** Labels rows: `noise` turns the true class over with probability `errorRate`, `linear` takes the sign of xᵀw. */
export function label(instance: Core, rows: GivenRows, rule: LabelRule): Int8Array {
  const { x, dim } = checkRows(rows, rows?.y, "y");
  const y = signs("y", rows.y);
  switch (rule?.kind) {
    case "linear": {
      const scores = core.scoreRows(instance, x, dim, numbers("weights", rule.weights, dim));
      return Int8Array.from(scores, (score) => (score >= 0 ? 1 : -1));
    }
    case "noise":
      seedStep(instance, checkSeed(rule.seed), LABEL_STEP);
      return core.flipLabels(instance, y, checkShare("errorRate", rule.errorRate));
    default:
      throw outOfRange("kind", "one of noise, linear", (rule as { kind?: unknown } | undefined)?.kind);
  }
}

/** Judges labelled rows: 1 if the row is kept, 0 if it is dropped. Kinds as in `verifier.kind`. */
export function verify(instance: Core, rows: GivenRows & { labels: ArrayLike<number> }, rule: VerifyRule): Uint8Array {
  const { x, dim } = checkRows(rows, rows?.labels, "labels");
  const labels = signs("labels", rows.labels);
  checkLength("y", rows.y, labels.length);
  const labelled = { x, dim, y: signs("y", rows.y), labels };
  const seed = checkSeed(rule?.seed);
  const poison = checkShare("poison", rule?.poison ?? 0);
  const poisonStep = () => seedStep(instance, seed, POISON_STEP);
  if (rule?.kind === "top" && poison > 0) {
    // a poisoned score is negated before the ranking, as a label turned over would do it: the share kept stays
    poisonStep();
    return judge(instance, { ...labelled, labels: core.flipLabels(instance, labels, poison) }, rule);
  }
  seedStep(instance, seed, VERIFY_STEP);
  const verdicts = judge(instance, labelled, rule);
  if (poison === 0) return verdicts;
  poisonStep();
  return core.poisonVerdicts(instance, verdicts, poison);
}

interface Labelled {
  x: Rows;
  y: Int8Array;
  labels: Int8Array;
  dim: number;
}

function judge(instance: Core, { x, y, labels, dim }: Labelled, rule: VerifyRule): Uint8Array {
  const bernoulli = (phi: number, psi: number) => core.keepBernoulli(instance, y, labels, phi, psi);
  switch (rule?.kind) {
    case "none":
      return new Uint8Array(labels.length).fill(1);
    case "random":
      return bernoulli(checkShare("keep", rule.keep), rule.keep);
    case "oracle":
      return bernoulli(1, 0);
    case "bernoulli":
      return bernoulli(checkShare("phi", rule.phi), checkShare("psi", rule.psi));
    case "linear":
    case "top": {
      const scores = core.scoreRows(instance, x, dim, numbers("weights", rule.weights, dim));
      const target = rule.kind === "top" ? Math.round(checkShare("keep", rule.keep) * labels.length) : undefined;
      return core.keepByScore(instance, labels, scores, target);
    }
    default: {
      const kinds = "one of none, random, oracle, bernoulli, linear, top";
      throw outOfRange("kind", kinds, (rule as { kind?: unknown } | undefined)?.kind);
    }
  }
}

/**
 * Trains a learner on the kept rows (`keep` left out: on all).
 *
 * @throws EmptyKeptSetError, SingularSystemError or DivergedError if there are no weights to give.
 */
export function fit(
  instance: Core,
  rows: { x: Rows; labels: ArrayLike<number>; keep?: ArrayLike<number | boolean>; dim: number },
  learner: LearnerInput = {},
): core.Fit {
  const { x, dim } = checkRows(rows, rows?.labels, "labels");
  const labels = signs("labels", rows.labels);
  const keep = rows.keep === undefined ? new Uint8Array(labels.length).fill(1) : verdicts(rows.keep, labels.length);
  const bad = x.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw outOfRange(`x[${bad}]`, "a finite number", x[bad]);
  // a penalty of 0 is a question of the rows given here, which the core answers; the scenario's own rule is not asked
  const scenario = parseScenario({ data: { dim: 1 }, samples: 2, learner });
  return core.fitRows(instance, { x, labels, keep }, fittingOf({ x, labels, dim }, scenario));
}

/** The experiment that trains a learner on rows that the caller brings. */
export function fittingOf(
  { x, labels, dim }: { x: Rows; labels: Int8Array; dim: number },
  scenario: ExperimentSetting,
): KernelExperiment {
  const data = { kind: "mixture", dim, meanNorm: 0, covariance: "identity" } as const;
  const precision = x instanceof Float64Array ? "f64" : "f32";
  return kernelExperiment({ ...bare(scenario), data, learner: scenario.learner, samples: labels.length, precision });
}

/** Test accuracy, agreement with the Bayes rule and cosine of a weight vector; exact, no test set is drawn. */
export function evaluate(
  instance: Core,
  weights: ArrayLike<number>,
  options: { data?: DataInput } = {},
): { accuracy: number; agreement: number; cosine: number } {
  const scenario = parseScenario({ data: { dim: weights?.length, ...options.data } });
  const experiment = kernelExperiment({ ...bare(scenario), precision: "f64" });
  return core.judge(instance, experiment, numbers("weights", weights, experiment.dim));
}

function checkRows(rows: { x: Rows; dim: number }, beside: ArrayLike<number>, name: string): { x: Rows; dim: number } {
  const { x, dim } = rows ?? {};
  if (!(x instanceof Float32Array || x instanceof Float64Array)) {
    throw outOfRange("x", "a Float32Array or Float64Array", x === null ? "null" : typeof x);
  }
  if (!Number.isSafeInteger(dim) || dim < 1) throw outOfRange("dim", "an integer of at least 1", dim);
  if (typeof beside !== "object" || beside === null) throw outOfRange(name, "an array of ±1", beside);
  if (x.length !== beside.length * dim) {
    throw outOfRange("x", `of length ${name}.length · dim = ${beside.length * dim}`, x.length);
  }
  return { x, dim };
}

/** Any array of ±1 as the core takes it. */
function signs(field: string, given: ArrayLike<number>): Int8Array {
  const taken = given instanceof Int8Array ? given : Int8Array.from(given);
  const bad = taken.findIndex((value, i) => (value !== 1 && value !== -1) || value !== given[i]);
  if (bad >= 0) throw outOfRange(`${field}[${bad}]`, "1 or −1", given[bad]);
  return taken;
}

/** Any array of numbers as the core takes it. */
function numbers(field: string, given: ArrayLike<number>, length: number): Float64Array {
  checkLength(field, given, length);
  const taken = given instanceof Float64Array ? given : Float64Array.from(given);
  const bad = taken.findIndex((value, i) => !Number.isFinite(value) || value !== given[i]);
  if (bad >= 0) throw outOfRange(`${field}[${bad}]`, "a finite number", given[bad]);
  return taken;
}

/** Any array of truths as verdicts 0 and 1. */
function verdicts(given: ArrayLike<number | boolean>, length: number): Uint8Array {
  checkLength("keep", given, length);
  return Uint8Array.from(given as ArrayLike<number>, (verdict) => (verdict ? 1 : 0));
}

function checkLength(field: string, given: ArrayLike<unknown>, length: number): void {
  if (typeof given !== "object" || given === null || given.length !== length) {
    throw outOfRange(field, `an array of length ${length}`, given?.length ?? given);
  }
}

function checkShare(field: string, value: number): number {
  if (!(value >= 0 && value <= 1)) throw outOfRange(field, "in [0, 1]", value);
  return value;
}

function checkSeed(seed = 1): number {
  if (!Number.isSafeInteger(seed) || seed < 0) throw outOfRange("seed", `an integer in [0, ${MAX_SEED}]`, seed);
  return seed;
}
