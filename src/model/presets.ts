import type * as z from "zod/mini";
import { ConfigError } from "../core/errors.js";
import { quote } from "../core/printable.js";
import { rule } from "../core/rules.js";
import type { presetSchema } from "./jsonSchema.js";
import { modelReason } from "./reasons.js";
import type { ScenarioInput } from "./schema.js";
import { nearest } from "./suggest.js";

/** A scenario that comes with pstar, by its name. */
export interface Preset extends z.output<typeof presetSchema> {}

// Each tells one finding of Feng et al., arXiv 2406.07515, in a few seconds on one core.

const WEAK = { phi: 0.8, psi: 0.3 };

const PRESETS: readonly (ScenarioInput & Preset)[] = [
  {
    name: "phase-transition",
    description:
      "Training on synthetic labels works up to a sharp error rate p⋆ = φ/(φ+ψ) and turns against the truth past it: a verifier moves that point.",
    data: { dim: 50, meanNorm: 1.5 },
    verifier: WEAK,
    samples: 50_000,
    trials: 10,
    // the first picture anyone sees is computed from rows that were really drawn
    engine: "direct",
    sweep: {
      "verifier.kind": ["none", "bernoulli", "oracle"],
      "generator.errorRate": { from: 0, to: 1, steps: 21 },
    },
    plot: { x: "generator.errorRate", series: "verifier.kind" },
  },
  {
    name: "oracle-vs-weak",
    description:
      "Where most labels are wrong, unselected data teach the opposite of the truth; a weak verifier succeeds like the oracle, given more rows.",
    data: { dim: 50, meanNorm: 1.5 },
    generator: { errorRate: 0.6 },
    verifier: WEAK,
    trials: 40,
    sweep: {
      "verifier.kind": ["none", "bernoulli", "oracle"],
      samples: { from: 100, to: 100_000, steps: 10, scale: "log" },
    },
    plot: { x: "samples", series: "verifier.kind" },
  },
  {
    name: "angles",
    description:
      "A linear generator and a linear verifier teach the truth while their angles to it add up to less than a half turn, and the opposite beyond.",
    data: { kind: "isotropic", dim: 50 },
    generator: { kind: "linear" },
    verifier: { kind: "linear" },
    samples: 20_000,
    trials: 10,
    sweep: {
      "generator.angle": ["30deg", "60deg", "90deg", "120deg"],
      "verifier.angle": { from: "0deg", to: "180deg", steps: 19 },
    },
    plot: { x: "verifier.angle", series: "generator.angle" },
  },
  {
    name: "sample-size",
    description: "More rows help below the breakdown point and harm above it: they make either answer surer.",
    data: { dim: 50, meanNorm: 1.5 },
    verifier: { kind: "bernoulli", ...WEAK },
    trials: 30,
    sweep: {
      "generator.errorRate": [0.2, 0.5, 0.65, 0.8],
      samples: { from: 100, to: 100_000, steps: 13, scale: "log" },
    },
    plot: { x: "samples", series: "generator.errorRate" },
  },
  {
    name: "real-and-synthetic",
    description: "Clean rows mixed in outvote wrong labels, and a verifier, even a weak one, needs far fewer of them.",
    data: { dim: 50, meanNorm: 1.5 },
    generator: { errorRate: 0.75 },
    verifier: WEAK,
    samples: 10_000,
    trials: 20,
    sweep: {
      "verifier.kind": ["none", "bernoulli", "oracle"],
      realSamples: { from: 10, to: 100_000, steps: 17, scale: "log" },
    },
    plot: { x: "realSamples", series: "verifier.kind" },
  },
  {
    name: "poisoned-verifier",
    description:
      "Turning over a growing share of a verifier's verdicts moves the breakdown point down, past one half as soon as it keeps wrong labels more often than right ones.",
    data: { dim: 50, meanNorm: 1.5 },
    verifier: { kind: "bernoulli", ...WEAK },
    samples: 20_000,
    trials: 20,
    sweep: {
      "generator.errorRate": [0.3, 0.5, 0.6],
      "verifier.poison": { from: 0, to: 1, steps: 21 },
    },
    plot: { x: "verifier.poison", series: "generator.errorRate" },
  },
  {
    name: "generations",
    description:
      "A model trained on the labels of the one before it drifts from the truth, round after round; a verifier holds it, an honest one for good.",
    data: { dim: 200, meanNorm: 1.5 },
    generator: { kind: "learned", samples: 1000 },
    verifier: { angle: "30deg" },
    samples: 500,
    trials: 100,
    generations: 20,
    sweep: { "verifier.kind": ["none", "linear", "oracle"] },
    plot: { series: "verifier.kind" },
  },
  {
    name: "accumulate-vs-replace",
    description:
      "Rounds that replace the data lose the truth, rounds that keep clean rows in the mix or all rows so far do not.",
    data: { dim: 200, meanNorm: 1.5 },
    generator: { kind: "learned", samples: 500 },
    samples: 500,
    realSamples: 500,
    trials: 100,
    generations: 20,
    sweep: { policy: ["replace", "mix", "accumulate"] },
    plot: { series: "policy" },
  },
  {
    name: "keep-fraction",
    description:
      "Few good rows against many doubtful ones: the share that a verifier of largest margins had best keep, at a fixed number of generated rows.",
    data: { dim: 200, meanNorm: 1.5 },
    generator: { kind: "linear", angle: "60deg" },
    verifier: { kind: "top" },
    samples: 4000,
    trials: 20,
    sweep: {
      "verifier.angle": ["15deg", "45deg", "75deg"],
      "verifier.keep": { from: 0.02, to: 1, steps: 50 },
    },
    plot: { x: "verifier.keep", series: "verifier.angle" },
  },
];

/** The names of the presets and what each shows. */
export function presets(): Preset[] {
  return PRESETS.map(({ name, description }) => ({ name, description }));
}

/**
 * A preset as it is written, for parseScenario; a copy of its own.
 *
 * @throws ConfigError if there is no preset of this name.
 */
export function preset(name: string): ScenarioInput & Preset {
  const found = PRESETS.find((candidate) => candidate.name === name);
  if (found) return structuredClone(found);
  const names = PRESETS.map((candidate) => candidate.name);
  const expected = rule("one-of", { values: names }).message;
  const reason = modelReason("unknown-preset", { name: quote(name), names, meant: nearest(name, names) });
  throw new ConfigError(reason, { field: "preset", expected, got: name });
}
