import type { Scenario } from "../model/scenario.js";

/** How a setting is called in figures and tables. */
export interface PathLabel {
  /** For a legend or a table: `p`, `φ`, `N`; a word where the field has no letter. */
  symbol: string;
  /** For the title of an axis. */
  title: string;
  /** Kept in radians, shown in degrees. */
  angle?: boolean;
}

const labels: Record<string, PathLabel> = {
  "data.kind": { symbol: "data", title: "kind of data" },
  "data.dim": { symbol: "d", title: "dimension, d" },
  "data.meanNorm": { symbol: "r", title: "norm of the class mean, r" },
  "data.covariance": { symbol: "Σ", title: "covariance, Σ" },
  "generator.kind": { symbol: "generator", title: "generator" },
  "generator.errorRate": { symbol: "p", title: "error rate of the generator, p" },
  "generator.angle": { symbol: "θ_gen", title: "angle of the generator to the Bayes rule, θ_gen", angle: true },
  "generator.samples": { symbol: "n₀", title: "clean rows behind the generator, n₀" },
  "generator.lambda": { symbol: "λ_gen", title: "ridge penalty of the generator, λ_gen" },
  "verifier.kind": { symbol: "verifier", title: "verifier" },
  "verifier.phi": { symbol: "φ", title: "share of correct labels kept, φ" },
  "verifier.psi": { symbol: "ψ", title: "share of wrong labels kept, ψ" },
  "verifier.angle": { symbol: "θ_prune", title: "angle of the verifier to the Bayes rule, θ_prune", angle: true },
  "verifier.angleToGenerator": { symbol: "θ", title: "angle of the verifier to the generator, θ", angle: true },
  "verifier.keep": { symbol: "keep", title: "share of the rows to keep" },
  "verifier.poison": { symbol: "π", title: "share of poisoned judgements, π" },
  "verifier.samples": { symbol: "n_prune", title: "clean rows behind the verifier, n_prune" },
  "verifier.lambda": { symbol: "λ_prune", title: "ridge penalty of the verifier, λ_prune" },
  "learner.kind": { symbol: "learner", title: "learner" },
  "learner.lambda": { symbol: "λ", title: "penalty of the learner, λ" },
  "learner.learningRate": { symbol: "η", title: "learning rate, η" },
  "learner.loss": { symbol: "loss", title: "loss of the learner" },
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
};

/** The label of a dotted path; a path without one is called by its own name. */
export function pathLabel(path: string): PathLabel {
  return labels[path] ?? { symbol: path, title: path };
}

/** A number for people: thousands grouped, at most `digits` significant digits, powers of ten where it is very small or large. */
export function formatNumber(value: number, digits = 6): string {
  if (!Number.isFinite(value) || value === 0) return value === 0 ? "0" : String(value);
  const size = Math.abs(value);
  if (size >= 1e7 || size < 1e-4) {
    const [lead, power] = value.toExponential(Math.min(digits, 4) - 1).split("e") as [string, string];
    const trimmed = String(Number(lead));
    const tail = `10${superscript(String(Number(power)))}`;
    return trimmed === "1" ? tail : `${trimmed}×${tail}`;
  }
  const [whole, fraction] = String(Number(value.toPrecision(digits))).split(".") as [string, string?];
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** The value of a setting for people: `40°`, `50,000`, `bernoulli`, `power-law`. */
export function formatValue(path: string, value: unknown): string {
  if (typeof value === "number") {
    return pathLabel(path).angle ? `${formatNumber(degrees(value), 4)}°` : formatNumber(value);
  }
  if (typeof value === "object" && value !== null) {
    const kind = (value as { kind?: unknown }).kind;
    return typeof kind === "string" ? kind : JSON.stringify(value);
  }
  return value === null ? "default" : String(value);
}

/** The title of an axis, with its unit where the setting has one. */
export function axisTitle(path: string): string {
  const label = pathLabel(path);
  return label.angle ? `${label.title} (degrees)` : label.title;
}

/** Radians to degrees, for reading only. */
export function degrees(radians: number): number {
  return Number(((radians * 180) / Math.PI).toPrecision(12));
}

/** `bernoulli, φ = 0.8, ψ = 0.3`: a verifier in words, without the settings named in `without`. */
export function describeVerifier(verifier: Scenario["verifier"], without: readonly string[] = []): string {
  const parts = [verifier.kind === "none" ? "no verifier" : verifier.kind];
  const add = (key: keyof Scenario["verifier"]) => {
    const path = `verifier.${key}`;
    if (!without.includes(path)) parts.push(`${pathLabel(path).symbol} = ${formatValue(path, verifier[key])}`);
  };
  if (verifier.kind === "bernoulli") {
    add("phi");
    add("psi");
  }
  if (verifier.kind === "linear" || verifier.kind === "top") add("angle");
  if (verifier.kind === "random" || verifier.kind === "top") add("keep");
  if (verifier.kind === "learned") add("samples");
  if (verifier.poison > 0) add("poison");
  return parts.join(", ");
}

/** What holds in every cell, for the line under a title: dimension, rows, trials, data, generator, verifier and learner. */
export function describeScenario(scenario: Scenario, swept: readonly string[]): string[] {
  const parts: string[] = [];
  const add = (path: string, value: unknown) => {
    if (!swept.includes(path)) parts.push(`${pathLabel(path).symbol} = ${formatValue(path, value)}`);
  };
  add("data.dim", scenario.data.dim);
  add("samples", scenario.samples);
  if (scenario.data.kind === "mixture") add("data.meanNorm", scenario.data.meanNorm);
  if (scenario.realSamples > 0) add("realSamples", scenario.realSamples);
  if (!swept.includes("generator.kind")) {
    const { kind } = scenario.generator;
    if (kind === "noise") add("generator.errorRate", scenario.generator.errorRate);
    if (kind === "linear") add("generator.angle", scenario.generator.angle);
    if (kind === "learned") add("generator.samples", scenario.generator.samples);
  }
  if (!swept.includes("verifier.kind")) {
    const words = describeVerifier(scenario.verifier, swept);
    parts.push(scenario.verifier.kind === "none" ? words : `verifier: ${words}`);
  }
  if (!swept.includes("learner.kind")) {
    parts.push(scenario.learner.kind === "mean" ? "class-mean learner" : `${scenario.learner.kind} learner`);
    if (scenario.learner.kind !== "mean") add("learner.lambda", scenario.learner.lambda);
  }
  if (scenario.generations > 1 && !swept.includes("policy")) parts.push(`generations ${scenario.policy}`);
  if (!swept.includes("engine") && scenario.engine === "theory") parts.push("theory");
  else if (!swept.includes("trials"))
    parts.push(`${formatNumber(scenario.trials)} ${scenario.trials === 1 ? "trial" : "trials"}`);
  return parts;
}

function superscript(digits: string): string {
  return digits.replace(/[-0-9]/g, (digit) => (digit === "-" ? "⁻" : ("⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)] as string)));
}
