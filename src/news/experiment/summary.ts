import { drawsBelow } from "../../core/streams.js";
import { TEXT_CORE_HASH } from "../../core/text.generated.js";
import type { TextCore } from "../../core/textCore.js";
import { VERSION } from "../../core/version.generated.js";
import { meanWithError, type PairedVerdict, rankCorrelation, studentVerdict } from "../../model/statistics.js";
import type { Article } from "../interfaces.js";
import type { NewsArm, NewsSettings, NewsVerifier } from "./options.js";
import type { NewsExample } from "./result.js";
import {
  type NewsArmResult,
  type NewsData,
  type NewsMeasure,
  type NewsOutcome,
  type NewsRates,
  type NewsResult,
  newsMeasures,
} from "./result.js";
import { lowest } from "./split.js";
import type { Synthetic } from "./synthetic.js";

/** Gathers finished arms, in any order, into the result. */
export function newsResult(
  core: TextCore,
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
        const verdict = studentVerdict({ mean, se }, pairs.length, measure === "nll");
        return mean === null
          ? []
          : [{ arm: arm.name, against, measure, difference: mean, se, repetitions: pairs.length, verdict }];
      }),
    ),
  );
  const results = arms.flatMap((arm) => {
    const ours = settings.seeds.flatMap((seed) => of(arm.name, seed) ?? []);
    const verdict = comparisons.find(
      ({ arm: name, against, measure }) => name === arm.name && against === "original" && measure === "rouge1",
    )?.verdict;
    return ours.length === 0 ? [] : [armResult(arm, ours, thresholdOf, verdict ?? null)];
  });
  return {
    schema: "pstar/news@1",
    complete: outcomes.length === arms.length * settings.seeds.length,
    settings,
    data,
    threshold: {
      rule: settings.threshold === null ? "mean of the original model" : "given",
      value: meanWithError(settings.seeds.map(thresholdOf)),
    },
    arms: results,
    correlation: correlationOf(
      core,
      results.flatMap(({ rates, rouge1 }): [number, number][] => {
        const point = rates?.breakdown.mean ?? null;
        return point === null || rouge1.mean === null ? [] : [[point, rouge1.mean]];
      }),
    ),
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
  const ratesWith = (threshold: (seed: number) => number | null): NonNullable<NewsArmResult["rates"]> => {
    const all = outcomes.map(({ seed, selection }) => {
      const value = threshold(seed);
      if (selection === null || value === null) return null;
      const rouge1 = selection.rouge.map(([first]) => first);
      return ratesAt(value, rouge1, selection.kept);
    });
    const rate = (name: Exclude<keyof NewsRates, "threshold">) =>
      meanWithError(all.map((rates) => rates?.[name] ?? null));
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
    thresholds: isSynthetic
      ? SWEEP.map((threshold) =>
          verdictAt(
            threshold,
            ratesWith(() => threshold),
          ),
        )
      : [],
    perSeed: outcomes.map(({ seed, measures }) => ({ seed, ...measures })),
  };
}

function verdictAt(threshold: number, rates: NonNullable<NewsArmResult["rates"]>) {
  return { threshold, ...rates, prediction: predictionOf(rates) };
}

/** Draws of arms, and the share of them outside of the interval. */
const REPLICATES = 2000;
const OUTSIDE = 0.05;
/** Fewer arms have a correlation of 1 or −1 too easily. */
const FEWEST_ARMS = 3;

/**
 * Spearman's rank correlation of p⋆ and ROUGE-1 over the arms that have both, with a percentile interval of the bootstrap of arms.
 *
 * @see Efron, Nonparametric standard errors and confidence intervals, Canad. J. Statist. 9 (1981)
 */
