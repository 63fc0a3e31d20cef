import type { Core } from "../core/core.js";
import { ArgumentError, rangeMessage } from "../core/errors.js";
import * as core from "../core/pieces.js";
import { parseScenario, type Scenario, type ScenarioInput } from "../model/scenario.js";

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

export type LabelRule = { kind: "noise"; errorRate: number; seed?: number } | { kind: "linear"; weights: Float64Array };

export type VerifyRule = (
  | { kind: "none" }
  | { kind: "random"; keep: number }
  | { kind: "oracle" }
  | { kind: "bernoulli"; phi: number; psi: number }
  | { kind: "linear"; weights: Float64Array }
  | { kind: "top"; weights: Float64Array; keep: number }
) & { poison?: number; seed?: number };

const LABEL_STEP = 1;
const VERIFY_STEP = 2;
const POISON_STEP = 3;
const MAX_SEED = Number.MAX_SAFE_INTEGER;

/** {@inheritDoc Pstar.sample} */
export function sample(
  instance: Core,
  options: { data?: DataInput; samples: number; seed?: number; precision?: "f32" | "f64" },
): Sample {
  const { data, samples, seed, precision } = resolve(options);
  core.seedStep(instance, seed, 0);
  return { ...core.sampleRows(instance, data, precision, samples), dim: data.dim };
}

/** {@inheritDoc Pstar.directions} */
export function directions(
  instance: Core,
  options: { data?: DataInput; generator?: ScenarioInput["generator"]; verifier?: ScenarioInput["verifier"] },
): { star: Float64Array; generator: Float64Array; verifier: Float64Array } {
  const { data, generator, verifier } = resolve(options);
  return core.directionsOf(instance, data, generator, verifier);
}

/** {@inheritDoc Pstar.label} */
export function label(instance: Core, { x, y, dim }: Sample, rule: LabelRule): Int8Array {
  checkRows(x, dim, y.length, "y");
  if (rule.kind === "linear") {
    checkLength("weights", rule.weights, dim);
    return Int8Array.from(core.scoreRows(instance, x, dim, rule.weights), (score) => (score >= 0 ? 1 : -1));
  }
  checkSigns("y", y);
  core.seedStep(instance, checkSeed(rule.seed), LABEL_STEP);
  return core.flipLabels(instance, y, checkShare("errorRate", rule.errorRate));
}

/** {@inheritDoc Pstar.verify} */
export function verify(instance: Core, rows: Sample & { labels: Int8Array }, rule: VerifyRule): Uint8Array {
  const { labels } = rows;
  checkRows(rows.x, rows.dim, labels.length, "labels");
  checkLength("y", rows.y, labels.length);
  checkSigns("labels", labels);
  const seed = checkSeed(rule.seed);
  core.seedStep(instance, seed, VERIFY_STEP);
  const verdicts = judge(instance, rows, rule);
  if (!rule.poison) return verdicts;
  core.seedStep(instance, seed, POISON_STEP);
  return core.poisonVerdicts(instance, verdicts, checkShare("poison", rule.poison));
}

function judge(instance: Core, { x, y, labels, dim }: Sample & { labels: Int8Array }, rule: VerifyRule): Uint8Array {
  const bernoulli = (phi: number, psi: number) => core.keepBernoulli(instance, y, labels, phi, psi);
  switch (rule.kind) {
    case "none":
      return new Uint8Array(labels.length).fill(1);
    case "random":
      return bernoulli(checkShare("keep", rule.keep), rule.keep);
    case "oracle":
      return bernoulli(1, 0);
    case "bernoulli":
      return bernoulli(checkShare("phi", rule.phi), checkShare("psi", rule.psi));
    default: {
      checkLength("weights", rule.weights, dim);
      const scores = core.scoreRows(instance, x, dim, rule.weights);
      const target = rule.kind === "top" ? Math.round(checkShare("keep", rule.keep) * labels.length) : undefined;
      return core.keepByScore(instance, labels, scores, target);
    }
  }
}

/** {@inheritDoc Pstar.fit} */
export function fit(
  instance: Core,
  { x, labels, keep, dim }: { x: Rows; labels: Int8Array; keep?: Uint8Array; dim: number },
  learner: LearnerInput = {},
): core.Fit {
  checkRows(x, dim, labels.length, "labels");
  checkSigns("labels", labels);
  if (keep) checkLength("keep", keep, labels.length);
  const verdicts = keep ? keep.map((verdict) => (verdict ? 1 : 0)) : new Uint8Array(labels.length).fill(1);
  const bad = x.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw outOfRange(`x[${bad}]`, "a finite number", x[bad]);
  // a penalty of 0 is a question of the rows given here, which the core answers; the scenario's own rule is not asked
  const resolved = parseScenario({ data: { dim: 1 }, samples: 2, learner }).learner;
  return core.fitRows(instance, { x, labels, keep: verdicts, dim }, resolved);
}

/** {@inheritDoc Pstar.evaluate} */
export function evaluate(
  instance: Core,
  weights: Float64Array,
  options: { data?: DataInput } = {},
): { accuracy: number; agreement: number; cosine: number } {
  const { data } = resolve({ data: { dim: weights.length, ...options.data } });
  checkLength("weights", weights, data.dim);
  return core.judge(instance, data, weights);
}

function resolve(input: ScenarioInput): Scenario {
  return parseScenario(input);
}

function checkRows(x: Rows, dim: number, count: number, beside: string): void {
  if (!(x instanceof Float32Array || x instanceof Float64Array)) {
    throw outOfRange("x", "a Float32Array or Float64Array", typeof x);
  }
  if (!Number.isSafeInteger(dim) || dim < 1) throw outOfRange("dim", "an integer of at least 1", dim);
  if (x.length !== count * dim) {
    throw outOfRange("x", `of length ${beside}.length · dim = ${count * dim}`, x.length);
  }
}

function checkLength(field: string, array: ArrayLike<number>, length: number): void {
  if (array?.length !== length) throw outOfRange(field, `of length ${length}`, array?.length);
}

function checkSigns(field: string, labels: Int8Array): void {
  const bad = labels.findIndex((value) => value !== 1 && value !== -1);
  if (bad >= 0) throw outOfRange(`${field}[${bad}]`, "1 or −1", labels[bad]);
}

function checkShare(field: string, value: number): number {
  if (!(value >= 0 && value <= 1)) throw outOfRange(field, "in [0, 1]", value);
  return value;
}

function checkSeed(seed = 1): number {
  if (!Number.isSafeInteger(seed) || seed < 0) throw outOfRange("seed", `an integer in [0, ${MAX_SEED}]`, seed);
  return seed;
}

function outOfRange(field: string, expected: string, got: unknown): ArgumentError {
  return new ArgumentError(rangeMessage(field, expected, got), { field, expected, got });
}
