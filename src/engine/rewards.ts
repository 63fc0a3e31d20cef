import type { Core } from "../core/core.js";
import { integerIn, oneOf, outOfRange } from "../core/errors.js";
import { rule } from "../core/reasons.js";
import { flipLabels, keepBernoulli } from "../core/steps.js";
import { seedStreams } from "../core/streams.js";
import { meanWithError } from "../model/statistics.js";
import { rewardFlow } from "../model/worth.js";
import { engineReason } from "./reasons.js";
import type { RewardsResult } from "./rewardsResult.js";

/** What {@link rewards} is asked. */
export interface RewardsOptions {
  /** Share of correct answers that the verifier rewards, and of wrong ones; in [0, 1]. */
  phi: number;
  psi: number;
  /** Share of wrong answers of the policy at first, in [0, 1]. */
  errorRate: number;
  /** What an answer gains by; `normalized` by default. `corrected` needs φ ≠ ψ. */
  reward?: "normalized" | "corrected";
  /** Answers G to one question, 2 to 1000; 8 by default. */
  group?: number;
  /** Questions of one step, 1 to 10,000; 16 by default. */
  questions?: number;
  /** Learning rate η, in (0, 1]; 0.05 by default. */
  rate?: number;
  /** 1 to 10,000; 100 by default. */
  steps?: number;
  /** 1 to 10,000; 200 by default. */
  trials?: number;
  seed?: number;
}

/** Answers that a call draws, a minute. */
const MOST_ANSWERS = 1e9;
/** Lines of a result, from the first step to the last. */
const LINES = 10;
/** Steps of the flow's integration between two steps of the policy. */
const PARTS = 4;

/**
 * A policy that is wrong with probability p learns from verdicts as rewards, by natural gradient steps on groups of G
 * answers: with A_i the advantage of answer i, and c_i = 1 if it is correct, p ← p − η·(1/G)ΣA_i c_i, averaged over questions.
 * Beside the simulation stands the flow of its mean: for normalized rewards
 *
 *     dp/dt = −J p(1 − p)/(q(1 − q)) · E√(κ(1 − κ)),   κ = K/G,   K ~ Bin(G, q),   q = (1 − p)φ + pψ,
 *
 * which for endless groups is that of {@link rewardFlow}; for corrected ones dp/dt = −(1 − 1/G) p(1 − p), whatever the verifier is, at
 * the price of 1/J² in variance (docs/theory.md, section 10).
 *
 * @throws ArgumentError if an option is out of its range, or rewards of a verifier with φ = ψ are to be corrected.
 * @example rewards(core, { phi: 0.8, psi: 0.3, errorRate: 0.5 }).direction // "learns"
 * @see arXiv 2601.04411, arXiv 2510.00915
 */
export function rewards(core: Core, options: RewardsOptions): RewardsResult {
  const settings = settled(options);
  const { phi, psi, errorRate, group, questions, rate, steps, trials, seed } = settings;
  const answers = trials * steps * questions * group;
  if (answers > MOST_ANSWERS) {
    const { message } = engineReason("too-many-answers", { answers, most: MOST_ANSWERS });
    throw outOfRange("trials", `fewer: ${message}`, trials);
  }
  const times = [...new Set(Array.from({ length: LINES + 1 }, (_, i) => Math.round((steps * i) / LINES)))];
  const drawn = Array.from({ length: trials }, (_, trial) => {
    seedStreams(core, "rewards", seed, trial);
    return trajectory(core, settings, times);
  });
  const finite = (p: number) => flowOf(settings, p);
  const endless = (p: number) => rewardFlow({ errorRate: p, phi, psi });
  const flows = integrated(finite, errorRate, rate, times);
  const limits = settings.reward === "normalized" ? integrated(endless, errorRate, rate, times) : undefined;
  const slope = finite(errorRate);
  return {
    schema: "pstar/rewards@1",
    settings,
    youden: phi - psi,
    direction: slope < 0 ? "learns" : slope > 0 ? "unlearns" : "neither",
    steps: times.map((step, i) => ({
      step,
      errorRate: meanWithError(drawn.map((path) => path[i])),
      flow: flows[i],
      endless: limits === undefined ? null : limits[i],
    })),
  };
}

