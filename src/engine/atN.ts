import type { Core } from "../core/core.js";
import type { KernelExperiment } from "../core/experiment.js";
import type { Reason } from "../core/reasons.js";
import { type TheoryAnswer, theoryAnswers } from "../core/theory.js";
import type { Trial } from "../core/trials.js";
import { expectedErrorRate, expectedRates, keepRate, keptPrecision } from "../model/breakdown.js";
import { effectiveDimension } from "../model/covariance.js";
import { kernelExperiment } from "../model/experiment.js";
import type { CellScenario } from "../model/scenario.js";
import { type Moments, moments } from "../model/statistics.js";
import { explainedShare, worthLimits, worthOfRow } from "../model/worth.js";
import { engineFault } from "./choose.js";
import { engineReason } from "./reasons.js";
import type { AtN } from "./result.js";
import { bandsOf, rowsOfSpread, spreadTrials } from "./spread.js";
import { theoryApplies } from "./theory.js";

export function unknownAtN(samples: number | null, reason: Reason): AtN {
  const none = { selected: null, unselected: null };
  return { samples, verification: null, accuracy: none, worth: { kept: null, unselected: null }, reason };
}

/**
 * How far the theory may be off, as a share C/d of the distance that a learner still has to its limit. With it, and with
 * {@link roughness}, of 809 settings (d 20 to 200, N/d 0.5 to 40, λ 1e-6 to 0.3) the 786 in which 3000 trials of the reduced engine
 * with the verifier and without it differ by more than 3 standard errors have no wrong verdict, and 5 inconclusive ones.
 */
const C = 0.05;
/** Accuracies closer than this are one and the same, by rounding. */
const ROUNDING = 1e-12;

/**
 * Whether verification raises the accuracy at a scenario's N and d, and what the rows are worth there.
 *
 * @param limit Of the learner with endless rows, with the verifier and without it.
 */
export function atN(
  core: Core,
  scenario: CellScenario,
  limit: { selected: number | null; unselected: number | null },
): AtN {
  const { samples } = scenario;
  const unverified = withoutVerifier(scenario);
  const onePass = scenario.learner.kind === "sgd" ? engineReason("worth-of-one-pass") : undefined;
  const known = theoryApplies({ ...scenario, generations: 1 }) ?? onePass;
  if (scenario.generations > 1 || known !== undefined) return byTrials(core, scenario, unverified, known);
  const selected = accuracyAtN(core, scenario);
  const unselected = accuracyAtN(core, unverified);
  const accuracy = { selected: selected.accuracy, unselected: unselected.accuracy };
  if (accuracy.selected === null || accuracy.unselected === null) {
    const nothing = selected.answer.status === "empty";
    return { ...unknownAtN(samples, engineReason(nothing ? "nothing-is-kept" : "theory-not-converged")), accuracy };
  }
  const difference = accuracy.selected - accuracy.unselected;
  const empty = chanceOfNoRow(scenario, selected.answer.keepRate);
  const open = (from: number | null, to: number) => Math.abs((from ?? 0.5) - to);
  const error =
    (C * (open(limit.selected, accuracy.selected) + open(limit.unselected, accuracy.unselected))) /
      effectiveDimension(scenario.data) +
    roughness(core, scenario, selected) +
    roughness(core, unverified, unselected);
  const told = (value: number) => (Math.abs(value) <= error + ROUNDING ? 0 : value);
  const worth = bothWorths(core, [scenario, selected, empty], [unverified, unselected, 0]);
  const answer = answerOf({ samples, accuracy, worth }, told(difference), told(difference - lostBy(accuracy, empty)));
  return { ...answer, ...limitsOfWorth(scenario, unverified) };
}

/** The chance that a file has no row to learn from. A verifier of top margins keeps a fixed number. */
function chanceOfNoRow({ samples, realSamples, verifier }: CellScenario, keepRate: number): number {
  return realSamples > 0 || verifier.kind === "top" ? 0 : (1 - Math.min(1, keepRate)) ** samples;
}

