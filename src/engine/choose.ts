import { ConfigError, mustBe } from "../core/errors.js";
import { type Reason, rule } from "../core/reasons.js";
import { Slices } from "../core/slices.js";
import { Plan } from "../model/cells.js";
import { kindFault } from "../model/kinds.js";
import type { CellScenario, Scenario } from "../model/scenario.js";
import { engineReason } from "./reasons.js";
import { theoryApplies } from "./theory.js";

/** The three roads to the same answer. */
export type EngineName = "theory" | "reduced" | "direct";

/** The engine that computes a cell, and why that one. */
export interface EngineChoice {
  engine: EngineName;
  reason: string;
}

const DIRECT_ROWS = 2 ** 31 - 1;
const DIRECT_DIM = 20_000;
const ASKED_FOR = engineReason("asked-for").message;
// made once: a grid asks a million times
const ASKED: Record<EngineName, EngineChoice> = {
  theory: { engine: "theory", reason: ASKED_FOR },
  reduced: { engine: "reduced", reason: ASKED_FOR },
  direct: { engine: "direct", reason: ASKED_FOR },
};
const REDUCED: EngineChoice = {
  engine: "reduced",
  reason: engineReason("same-law").message,
};

/** The engine for a cell: the one asked for, or by default the reduced one where it applies and else the direct one. */
export function chooseEngine(scenario: CellScenario): EngineChoice {
  if (scenario.engine !== "auto") return ASKED[scenario.engine];
  const fault = engineFault("reduced", scenario);
  return fault === undefined ? REDUCED : { engine: "direct", reason: fault.message };
}

/** Why an engine does not apply to a cell; undefined if it does. */
export function engineFault(engine: EngineName, scenario: CellScenario): Reason | undefined {
  return (scenario.classes === undefined ? FAULTS : FAULTS_OF_CLASSES)[engine](scenario);
}

const FAULTS: Record<EngineName, (scenario: CellScenario) => Reason | undefined> = {
  theory: theoryApplies,
  reduced: reducedFault,
  direct: directFault,
};

/** Of a scenario with a section of classes. */
const FAULTS_OF_CLASSES: typeof FAULTS = {
  theory: ({ learner }) =>
    learner.kind === "logistic" ? engineReason("softmax-without", { engine: "theory" }) : undefined,
  reduced: ({ learner }) => {
    if (learner.kind === "logistic") return engineReason("softmax-without", { engine: "reduced" });
    const isRidge = learner.kind === "ridge" && learner.lambda === 0;
    return isRidge ? engineReason("reduction-of-classes-needs-penalty") : undefined;
  },
  direct: directFault,
};

function reducedFault(scenario: CellScenario): Reason | undefined {
  const { data, learner, verifier, samples, generations, policy } = scenario;
  if (generations > 1 && policy === "accumulate" && learner.kind === "ridge") {
    return engineReason("accumulate-without-reduction");
  }
  const fault = kindFault("reduced", scenario);
  if (fault !== undefined) return fault;
  if (data.covariance !== "identity") return engineReason("reduction-needs-identity");
  if (verifier.kind === "top" && samples > DIRECT_ROWS) return engineReason("top-ranks-at-most", { rows: DIRECT_ROWS });
  return undefined;
}

function directFault(scenario: CellScenario): Reason | undefined {
  const { data, samples, realSamples } = scenario;
  const fault = kindFault("direct", scenario);
  if (fault !== undefined) return fault;
  const rows = samples + realSamples;
  if (rows > DIRECT_ROWS) return mustBe("samples + realSamples", rule("in-interval", { high: DIRECT_ROWS }), rows);
  if (data.dim > DIRECT_DIM) return mustBe("data.dim", rule("in-interval", { high: DIRECT_DIM }), data.dim);
  return undefined;
}

/** Settings that decide whether an engine applies: a check looks at these axes of a sweep only. */
const DECISIVE = new Set([
  "engine",
  "data.kind",
  "data.dim",
  "data.meanNorm",
  "data.covariance",
  "generator.kind",
  "verifier.kind",
  "learner.kind",
  "learner.loss",
  "learner.lambda",
  "learner.learningRate",
  "samples",
  "realSamples",
  "generations",
  "policy",
]);

/**
 * Makes sure, before anything is computed, that every cell's engine applies to it.
 *
 * @throws ConfigError naming the setting that stands against it.
 */
export function checkEngines(scenario: Scenario): void {
  const plan = new Plan(scenario, DECISIVE);
  for (let index = 0; index < plan.length; index++) checkEngine(plan.scenario(index));
}

/** As {@link checkEngines}, but a grid of a million cells gives the event loop its turn. @throws the signal's reason when aborted. */
export async function checkEnginesInSlices(scenario: Scenario, signal?: AbortSignal): Promise<void> {
  const plan = new Plan(scenario, DECISIVE);
  await new Slices(plan.length, { signal }).run(plan.length, (first, count) => {
    for (let index = first; index < first + count; index++) checkEngine(plan.scenario(index));
  });
}

function checkEngine(cell: CellScenario): void {
  const { engine } = chooseEngine(cell);
  const fault = engineFault(engine, cell);
  if (fault === undefined) return;
  const { message: expected } = engineReason("an-engine-that-applies");
  throw new ConfigError(engineReason("engine-does-not-apply", { engine, why: fault }), {
    field: "engine",
    expected,
    got: engine,
  });
}
