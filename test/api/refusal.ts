import { ConfigError } from "../../src/core/errors.js";
import { parseScenario } from "../../src/model/scenario.js";

/** The error with which a scenario is refused. */
export function refusal(input: unknown): ConfigError {
  try {
    parseScenario(input);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("the scenario was accepted");
}
