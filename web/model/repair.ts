import { reasonOf } from "../../src/core/errors.js";
import { ConfigError, parseScenario } from "../../src/index.js";
import { type Experiment, scenarioInput, withSetting } from "./experiment.js";
import type { Report } from "./notices.js";
import { type Property, properties, propertyOf, writeText } from "./properties.js";

const NAMELESS = { name: "link", description: "" };

/** What is wrong between the settings of an experiment, each being valid by itself; undefined where nothing is. */
export function conflictOf(experiment: Experiment): ConfigError | undefined {
  try {
    parseScenario(scenarioInput(experiment, NAMELESS));
    return undefined;
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}

/** The property of a field, or of a number within it. */
function ownerOf(field: string): Property | undefined {
  return (
    propertyOf(field) ?? properties.findLast(({ path }) => field.startsWith(`${path}.`) || field.startsWith(`${path}[`))
  );
}

/** The experiment, with the settings that contradict one another back at their defaults; the view's own where that does not help. */
export function repaired(experiment: Experiment, initial: Experiment, report: Report): Experiment {
  let current = experiment;
  for (let round = 0; round < 6; round++) {
    const conflict = conflictOf(current);
    if (!conflict) return current;
    const property = ownerOf(conflict.field ?? "");
    if (!property || current.settings[property.path] === property.fallback) break;
    const used = writeText(property, property.fallback);
    report({ kind: "conflict", reason: reasonOf(conflict), used: `${property.path} = ${used}` });
    current = withSetting(current, property.path, property.fallback);
  }
  const conflict = conflictOf(current);
  if (!conflict) return current;
  report({ kind: "conflict", reason: reasonOf(conflict), used: "" });
  return initial;
}
