import type { Core } from "../core/core.js";
import { outOfRange } from "../core/errors.js";
import { rule } from "../core/reasons.js";
import { breakdownPoint, keepRate, keptPrecision } from "../model/breakdown.js";
import { requireClasses, requireConfidence } from "./options.js";
import {
  bothPower,
  meanOverCounts,
  sequentialLabels,
  smallest,
  verdictHolds,
  verdictPower,
  verificationPower,
} from "./power.js";
import { type AuditReason, auditReason } from "./reasons.js";
import type { AuditDesign, AuditPlan, IntervalMethod, PlannedLabels } from "./result.js";
import { clopperPearson } from "./share.js";

/** What is believed of a file before it is audited: either its rates, or the precision of the kept rows. */
export interface AuditPlanQuestion {
  /** φ and ψ in [0, 1], with `errorRate` or `margin`. */
  phi?: number;
  psi?: number;
  /** p in [0, 1]. */
  errorRate?: number;
  /** The smallest distance p⋆ − p that the audit must not miss, instead of `errorRate`. */
  margin?: number;
  /** Share of correct labels among the kept rows, in [0, 1], instead of the rates; then only the verdict is planned. */
  keptPrecision?: number;
  /** Share of the file's rows that is kept, in (0, 1]; needed with `keptPrecision` for a simple design, else it follows. */
  keepRate?: number;
  /** Number of classes K ≥ 2 (2). */
  classes?: number;
  /** Of the intervals, in [0.5, 0.9999] (0.95). */
  confidence?: number;
  /** Chance that the audit reaches the verdict, in [0.5, 0.999] (0.8). */
  power?: number;
  /** `stratified` (the default): the labels are split between kept and rejected rows; `simple`: rows at random. */
  design?: AuditDesign;
  /** `verdict`: below or above; `verification`: better or worse; left out: each one that the question allows. */
  goal?: "verdict" | "verification" | "both";
  /** Of the audit to come; `betting` asks for the price of looking after every label, and any other one plans one look. */
  interval?: IntervalMethod;
}

/** Beyond this many labels a plan is of no use. */
const MOST_LABELS = 1e8;
const MOST_TO_COMPARE = 2e6;
/** Shares of kept labels about the Neyman split that are tried. */
const SPLITS = [0, -0.05, 0.05, -0.1, 0.1, -0.2, 0.2];
/** Above this a plan takes the Neyman split as it is, or the kept share of a simple sample as expected. */
const LARGE = 3000;

/**
 * How many labels an audit needs for its verdicts, and how many of them from kept and from rejected rows. Of splits
 * for better or worse some about the best in theory are tried.
 *
 * @throws ArgumentError if a number is out of range, or the question lacks one.
 * @example planAudit(core, { keptPrecision: 0.7 }).labels // 54
 */
export function planAudit(core: Core, asked: AuditPlanQuestion): AuditPlan {
  const question = resolveQuestion(asked);
  const { design, classes, confidence, assumed } = question;
  const goal = goalOf(question);
  const verdict = goal === "verification" ? null : forVerdict(core, question);
  const verification = goal === "verdict" ? null : forVerification(core, question);
  const planned = together(core, question, verdict, verification);
  const share = assumed.keptPrecision;
  const isSequential = asked.interval === "betting";
  const aim = { share, against: 1 / classes, confidence };
  return {
    schema: "pstar/audit-plan@1",
    design,
    classes,
    confidence,
    goal,
    ...planned,
    assumed,
    verdict,
    verification,
    precisionInterval: clopperPearson(core, { successes: share * planned.kept, n: planned.kept }, confidence),
    sequential: isSequential && verdict !== null ? sequentialLabels(core, aim, assumed.power) : null,
    warnings: warningsOf(question, isSequential),
  };
}

