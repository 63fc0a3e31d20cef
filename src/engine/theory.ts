import type { Core } from "../core/core.js";
import { ConfigError } from "../core/errors.js";
import type { KernelExperiment } from "../core/experiment.js";
import type { Reason } from "../core/reasons.js";
import { type TheoryAnswer, theoryAnswers, theoryTrajectory } from "../core/theory.js";
import type { TrialStatus } from "../core/trials.js";
import { breakdownPoint, expectedErrorRate, expectedRates, verdict } from "../model/breakdown.js";
import { Plan } from "../model/cells.js";
import { kernelExperiment } from "../model/experiment.js";
import { kindFault } from "../model/kinds.js";
import { type CellScenario, parseScenario, type ScenarioInput } from "../model/scenario.js";
import { engineReason } from "./reasons.js";

/**
 * What the theory says of a cell: exact as the dimension grows, with N/d fixed, and within O(1/d) before that. Null
 * where there is no value: no row is kept, or none could realise a rate.
 */
export interface Theory {
  /**
   * `not-converged`: the equations of logistic regression were not solved to 1e-9, and the accuracy is not to be
   * trusted.
   */
  status: TrialStatus;
  accuracy: number | null;
  /** Probability of agreeing with the Bayes rule. */
  agreement: number | null;
  /** Cosine with the Bayes direction. */
  cosine: number | null;
  /** √(wᵀΣw), the length of the weights. */
  norm: number | null;
  /** Mean loss of a fresh row with its true label; null for a learner without a loss. */
  risk: number | null;
  /** How fast the log-odds of the true label rise with the score wᵀx. */
  calibration: number | null;
  /** Share of the generated rows that is kept. */
  keepRate: number;
  /** p: share of the generated labels that is wrong. */
  errorRate: number;
  /** φ and ψ: share of the correct and of the wrong labels that is kept. */
  phi: number | null;
  psi: number | null;
  /** p⋆ = φ / (φ + ψ). */
  breakdown: number | null;
  verdict: "below" | "above" | null;
  /** Accuracy of least squares on endless rows, with the verifier and without it. */
  limit: { selected: number | null; unselected: number | null };
}

/** What one unit more of each quality does to the accuracy, all else equal; null if less than one row would be kept. */
export interface Sensitivity {
  errorRate: number | null;
  phi: number | null;
  psi: number | null;
}

/**
 * Why the theory has no answer to a cell; undefined if it has one.
 *
 * @example theoryApplies({ ...cell, learner: { ...cell.learner, kind: "perceptron" } })
 * // { code: "kind-without-engine", message: "learner.kind perceptron has no theory", … }
 */
export function theoryApplies(scenario: CellScenario): Reason | undefined {
  const { data, generator, verifier, learner, generations, policy } = scenario;
  if (scenario.classes !== undefined) return engineReason("answer-of-two-classes", { field: "classes" });
  if (generations > 1) {
    if (policy === "accumulate") return engineReason("accumulate-without-theory");
    if (data.covariance !== "identity") return engineReason("theory-of-generations-needs-identity");
  }
  const fault = kindFault("theory", scenario);
  if (fault !== undefined) return fault;
  if (learner.kind === "sgd" && stepSize(scenario) > LARGEST_STEP) {
    return engineReason("steps-too-large", { size: stepSize(scenario), most: LARGEST_STEP });
  }
  if (data.covariance === "identity") return undefined;
  if (learner.kind === "sgd") return engineReason("theory-needs-identity", { field: "learner.kind", value: "sgd" });
  const owner = generator.kind === "learned" ? "generator" : verifier.kind === "learned" ? "verifier" : undefined;
  return owner && engineReason("theory-needs-identity", { field: `${owner}.kind`, value: "learned" });
}

/** What a row may at most change of the weights along the signal, for the theory of one pass to describe many of them. */
const LARGEST_STEP = 0.25;

/** η(λ + ℓ″(1 + r²)): the share of the weights along the signal that a step of SGD replaces, at most. */
function stepSize({ data, learner }: Pick<CellScenario, "data" | "learner">): number {
  const signal = data.kind === "mixture" ? data.meanNorm ** 2 : 0;
  const curvature = learner.loss === "squared" ? 1 : 0.25;
  return learner.learningRate * (learner.lambda + curvature * (1 + signal));
}

/**
 * The theory's answer to one cell; of several generations, the last.
 *
 * @throws ConfigError if {@link theoryApplies} says why not.
 */
export function cellTheory(core: Core, scenario: CellScenario): Theory {
  return theories(core, [scenario])[0];
}

