import { betaCdf } from "../core/beta.js";
import type { Core } from "../core/core.js";
import { outOfRange } from "../core/errors.js";
import { shortPercent } from "../model/format.js";
import { type Cells, effective, SlicedCells, union } from "./cells.js";
import { ClassTally, WrongAnswers } from "./classes.js";
import { countedShare, KEPT, kornGraubard } from "./clusters.js";
import { estimates, isWholeSample } from "./estimates.js";
import { auditMethods } from "./methods.js";
import { type AuditOptions, type ResolvedOptions, resolveOptions } from "./options.js";
import { type AuditReason, auditReason } from "./reasons.js";
import { checkRecord } from "./record.js";
import type { AuditEstimates, AuditRecord, AuditResult, AuditSlice } from "./result.js";
import { clopperPearson, shareInterval } from "./share.js";
import { sliceResults } from "./slices.js";
import { errorOf, errorsOf, keptCounted, labelledTwice, rowsTwice } from "./strata.js";

/**
 * Counts the rows of an audit one by one, in memory for a few numbers a slice; for files that do not fit into memory.
 *
 * @example
 * const tally = new AuditTally({ design: "stratified" });
 * for await (const record of records) tally.add(record);
 * audit(core, tally).keptPrecision // { estimate: …, low: …, high: … }
 */
export class AuditTally {
  readonly #options: ResolvedOptions;
  readonly #cells = new SlicedCells();
  readonly #classes = new ClassTally();
  readonly #wrongAnswers = new WrongAnswers();

  /** @throws ArgumentError if an option is out of its range. */
  constructor(options: AuditOptions = {}) {
    this.#options = resolveOptions(options);
  }

