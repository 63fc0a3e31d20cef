import { reasonOf } from "../../src/core/errors.js";
import { ConfigError, parseScenario, type Reason } from "../../src/index.js";
import { type Experiment, scenarioInput, withSetting } from "./experiment.js";
import { type Property, properties, propertyOf, writeText } from "./properties.js";

/** What a link said that the page could not take as it stood. */
export type Notice =
  | { kind: "repaired"; key: string; given: string; used: string }
  | { kind: "conflict"; reason: Reason; used: string }
  | { kind: "unknown" | "repeated"; key: string }
  | { kind: "version" | "long"; given: string };

export type Report = (notice: Notice) => void;

/** Text of a link as a notice may quote it: short, on one line, without control characters. */
export function quoted(text: string): string {
  const plain = text.replace(/\p{C}/gu, "�");
  return plain.length > 40 ? `${plain.slice(0, 40)}…` : plain;
}

const NAMELESS = { name: "link", description: "" };

/** What is wrong between the settings of an experiment, each being valid by itself; undefined if nothing is. */
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