/** By how much files without a row lower the accuracy with the verifier, if such a file leaves a learner at chance. */
function lostBy({ selected }: AtN["accuracy"], empty: number): number {
  return empty * ((selected ?? 0.5) - 0.5);
}

/**
 * @param difference Of the two accuracies; 0 if they cannot be told apart. @param counted The same, with files without a row as
 * chance: the verdict must be the same either way. @param unknown Why no worth is known.
 */
function answerOf(
  { samples, accuracy, worth }: Pick<AtN, "samples" | "accuracy" | "worth">,
  difference: number,
  counted: number,
  unknown: Reason = engineReason("worth-beyond-clean-rows"),
): AtN {
  const isPartial = worth.kept === null || worth.unselected === null;
  const isOpen = difference !== 0 && Math.sign(counted) !== Math.sign(difference);
  return {
    samples,
    verification: difference === 0 || isOpen ? "inconclusive" : difference > 0 ? "better" : "worse",
    accuracy,
    worth,
    ...(isPartial ? { reason: unknown } : isOpen && { reason: engineReason("files-without-a-row-decide") }),
  };
}

/** What 95 % of files are worth, if the closed form says what rows are worth. */
function limitsOfWorth(scenario: CellScenario, unverified: CellScenario): Pick<AtN, "worthLimits"> {
  const [kept, unselected] = [scenario, unverified].map((one) => {
    const rows = rowsInClosedForm(one);
    return rows === null ? null : worthLimits(one.samples, rows, { explained: explainedBy(one) });
  });
  return kept && unselected ? { worthLimits: { kept, unselected } } : {};
}

export function withoutVerifier(scenario: CellScenario): CellScenario {
  return { ...scenario, verifier: { ...scenario.verifier, kind: "none", poison: 0 } };
}

/**
 * How far the theory may be off by a cusp: near M = d with a small penalty a finite d rounds it off within some √d rows, so what
 * half of that many to either side changes is what is not known. Far from M = d this is nothing beside {@link C}.
 */
function roughness(core: Core, scenario: CellScenario, { accuracy, answer }: Averaged): number {
  const { samples, data, learner } = scenario;
  if (learner.kind !== "ridge" || accuracy === null) return 0;
  const step = Math.max(1, Math.round(Math.sqrt(data.dim) / 2 / answer.keepRate));
  if (samples <= step || !Number.isFinite(step) || samples + step > Number.MAX_SAFE_INTEGER) return 0;
  const [fewer, more] = [samples - step, samples + step].map(
    (rows) => accuracyAtN(core, { ...scenario, samples: rows }).accuracy,
  );
  return Math.abs(((fewer ?? accuracy) + (more ?? accuracy)) / 2 - accuracy);
}

/** Rows of all trials, with the verifier and without it: some seconds. */
const MOST_DRAWN = 2e8;

/**
 * The verdict of several generations, or of a learner without a theory or of a single pass, by trials: better or worse beyond three standard errors.
 *
 * @param unknown Why no number of clean rows can be said.
 */
function byTrials(core: Core, scenario: CellScenario, unverified: CellScenario, unknown?: Reason): AtN {
  const { samples } = scenario;
  const fault = engineFault("reduced", scenario) ?? engineFault("reduced", unverified);
  if (fault !== undefined) return unknownAtN(samples, fault);
  if (2 * rowsOfSpread(scenario) > MOST_DRAWN) return unknownAtN(samples, engineReason("too-many-rows-to-simulate"));
  const with_ = spreadTrials(core, scenario, "verdict", 0);
  const rates = expectedRates(scenario);
  const keepsAll = rates !== null && rates.phi === 1 && rates.psi === 1;
  const trials = [with_, keepsAll ? with_ : spreadTrials(core, unverified, "verdict", 1)] as const;
  const [selected, unselected] = trials.map(
    (drawn): Moments => moments(drawn.filter(({ status }) => status === "ok").map(({ accuracy }) => accuracy)),
  ) as [Moments, Moments];
  const generations = { trials: with_.length, ...generationsOf(trials) };
  const accuracy = { selected: selected.mean, unselected: unselected.mean };
  if (selected.mean === null || unselected.mean === null)
    return { ...unknownAtN(samples, engineReason("nothing-is-kept")), accuracy, ...generations };
  const difference = selected.mean - unselected.mean;
  const error = 3 * Math.hypot(selected.se ?? Infinity, unselected.se ?? Infinity);
  const told = (value: number) => (Math.abs(value) > error ? value : 0);
  const empty = with_.filter(({ status }) => status === "empty").length / with_.length;
  const counted = told(difference - lostBy(accuracy, empty));
  const worth =
    unknown === undefined
      ? {
          kept: cleanRowsFor(core, scenario, selected.mean),
          unselected: cleanRowsFor(core, unverified, unselected.mean),
        }
      : { kept: null, unselected: null };
  return { ...answerOf({ samples, accuracy, worth }, told(difference), counted, unknown), ...generations };
}

