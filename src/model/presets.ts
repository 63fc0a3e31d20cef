import type * as z from "zod/mini";
import { ConfigError } from "../core/errors.js";
import { quote } from "../core/printable.js";
import { rule } from "../core/reasons.js";
import type { presetSchema } from "./jsonSchema.js";
import { modelReason } from "./reasons.js";
import type { ScenarioInput } from "./schema.js";
import { nearest } from "./suggest.js";

/** A scenario that comes with pstar, by its name. */
export interface Preset extends z.output<typeof presetSchema> {}

// Each tells one finding of Feng et al., arXiv 2406.07515, in a few seconds on one core.

const WEAK = { phi: 0.8, psi: 0.3 };

const STORY: readonly (ScenarioInput & Preset)[] = [
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
    description:
      "More rows make either answer surer: below the breakdown point the accuracy rises with them, above it it falls.",
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
      "Few good rows against many doubtful ones: the best share for a verifier of largest margins to keep, at a fixed number of generated rows.",
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
  {
    name: "difficulty",
    description:
      "Which rows to keep, at 30 % of them: the hardest with many rows of a good generator, all with fewer, the easiest of a poor one (arXiv 2511.03492).",
    data: { kind: "isotropic", dim: 200 },
    generator: { kind: "linear" },
    verifier: { angle: "0deg", keep: 0.3 },
    engine: "theory",
    sweep: {
      "verifier.kind": ["none", "keep-hard", "keep-easy"],
      "generator.angle": { from: "0deg", to: "60deg", steps: 7 },
      samples: { from: 100, to: 51_200, steps: 10, scale: "log" },
    },
    plot: { x: "samples", series: "verifier.kind" },
  },
  {
    name: "confusable-classes",
    description:
      "Ten classes withstand errors of 90 % if wrong labels are uniform, and not even of 50 % if each class is mistaken for one other: at 60 % the accuracy is 0.13.",
    classes: { count: 10 },
    data: { dim: 30, meanNorm: 4 },
    samples: 20_000,
    trials: 10,
    sweep: {
      "classes.errors": ["uniform", "next"],
      "generator.errorRate": { from: 0, to: 1, steps: 21 },
    },
    plot: { x: "generator.errorRate", series: "classes.errors" },
  },
];

/** So many rows that a label-noise curve is its limit; the reduced engine's work does not grow with them. */
const ENDLESS = 10_000_000_000;