/** What the question allows: both shares must be known, and differ, for better or worse. */
function goalOf({ goal, classes, assumed }: ResolvedQuestion): AuditPlan["goal"] {
  const { keptPrecision, rejectedPrecision } = assumed;
  const even = keptPrecision === 1 / classes;
  const alike = rejectedPrecision === null || Math.abs(rejectedPrecision - keptPrecision) < 1e-12;
  const found = goal ?? (alike ? "verdict" : even ? "verification" : "both");
  if (found !== "verification" && even) {
    throw outOfRange(
      "keptPrecision",
      `other than 1/${classes}: no number of labels tells on which side p⋆ itself is`,
      keptPrecision,
    );
  }
  if (found !== "verdict" && alike) {
    const expected =
      rejectedPrecision === null
        ? "verdict, or phi and psi given: better or worse rests on rejected rows as well"
        : "verdict: phi equals psi, and no number of labels tells whether the verifier is better than none";
    throw outOfRange("goal", expected, found);
  }
  return found;
}

function forVerdict(core: Core, question: ResolvedQuestion): AuditPlan["verdict"] {
  const { design, classes, confidence, assumed } = question;
  const aim = { share: assumed.keptPrecision, against: 1 / classes, confidence };
  const expected = aim.share > aim.against ? "below" : "above";
  const guess = 4 * spread(aim.share) * (1 / (aim.share - aim.against)) ** 2;
  const kept = found(smallest((n) => verdictHolds(core, n, aim, assumed.power), guess, MOST_LABELS));
  if (design === "stratified") {
    return { expected, labels: kept, kept, rejected: 0, power: verdictPower(core, kept, aim) };
  }
  const rate = keepRateOf(assumed.keepRate);
  const power = (n: number) => meanOverCounts(core, n, rate, 8, (count) => verdictPower(core, count, aim));
  const labels = found(smallest((n) => power(n) >= assumed.power, kept / rate, MOST_LABELS));
  return { expected, ...sampled(labels, rate), power: power(labels) };
}

function forVerification(core: Core, question: ResolvedQuestion): AuditPlan["verification"] {
  const { design, confidence, assumed } = question;
  const order = orderOf(question);
  const expected = order.kept > order.rejected ? "better" : "worse";
  const [a, b] = [Math.sqrt(spread(order.kept)), Math.sqrt(spread(order.rejected))];
  const guess = 8 * ((a + b) / (order.kept - order.rejected)) ** 2;
  if (design === "simple") {
    const rate = keepRateOf(assumed.keepRate);
    const of = (n: number) => (kept: number) => verificationPower(core, kept, n - kept, order);
    const power = (n: number) => (n > LARGE ? of(n)(Math.round(n * rate)) : meanOverCounts(core, n, rate, 2, of(n)));
    const scale = (a * a) / rate + (b * b) / (1 - rate);
    const start = (8 * scale) / (order.kept - order.rejected) ** 2;
    const labels = found(smallest((n) => power(n) >= assumed.power, start, MOST_TO_COMPARE));
    return { expected, ...sampled(labels, rate), power: power(labels) };
  }
  const neyman = a / (a + b);
  let best: PlannedLabels | null = null;
  for (const shift of guess > LARGE ? [0] : SPLITS) {
    const share = neyman + shift;
    if (share < 0.05 || share > 0.95) continue;
    const split = (n: number) => Math.min(n - 1, Math.max(1, Math.round(n * share)));
    const power = (n: number) => verificationPower(core, split(n), n - split(n), order);
    const most = best === null ? MOST_TO_COMPARE : best.labels - 1;
    const labels = smallest((n) => power(n) >= assumed.power, best?.labels ?? guess, Math.max(2, most));
    if (labels !== null) best = { labels, kept: split(labels), rejected: labels - split(labels), power: power(labels) };
  }
  if (best === null) throw tooMany(confidence);
  return { expected, ...best };
}

