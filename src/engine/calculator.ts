import type { Core } from "../core/core.js";
import { ConfigError, outOfRange } from "../core/errors.js";
import { type Reason, rule } from "../core/reasons.js";
import {
  agreementLimit,
  breakdownPoint,
  expectedErrorRate,
  expectedRates,
  keepRate,
  keptPrecision,
  type Limits,
  purity,
  sideOfBreakdown,
  sideOfChance,
  type VerifierRates,
  verification,
} from "../model/breakdown.js";
import { settledScenario } from "../model/cells.js";
import { angleText, readAngle } from "../model/format.js";
import { modelReason } from "../model/reasons.js";
import { angleRange, type CellScenario, parseScenario, type ScenarioInput, SLACK } from "../model/scenario.js";
import { bestWeight, worthLimits, worthOfRow, youden } from "../model/worth.js";
import { atN, explainedBy, unknownAtN, withoutVerifier } from "./atN.js";
import { engineReason } from "./reasons.js";
import type { AtN, Breakdown, ScenarioBreakdown } from "./result.js";
import { cellTheory, sensitivity, type Theory, theoryApplies } from "./theory.js";

/** What is said of N beside rates or angles; left out, nothing is said of a finite N. */
interface RowsQuestion {
  /** Rows N that are generated, before verification: an integer of at least 1. */
  samples?: number | null;
  /** Dimension d of the inputs, an integer in [1, 100000], for angles at least 3 (50). */
  dim?: number | null;
}

/** A verifier by its rates φ and ψ in [0, 1]. */
export interface RatesQuestion extends VerifierRates, RowsQuestion {
  /** Share p of the generated labels that is wrong, in [0, 1]; left out, only p⋆ is answered. */
  errorRate?: number | null;
  /** Number of classes K ≥ 2 (2); wrong labels are uniform over the others. */
  classes?: number;
  /** Signal-to-noise r in [0, 100] of two Gaussian classes, for the answer at N (1). */
  meanNorm?: number | null;
}

