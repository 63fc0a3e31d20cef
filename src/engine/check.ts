import { ConfigError } from "../core/errors.js";
import { Plan } from "../model/cells.js";
import type { Scenario } from "../model/scenario.js";
import { chooseEngine, engineFault } from "./choose.js";
import { engineReason } from "./reasons.js";

/** Settings that decide whether an engine applies: a check looks at these axes of a sweep only. */
const DECISIVE = new Set([
  "engine",
  "data.kind",
  "data.dim",
  "data.covariance",
  "generator.kind",
  "verifier.kind",
  "learner.kind",
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
  for (let index = 0; index < plan.length; index++) {
    const cell = plan.scenario(index);
    const { engine } = chooseEngine(cell);
    const fault = engineFault(engine, cell);
    if (fault === undefined) continue;
    const { message: expected } = engineReason("an-engine-that-applies");
    throw new ConfigError(engineReason("engine-does-not-apply", { engine, why: fault }), {
      field: "engine",
      expected,
      got: engine,
    });
  }
}
