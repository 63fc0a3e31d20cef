import type { Core } from "../core/core.js";
import { DataError, outOfRange } from "../core/errors.js";
import { placed, rule } from "../core/reasons.js";
import { percent } from "../model/format.js";
import { AuditTally, audit } from "./audit.js";
import { verdictOf, worthOf } from "./estimates.js";
import { type FileAudit, type FileAuditOptions, type RowSource, readRecords, remarks } from "./file.js";
import { difference, type Limits } from "./intervals.js";
import { type AuditOptions, resolveOptions } from "./options.js";
import { type AuditReason, auditReason } from "./reasons.js";
import type { AuditResult, CalibrationAccount, Interval } from "./result.js";
import type { AuditFields, RowFields } from "./row.js";
import { shareInterval } from "./share.js";

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

/** What of a file without labels, and of a calibration set with labels, is read, and how the file is judged. */
export interface CalibratedQuestion {
  /** `correct` is of the calibration set; `kept`, or `score`, of both. */
  fields: Pick<AuditFields, "correct" | "kept" | "score" | "true" | "false" | "missing">;
  options: Pick<AuditOptions, "classes" | "confidence" | "threshold">;
}

/**
 * Audits a file without labels by the rates that its verifier has on a labelled set elsewhere: p is that of Rogan and Gladen,
 * φ and ψ those of the set, and all else follows from them and from the keep rate of the file. It holds if the verifier keeps correct
 * and wrong labels of the file at those rates.
 *
 * @returns Null if the reading was aborted.
 * @throws As {@link auditRows}; DataError if the set has no correct or no wrong label, or if the keep rate of the file shows that its
 * verifier does not have the rates of the set.
 */
export async function auditCalibrated(
  core: Core,
  source: RowSource,
  set: RowSource,
  { fields, options }: CalibratedQuestion,
  how: FileAuditOptions = {},
): Promise<FileAudit | null> {
  const calibration = { correct: { kept: 0, of: 0 }, wrong: { kept: 0, of: 0 } };
  const threshold = options.threshold ?? null;
  const isKept = ({ kept, score }: { kept?: boolean; score?: number }) =>
    kept ?? (score ?? -Infinity) >= (threshold ?? 0);
  const labelled = await readRecords(set, fields, how, (record) => {
    if (record.correct === null) return;
    const of = calibration[record.correct ? "correct" : "wrong"];
    of.of++;
    if (isKept(record)) of.kept++;
  });
  if (labelled === null) return null;
  const { correct: _, ...unlabelled } = fields;
  const tally = new AuditTally(options);
  const reading = await readRecords(source, unlabelled as RowFields, how, (record) => tally.add(record));
  if (reading === null) return null;
  for (const [label, { of }] of Object.entries(calibration)) {
    if (of > 0) continue;
    const reason = auditReason("calibration-lacks-label", { label: label as "correct" | "wrong" });
    throw new DataError(placed(reason, `${set.name || set.source}: `));
  }
  const plain = audit(core, tally);
  const refuted = refutedBy(core, plain, calibration, resolveOptions(options));
  if (refuted !== null) throw new DataError(placed(refuted, `${source.name || source.source}: `));
  const result = calibratedEstimates(core, plain, calibration, resolveOptions(options));
  const warnings = [auditReason("calibrated-elsewhere"), ...remarks(reading)];
  return {
    source: source.source,
    fields,
    threshold,
    recommended: false,
    heldOut: null,
    thresholds: null,
    unreadable: reading.unreadable,
    result: { ...result, warnings },
    calibration: { source: set.source, ...calibration },
  };
}

/** The level at which all three rates hold at once, each at a third of the doubt. */
function ofThree(confidence: number): number {
  return 1 - (1 - confidence) / 3;
}

/** Why the rates of the set are not those of the file: no mixture of correct and wrong rows is kept as often, beyond what chance does. */
function refutedBy(
  core: Core,
  { counts }: AuditResult,
  set: Omit<CalibrationAccount, "source">,
  { confidence }: { confidence: number },
): AuditReason | null {
  const [k, phi, psi] = [{ kept: counts.kept, of: counts.rows }, set.correct, set.wrong].map(({ kept, of }) =>
    shareInterval(core, { successes: kept, n: of }, ofThree(confidence)),
  ) as [Interval, Interval, Interval];
  const [low, high] = [Math.min(phi.low, psi.low), Math.max(phi.high, psi.high)];
  if (k.low <= high && k.high >= low) return null;
  return auditReason("calibration-refuted", { keepRate: percent(k.estimate), low: percent(low), high: percent(high) });
}