/** What the accuracy spreads over from generation to generation; nothing of a single one. */
function generationsOf([selected, unselected]: readonly [readonly Trial[], readonly Trial[]]): Pick<
  AtN,
  "generations"
> {
  const [with_, without] = [bandsOf(selected), bandsOf(unselected)];
  if (with_.length === 0) return {};
  return {
    generations: with_.map((band, g) => ({
      generation: g + 1,
      selected: band ?? null,
      unselected: without[g] ?? null,
    })),
  };
}

interface Averaged {
  accuracy: number | null;
  /** At the expected number of kept rows. */
  answer: TheoryAnswer;
}

/** Standard deviations of the number of kept rows on either side of its mean: 1e-11 of it is left out. */
const SPREAD = 6.8;
/** Beyond this standard deviation the rows are so many more than the dimensions that the average is the value at the mean. */
const WIDE = 400;

/**
 * The theory's accuracy of ridge or class mean averaged over the number of kept rows, M ~ Bin(N, keep rate): near M = d a small
 * penalty makes the accuracy fall and rise again within a few rows (docs/theory.md, section 3). A trial that keeps none is
 * left out, as in a run. Of logistic regression, and of a verifier that keeps a fixed number, the value at the mean.
 */
export function accuracyAtN(core: Core, scenario: CellScenario): Averaged {
  const base = kernelExperiment(scenario);
  const [answer] = theoryAnswers(core, 1, () => base) as [TheoryAnswer];
  const plain = { accuracy: answer.status === "ok" ? answer.accuracy : null, answer };
  const share = answer.keepRate;
  const { samples, realSamples } = scenario;
  const spread = Math.sqrt(samples * share * (1 - share));
  const varies = scenario.verifier.kind !== "top" && scenario.learner.kind !== "logistic";
  // a keep rate of 1 may be off by a rounding, to either side
  if (!varies || !(spread > 1e-3) || spread > WIDE) return plain;
  const low = Math.max(realSamples > 0 ? 0 : 1, Math.ceil(samples * share - SPREAD * spread));
  const high = Math.max(low, Math.min(samples, Math.floor(samples * share + SPREAD * spread)));
  const experiment = {} as KernelExperiment;
  const answers = theoryAnswers(core, high - low + 1, (i) => {
    kernelExperiment(scenario, experiment);
    experiment.samples = ((low + i) / share) * (1 + (low + i === 1 ? 1e-12 : 1e-15)); // a single row must not be rounded to less
    return experiment;
  });
  const odds = share / (1 - share);
  const mode = Math.min(high, Math.max(low, Math.round(samples * share)));
  let [sum, total] = [0, 0];
  const add = (kept: number, weight: number) => {
    const accuracy = answers[kept - low]?.accuracy ?? Number.NaN;
    if (Number.isNaN(accuracy)) return;
    sum += weight * accuracy;
    total += weight;
  };
  // from the likeliest number outwards: P(M + 1)/P(M) = (N − M)/(M + 1) · k/(1 − k)
  add(mode, 1);
  for (let kept = mode, weight = 1; kept < high; kept++) {
    weight *= ((samples - kept) / (kept + 1)) * odds;
    add(kept + 1, weight);
  }
  for (let kept = mode, weight = 1; kept > low; kept--) {
    weight *= kept / (samples - kept + 1) / odds;
    add(kept - 1, weight);
  }
  return { accuracy: total > 0 ? sum / total : null, answer };
}

