import { binomialFrom } from "../core/beta.js";
import type { Core } from "../core/core.js";
import { verificationOf } from "./estimates.js";
import type { Interval } from "./result.js";
import { clopperPearson } from "./share.js";

/** Masses further out than this many standard deviations (and as many rows) are below 1e-8. */
const REACH = 6;

/** A share, and the one that its interval should exclude. */
export interface Aim {
  share: number;
  /** 1/K. */
  against: number;
  confidence: number;
}

/** The same question asked of failures, where the share is the smaller one. */
function upward({ share, against, confidence }: Aim): Aim {
  return share > against ? { share, against, confidence } : { share: 1 - share, against: 1 - against, confidence };
}

/** The fewest of n that put the whole Clopper–Pearson interval above `against`; n + 1 if none do. */
function fewest(core: Core, n: number, { against, confidence }: Aim): number {
  let [low, high] = [0, n + 1];
  // the lower limit is above where so many or more have less than half of 1 − confidence
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (binomialFrom(core, middle, n, against) < (1 - confidence) / 2) high = middle;
    else low = middle;
  }
  return high;
}

/** The exact chance that the interval of n rows lies on the share's side of `against`. */
export function verdictPower(core: Core, n: number, aim: Aim): number {
  const up = upward(aim);
  return n < 1 ? 0 : binomialFrom(core, fewest(core, n, up), n, up.share);
}

/**
 * Whether n rows, and any more, have the power. It grows with n but where one more success becomes needed: there it falls,
 * least at the next such places, which are looked at.
 */
export function verdictHolds(core: Core, n: number, aim: Aim, power: number): boolean {
  const up = upward(aim);
  if (verdictPower(core, n, aim) < power) return false;
  let at = n;
  for (let jump = 0; jump < 4; jump++) {
    const needed = fewest(core, at, up);
    let [low, high] = [at, at + Math.ceil(4 / up.against) + 4];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (fewest(core, middle, up) > needed) high = middle;
      else low = middle;
    }
    at = high;
    if (verdictPower(core, at, aim) < power) return false;
  }
  return true;
}

/** Labels beyond which the price of looking after each is not worked out. */
const MOST_LOOKS = 5000;

/** Labels of kept rows that are looked at one after the other. */
export interface SequentialLabels {
  /** So many at most. */
  labels: number;
  /** So many on average, as one stops when they decide. */
  expected: number;
  /** Chance that they decide by then. */
  power: number;
}

/**
 * How many labels of kept rows it takes if one looks after each of them, by the confidence sequence by betting: the exact law of the
 * number of correct ones, row by row, of those that have not crossed its limit. Null beyond {@link MOST_LOOKS}.
 */
export function sequentialLabels(core: Core, aim: Aim, power: number): SequentialLabels | null {
  const { share, against, confidence } = upward(aim);
  const tail = (1 - confidence) / 2;
  // P(so many correct, not decided yet)
  let open = [1];
  let [undecided, expected, needed] = [1, 0, 1];
  for (let labels = 1; labels <= MOST_LOOKS; labels++) {
    expected += undecided;
    while (needed <= labels && core.exports.bettingLower(needed, labels, tail) <= against) needed++;
    const next = new Array<number>(Math.min(needed, labels + 1)).fill(0);
    for (const [correct, chance] of open.entries()) {
      if (correct < next.length) next[correct] = (next[correct] ?? 0) + chance * (1 - share);
      if (correct + 1 < next.length) next[correct + 1] = (next[correct + 1] ?? 0) + chance * share;
    }
    open = next;
    undecided = open.reduce((sum, chance) => sum + chance, 0);
    if (1 - undecided >= power) return { labels, expected, power: 1 - undecided };
  }
  return null;
}

/** Correct shares of kept and rejected rows whose order should be found. */
export interface Order {
  kept: number;
  rejected: number;
  confidence: number;
}

