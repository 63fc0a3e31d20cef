import { degrees, formatNumber } from "../model/format.js";
import { kindOf } from "../model/kinds.js";
import type { Scenario } from "../model/scenario.js";
import { isAngle } from "../model/schema.js";
import { axisLength, sweepAxes } from "../model/sweep.js";

/** The words of a setting, and whether it is an angle: kept in radians, shown in degrees. */
export interface PathLabel extends Required<PathWords> {
  angle?: boolean;
}

/** The label of a dotted path; a path without one is called by its own name. */
export function pathLabel(path: string, words: FigureWords = english): PathLabel {
  const found: PathWords = words.paths[path] ?? { symbol: path, title: path };
  const label = { ...found, plain: found.plain ?? found.symbol };
  return isAngle(path) ? { ...label, angle: true } : label;
}

/** The value of a setting for people: `40°`, `50,000`, `bernoulli`, `power-law`. */
export function formatValue(path: string, value: unknown, words: FigureWords = english): string {
  if (typeof value === "number") {
    return isAngle(path) ? `${formatNumber(degrees(value), 4)}°` : formatNumber(value);
  }
  if (typeof value === "object" && value !== null) {
    const kind = (value as { kind?: unknown }).kind;
    return typeof kind === "string" ? (words.values[kind] ?? kind) : JSON.stringify(value);
  }
  const text = value === null ? "default" : String(value);
  return words.values[text] ?? text;
}

/** The title of an axis, with its unit where the setting has one. */
export function axisTitle(path: string, words: FigureWords = english): string {
  const label = pathLabel(path, words);
  return label.angle ? words.inDegrees(label.title) : label.title;
}

/** `bernoulli, φ = 0.8, ψ = 0.3`: a verifier in words, without the settings named in `without`. */
export function describeVerifier(
  verifier: Scenario["verifier"],
  without: readonly string[] = [],
  words: FigureWords = english,
): string {
  const parts = [verifier.kind === "none" ? words.noVerifier : (words.values[verifier.kind] ?? verifier.kind)];
  const add = (key: keyof Scenario["verifier"]) => {
    const path = `verifier.${key}`;
    if (!without.includes(path) && verifier[key] !== undefined)
      parts.push(`${pathLabel(path, words).plain} = ${formatValue(path, verifier[key])}`);
  };
  for (const key of kindOf("verifier", verifier.kind).shows as (keyof Scenario["verifier"])[]) {
    if (key !== "angle") add(key);
    else if (!without.includes("verifier.angle"))
      parts.push(words.fromTruth(formatValue("verifier.angle", verifier.angle)));
  }
  if (verifier.poison > 0) add("poison");
  return parts.join(words.listSeparator);
}

/** What holds in every cell, for the line under a title: dimension, rows, trials, data, generator, verifier and learner. */
export function describeScenario(scenario: Scenario, swept: readonly string[], words: FigureWords = english): string[] {
  const parts: string[] = [];
  const axes = sweepAxes(scenario);
  const add = (path: string, setting: unknown) => {
    const axis = axes[path];
    // one that is swept beside those named says its value if it has one only, such as 1/rows
    if (axis !== undefined && axisLength(axis) > 1) return;
    const value = axis === undefined ? setting : (axis as readonly unknown[])[0];
    if (!swept.includes(path)) parts.push(`${pathLabel(path, words).plain} = ${formatValue(path, value)}`);
  };
  add("data.dim", scenario.data.dim);
  add("samples", scenario.samples);
  const addKind = (section: "data" | "generator" | "learner") => {
    const settings = scenario[section] as { kind: string } & Record<string, unknown>;
    for (const key of kindOf(section, settings.kind).shows) {
      if (settings[key] !== undefined) add(`${section}.${key}`, settings[key]);
    }
  };
  const { classes } = scenario;
  if (classes !== undefined) {
    const axis = axes["classes.count"];
    if (axis === undefined) parts.push(`K = ${classes.count ?? classes.means?.length}`);
    if (!swept.includes("classes.errors") && classes.errors === "next") add("classes.errors", classes.errors);
  }
  addKind("data");
  if (scenario.realSamples > 0) add("realSamples", scenario.realSamples);
  // a confusion matrix is in place of an error rate
  if (!swept.includes("generator.kind") && classes?.confusion === undefined) addKind("generator");
  // the retention of classes is in place of a verifier
  if (!swept.includes("verifier.kind") && classes?.retention === undefined) {
    const described = describeVerifier(scenario.verifier, swept, words);
    parts.push(scenario.verifier.kind === "none" ? described : words.verifier(described));
  }
  if (!swept.includes("learner.kind")) {
    parts.push(words.learner(scenario.learner.kind));
    addKind("learner");
  }
  if (scenario.generations > 1 && !swept.includes("policy")) parts.push(words.generations(scenario.policy));
  if (!swept.includes("engine") && scenario.engine === "theory") parts.push(words.theory);
  else if (!swept.includes("trials")) parts.push(words.trials(formatNumber(scenario.trials), scenario.trials === 1));
  return parts;
}

