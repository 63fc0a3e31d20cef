import { TEXT_CORE_HASH } from "../../core/text.generated.js";
import { VERSION } from "../../core/version.generated.js";
import { type PairedVerdict, verdictOf } from "../../model/paired.js";
import { type MeanWithError, meanWithError } from "../../model/statistics.js";
import type { NewsArm } from "./arms.js";
import type { NewsMeasures } from "./measure.js";
import type { NewsSettings } from "./options.js";
import { type NewsRates, ratesAt, SWEEP } from "./rates.js";
import type { RougeTriple } from "./synthetic.js";

/** One arm of one repetition, finished. */
export interface NewsOutcome {
  seed: number;
  arm: NewsArm;
  rows: number;
  measures: NewsMeasures;
  /** Of an arm that learns from generated summaries: ROUGE of all that could be kept, and the places of those kept. */
  selection: { rouge: readonly RougeTriple[]; kept: readonly number[] } | null;
}

/** The measures of which differences are taken. */
export const newsMeasures = ["rouge1", "rouge2", "rougeL", "nll"] as const;
export type NewsMeasure = (typeof newsMeasures)[number];

type Rates = { [Rate in Exclude<keyof NewsRates, "threshold">]: MeanWithError };

/** An arm over all repetitions. */
export interface NewsArmResult extends NewsArm, Record<NewsMeasure | "words", MeanWithError> {
  repetitions: number;
  rows: number;
  /** ROUGE of the summaries that it learns from; null of human ones. */
  selected: { rouge1: MeanWithError; rouge2: MeanWithError; rougeL: MeanWithError } | null;
  /** At the stated threshold; null of human summaries. */
  rates: Rates | null;
  /** Whether the theory of noisy labels expects the kept summaries to teach what is right: p is below p⋆. */
  prediction: "below" | "above" | null;
  /** What came of it: ROUGE-1 against the original model. */
  outcome: PairedVerdict | null;
  /** The rates over other thresholds. */
  thresholds: ({ threshold: number } & Rates)[];
  perSeed: (NewsMeasures & { seed: number })[];
}

/** Means of paired differences over the repetitions, arm minus the other. */
export interface NewsComparison {
  arm: string;
  against: string;
  measure: NewsMeasure;
  difference: number;
  se: number | null;
  repetitions: number;
  /** Beyond two standard errors; of `nll`, less is better. */
  verdict: PairedVerdict | null;
}

/** What `pstar news --format json` prints. */
export interface NewsResult {
  schema: "pstar/news@1";
  complete: boolean;
  settings: NewsSettings;
  data: NewsData;
  threshold: { rule: "given" | "mean of the original model"; value: MeanWithError };
  arms: NewsArmResult[];
  comparisons: NewsComparison[];
  version: string;
  coreHash: string;
}

export interface NewsData {
  /** The file, or `newswire`. */
  source: string;
  /** SHA-256 of the articles. */
  hash: string;
  articles: number;
  train: number;
  generator: number;
  verifier: number;
  test: number;
}