/** The fewest labels with which all goals are reached at once with the power; some splits about that of each are tried. */
function together(
  core: Core,
  question: ResolvedQuestion,
  verdict: AuditPlan["verdict"],
  verification: AuditPlan["verification"],
): PlannedLabels {
  const only = verdict ?? verification;
  if (only === null) throw new Error("a plan without a goal");
  if (verdict === null || verification === null) return labelsOf(only);
  const { design, classes, confidence, assumed } = question;
  const order = orderOf(question);
  const aim = { share: assumed.keptPrecision, against: 1 / classes, confidence };
  const both = (kept: number, rejected: number) => bothPower(core, kept, rejected, aim, order);
  if (design === "simple") {
    const rate = keepRateOf(assumed.keepRate);
    const of = (n: number) => (kept: number) => both(kept, n - kept);
    const power = (n: number) => (n > LARGE ? of(n)(Math.round(n * rate)) : meanOverCounts(core, n, rate, 2, of(n)));
    const guess = Math.max(verdict.labels, verification.labels);
    const labels = found(smallest((n) => power(n) >= assumed.power, guess, MOST_TO_COMPARE));
    return { ...sampled(labels, rate), power: power(labels) };
  }
  const kept = Math.max(verdict.kept, verification.kept);
  const guess = kept + verification.rejected;
  let best: PlannedLabels | null = null;
  for (const shift of guess > LARGE ? [0] : SPLITS) {
    const share = kept / guess + shift;
    if (share < 0.05 || share > 0.98) continue;
    // not fewer than those from which on the verdict by itself keeps its power
    const split = (n: number) => Math.min(n - 1, Math.max(1, verdict.kept, Math.round(n * share)));
    const power = (n: number) => both(split(n), n - split(n));
    const most = best === null ? MOST_TO_COMPARE : best.labels - 1;
    const labels = smallest((n) => power(n) >= assumed.power, best?.labels ?? guess, Math.max(2, most));
    if (labels !== null) best = { labels, kept: split(labels), rejected: labels - split(labels), power: power(labels) };
  }
  if (best === null) throw tooMany(confidence);
  return best;
}

function labelsOf({ labels, kept, rejected, power }: PlannedLabels): PlannedLabels {
  return { labels, kept, rejected, power };
}

function orderOf({ confidence, assumed }: ResolvedQuestion) {
  return { kept: assumed.keptPrecision, rejected: assumed.rejectedPrecision ?? 0, confidence };
}

/** Of labels at random, so many are expected to be of kept rows. */
function sampled(labels: number, rate: number): Omit<PlannedLabels, "power"> {
  const kept = Math.round(labels * rate);
  return { labels, kept, rejected: labels - kept };
}

function keepRateOf(rate: number | null): number {
  if (rate === null) throw outOfRange("keepRate", "given for a simple design with keptPrecision", rate);
  return rate;
}

/** Variance of one label, but never none: a guess of 0 or 1 is not knowledge. */
function spread(share: number): number {
  return Math.max(0.02, share * (1 - share));
}

function found(labels: number | null): number {
  if (labels === null) throw tooMany("more");
  return labels;
}

function tooMany(got: number | "more") {
  return outOfRange(
    "the plan",
    "one of at most 10^8 labels (2·10^6 for better or worse): what is to be told is too close",
    got,
  );
}

function warningsOf({ assumed, classes }: ResolvedQuestion, isSequential: boolean): AuditReason[] {
  const warnings: AuditReason[] = [auditReason("plan-believes-its-rates")];
  if (!isSequential) warnings.unshift(auditReason("look-once"));
  if (assumed.keptPrecision === 1 / classes) warnings.push(auditReason("no-labels-decide"));
  if (assumed.phi !== null && assumed.phi === assumed.psi) warnings.push(auditReason("no-labels-compare"));
  return warnings;
}

/** A question with its defaults, and what follows from it. */
export interface ResolvedQuestion extends Pick<AuditPlan, "design" | "classes" | "confidence" | "assumed"> {
  /** Left open if the question leaves it open. */
  goal: AuditPlan["goal"] | undefined;
}

const GOALS: readonly string[] = ["verdict", "verification", "both"];

type Rates = Omit<AuditPlan["assumed"], "power" | "keptPrecision"> & { keptPrecision: number };

/** @throws ArgumentError if a number is out of its range, or missing, or says twice what another does. */
function resolveQuestion(question: AuditPlanQuestion): ResolvedQuestion {
  const { classes = 2, confidence = 0.95, power = 0.8, design = "stratified", goal } = question;
  requireClasses(classes);
  requireConfidence(confidence);
  if (!(power >= 0.5 && power <= 0.999))
    throw outOfRange("power", rule("in-interval", { low: 0.5, high: 0.999 }), power);
  if (design !== "simple" && design !== "stratified")
    throw outOfRange("design", auditReason("simple-or-stratified"), design);
  if (goal !== undefined && !GOALS.includes(goal)) {
    throw outOfRange("goal", rule("one-of", { values: GOALS }), goal);
  }
  const rates = question.keptPrecision === undefined ? ofRates(question, classes) : ofPrecision(question, classes);
  return { design, classes, confidence, goal, assumed: { ...rates, power } };
}