/** How a setting is called in figures and tables. */
export interface PathWords {
  /** For a legend or a table: `p`, `φ`, `N`; a word where the field has no letter. */
  symbol: string;
  /** Where the symbol has an index, which only a page or a terminal can show: the same in words, for figures and sentences. */
  plain?: string;
  /** For the title of an axis. */
  title: string;
}

/** Everything that a figure says, in one language. */
export interface FigureWords {
  /** By dotted path; a path without words is called by its own name. */
  paths: Readonly<Record<string, PathWords>>;
  /** Values that are words, such as the kinds; one that is not here stands as it is. */
  values: Readonly<Record<string, string>>;
  measures: {
    accuracy: string;
    agreement: string;
    cosine: string;
    norm: string;
    risk: string;
    calibration: string;
    kept: string;
    errorRate: string;
    phi: string;
    psi: string;
    breakdown: string;
  };
  chance: string;
  noDirection: string;
  bayes(accuracy: string): string;
  /** The title of a figure without a name of its own. */
  against(measure: string, setting: string): string;
  /** The title of an axis in degrees. */
  inDegrees(title: string): string;
  noVerifier: string;
  /** Where a direction stands, by its angle with its unit. */
  fromTruth(angle: string): string;
  verifier(described: string): string;
  learner(kind: string): string;
  generations(policy: string): string;
  theory: string;
  trials(count: string, one: boolean): string;
  bars(standardErrors: number): string;
  gap: string;
  lineIsTheory: string;
  bands: string;
  listSeparator: string;
}