/**
 * The theory's answers to the cells of a scenario, in order, without a run: a diagram of 10⁴ cells in hundredths of a
 * second. Of several generations, the last.
 *
 * @throws ConfigError if the scenario is not valid, or a cell has no theory.
 * @example theory(core, { generator: { errorRate: 0.3 }, samples: 2000 })[0].accuracy // 0.7866…
 */
export function theory(core: Core, scenario: ScenarioInput): Theory[] {
  const plan = new Plan(parseScenario(scenario));
  const answers: Theory[] = [];
  while (answers.length < plan.length) {
    const done = answers.length;
    const cells = Array.from({ length: Math.min(BATCH, plan.length - done) }, (_, i) => plan.scenario(done + i));
    for (const answer of theories(core, cells)) answers.push(answer);
  }
  return answers;
}

/** Cells that {@link theory} has at a time: what is made of few is gone before the garbage collector has to keep it. */
const BATCH = 256;

/** The theory's answers to many cells in one go, in order; of several generations, the last. */
export function theories(core: Core, scenarios: readonly CellScenario[]): Theory[] {
  return theoryRounds(core, scenarios).map((rounds) => rounds[rounds.length - 1]);
}

/**
 * The theory's answers to every generation of many cells; cells in a row that share the covariance are cheapest.
 *
 * @throws ConfigError if {@link theoryApplies} says why a cell has no answer.
 */
export function theoryRounds(core: Core, scenarios: readonly CellScenario[]): Theory[][] {
  for (const scenario of scenarios) {
    const why = theoryApplies(scenario);
    if (why !== undefined) throw new ConfigError(engineReason("theory-does-not-apply", { why }), { field: "engine" });
  }
  const single = scenarios.filter(({ generations }) => generations === 1);
  const experiment = {} as KernelExperiment;
  const answers = theoryAnswers(core, single.length, (i) => kernelExperiment(single[i], experiment));
  let next = 0;
  return scenarios.map((scenario) =>
    scenario.generations === 1
      ? [present(answers[next++])]
      : theoryTrajectory(core, kernelExperiment(scenario)).map(present),
  );
}

function present(answer: TheoryAnswer): Theory {
  const phi = orNull(answer.phi);
  const psi = orNull(answer.psi);
  const point = phi === null || psi === null ? null : breakdownPoint({ phi, psi });
  return {
    status: answer.status,
    accuracy: orNull(answer.accuracy),
    agreement: orNull(answer.agreement),
    cosine: orNull(answer.cosine),
    norm: orNull(answer.norm),
    risk: orNull(answer.risk),
    calibration: orNull(answer.calibration),
    keepRate: answer.keepRate,
    errorRate: answer.errorRate,
    phi,
    psi,
    breakdown: point,
    verdict: verdict(answer.errorRate, point),
    limit: { selected: orNull(answer.limitSelected), unselected: orNull(answer.limitUnselected) },
  };
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** Step of the difference quotients: their error is near 1e-10, and 1e-5 of the slope where a rate is 0 or 1. */
const STEP = 1e-5;

/**
 * The derivatives of the theory's accuracy in p, φ and ψ at a cell's N and d: whether a better generator or a better
 * verifier buys more.
 *
 * @returns undefined if the labels are not turned at random, or the verifier looks at the inputs: there p, φ and ψ are
 * no settings of their own.
 * @throws ConfigError as {@link cellTheory}.
 */
export function sensitivity(core: Core, scenario: CellScenario): Sensitivity | undefined {
  const rates = expectedRates(scenario);
  const errorRate = expectedErrorRate(scenario);
  if (errorRate === null || rates === null) return undefined;
  const here = { errorRate, ...rates };
  const names = ["errorRate", "phi", "psi"] as const;
  const ends = names.map((name) => [Math.max(0, here[name] - STEP), Math.min(1, here[name] + STEP)] as const);
  const cells = names.flatMap((name, i) => ends[i].map((value) => at(scenario, { ...here, [name]: value })));
  const answers = theories(core, cells);
  const slope = (i: number) => {
    const [from, to] = [answers[2 * i]?.accuracy ?? null, answers[2 * i + 1]?.accuracy ?? null];
    const [low, high] = ends[i] as readonly [number, number];
    return from === null || to === null ? null : (to - from) / (high - low);
  };
  return { errorRate: slope(0), phi: slope(1), psi: slope(2) };
}

function at(
  scenario: CellScenario,
  { errorRate, phi, psi }: { errorRate: number; phi: number; psi: number },
): CellScenario {
  const { generator, verifier } = scenario;
  return {
    ...scenario,
    generator: { ...generator, kind: "noise", errorRate },
    verifier: { ...verifier, kind: "bernoulli", phi, psi, poison: 0 },
  };
}
