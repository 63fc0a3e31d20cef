import type { DotsQuestion } from "../compute/dots.js";
import { type Experiment, withSetting } from "./experiment.js";
import { presetExperiment } from "./state.js";

/** The numbers that a reader can drag, as they stand: shares in [0, 1], an angle in degrees, whole rows and rounds. */
export interface StoryNumbers {
  p: number;
  phi: number;
  psi: number;
  angle: number;
  rows: number;
  rounds: number;
}
export type StoryNumber = keyof StoryNumbers;

/** Where a number can be dragged to. */
export const numberRanges: Readonly<
  Record<StoryNumber, { min: number; max: number; step: number; unit: "%" | "°" | "" }>
> = {
  p: { min: 0, max: 1, step: 0.01, unit: "%" },
  phi: { min: 0, max: 1, step: 0.01, unit: "%" },
  psi: { min: 0, max: 1, step: 0.01, unit: "%" },
  angle: { min: 0, max: 180, step: 1, unit: "°" },
  rows: { min: 20, max: 1_000, step: 20, unit: "" },
  rounds: { min: 1, max: 20, step: 1, unit: "" },
};

/** One picture, six times: which numbers its sentence has, and where they stand when the step is opened. */
export interface StoryStep {
  numbers: readonly StoryNumber[];
  start: Partial<StoryNumbers>;
  verifier: "none" | "rates" | "direction";
}

export const storySteps: readonly StoryStep[] = [
  { numbers: ["p"], start: { p: 0.3 }, verifier: "none" },
  { numbers: ["p", "phi", "psi"], start: { p: 0.6, phi: 0.8, psi: 0.3 }, verifier: "rates" },
  { numbers: ["p", "phi", "psi", "rows"], start: { p: 0.6, phi: 0.8, psi: 0.3, rows: 100 }, verifier: "rates" },
  { numbers: ["p", "phi", "psi"], start: { p: 0.6, phi: 0.8, psi: 0.3 }, verifier: "rates" },
  { numbers: ["p", "angle"], start: { p: 0.6, angle: 40 }, verifier: "direction" },
  { numbers: ["p", "rounds"], start: { p: 0.3, rounds: 5 }, verifier: "none" },
];

export const firstNumbers: StoryNumbers = { p: 0.3, phi: 0.8, psi: 0.3, angle: 40, rows: 400, rounds: 1 };

/** Distance of each cloud from the middle: the best rule is right for 93 of 100 rows. */
const MEAN_NORM = 1.5;

/** The numbers of a step: those that its sentence does not have stand where they always do. */
function numbersOf(step: StoryStep, { p, phi, psi, angle, rows, rounds }: StoryNumbers) {
  const has = (name: StoryNumber) => step.numbers.includes(name);
  return { p, phi, psi, angle, rows: has("rows") ? rows : 400, rounds: has("rounds") ? rounds : 1 };
}

export function dotsQuestion(step: StoryStep, given: StoryNumbers): DotsQuestion {
  const { p, phi, psi, angle, rows, rounds } = numbersOf(step, given);
  const verifier = { none: null, rates: { phi, psi }, direction: { angle } }[step.verifier];
  return { samples: rows, errorRate: p, verifier, rounds, meanNorm: MEAN_NORM, seed: 4 };
}

/** The curve beside the dots: the same rows and the same verifier, over all p. */
export function storyExperiment(index: number, given: StoryNumbers): Experiment {
  const step = storySteps[index] as StoryStep;
  const { phi, psi, angle, rows, rounds } = numbersOf(step, given);
  const settings: [string, string | number][] = [
    ["data.dim", 2],
    ["data.meanNorm", MEAN_NORM],
    ["samples", rows],
    ["verifier.phi", phi],
    ["verifier.psi", psi],
    ["verifier.angle", angle],
    ["verifier.kind", { none: "none", rates: "bernoulli", direction: "linear" }[step.verifier]],
    ["generations", rounds],
  ];
  const base = settings.reduce(
    (made, [path, value]) => withSetting(made, path, value),
    presetExperiment("phase-transition"),
  );
  const others: Record<number, Experiment["series"]> = {
    1: { path: "verifier.kind", values: ["none", "bernoulli"] },
    3: { path: "verifier.kind", values: ["none", "bernoulli", "oracle"] },
    4: { path: "verifier.kind", values: ["none", "linear"] },
  };
  return { ...base, series: others[index] ?? null };
}

/** Which of the curves is that of the dots. */
export function curveOfDots(index: number): number {
  return index === 1 || index === 3 || index === 4 ? 1 : 0;
}
