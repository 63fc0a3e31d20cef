import { breakdown, keepRate, keptPrecision } from "../model/breakdown.js";
import { outOfRange, requireClasses, requireConfidence } from "./options.js";
import type { AuditPlan, AuditPlanQuestion } from "./plan.js";

/** A question with its defaults, and what follows from it. */
export interface ResolvedQuestion extends Pick<AuditPlan, "design" | "classes" | "confidence" | "assumed"> {
  /** Left open where the question does. */
  goal: AuditPlan["goal"] | undefined;
}

type Rates = Omit<AuditPlan["assumed"], "power" | "keptPrecision"> & { keptPrecision: number };

/** @throws ArgumentError where a number is out of its range, or missing, or says twice what another does. */
export function resolveQuestion(question: AuditPlanQuestion): ResolvedQuestion {
  const { classes = 2, confidence = 0.95, power = 0.8, design = "stratified", goal } = question;
  requireClasses(classes);
  requireConfidence(confidence);
  if (!(power >= 0.5 && power <= 0.999)) throw outOfRange("power", "in [0.5, 0.999]", power);
  if (design !== "simple" && design !== "stratified") throw outOfRange("design", "simple or stratified", design);
  if (goal !== undefined && !["verdict", "verification", "both"].includes(goal)) {
    throw outOfRange("goal", "one of verdict, verification, both", goal);
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
  const point = breakdown({ phi, psi, classes });
  if (point === null) throw outOfRange("phi", "above 0 where psi is 0, as nothing is kept else", phi);
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
    if (value !== undefined) throw outOfRange(name, "left out where keptPrecision is given", value);
  }
  requireShare("keptPrecision", a);
  if (k !== null && !(k > 0 && k <= 1)) throw outOfRange("keepRate", "in (0, 1]", k);
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
  const point = rates && breakdown({ ...rates, classes });
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
  if (!(value >= 0 && value <= 1)) throw outOfRange(name, "in [0, 1]", value);
}
