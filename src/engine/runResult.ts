import { CORE_HASH } from "../core/bytes.generated.js";
import { VERSION } from "../core/version.generated.js";
import type { Scenario } from "../model/scenario.js";
import type { CellResult, RunResult } from "./result.js";

/** Puts a run's cells together with its scenario and where it comes from. */
export function runResult(scenario: Scenario, cells: CellResult[]): RunResult {
  return {
    schema: "pstar/result@1",
    config: scenario,
    cells,
    provenance: { version: VERSION, coreHash: CORE_HASH, engine: enginesOf(scenario, cells), seed: scenario.seed },
  };
}

/** The engine that computed the cells; several are named one behind the other. */
function enginesOf(scenario: Scenario, cells: CellResult[]): string {
  const engines = new Set(cells.map(({ engine }) => engine));
  return engines.size === 0 ? scenario.engine : [...engines].sort().join(", ");
}