/** The words of the command line's figures. */
export const english: FigureWords = {
  paths: {
    "data.kind": { symbol: "data", title: "kind of data" },
    "data.dim": { symbol: "d", title: "dimension, d" },
    "data.meanNorm": { symbol: "r", title: "norm of the class mean, r" },
    "data.covariance": { symbol: "Σ", title: "covariance, Σ" },
    "generator.kind": { symbol: "generator", title: "generator" },
    "generator.errorRate": { symbol: "p", title: "error rate of the generator, p" },
    "generator.errorRate0": { symbol: "p₀", title: "error rate of class 0, p₀" },
    "generator.errorRate1": { symbol: "p₁", title: "error rate of class 1, p₁" },
    "generator.angle": {
      symbol: "θ_gen",
      plain: "θ of the generator",
      title: "angle of the generator to the Bayes rule, θ",
    },
    "generator.samples": { symbol: "n₀", title: "clean rows behind the generator, n₀" },
    "generator.lambda": { symbol: "λ_gen", plain: "λ of the generator", title: "ridge penalty of the generator, λ" },
    "verifier.kind": { symbol: "verifier", title: "verifier" },
    "verifier.phi": { symbol: "φ", title: "share of correct labels kept, φ" },
    "verifier.psi": { symbol: "ψ", title: "share of wrong labels kept, ψ" },
    "verifier.phi0": { symbol: "φ₀", title: "share of correct labels of class 0 kept, φ₀" },
    "verifier.phi1": { symbol: "φ₁", title: "share of correct labels of class 1 kept, φ₁" },
    "verifier.psi01": { symbol: "ψ₀₁", title: "share of wrong labels of class 0 kept, ψ₀₁" },
    "verifier.psi10": { symbol: "ψ₁₀", title: "share of wrong labels of class 1 kept, ψ₁₀" },
    "verifier.angle": {
      symbol: "θ_prune",
      plain: "θ of the verifier",
      title: "angle of the verifier to the Bayes rule, θ",
    },
    "verifier.angleToGenerator": {
      symbol: "θ",
      plain: "θ between them",
      title: "angle of the verifier to the generator, θ",
    },
    "verifier.keep": { symbol: "keep", title: "share of the rows to keep" },
    "verifier.low": { symbol: "margin >", plain: "least margin", title: "margin above which rows are kept" },
    "verifier.high": { symbol: "margin ≤", plain: "largest margin", title: "largest margin that is kept" },
    "verifier.poison": { symbol: "π", title: "share of poisoned judgements, π" },
    "verifier.samples": { symbol: "n_prune", plain: "n of the verifier", title: "clean rows behind the verifier, n" },
    "verifier.lambda": { symbol: "λ_prune", plain: "λ of the verifier", title: "ridge penalty of the verifier, λ" },
    "learner.kind": { symbol: "learner", title: "learner" },
    "learner.lambda": { symbol: "λ", title: "penalty of the learner, λ" },
    "learner.learningRate": { symbol: "η", title: "learning rate, η" },
    "learner.loss": { symbol: "loss", title: "loss of the learner" },
    "classes.count": { symbol: "K", title: "number of classes, K" },
    "classes.weights": { symbol: "class weights", title: "weights of the classes" },
    "classes.means": { symbol: "class means", title: "means of the classes" },
    "classes.confusion": { symbol: "errors", title: "labels by true class" },
    "classes.retention": { symbol: "retention", title: "retention by true class and label" },
    "classes.errors": { symbol: "wrong labels", title: "what a wrong label is" },
    "classes.intercept": { symbol: "intercept", title: "whether the learner has intercepts" },
    samples: { symbol: "N", title: "rows generated, N" },
    realSamples: { symbol: "real", title: "clean rows mixed in" },
    "verifier.relearn": { symbol: "relearn", title: "verifier trained anew in every generation" },
    generation: { symbol: "generation", title: "generation" },
    generations: { symbol: "generations", title: "generations" },
    policy: { symbol: "policy", title: "what later generations are trained on" },
    engine: { symbol: "engine", title: "engine" },
    trials: { symbol: "trials", title: "trials" },
    seed: { symbol: "seed", title: "seed" },
    precision: { symbol: "precision", title: "precision" },
  },
  values: {},
  measures: {
    accuracy: "test accuracy",
    agreement: "agreement with the Bayes rule",
    cosine: "cosine with the Bayes direction",
    norm: "length of the weights",
    risk: "mean loss of a fresh row",
    calibration: "calibration slope",
    kept: "share of rows kept",
    errorRate: "error rate p",
    phi: "correct labels kept, φ",
    psi: "wrong labels kept, ψ",
    breakdown: "breakdown point p⋆",
  },
  chance: "chance",
  noDirection: "no direction",
  bayes: (accuracy) => `Bayes ${accuracy}`,
  against: (measure, setting) => `${measure} vs. ${setting}`,
  inDegrees: (title) => `${title} (degrees)`,
  noVerifier: "no verifier",
  fromTruth: (angle) => `${angle} from the truth`,
  verifier: (described) => `verifier: ${described}`,
  learner: (kind) => (kind === "mean" ? "class-mean learner" : `${kind} learner`),
  generations: (policy) => `generations ${policy}`,
  theory: "theory",
  trials: (count, one) => `${count} ${one ? "trial" : "trials"}`,
  bars: (standardErrors) => (standardErrors === 1 ? "bars: ± 1 standard error" : "bars: ± 2 standard errors"),
  gap: "gap: no row kept",
  lineIsTheory: "line: theory",
  bands: "area: 95 % of trials",
  listSeparator: ", ",
};
