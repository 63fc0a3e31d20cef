import type { Core } from "../core/core.js";
import { outOfRange } from "../core/errors.js";
import { rule } from "../core/reasons.js";
import type { Interval } from "./result.js";

/** So many of so many rows. */
export interface CountedOf {
  kept: number;
  of: number;
}

/** What a verifier keeps of a file without labels, and of a calibration set elsewhere whose labels are known. */
export interface Calibration {
  file: CountedOf;
  correct: CountedOf;
  wrong: CountedOf;
}

/**
 * The share of correct labels in a file that has none, from how many of its rows a verifier keeps, k = (1 − p)φ + pψ, with φ and
 * ψ of a calibration set: (k − ψ)/(φ − ψ). The interval is that of Lang and Reiczigel. It holds if the verifier keeps correct and wrong
 * labels of the file at the rates of the calibration set, which nothing in the file shows.
 *
 * @returns 1 − p; no estimate, and the whole of [0, 1], if the verifier does not keep correct labels more often than wrong ones.
 * @throws ArgumentError if a count is not one.
 * @example
 * const calibration = { file: { kept: 400, of: 1000 }, correct: { kept: 180, of: 200 }, wrong: { kept: 60, of: 200 } };
 * calibratedPrecision(core, calibration, 0.95) // 0.16667, 0.05635 to 0.26273
 * @see Rogan, Gladen, Estimating prevalence from the results of a screening test, Am. J. Epidemiol. 107 (1978)
 * @see Lang, Reiczigel, Confidence limits for prevalence of disease adjusted for estimated sensitivity and specificity, Prev. Vet.
 * Med. 113 (2014)
 */
export function calibratedPrecision(core: Core, calibration: Calibration, confidence: number): Interval {
  for (const [name, { kept, of }] of Object.entries(calibration) as [keyof Calibration, CountedOf][]) {
    const counts = Number.isSafeInteger(kept) && Number.isSafeInteger(of) && kept >= 0 && of >= 1 && kept <= of;
    if (!counts)
      throw outOfRange(name, rule("described", { text: "a count of kept rows, and of at least as many" }), [kept, of]);
  }
  const { file, correct, wrong } = calibration;
  const z = core.exports.normalQuantile((1 + confidence) / 2);
  const square = z * z;
  const [phi, psi] = [correct.kept / correct.of, wrong.kept / wrong.of];
  if (phi <= psi) return { estimate: null, low: 0, high: 1 };
  const estimate = (file.kept / file.of - psi) / (phi - psi);
  // with half of z² kept and rejected rows added to the file, and one of each to the calibration set
  const n = file.of + square;
  const [k, m, l] = [(file.kept + square / 2) / n, correct.of + 2, wrong.of + 2];
  const [right, bad] = [(correct.kept + 1) / m, (wrong.kept + 1) / l];
  const apart = right - bad;
  if (apart <= 0) return { estimate: null, low: 0, high: 1 };
  const middle = (k - bad) / apart;
  const [ofRight, ofBad] = [right * (1 - right), bad * (1 - bad)];
  const shift = 2 * square * ((middle * ofRight) / m - ((1 - middle) * ofBad) / l);
  const spread = Math.sqrt((k * (1 - k)) / n + (middle ** 2 * ofRight) / m + ((1 - middle) ** 2 * ofBad) / l) / apart;
  const within = (value: number) => Math.min(1, Math.max(0, value));
  const share = within(estimate);
  const [low, high] = [within(middle + shift - z * spread), within(middle + shift + z * spread)];
  return { estimate: share, low: Math.min(low, share), high: Math.max(high, share) };
}