/** Gathers finished arms, in any order, into the result. */
export function newsResult(
  arms: readonly NewsArm[],
  outcomes: readonly NewsOutcome[],
  settings: NewsSettings,
  data: NewsData,
): NewsResult {
  const of = (arm: string, seed: number) =>
    outcomes.find((outcome) => outcome.arm.name === arm && outcome.seed === seed);
  const thresholdOf = (seed: number) => settings.threshold ?? of("original", seed)?.measures.rouge1 ?? null;
  const comparisons = arms.flatMap((arm) =>
    rivalsOf(arm, arms).flatMap((against) =>
      newsMeasures.flatMap((measure) => {
        const pairs = settings.seeds.flatMap((seed) => {
          const ours = of(arm.name, seed)?.measures[measure] ?? null;
          const theirs = of(against, seed)?.measures[measure] ?? null;
          return ours === null || theirs === null ? [] : [ours - theirs];
        });
        const { mean, se } = meanWithError(pairs);
        const verdict = verdictOf({ mean, se }, measure === "nll");
        return mean === null
          ? []
          : [{ arm: arm.name, against, measure, difference: mean, se, repetitions: pairs.length, verdict }];
      }),
    ),
  );
  return {
    schema: "pstar/news@1",
    complete: outcomes.length === arms.length * settings.seeds.length,
    settings,
    data,
    threshold: {
      rule: settings.threshold === null ? "mean of the original model" : "given",
      value: meanWithError(settings.seeds.map(thresholdOf)),
    },
    arms: arms.flatMap((arm) => {
      const ours = settings.seeds.flatMap((seed) => of(arm.name, seed) ?? []);
      const verdict = comparisons.find(
        ({ arm: name, against, measure }) => name === arm.name && against === "original" && measure === "rouge1",
      )?.verdict;
      return ours.length === 0 ? [] : [armResult(arm, ours, thresholdOf, verdict ?? null)];
    }),
    comparisons,
    version: VERSION,
    coreHash: TEXT_CORE_HASH,
  };
}

/** Arms that an arm is held against: the original, the unselected, and random rows as many. */
function rivalsOf(arm: NewsArm, arms: readonly NewsArm[]): string[] {
  const random = arms.find(({ kind, verifier, fraction }) => {
    return kind === "selected" && verifier === "random" && fraction === arm.fraction;
  });
  const rivals = ["original", "unselected", ...(arm.kind === "selected" && random ? [random.name] : [])];
  return rivals.filter((name) => name !== arm.name && !(arm.kind === "original"));
}

function armResult(
  arm: NewsArm,
  outcomes: readonly NewsOutcome[],
  thresholdOf: (seed: number) => number | null,
  outcome: PairedVerdict | null,
): NewsArmResult {
  const measure = (name: NewsMeasure | "words") => meanWithError(outcomes.map(({ measures }) => measures[name]));
  const selectedRouge = (column: 0 | 1 | 2) =>
    meanWithError(
      outcomes.map(({ selection }) => {
        if (selection === null) return null;
        return selection.kept.reduce((sum, place) => sum + selection.rouge[place][column], 0) / selection.kept.length;
      }),
    );
  const isSynthetic = outcomes[0].selection !== null;
  const ratesWith = (threshold: (seed: number) => number | null): Rates => {
    const all = outcomes.map(({ seed, selection }) => {
      const value = threshold(seed);
      if (selection === null || value === null) return null;
      const rouge1 = selection.rouge.map(([first]) => first);
      return ratesAt(value, rouge1, selection.kept);
    });
    const rate = (name: keyof Rates) => meanWithError(all.map((rates) => rates?.[name] ?? null));
    return {
      errorRate: rate("errorRate"),
      phi: rate("phi"),
      psi: rate("psi"),
      breakdown: rate("breakdown"),
      precision: rate("precision"),
    };
  };
  const rates = isSynthetic ? ratesWith(thresholdOf) : null;
  return {
    ...arm,
    repetitions: outcomes.length,
    rows: outcomes[0].rows,
    rouge1: measure("rouge1"),
    rouge2: measure("rouge2"),
    rougeL: measure("rougeL"),
    nll: measure("nll"),
    words: measure("words"),
    selected: isSynthetic ? { rouge1: selectedRouge(0), rouge2: selectedRouge(1), rougeL: selectedRouge(2) } : null,
    rates,
    prediction: predictionOf(rates),
    outcome,
    thresholds: isSynthetic ? SWEEP.map((threshold) => ({ threshold, ...ratesWith(() => threshold) })) : [],
    perSeed: outcomes.map(({ seed, measures }) => ({ seed, ...measures })),
  };
}

function predictionOf(rates: Rates | null): "below" | "above" | null {
  const { mean: p } = rates?.errorRate ?? { mean: null };
  const { mean: breakdown } = rates?.breakdown ?? { mean: null };
  return p === null || breakdown === null ? null : p < breakdown ? "below" : "above";
}
