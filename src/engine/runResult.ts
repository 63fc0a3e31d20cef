import { CORE_HASH } from "../core/bytes.generated.js";
import type { Core } from "../core/core.js";
import { VERSION } from "../core/version.generated.js";
import { parseScenario, type Scenario, type ScenarioInput } from "../model/scenario.js";
import type { CellResult, RunResult } from "./result.js";
import { type RunOptions, run } from "./run.js";

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

/** The whole result of a run, as `pstar run --format json` prints it. */
export async function collect(core: Core, scenario: ScenarioInput, options: RunOptions = {}): Promise<RunResult> {
  const resolved = parseScenario(scenario);
  const cells: CellResult[] = [];
  for await (const cell of run(core, scenario, options)) cells.push(cell);
  return runResult(resolved, cells);
}