/** The exact chance that the interval of the difference tells which of two shares is larger, from so many rows of each. */
export function verificationPower(core: Core, keptRows: number, rejectedRows: number, order: Order): number {
  const { kept, rejected, confidence } = order;
  if (keptRows < 1 || rejectedRows < 1) return 0;
  // the one that is believed to be larger first
  const [n, m] = kept > rejected ? [keptRows, rejectedRows] : [rejectedRows, keptRows];
  const [a, b] = kept > rejected ? [kept, rejected] : [rejected, kept];
  const larger = within(n, a).map((successes) => clopperPearson(core, { successes, n }, confidence));
  const counts = within(m, b);
  const smaller = counts.map((successes) => clopperPearson(core, { successes, n: m }, confidence));
  const first = within(n, a)[0] ?? 0;
  let power = 0;
  let told = 0; // counts of the smaller share, from the lowest, that this count of the larger one tells apart
  let above = binomialFrom(core, first, n, a);
  for (const [i, interval] of larger.entries()) {
    while (
      told < smaller.length &&
      verificationOf({ kept: interval, rejected: smaller[told] as Interval }) === "better"
    )
      told++;
    const next = binomialFrom(core, first + i + 1, n, a);
    const below = told === 0 ? 0 : 1 - binomialFrom(core, counts[told - 1] + 1, m, b);
    power += (above - next) * below;
    above = next;
  }
  return power;
}

/** The exact chance that both hold at once: the verdict of kept rows, and the order of kept and rejected ones. */
export function bothPower(core: Core, keptRows: number, rejectedRows: number, aim: Aim, order: Order): number {
  const { kept, rejected, confidence } = order;
  if (keptRows < 1 || rejectedRows < 1) return 0;
  const below = aim.share > aim.against;
  const better = kept > rejected;
  const counts = within(rejectedRows, rejected);
  const others = counts.map((successes) => clopperPearson(core, { successes, n: rejectedRows }, confidence));
  // P(Y ≥ count) for each count, and beyond the last
  const from = [...counts, (counts[counts.length - 1] ?? 0) + 1].map((count) =>
    binomialFrom(core, count, rejectedRows, rejected),
  );
  let told = 0; // counts of rejected rows, from the lowest, that are below these kept ones; or not yet above them
  let power = 0;
  for (const successes of within(keptRows, kept)) {
    const interval = clopperPearson(core, { successes, n: keptRows }, confidence);
    const holds = (other: Interval | undefined) =>
      other !== undefined && verificationOf({ kept: interval, rejected: other }) === (better ? "better" : "worse");
    if (better) while (holds(others[told])) told++;
    else while (told < others.length && !holds(others[told])) told++;
    if (below ? interval.low <= aim.against : interval.high >= aim.against) continue;
    const mass = binomialFrom(core, successes, keptRows, kept) - binomialFrom(core, successes + 1, keptRows, kept);
    const reached = from[told] ?? 0;
    power += mass * (better ? 1 - reached : reached);
  }
  return power;
}

/** Counts of n that a binomial of this share takes. */
function within(n: number, share: number): number[] {
  const reach = REACH * Math.sqrt(n * share * (1 - share)) + REACH;
  const [from, to] = [Math.max(0, Math.ceil(n * share - reach)), Math.min(n, Math.floor(n * share + reach))];
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

/**
 * The mean of f(count) over a binomial count of n; where this has a standard deviation of more than `fineness`, f is taken
 * as the same over as many counts as make one part in `fineness` of it.
 */
export function meanOverCounts(
  core: Core,
  n: number,
  share: number,
  fineness: number,
  f: (count: number) => number,
): number {
  const counts = within(n, share);
  const step = Math.max(1, Math.floor(Math.sqrt(n * share * (1 - share)) / fineness));
  let mean = 0;
  for (let i = 0; i < counts.length; i += step) {
    const last = Math.min(i + step, counts.length) - 1;
    const mass = binomialFrom(core, counts[i], n, share) - binomialFrom(core, counts[last] + 1, n, share);
    if (mass > 1e-9) mean += mass * f(counts[Math.floor((i + last) / 2)]);
  }
  return mean;
}

/**
 * The smallest count from 1 that `holds`, which larger ones do as well; null if `most` does not.
 *
 * @param guess Where the search begins.
 */
export function smallest(holds: (n: number) => boolean, guess: number, most: number): number | null {
  let high = Math.min(most, Math.max(1, Math.round(guess)));
  let low = 0;
  while (!holds(high)) {
    if (high === most) return null;
    low = high;
    high = Math.min(most, Math.ceil(high * 1.5) + 1);
  }
  // downwards in growing steps first: a guess is mostly near
  for (let step = Math.max(1, Math.floor(high / 16)); low === 0 && high - step > 0; step *= 2) {
    if (!holds(high - step)) low = high - step;
    else high -= step;
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}