type OfWorth = [scenario: CellScenario, averaged: Averaged, chanceOfNoRow: number];

/**
 * The clean rows that the synthetic rows are worth with the verifier and without it: both by the closed form if neither errors nor
 * verdicts look at the inputs, and otherwise as many more than the clean rows beside them as reach the same accuracy by the theory.
 */
function bothWorths(core: Core, kept: OfWorth, unselected: OfWorth): AtN["worth"] {
  const [first, second] = [inClosedForm(kept[0]), inClosedForm(unselected[0])];
  if (first !== null && second !== null) return { kept: first, unselected: second };
  return { kept: worthByAccuracy(core, kept), unselected: worthByAccuracy(core, unselected) };
}

function inClosedForm(scenario: CellScenario): number | null {
  const rows = rowsInClosedForm(scenario);
  return rows && scenario.samples * rows.keepRate * worthOfRow(rows.precision, { explained: explainedBy(scenario) });
}

function worthByAccuracy(core: Core, [scenario, { accuracy }, empty]: OfWorth): number | null {
  const { realSamples } = scenario;
  const ofAllFiles = accuracy === null ? null : accuracy - lostBy({ selected: accuracy, unselected: null }, empty);
  const all = ofAllFiles === null ? null : cleanRowsFor(core, scenario, ofAllFiles);
  return all === null ? null : all - realSamples;
}

/** Keep rate and precision, if they say what the rows are worth: errors and verdicts do not look at the inputs. */
function rowsInClosedForm(scenario: CellScenario): { keepRate: number; precision: number } | null {
  const { data, learner } = scenario;
  const errorRate = expectedErrorRate(scenario);
  const rates = expectedRates(scenario);
  const closed = learner.kind === "mean" || (learner.kind === "ridge" && data.covariance === "identity");
  if (errorRate === null || rates === null || !closed) return null;
  return { keepRate: keepRate({ errorRate, ...rates }), precision: keptPrecision({ errorRate, ...rates }) ?? 0 };
}

/** The share of clean labels' variance that the learner explains, as {@link worthOfRow} takes it: of ridge, and 0 of others. */
export function explainedBy({ data, learner }: CellScenario): number {
  return learner.kind === "ridge" ? explainedShare(data.kind === "mixture" ? data.meanNorm : null, learner.lambda) : 0;
}

/** Clean rows that no learner needs. */
const MOST_ROWS = 1e12;

/** How many clean rows bring a learner to an accuracy, by the theory; below 0 if it is below one half; null if no number does. */
function cleanRowsFor(core: Core, scenario: CellScenario, accuracy: number): number | null {
  const clean = kernelExperiment(
    withoutVerifier({
      ...scenario,
      generator: { ...scenario.generator, kind: "noise", errorRate: 0 },
      realSamples: 0,
      generations: 1,
    }),
  );
  const reached = (rows: number) =>
    (theoryAnswers(core, 1, () => ({ ...clean, samples: rows }))[0]?.accuracy ?? Number.NaN) - 0.5;
  const target = Math.abs(accuracy - 0.5);
  const { dim } = scenario.data;
  // more clean rows are better on either side of M = d, where a small penalty has a dip
  const few = target < reached(dim);
  let [low, high] = few ? [1, dim] : [dim, MOST_ROWS];
  // accuracy rises from chance as the root of a few rows
  if (few && target < reached(1)) return Math.sign(accuracy - 0.5) * (target / reached(1)) ** 2;
  if (!(target < reached(high))) return null;
  while (high / low > 1 + 1e-9) {
    const middle = Math.sqrt(low * high);
    if (reached(middle) < target) low = middle;
    else high = middle;
  }
  return Math.sign(accuracy - 0.5) * high;
}
