import { kindFault } from "../model/kinds.js";
import type { CellScenario } from "../model/scenario.js";
import { theoryApplies, trajectoryApplies } from "./theory.js";

/** The three roads to the same answer. */
export type EngineName = "theory" | "reduced" | "direct";

/** The engine that computes a cell, and why that one. */
export interface EngineChoice {
  engine: EngineName;
  reason: string;
}

const DIRECT_ROWS = 2 ** 31 - 1;
const DIRECT_DIM = 20_000;
// made once: a grid asks a million times
const ASKED: Record<EngineName, EngineChoice> = {
  theory: { engine: "theory", reason: "asked for" },
  reduced: { engine: "reduced", reason: "asked for" },
  direct: { engine: "direct", reason: "asked for" },
};
const REDUCED: EngineChoice = {
  engine: "reduced",
  reason: "the same law as the direct engine, at a fraction of the cost",
};

/** The engine for a cell: the one asked for, or by default the reduced one where it applies and else the direct one. */
export function chooseEngine(scenario: CellScenario): EngineChoice {
  if (scenario.engine !== "auto") return ASKED[scenario.engine];
  const fault = reducedFault(scenario);
  return fault === undefined ? REDUCED : { engine: "direct", reason: fault };
}

/** Why an engine does not apply to a cell, in words; undefined where it does. */
export function engineFault(engine: EngineName, scenario: CellScenario): string | undefined {
  return FAULTS[engine](scenario);
}

const FAULTS: Record<EngineName, (scenario: CellScenario) => string | undefined> = {
  theory: theoryFault,
  reduced: reducedFault,
  direct: directFault,
};

function theoryFault(scenario: CellScenario): string | undefined {
  return scenario.generations > 1 ? trajectoryApplies(scenario) : theoryApplies(scenario);
}

function reducedFault(scenario: CellScenario): string | undefined {
  const { data, learner, verifier, samples, generations, policy } = scenario;
  if (generations > 1 && policy === "accumulate" && learner.kind === "ridge") {
    return "ridge on accumulated rows has no reduction: they depend on the models that they taught";
  }
  const fault = kindFault("reduced", scenario);
  if (fault !== undefined) return fault;
  if (data.covariance !== "identity") return "the reduction needs data.covariance identity";
  if (verifier.kind === "top" && samples > DIRECT_ROWS)
    return `a top-fraction verifier ranks at most ${DIRECT_ROWS} rows`;
  return undefined;
}

function directFault(scenario: CellScenario): string | undefined {
  const { data, samples, realSamples } = scenario;
  const fault = kindFault("direct", scenario);
  if (fault !== undefined) return fault;
  if (samples + realSamples > DIRECT_ROWS) {
    return `samples + realSamples must be at most ${DIRECT_ROWS}, got ${samples + realSamples}`;
  }
  return data.dim > DIRECT_DIM ? `data.dim must be at most ${DIRECT_DIM}, got ${data.dim}` : undefined;
}