/** The share of wrong answers at these steps, each answer drawn and judged. */
function trajectory(core: Core, settings: RewardsResult["settings"], times: readonly number[]): number[] {
  const { phi, psi, group, questions, rate, steps } = settings;
  const truth = new Int8Array(group * questions).fill(1);
  let p = settings.errorRate;
  const path: number[] = [];
  for (let step = 0; step <= steps; step++) {
    if (times[path.length] === step) path.push(p);
    const answers = flipLabels(core, truth, p);
    const verdicts = keepBernoulli(core, truth, answers, phi, psi);
    let gain = 0;
    for (let first = 0; first < truth.length; first += group) {
      let [rewarded, correct, both] = [0, 0, 0];
      for (let i = first; i < first + group; i++) {
        rewarded += verdicts[i];
        if (answers[i] < 0) continue;
        correct += 1;
        both += verdicts[i];
      }
      const share = rewarded / group;
      const covariance = both / group - share * (correct / group);
      const scale = settings.reward === "corrected" ? phi - psi : Math.sqrt(share * (1 - share));
      if (scale !== 0) gain += covariance / scale;
    }
    p = Math.min(1, Math.max(0, p - (rate * gain) / questions));
  }
  return path;
}

/** dp/dt of the mean of groups of G. */
function flowOf({ phi, psi, group, reward }: RewardsResult["settings"], p: number): number {
  if (reward === "corrected") return -(1 - 1 / group) * p * (1 - p) + 0;
  const q = (1 - p) * phi + p * psi;
  if (!(q > 0 && q < 1)) return 0;
  return (-(phi - psi) * p * (1 - p) * meanDeviation(group, q)) / (q * (1 - q)) + 0;
}

/** E√(κ(1 − κ)), κ = K/G and K ~ Bin(G, q): from the likeliest K outwards, so that nothing underflows. */
function meanDeviation(group: number, q: number): number {
  const odds = q / (1 - q);
  const mode = Math.min(group, Math.floor((group + 1) * q));
  let [sum, total] = [0, 0];
  const add = (count: number, weight: number) => {
    total += weight;
    sum += weight * Math.sqrt((count / group) * (1 - count / group));
  };
  add(mode, 1);
  for (let count = mode, weight = 1; count < group; count++) {
    weight *= ((group - count) / (count + 1)) * odds;
    add(count + 1, weight);
  }
  for (let count = mode, weight = 1; count > 0; count--) {
    weight *= count / (group - count + 1) / odds;
    add(count - 1, weight);
  }
  return sum / total;
}

/** p after these steps of length `rate` along a flow, by Runge and Kutta's rule of fourth order. */
function integrated(flow: (p: number) => number, start: number, rate: number, times: readonly number[]): number[] {
  const bounded = (p: number) => Math.min(1, Math.max(0, p));
  const h = rate / PARTS;
  let p = start;
  let step = 0;
  return times.map((time) => {
    for (; step < time; step++) {
      for (let part = 0; part < PARTS; part++) {
        const a = flow(p);
        const b = flow(bounded(p + (h / 2) * a));
        const c = flow(bounded(p + (h / 2) * b));
        const d = flow(bounded(p + h * c));
        p = bounded(p + (h / 6) * (a + 2 * b + 2 * c + d));
      }
    }
    return p;
  });
}

const KINDS = ["normalized", "corrected"] as const;

/** Least, largest and default. */
const INTEGERS = {
  group: [2, 1000, 8],
  questions: [1, 10_000, 16],
  steps: [1, 10_000, 100],
  trials: [1, 10_000, 200],
  seed: [0, Number.MAX_SAFE_INTEGER, 1],
} as const;

function settled(options: RewardsOptions): RewardsResult["settings"] {
  const integer = (name: keyof typeof INTEGERS) => {
    const [low, high, fallback] = INTEGERS[name];
    return integerIn(name, options[name] ?? fallback, low, high);
  };
  const { phi, psi, errorRate, reward = "normalized", rate = 0.05 } = options;
  for (const [name, value] of Object.entries({ phi, psi, errorRate })) {
    if (!(value >= 0 && value <= 1)) throw outOfRange(name, rule("in-interval", { low: 0, high: 1 }), value);
  }
  oneOf("reward", reward, KINDS);
  if (!(rate > 0 && rate <= 1)) throw outOfRange("rate", rule("in-interval", { above: 0, high: 1 }), rate);
  if (reward === "corrected" && phi === psi)
    throw outOfRange("reward", "normalized if φ = ψ, as such verdicts say nothing that could be corrected", reward);
  return {
    ...{ phi, psi, errorRate, reward, group: integer("group"), questions: integer("questions"), rate },
    ...{ steps: integer("steps"), trials: integer("trials"), seed: integer("seed") },
  };
}