function ofRates({ phi, psi, errorRate, margin, keepRate: given }: AuditPlanQuestion, classes: number): Rates {
  if (phi === undefined || psi === undefined) throw outOfRange("phi", "given with psi, or keptPrecision instead", phi);
  requireShare("phi", phi);
  requireShare("psi", psi);
  if (given !== undefined) throw outOfRange("keepRate", "left out, as it follows from phi, psi and errorRate", given);
  if ((errorRate === undefined) === (margin === undefined)) {
    throw outOfRange("errorRate", "given, or margin instead of it", errorRate);
  }
  const point = breakdownPoint({ phi, psi, classes });
  if (point === null) throw outOfRange("phi", "above 0 when psi is 0: otherwise nothing is kept", phi);
  const p = errorRate ?? errorRateAt(point, margin as number);
  requireShare("errorRate", p);
  const precision = keptPrecision({ errorRate: p, phi, psi });
  if (precision === null) throw outOfRange("errorRate", "such that rows are kept", p);
  const k = keepRate({ errorRate: p, phi, psi });
  return {
    errorRate: p,
    phi,
    psi,
    breakdown: point,
    margin: point - p,
    keptPrecision: precision,
    rejectedPrecision: k < 1 ? ((1 - p) * (1 - phi)) / (1 - k) : null,
    keepRate: k,
  };
}

function errorRateAt(point: number, margin: number): number {
  const p = point - margin;
  if (margin >= -1 && margin <= 1 && p >= 0 && p <= 1) return p;
  throw outOfRange(
    "margin",
    `in [${Number((point - 1).toPrecision(6))}, ${Number(point.toPrecision(6))}], so that p = p⋆ − margin is a share`,
    margin,
  );
}

function ofPrecision(question: AuditPlanQuestion, classes: number): Rates {
  const { phi, psi, margin, keptPrecision: a = 0, errorRate: p = null, keepRate: k = null } = question;
  for (const [name, value] of Object.entries({ phi, psi, margin })) {
    if (value !== undefined) throw outOfRange(name, "left out if keptPrecision is given", value);
  }
  requireShare("keptPrecision", a);
  if (k !== null && !(k > 0 && k <= 1)) throw outOfRange("keepRate", rule("in-interval", { above: 0, high: 1 }), k);
  if (p !== null) requireShare("errorRate", p);
  const unknown = { phi: null, psi: null, breakdown: null, margin: null, rejectedPrecision: null };
  if (p === null || k === null || k === 1) return { ...unknown, errorRate: p, keptPrecision: a, keepRate: k };
  const b = (1 - p - k * a) / (1 - k);
  if (!(b >= -1e-9 && b <= 1 + 1e-9)) {
    const [least, most] = [Math.max(0, k - k * a), 1 - k * a].map((x) => Number(x.toPrecision(6)));
    throw outOfRange("errorRate", `in [${least}, ${most}], what keptPrecision and keepRate allow`, p);
  }
  const rejected = Math.min(1, Math.max(0, b));
  const [correct, wrong] = [k * a + (1 - k) * rejected, k * (1 - a) + (1 - k) * (1 - rejected)];
  const rates = correct > 0 && wrong > 0 ? { phi: (k * a) / correct, psi: (k * (1 - a)) / wrong } : null;
  const point = rates && breakdownPoint({ ...rates, classes });
  return {
    ...unknown,
    ...rates,
    errorRate: p,
    breakdown: point,
    margin: point === null ? null : point - p,
    keptPrecision: a,
    rejectedPrecision: rejected,
    keepRate: k,
  };
}

function requireShare(name: string, value: number): void {
  if (!(value >= 0 && value <= 1)) throw outOfRange(name, rule("in-interval", { low: 0, high: 1 }), value);
}
