import type { Core } from "../core/core.js";
import { ConfigError, outOfRange } from "../core/errors.js";
import type { Reason } from "../core/reasons.js";
import { rule } from "../core/rules.js";
import { degrees, readAngle } from "../model/angle.js";
import {
  breakdownPoint,
  expectedErrorRate,
  expectedRates,
  keepRate,
  keptPrecision,
  type VerifierRates,
} from "../model/breakdown.js";
import { angleRange, SLACK } from "../model/conflicts.js";
import { modelReason } from "../model/reasons.js";
import { type CellScenario, parseScenario, type ScenarioInput } from "../model/scenario.js";
import {
  agreementLimit,
  type Limits,
  sideOfBreakdown,
  type Verification,
  verification,
} from "../model/verification.js";
import { engineReason } from "./reasons.js";
import { cellTheory, type Sensitivity, sensitivity, type Theory, theoryApplies } from "./theory.js";

/** A verifier by its rates φ and ψ in [0, 1]. */
export interface RatesQuestion extends VerifierRates {
  /** Share p of the generated labels that is wrong, in [0, 1]; left out, only p⋆ is answered. */
  errorRate?: number | null;
  /** Number of classes K ≥ 2 (2); wrong labels are uniform over the others. */
  classes?: number;
}

/** A linear generator and a linear verifier, which keeps what it agrees with. */
export interface AnglesQuestion {
  /** To the truth, and between the two (left out: independent directions); radians in [0, π], or text such as `"30deg"`. */
  angles: { generator: number | string; verifier: number | string; between?: number | string | null };
  /** Signal-to-noise r in [0, 100] of two Gaussian classes; left out, inputs are one centred Gaussian (isotropic). */
  meanNorm?: number | null;
}

/** Everything from the settings of a scenario; of a sweep, those that stand outside it. */
export interface ScenarioQuestion {
  scenario: ScenarioInput;
}

export type BreakdownQuestion = RatesQuestion | AnglesQuestion | ScenarioQuestion;

/** What can be said of a generator and its verifier without a run; null where the question leaves it open. */
export interface Breakdown {
  /** p: share of the generated labels that is wrong. */
  errorRate: number | null;
  /** φ and ψ: share of the correct and of the wrong labels that is kept. */
  phi: number | null;
  psi: number | null;
  /** p⋆; null where nothing is kept, or no label is wrong (ψ is then no number), or none correct. */
  breakdown: number | null;
  /** Share of the generated rows that is kept. */
  keepRate: number | null;
  /** Share of the kept labels that is correct. */
  keptPrecision: number | null;
  /** Side of the breakdown point that p is on; the point itself is `above`. */
  verdict: "below" | "above" | null;
  /** Whether the limit rises with verification or, at equal limits, the share of correct labels. */
  verification: Verification | null;
  /**
   * With verification and without it. Of rates: agreement with the Bayes rule of a consistent learner of endless rows. Of
   * angles and scenarios: accuracy of least squares on endless rows.
   */
  limit: Limits;
}

/** What can be said of a scenario without a run. */
export interface ScenarioBreakdown extends Breakdown {
  /** The theory's accuracy at the scenario's N and d, after its last generation; null if nothing is kept, or it has none. */
  accuracy: number | null;
  /** Its derivatives in p, φ and ψ; null where these follow from directions, and are no settings of their own. */
  sensitivity: Sensitivity | null;
}

/**
 * Says without a run whether synthetic data teach the truth, and whether verification helps: from rates, from angles, or
 * from a scenario, with what a point of quality buys.
 *
 * @throws ArgumentError where a number is out of range, ConfigError where a scenario is not valid or has no theory.
 * @example
 * breakdown(core, { phi: 0.8, psi: 0.3, errorRate: 0.3 }).verdict // "below"
 * breakdown(core, { angles: { generator: "30deg", verifier: "100deg" } }).verification // "worse", though below as well
 * @see Feng, Dohmatob, Yang, Charton, Kempe, Beyond Model Collapse, arXiv 2406.07515
 */
export function breakdown(core: Core, question: ScenarioQuestion): ScenarioBreakdown;
export function breakdown(core: Core, question: RatesQuestion | AnglesQuestion): Breakdown;
export function breakdown(core: Core, question: BreakdownQuestion): Breakdown;
export function breakdown(core: Core, question: BreakdownQuestion): Breakdown | ScenarioBreakdown {
  if ("scenario" in question) return ofScenario(core, question);
  if ("angles" in question) return ofAngles(core, question);
  return ofRates(question);
}