/** A linear generator and a linear verifier, which keeps what it agrees with. */
export interface AnglesQuestion extends RowsQuestion {
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

/**
 * Says without a run whether the kept labels are mostly correct, what a learner comes to, and whether verification is better at
 * a finite N: from rates, from angles, or from a scenario, with what a point of quality buys.
 *
 * @throws ArgumentError if a number is out of range, ConfigError if a scenario is not valid or has no theory.
 * @example
 * breakdown(core, { phi: 0.8, psi: 0.3, errorRate: 0.3 }).verdict // "below"
 * breakdown(core, { phi: 0.6, psi: 0.4, errorRate: 0.2, samples: 300 }).atN.verification // "worse", though purer
 * breakdown(core, { angles: { generator: "20deg", verifier: "145deg" }, meanNorm: 2 }).learner // limit 0.365: worse than chance, though below p⋆
 * @see Feng, Dohmatob, Yang, Charton, Kempe, Beyond Model Collapse, arXiv 2406.07515
 */
export function breakdown(core: Core, question: ScenarioQuestion): ScenarioBreakdown;
export function breakdown(core: Core, question: RatesQuestion | AnglesQuestion): Breakdown;
export function breakdown(core: Core, question: BreakdownQuestion): Breakdown;
export function breakdown(core: Core, question: BreakdownQuestion): Breakdown | ScenarioBreakdown {
  if ("scenario" in question) return ofScenario(core, question);
  if ("angles" in question) return ofAngles(core, question);
  return ofRates(core, question);
}

function ofRates(core: Core, question: RatesQuestion): Breakdown {
  const { phi, psi, errorRate = null, classes = 2, samples = null, meanNorm } = question;
  const point = breakdownPoint({ phi, psi, classes });
  checkMeanNorm(meanNorm);
  const settings = sizes(question, 1);
  if (errorRate === null) {
    const limit = { selected: null, unselected: null };
    const why = engineReason("error-rate-not-given");
    const open = { errorRate, phi, psi, point, keepRate: null, keptPrecision: null, limit, chance: 1 / classes };
    return judged({ ...open, learner: limit, pace: null, weight: null, atN: unknownAtN(samples, why) });
  }
  const rates = { errorRate, phi, psi };
  const all = { errorRate, phi: 1, psi: 1 };
  const limit = { selected: agreementLimit({ ...rates, classes }), unselected: agreementLimit({ ...all, classes }) };
  const precision = keptPrecision(rates);
  const worth = (of: typeof rates) => keepRate(of) * worthOfRow(keptPrecision(of) ?? 0, { classes });
  const limitsOfWorth = (of: typeof rates, rows: number) =>
    worthLimits(rows, { keepRate: keepRate(of), precision: keptPrecision(of) ?? 0 }, { classes });
  const scenario = parseScenario({
    ...settings,
    data: { ...settings.data, meanNorm: meanNorm ?? 1 },
    generator: { kind: "noise", errorRate },
    verifier: { kind: "bernoulli", phi, psi },
  });
  const manyClasses = (): AtN => ({
    ...unknownAtN(samples, engineReason("theory-of-two-classes")),
    worth: { kept: (samples ?? 0) * worth(rates), unselected: (samples ?? 0) * worth(all) },
    ...(samples !== null && {
      worthLimits: { kept: limitsOfWorth(rates, samples), unselected: limitsOfWorth(all, samples) },
    }),
  });
  return judged({
    ...rates,
    point,
    keepRate: keepRate(rates),
    keptPrecision: precision,
    limit,
    learner: limit,
    chance: 1 / classes,
    pace: { verified: worth(rates), unverified: worth(all) },
    weight: precision === null ? null : bestWeight(precision, classes),
    atN:
      samples === null
        ? unknownAtN(samples, engineReason("samples-not-given"))
        : classes > 2
          ? manyClasses()
          : atN(core, scenario, learnerLimits(core, scenario, cellTheory(core, scenario))),
  });
}

function ofAngles(core: Core, question: AnglesQuestion): Breakdown {
  const { angles, meanNorm = null, samples = null } = question;
  const generator = angleOf("generator", angles.generator);
  const verifier = angleOf("verifier", angles.verifier);
  const between = angles.between == null ? null : angleOf("between", angles.between);
  if (between !== null) checkBetween(generator, verifier, between);
  checkMeanNorm(meanNorm);
  const settings = sizes(question, 3); // the truth and two directions
  const scenario = parseScenario({
    ...settings,
    data: { ...settings.data, ...(meanNorm === null ? { kind: "isotropic" } : { kind: "mixture", meanNorm }) },
    generator: { kind: "linear", angle: generator },
    verifier: { kind: "linear", angle: verifier, angleToGenerator: between },
  });
  const theory = cellTheory(core, scenario);
  const finite =
    samples === null
      ? unknownAtN(samples, engineReason("samples-not-given"))
      : atN(core, scenario, learnerLimits(core, scenario, theory));
  return ofTheory(theory, theory.limit, finite);
}

/** The settings that a question of rates or angles may say. */
function sizes({ samples, dim }: RowsQuestion, least: number): { samples?: number; data: { dim?: number } } {
  checkInteger("samples", samples, { low: 1, high: Number.MAX_SAFE_INTEGER });
  checkInteger("dim", dim, { low: least, high: 100_000 });
  return { ...(samples != null && { samples }), data: { ...(dim != null && { dim }) } };
}

function checkInteger(name: string, value: number | null | undefined, bounds: { low: number; high: number }): void {
  if (value == null || (Number.isSafeInteger(value) && value >= bounds.low && value <= bounds.high)) return;
  throw outOfRange(name, rule(Number.isInteger(value) ? "in-interval" : "an-integer", bounds), value);
}

function checkMeanNorm(meanNorm: number | null | undefined): void {
  if (meanNorm == null || (meanNorm >= 0 && meanNorm <= 100)) return;
  throw outOfRange("meanNorm", rule("in-interval", { low: 0, high: 100 }), meanNorm);
}

function ofScenario(core: Core, question: ScenarioQuestion): ScenarioBreakdown {
  const { sweep, plot, ...base } = settledScenario(parseScenario(question.scenario));
  const scenario = sweep === undefined ? base : parseScenario(base);
  // the rates are of the first labels, the accuracy is that of the last model: what a run says
  const first = { ...scenario, generations: 1 };
  const fault = theoryApplies(first);
  if (fault !== undefined) return ofUnknownLearner(core, scenario, first, fault);
  const last = theoryApplies(scenario) === undefined ? cellTheory(core, scenario) : undefined;
  const accuracy = last?.status === "ok" ? last.accuracy : null;
  const theory = cellTheory(core, first);
  const limits = learnerLimits(core, first, theory);
  return {
    ...ofTheory(theory, limits, atN(core, scenario, limits), first),
    accuracy,
    sensitivity: accuracy === null ? null : (sensitivity(core, scenario) ?? null),
  };
}

/** The labels do not depend on the learner: if only this one has no theory, what is said of it is by trials, or nothing. */
function ofUnknownLearner(core: Core, scenario: CellScenario, first: CellScenario, why: Reason): ScenarioBreakdown {
  const { field } = why.params as { field: string };
  const ridge: CellScenario = { ...first, learner: { ...first.learner, kind: "ridge" } };
  if (field !== "learner.kind" || theoryApplies(ridge) !== undefined) {
    throw new ConfigError(engineReason("no-theory-of-scenario", { why }), { field });
  }
  const unknown: Limits = { selected: null, unselected: null };
  const answer = ofTheory(cellTheory(core, ridge), unknown, atN(core, scenario, unknown), first, why);
  return { ...answer, accuracy: null, sensitivity: null };
}

/** So many rows that no dimension matters beside them: what is left to the limit is below 1e-9. */
const ENDLESS = 1e15;

/**
 * What the scenario's own learner comes to on endless rows. If errors and verdicts do not look at the inputs, every learner but
 * one of constant steps, which always depends on the last rows, finds the direction of least squares; otherwise the rule and its
 * penalty matter. Clean rows keep their share of all.
 */
function learnerLimits(core: Core, scenario: CellScenario, { limit }: Theory): Limits {
  const direct = expectedErrorRate(scenario) !== null && scenario.learner.kind !== "sgd";
  if (scenario.learner.kind === "ridge" && scenario.learner.lambda === 0) return limit;
  const own = (cell: CellScenario, known: boolean, least: number | null) => {
    if (known || least === null) return least;
    const realSamples = Math.round((cell.realSamples / cell.samples) * ENDLESS);
    const { status, accuracy } = cellTheory(core, { ...cell, samples: ENDLESS, realSamples });
    return status === "ok" ? accuracy : status === "empty" ? least : null;
  };
  return {
    selected: own(scenario, direct && expectedRates(scenario) !== null, limit.selected),
    unselected: own(withoutVerifier(scenario), direct, limit.unselected),
  };
}

/** A share this small that comes from angles is what is left of rounding. */
const NOTHING = 1e-13;

/** The rates that a scenario was given stand as they are, also where no row could realise them. */
function ofTheory(theory: Theory, learner: Limits, finite: AtN, scenario?: CellScenario, unknown?: Reason): Breakdown {
  const given = scenario && expectedRates(scenario);
  const known = (scenario && expectedErrorRate(scenario)) ?? null;
  const errorRate = known ?? theory.errorRate;
  const empty = theory.keepRate <= NOTHING;
  const { phi, psi } = given ?? (empty ? { phi: 0, psi: 0 } : theory);
  const point = phi === null || psi === null ? null : breakdownPoint({ phi, psi });
  const correct = (1 - errorRate) * (phi ?? 0);
  const precision = empty ? null : correct / (correct + errorRate * (psi ?? 0));
  const nothing = empty && !scenario?.realSamples;
  const keep = empty ? 0 : Math.min(1, theory.keepRate); // 1 may be off by a rounding
  const blind = known !== null && given != null;
  const explained = { explained: scenario === undefined ? 0 : explainedBy(scenario) };
  const at = (limits: Limits) => (nothing ? { ...limits, selected: null } : limits);
  return judged({
    ...{ errorRate, phi, psi, point, keepRate: keep, keptPrecision: precision },
    limit: at(theory.limit),
    learner: at(learner),
    ...(unknown !== undefined && { unknown }),
    chance: 0.5,
    pace:
      precision === null
        ? null
        : blind
          ? { verified: keep * worthOfRow(precision, explained), unverified: worthOfRow(1 - errorRate, explained) }
          : { verified: keep, unverified: 1 },
    weight: blind && precision !== null ? bestWeight(precision) : null,
    atN: finite,
  });
}

type Facts = Omit<
  Breakdown,
  "schema" | "breakdown" | "verdict" | "verification" | "labels" | "learner" | "youden" | "gain"
> & {
  point: number | null;
  /** Of the learner that the question speaks of. */
  learner: Limits;
  /** Why its limits are not known, if they are not. */
  unknown?: Reason;
  /** The accuracy of guessing. */
  chance: number;
  /** What a generated row is worth at equal limits. */
  pace: { verified: number; unverified: number } | null;
};

function judged(facts: Facts): Breakdown {
  const { errorRate, phi, psi, point, keepRate, keptPrecision, weight, limit, learner, chance, pace, atN } = facts;
  const open = errorRate === null;
  const side = open ? null : sideOf(errorRate, point, keptPrecision);
  const verdict = learner.selected === null ? null : sideOfChance(learner.selected, chance);
  const notGiven = engineReason("error-rate-not-given");
  const empty = engineReason("nothing-is-kept");
  return {
    schema: "pstar/breakdown@1",
    errorRate,
    phi,
    psi,
    breakdown: point,
    keepRate,
    keptPrecision,
    youden: phi === null || psi === null ? null : youden({ phi, psi }),
    gain: open || keptPrecision === null ? null : keptPrecision - (1 - errorRate),
    weight,
    verdict: side,
    verification: open ? null : verification(learner, pace),
    limit,
    labels: {
      verdict: side,
      purity: open ? null : purity({ kept: keptPrecision, all: 1 - errorRate }),
      ...(side === null && { reason: open ? notGiven : empty }),
    },
    learner: {
      limit: learner.selected,
      unselected: learner.unselected,
      verdict,
      ...(verdict === null && {
        reason: open
          ? notGiven
          : learner.selected === null
            ? (facts.unknown ?? empty)
            : engineReason("limit-is-chance"),
      }),
    },
    atN,
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
  const expected = engineReason("allowed-by-the-other-angles", { low: angleText(low), high: angleText(high) });
  throw outOfRange("angles.between", expected, angleText(between));
}