/** Steps of each of the three rates between its limits. */
const STEPS = 4;

/** The estimates of an audit without labels, by the rates of a calibration set. */
export function calibratedEstimates(
  core: Core,
  plain: AuditResult,
  set: Omit<CalibrationAccount, "source">,
  { classes, confidence }: { classes: number; confidence: number },
): AuditResult {
  const { rows, kept } = plain.counts;
  const file = { kept, of: rows };
  const share = (counted: CountedOf, level: number) =>
    shareInterval(core, { successes: counted.kept, n: counted.of }, level);
  const [phi, psi] = [share(set.correct, confidence), share(set.wrong, confidence)];
  const right = calibratedPrecision(core, { file, ...set }, confidence);
  // each of three at a third of the doubt, so that all three hold at once
  const sure = [file, set.correct, set.wrong].map((counted) => share(counted, ofThree(confidence)));
  const of = (f: (k: number, phi: number, psi: number) => number | null, least = 0): Interval => {
    const [k, u, v] = [file, set.correct, set.wrong].map((counted) => counted.kept / counted.of) as [
      number,
      number,
      number,
    ];
    return { estimate: f(k, u, v), ...extremes(f, sure, least) };
  };
  const correct = (k: number, u: number, v: number) => (u > v ? Math.min(1, Math.max(0, (k - v) / (u - v))) : null);
  const precision = (k: number, u: number, v: number) => {
    const all = correct(k, u, v);
    if (all === null || k === 0) return null;
    // all rows correct, or none: so are the kept ones, whatever is left of k
    return all === 1 || all === 0 ? all : Math.min(1, (all * u) / k);
  };
  const point = (u: number, v: number) => (u + v > 0 ? ((classes - 1) * u) / ((classes - 1) * u + v) : null);
  const less = (x: number | null, y: number | null) => (x === null || y === null ? null : x - y);
  const keptPrecision = of(precision);
  const errorRate = mirrored(right);
  const youden = difference(phi, psi);
  const breakdown = of((_, u, v) => point(u, v));
  const effect = youden.low > 0 ? "better" : youden.high < 0 ? "worse" : "inconclusive";
  return {
    ...plain,
    errorRate,
    phi,
    psi,
    breakdown,
    keptPrecision,
    margin: of((k, u, v) => less(point(u, v), errorAt(correct(k, u, v))), -1),
    youden,
    gain: of((k, u, v) => less(precision(k, u, v), correct(k, u, v)), -1),
    worth: worthOf(keptPrecision, errorRate, plain.counts, classes),
    verdict: verdictOf(keptPrecision, classes),
    verification: effect,
    methods: METHODS,
  };
}

const ALL_THREE =
  "the extremes over the Clopper–Pearson limits of the keep rate, φ and ψ, each at a third of 1 − confidence";
const METHODS = {
  errorRate: "Rogan and Gladen 1978, with the interval of Lang and Reiczigel 2014",
  phi: "Clopper–Pearson, of the calibration set",
  psi: "Clopper–Pearson, of the calibration set",
  breakdown: ALL_THREE,
  keptPrecision: ALL_THREE,
  margin: ALL_THREE,
  gain: ALL_THREE,
  youden: "MOVER (Zou & Donner 2008) from the limits of φ and ψ",
  keepRate: "counted over all rows, so it has no width",
  verdict: "below where all of the interval of kept precision is above 1/K, above where all of it is below",
  verification: "better if all of the interval of φ − ψ is above 0",
  worth: "n·((Ka − 1)/(K − 1))² clean rows for n rows of precision a: at the limits of a",
};

function errorAt(correct: number | null): number | null {
  return correct === null ? null : 1 - correct;
}

function mirrored({ estimate, low, high }: Interval): Interval {
  return { estimate: errorAt(estimate), low: 1 - high, high: 1 - low };
}

/** The extremes of f over three intervals; all that it may be, if it is open anywhere in them. */
function extremes(
  f: (k: number, phi: number, psi: number) => number | null,
  intervals: readonly Interval[],
  least: number,
): Limits {
  let [low, high] = [Infinity, -Infinity];
  const steps = intervals.map(({ low, high }) =>
    Array.from({ length: STEPS + 1 }, (_, i) => low + ((high - low) * i) / STEPS),
  );
  for (const k of steps[0] ?? [])
    for (const phi of steps[1] ?? [])
      for (const psi of steps[2] ?? []) {
        const value = f(k, phi, psi);
        if (value === null) return { low: least, high: 1 };
        [low, high] = [Math.min(low, value), Math.max(high, value)];
      }
  return { low, high };
}