function ofRates({ phi, psi, errorRate = null, classes = 2 }: RatesQuestion): Breakdown {
  const point = breakdownPoint({ phi, psi, classes });
  if (errorRate === null) {
    const limit = { selected: null, unselected: null };
    return judged({ errorRate, phi, psi, point, keepRate: null, keptPrecision: null, limit });
  }
  const rates = { errorRate, phi, psi };
  const limit = {
    selected: agreementLimit({ ...rates, classes }),
    unselected: agreementLimit({ errorRate, phi: 1, psi: 1, classes }),
  };
  return judged({ ...rates, point, keepRate: keepRate(rates), keptPrecision: keptPrecision(rates), limit });
}

function ofAngles(core: Core, { angles, meanNorm = null }: AnglesQuestion): Breakdown {
  const generator = angleOf("generator", angles.generator);
  const verifier = angleOf("verifier", angles.verifier);
  const between = angles.between == null ? null : angleOf("between", angles.between);
  if (between !== null) checkBetween(generator, verifier, between);
  if (meanNorm !== null && !(meanNorm >= 0 && meanNorm <= 100)) {
    throw outOfRange("meanNorm", rule("in-interval", { low: 0, high: 100 }), meanNorm);
  }
  const scenario = parseScenario({
    data: meanNorm === null ? { kind: "isotropic" } : { kind: "mixture", meanNorm },
    generator: { kind: "linear", angle: generator },
    verifier: { kind: "linear", angle: verifier, angleToGenerator: between },
  });
  return ofTheory(cellTheory(core, scenario));
}

function ofScenario(core: Core, question: ScenarioQuestion): ScenarioBreakdown {
  const { sweep, plot, ...base } = parseScenario(question.scenario);
  const scenario = sweep === undefined ? base : parseScenario(base);
  // the rates are of the first labels, the accuracy is that of the last model: what a run says
  const first = { ...scenario, generations: 1 };
  const fault = theoryApplies(first);
  if (fault !== undefined) throw withoutTheory(fault);
  const last = theoryApplies(scenario) === undefined ? cellTheory(core, scenario) : undefined;
  const accuracy = last?.status === "ok" ? last.accuracy : null;
  return {
    ...ofTheory(cellTheory(core, first), scenario),
    accuracy,
    sensitivity: accuracy === null ? null : (sensitivity(core, scenario) ?? null),
  };
}

function withoutTheory(why: Reason): ConfigError {
  const { field } = why.params as { field: string };
  return new ConfigError(engineReason("no-theory-of-scenario", { why, ridge: field === "learner.kind" }), { field });
}

/** A share this small that comes from angles is what is left of rounding. */
const NOTHING = 1e-13;

/** The rates that a scenario was given stand as they are, also where no row could realise them. */
function ofTheory(found: Theory, scenario?: CellScenario): Breakdown {
  const given = scenario && expectedRates(scenario);
  const errorRate = (scenario && expectedErrorRate(scenario)) ?? found.errorRate;
  const empty = found.keepRate <= NOTHING;
  const { phi, psi } = given ?? (empty ? { phi: 0, psi: 0 } : found);
  const point = phi === null || psi === null ? null : breakdownPoint({ phi, psi });
  const correct = (1 - errorRate) * (phi ?? 0);
  const precision = empty ? null : correct / (correct + errorRate * (psi ?? 0));
  const nothing = empty && !scenario?.realSamples;
  const limit = nothing ? { ...found.limit, selected: null } : found.limit;
  return judged({ errorRate, phi, psi, point, keepRate: empty ? 0 : found.keepRate, keptPrecision: precision, limit });
}

type Facts = Omit<Breakdown, "breakdown" | "verdict" | "verification"> & { point: number | null };

function judged({ errorRate, phi, psi, point, keepRate, keptPrecision, limit }: Facts): Breakdown {
  const open = errorRate === null;
  return {
    errorRate,
    phi,
    psi,
    breakdown: point,
    keepRate,
    keptPrecision,
    verdict: open ? null : sideOf(errorRate, point, keptPrecision),
    verification: open ? null : verification(limit, { kept: keptPrecision, all: 1 - errorRate }),
    limit,
  };
}

/** Without a wrong label, or without a correct one, there is no p⋆; which side it would be on is known even so. */
function sideOf(errorRate: number, point: number | null, precision: number | null): "below" | "above" | null {
  if (point !== null) return sideOfBreakdown(errorRate, point) < 0 ? "below" : "above";
  if (precision === null) return null;
  return precision > 0.5 ? "below" : "above";
}

function angleOf(name: string, written: number | string): number {
  const radians = typeof written === "string" ? readAngle(written) : written;
  if (radians >= 0 && radians <= Math.PI) return radians;
  throw outOfRange(`angles.${name}`, modelReason("an-angle"), written);
}

function checkBetween(generator: number, verifier: number, between: number): void {
  const [low, high] = angleRange(generator, verifier);
  if (between >= low - SLACK && between <= high + SLACK) return;
  const expected = engineReason("allowed-by-the-other-angles", { low: degrees(low), high: degrees(high) });
  throw outOfRange("angles.between", expected, degrees(between));
}