  /** @throws ArgumentError if the record is not valid, with its number, from 1; it is not counted then. */
  add(record: AuditRecord): void {
    const checked = checkRecord(record, this.#cells.all.rows + 1, this.#options.threshold);
    this.#cells.add(checked);
    this.#classes.add(checked);
    this.#wrongAnswers.add(checked);
  }

  /** @internal */
  result(core: Core): AuditResult {
    const { design, classes, confidence, interval, finitePopulation, adjust, probability } = this.#options;
    const cells = this.#cells.all;
    refuseMixture(this.#cells, this.#options);
    const slices = sliceResults(core, this.#cells, this.#options);
    const confusion = this.#classes.result(core, confidence, 0);
    const whole = estimates(core, cells, this.#options);
    return {
      schema: "pstar/audit@1",
      design,
      classes,
      confidence,
      intervals: { method: interval, finitePopulation },
      clusters: clustersOf(core, cells, this.#options),
      annotators: annotatorsOf(core, cells, this.#options),
      ...whole,
      probabilityBelow: probability ? probabilityBelow(core, cells, this.#options, whole) : null,
      fewestWrongAnswers: fewestWrongAnswers(whole, classes),
      wrongAnswers: this.#wrongAnswers.result(core, confidence),
      confusion,
      methods: auditMethods(this.#options, isWholeSample(cells, this.#options), this.#cells.equalWeights, cells),
      adjustment: slices.length === 0 ? null : adjust,
      slices,
      warnings: auditWarnings(core, cells, { design, classes: confusion === null ? classes : 2 }, slices),
    };
  }
}

/**
 * What human labels of some rows say of a whole file: p, φ, ψ, p⋆ and the precision of the kept rows, each with its
 * interval, and whether most of the kept labels are correct.
 *
 * @param records Every row of the file, audited or not; or an {@link AuditTally} that has counted them.
 * @throws ArgumentError if an option or a record is not valid; the message names the row.
 * @example
 * const records = [{ correct: true, kept: true }, { correct: false, kept: false }, { correct: null, kept: true }];
 * audit(core, records).verdict // "inconclusive"
 */
export function audit(core: Core, records: Iterable<AuditRecord>, options?: AuditOptions): AuditResult;
export function audit(core: Core, tally: AuditTally): AuditResult;
export function audit(
  core: Core,
  records: Iterable<AuditRecord> | AuditTally,
  options: AuditOptions = {},
): AuditResult {
  if (records instanceof AuditTally) return records.result(core);
  const tally = new AuditTally(options);
  for (const record of records) tally.add(record);
  return tally.result(core);
}

// What an audit says of how its labels came about, beside the estimates.

/** @throws ArgumentError if a method is asked of labels for which it does not hold. */
export function refuseMixture({ all, equalWeights }: SlicedCells, { interval }: ResolvedOptions): void {
  const clustered = all.clusters.size > 0;
  const predicted = [all.strata.kept, all.strata.rejected].some(({ predictions }) => predictions.audited.n > 0);
  const twice = labelledTwice(all);
  if (interval === "betting" && (clustered || predicted || twice || !equalWeights)) {
    throw outOfRange("interval", auditReason("betting-of-independent-labels"), interval);
  }
  if (predicted && (clustered || twice || !equalWeights)) {
    throw outOfRange("predicted", auditReason("predictions-of-independent-labels"), "predictions");
  }
}

/** The clusters of audited rows; null without any. */
function clustersOf(core: Core, cells: Cells, options: ResolvedOptions): AuditResult["clusters"] {
  const count = cells.clusters.size;
  if (count === 0) return null;
  const labels = cells.keptCorrect.count + cells.keptWrong.count;
  const { confidence, interval } = options;
  return {
    count,
    kept: {
      labels,
      effective: countedShare(core, cells, KEPT, confidence).n,
      kornGraubard: shareInterval(core, kornGraubard(core, cells, KEPT, confidence), confidence, interval),
    },
  };
}

/** What two people's labels of the same rows say of how often people err; null without such rows. */
function annotatorsOf(core: Core, cells: Cells, { confidence, interval }: ResolvedOptions): AuditResult["annotators"] {
  if (!labelledTwice(cells)) return null;
  const { kept, rejected } = cells.strata;
  const sum = (label: "correct" | "wrong") => ({
    same: kept.twice[label].same + rejected.twice[label].same,
    other: kept.twice[label].other + rejected.twice[label].other,
  });
  const twice = { correct: sum("correct"), wrong: sum("wrong") };
  const rows = rowsTwice(twice);
  const differ = twice.correct.other + twice.wrong.other;
  return {
    rows,
    disagreement: shareInterval(core, { successes: differ, n: rows }, confidence, interval),
    errorRate: errorOf(twice),
    errors: errorsOf(kept.twice, rejected.twice),
  };
}

/**
 * The chance that more than 1/K of the kept labels are correct, if before any label each share was as likely as
 * Jeffreys' prior says; 0 or 1 if all rows that are asked about were counted. Null without a label of a kept row, and if people's errors are in the interval.
 */
export function probabilityBelow(
  core: Core,
  cells: Cells,
  options: ResolvedOptions,
  { keptPrecision: { low, high } }: Pick<AuditEstimates, "keptPrecision">,
): number | null {
  const { successes, n } = keptCounted(core, cells, options);
  if (n === 0 || labelledTwice(cells)) return null;
  if (low === high) return low > 1 / options.classes ? 1 : 0; // all of the rows that are asked about were counted
  return betaCdf(core, 1 - 1 / options.classes, n - successes + 0.5, successes + 0.5);
}

/**
 * Of how many equally likely wrong answers, at least, the kept labels of an audit that is above at two classes would be
 * below: the fewest m with a > 1/(m + 1) for all of the interval. Null otherwise, and if no number is known to be enough.
 */
export function fewestWrongAnswers(
  { verdict, keptPrecision: { low } }: AuditEstimates,
  classes: number,
): number | null {
  if (verdict !== "above" || classes !== 2 || low <= 0) return null;
  const fewest = Math.floor(1 / low);
  return Number.isSafeInteger(fewest) ? fewest : null;
}

/** Below so many labels the intervals are wide, and a warning says so. */
export const FEW_LABELS = 30;
const FEW_CLUSTERS = 20;
/** A true simple sample is suspected once in 1000. */
const SUSPICION = 0.999;
/** Labels that all say the same may be marks of these rows alone, so less is enough. */
const SUSPICION_OF_MARKS = 0.99;
const NAMED = 5;

/** What a reader of an audit should know. */
export function auditWarnings(
  core: Core,
  cells: Cells,
  { design, classes }: Pick<ResolvedOptions, "design" | "classes">,
  slices: readonly AuditSlice[],
): AuditReason[] {
  const { rows, kept, rejected, audited, ...by } = cells.counts();
  if (rows === 0) return [auditReason("no-row")];
  if (audited === 0) return [auditReason("none-audited")];
  const found: AuditReason[] = [];
  const auditedKept = by.keptCorrect + by.keptWrong;
  if (audited < FEW_LABELS) found.push(auditReason("few-audited", { rows: audited }));
  if (kept === 0) found.push(auditReason("none-kept"));
  else if (rejected === 0) found.push(auditReason("all-kept"));
  else if (auditedKept === 0) found.push(auditReason("none-kept-audited"));
  else if (auditedKept === audited) found.push(auditReason("none-rejected-audited"));
  if (classes > 2) found.push(auditReason("classes-assumed", { classes }));
  const clusters = cells.clusters.size;
  if (clusters > 0 && clusters < FEW_CLUSTERS) found.push(auditReason("few-clusters", { clusters }));
  found.push(...ofDesign(core, cells, design));
  const varying = slices.filter(({ differs }) => differs.length > 0);
  if (varying.length > 0) found.push(ofSlices(varying, slices.length));
  return found;
}

function ofDesign(core: Core, cells: Cells, design: ResolvedOptions["design"]): AuditReason[] {
  const { rows, kept, rejected, audited, ...by } = cells.counts();
  const ofKept = union(cells.keptCorrect, cells.keptWrong);
  const ofRejected = union(cells.rejectedCorrect, cells.rejectedWrong);
  const sample = effective(ofKept, ofRejected);
  const all = union(ofKept, ofRejected);
  const found: AuditReason[] = [];
  const [correct, wrong] = [by.keptCorrect + by.rejectedCorrect, by.keptWrong + by.rejectedWrong];
  const equals = (all.weight / all.square) * all.weight;
  if (equals < audited / 2) {
    found.push(auditReason("weights-unequal", { rows: audited, worth: equals.toFixed(equals < 10 ? 1 : 0) }));
  }
  if (kept === 0 || rejected === 0) return found;
  if (design === "stratified" && audited === rows) found.push(auditReason("stratified-all-audited"));
  if (design === "simple" && audited < rows) {
    const rate = kept / rows;
    const shares = { audited: shortPercent(sample.successes / sample.n, 3), all: shortPercent(rate, 3) };
    const isSample = (confidence: number) => {
      const { low, high } = clopperPearson(core, sample, confidence);
      return rate >= low && rate <= high;
    };
    if (!isSample(SUSPICION)) found.push(auditReason("not-a-simple-sample", shares));
    if ((correct === 0) !== (wrong === 0)) {
      const alike = { rows: audited, means: wrong === 0, blank: rows - audited };
      found.push(auditReason("labels-all-alike", { ...alike, ...shares, isSample: isSample(SUSPICION_OF_MARKS) }));
    }
  }
  return found;
}

function ofSlices(varying: readonly AuditSlice[], all: number): AuditReason {
  // named one by one, all of them would tell nothing
  if (varying.length === all) return auditReason("all-slices-differ", { all });
  const names = varying.slice(0, NAMED).map(({ slice }) => JSON.stringify(slice));
  return auditReason("slices-differ", { names, more: varying.length - names.length });
}