// The claims of the paper that `pstar paper` judges, each at settings of our own: the paper's are mostly not known.
const CLAIMS: readonly (ScenarioInput & Preset & { paper: string })[] = [
  {
    name: "sharp-transition",
    paper: "sharp-transition",
    description:
      "With ten billion rows the answers agree with the Bayes rule below the breakdown point and never above it.",
    data: { dim: 50, meanNorm: 1.5 },
    verifier: WEAK,
    samples: ENDLESS,
    trials: 3,
    sweep: {
      "verifier.kind": ["none", "bernoulli", "oracle"],
      "generator.errorRate": { from: 0, to: 1, steps: 101 },
    },
    plot: { x: "generator.errorRate", series: "verifier.kind" },
  },
  {
    name: "noisy-verifier",
    paper: "noisy-verifier",
    description:
      "A verifier that keeps all correct labels and a share ψ of the wrong ones breaks down at p⋆ = 1/(1 + ψ).",
    data: { dim: 50, meanNorm: 1.5 },
    verifier: { kind: "bernoulli", phi: 1 },
    samples: ENDLESS,
    trials: 3,
    sweep: {
      "verifier.psi": [0.1, 0.3, 0.5, 0.7, 0.9],
      "generator.errorRate": { from: 0.4, to: 1, steps: 61 },
    },
    plot: { x: "generator.errorRate", series: "verifier.psi" },
  },
  {
    name: "angle-plane",
    paper: "angle-plane",
    description:
      "A linear generator and a linear verifier teach the truth if and only if their angles to it add up to less than a half turn.",
    data: { kind: "isotropic", dim: 50 },
    generator: { kind: "linear" },
    verifier: { kind: "linear" },
    samples: 1_000_000,
    engine: "theory",
    sweep: {
      "verifier.angle": { from: "0deg", to: "180deg", steps: 25 },
      "generator.angle": { from: "0deg", to: "180deg", steps: 25 },
    },
    plot: { x: "generator.angle", series: "verifier.angle" },
  },
  {
    name: "sweet-spot",
    paper: "sweet-spot",
    description:
      "A weak linear verifier is best near ten thousand rows and worse after: in the end the learner copies the verifier.",
    data: { kind: "isotropic", dim: 200 },
    generator: { errorRate: 0.1 },
    verifier: { angle: "15deg" },
    learner: { kind: "logistic" },
    engine: "theory",
    sweep: {
      "learner.lambda": ["1/rows"],
      "verifier.kind": ["none", "linear", "oracle"],
      samples: { from: 1000, to: 1_000_000, steps: 13, scale: "log" },
    },
    plot: { x: "samples", series: "verifier.kind" },
  },
  {
    name: "oracle-is-clean",
    paper: "oracle-is-clean",
    description: "Rows that an oracle keeps, of labels half of which are wrong, teach what as many clean rows teach.",
    data: { dim: 50, meanNorm: 1.5 },
    verifier: { keep: 0.5 },
    trials: 400,
    sweep: {
      zip: [{ "verifier.kind": ["random", "oracle"], "generator.errorRate": [0, 0.5] }],
      samples: { from: 100, to: 100_000, steps: 7, scale: "log" },
    },
    plot: { x: "samples", series: "verifier.kind" },
  },
  {
    name: "class-retention",
    paper: "class-retention",
    description: "With two balanced classes, retention by class has the breakdown point of its means.",
    data: { dim: 50, meanNorm: 1.5 },
    verifier: { phi: 0.7, psi: 0.25, phi0: 0.9, phi1: 0.5, psi01: 0.4, psi10: 0.1 },
    samples: ENDLESS,
    trials: 3,
    sweep: {
      "verifier.kind": ["classwise", "bernoulli"],
      "generator.errorRate": { from: 0, to: 1, steps: 101 },
    },
    plot: { x: "generator.errorRate", series: "verifier.kind" },
  },
  {
    name: "classes-many",
    paper: "classes-many",
    description:
      "Three unbalanced classes, far apart, each taken for the next: each is lost at a breakdown point of its own, 3/4, 1/2 and 1/4.",
    data: { meanNorm: 30 },
    classes: {
      count: 3,
      weights: [0.5, 0.3, 0.2],
      errors: "next",
      retention: [
        [0.9, 0.3, 0.3],
        [0.6, 0.6, 0.6],
        [0.9, 0.3, 0.3],
      ],
    },
    learner: { lambda: 1e-5 },
    samples: 20_000,
    trials: 3,
    sweep: {
      "data.dim": [5, 10],
      "generator.errorRate": { from: 0, to: 1, steps: 41 },
    },
    plot: { x: "generator.errorRate", series: "data.dim" },
  },
];

const PRESETS: readonly (ScenarioInput & Preset)[] = [...STORY, ...CLAIMS];

/** The names of the presets and what each shows. */
export function presets(): Preset[] {
  return PRESETS.map(({ name, description, paper }) => ({ name, description, ...(paper !== undefined && { paper }) }));
}

/**
 * A preset as it is written, for parseScenario; a copy of its own.
 *
 * @throws ConfigError if there is no preset of this name.
 */
export function preset(name: string): ScenarioInput & Preset {
  const found = PRESETS.find((candidate) => candidate.name === name);
  if (found) {
    const { paper, ...scenario } = structuredClone(found);
    return scenario;
  }
  const reason = unknownPreset(name);
  const expected = rule("one-of", { values: reason.params.names }).message;
  throw new ConfigError(reason, { field: "preset", expected, got: name });
}

/** That a name is not a preset's, with the names that are, and the one that was most likely meant. */
export function unknownPreset(name: string) {
  const names = PRESETS.map((candidate) => candidate.name);
  return modelReason("unknown-preset", { name: quote(name), names, meant: nearest(name, names) });
}