export function correlationOf(
  core: TextCore,
  points: readonly (readonly [point: number, rouge: number])[],
): NewsResult["correlation"] {
  const estimate = points.length < FEWEST_ARMS ? null : rankCorrelation(points);
  if (estimate === null) return null;
  const below = drawsBelow(core, "armBootstrap", 0, 0);
  const drawn = Array.from({ length: REPLICATES }, () =>
    rankCorrelation(points.map(() => points[below(points.length)] as readonly [number, number])),
  );
  // a draw of one arm only says nothing
  const sorted = drawn.filter((value) => value !== null).sort((a, b) => a - b);
  const tail = Math.floor((OUTSIDE / 2) * sorted.length);
  return {
    estimate,
    low: Math.min(estimate, sorted[tail] ?? -1),
    high: Math.max(estimate, sorted[sorted.length - 1 - tail] ?? 1),
    arms: points.length,
    replicates: sorted.length,
  };
}

function predictionOf(rates: NewsArmResult["rates"]): "below" | "above" | null {
  const { mean: p } = rates?.errorRate ?? { mean: null };
  const { mean: breakdown } = rates?.breakdown ?? { mean: null };
  return p === null || breakdown === null ? null : p < breakdown ? "below" : "above";
}

/** Thresholds at which the rates are given beside the stated one. */
const SWEEP = [0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7] as const;

/** @param kept Places of the summaries that are kept. */
export function ratesAt(threshold: number, rouge1: readonly number[], kept: readonly number[]): NewsRates {
  const isCorrect = (place: number) => rouge1[place] >= threshold;
  const correct = rouge1.filter((value) => value >= threshold).length;
  const wrong = rouge1.length - correct;
  const keptCorrect = kept.filter(isCorrect).length;
  const phi = correct === 0 ? null : keptCorrect / correct;
  const psi = wrong === 0 ? null : (kept.length - keptCorrect) / wrong;
  return {
    threshold,
    errorRate: wrong / rouge1.length,
    phi,
    psi,
    breakdown: phi === null || psi === null || phi + psi === 0 ? null : phi / (phi + psi),
    precision: keptCorrect / kept.length,
  };
}

const LEAD = 240;

/** What a verifier makes of a typical summary among those that it keeps, and among those that it does not: neither picked by hand. */
export function newsExamples(
  articles: readonly Article[],
  { summaries, rouge, scores }: Synthetic,
  verifier: NewsVerifier,
  fraction: number,
): NewsExample[] {
  const given = scores[verifier];
  if (given === undefined || fraction >= 1) return [];
  const kept = new Set(lowest(given, fraction));
  const ranked = given.map((_, i) => i).sort((a, b) => given[a] - given[b] || a - b);
  return [true, false].map((isKept) => {
    const among = ranked.filter((place) => kept.has(place) === isKept);
    const place = among[among.length >> 1];
    const { id, text, summary: reference } = articles[place];
    const lead = text.length > LEAD ? `${wholeWords(text.slice(0, LEAD))} …` : text;
    const [rouge1] = rouge[place];
    return {
      verifier,
      kept: isKept,
      id,
      lead: lead.replace(/\s+/g, " "),
      reference,
      summary: summaries[place],
      rouge1,
    };
  });
}

/** A text that was cut, without the word that it was cut in. */
function wholeWords(text: string): string {
  const space = text.search(/\s\S*$/);
  return space < 0 ? text : text.slice(0, space).trimEnd();
}

/** The result as CSV: one line for each arm of each seed. */
export function newsCsv({ arms }: NewsResult): string {
  const head = [
    "arm",
    "kind",
    "verifier",
    "fraction",
    "bestOf",
    "rows",
    "seed",
    "rouge1",
    "rouge2",
    "rougeL",
    "nll",
    "words",
  ];
  const lines = arms.flatMap(({ name, kind, verifier, fraction, bestOf, rows, perSeed }) =>
    perSeed.map(({ seed, rouge1, rouge2, rougeL, nll, words }) =>
      [name, kind, verifier ?? "", fraction, bestOf, rows, seed, rouge1, rouge2, rougeL, nll ?? "", words].join(","),
    ),
  );
  return [head.join(","), ...lines].map((line) => `${line}\n`).join("");
}
