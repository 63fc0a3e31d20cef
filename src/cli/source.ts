import { text } from "node:stream/consumers";
import { Draft, isMapping } from "../model/draft.js";
import { applyOverrides } from "../model/overrides.js";
import { preset, presets } from "../model/presets.js";
import { readDraft } from "../model/read.js";
import { parseScenario, type Scenario } from "../model/scenario.js";
import { nearest } from "../model/suggest.js";
import { scenarioWarnings } from "../model/warnings.js";
import { UsageError } from "./failure.js";
import { exists, readText } from "./files.js";

/** What the command line changes in a scenario. */
export interface ScenarioFlags {
  /** `path=value`, the value in YAML. */
  set?: readonly string[];
  seed?: number;
  trials?: number;
}

/**
 * Reads the scenario that the command line names: a preset, a YAML or JSON file, the result of an earlier run, or `-`
 * for standard input.
 */
export async function loadScenario(
  source: string,
  flags: ScenarioFlags,
): Promise<{ scenario: Scenario; warnings: string[] }> {
  const overrides = [...(flags.set ?? [])];
  if (flags.seed !== undefined) overrides.push(`seed=${flags.seed}`);
  if (flags.trials !== undefined) overrides.push(`trials=${flags.trials}`);
  const draft = applyOverrides(await readSource(source), overrides);
  const scenario = parseScenario(draft);
  return { scenario, warnings: [...draft.warnings, ...scenarioWarnings(scenario)] };
}

async function readSource(source: string): Promise<unknown> {
  if (source === "-") return configOf(readDraft(await text(process.stdin), { name: "standard input" }));
  if (presetNames().includes(source)) return preset(source);
  if (!looksLikePath(source) && !(await exists(source))) throw unknownSource(source);
  return configOf(readDraft(await readText(source), { name: source }));
}

/** A result file runs again: it echoes the scenario that it came from. */
function configOf(draft: Draft): Draft {
  const { value } = draft;
  if (!isMapping(value) || value.schema !== "pstar/result@1" || !isMapping(value.config)) return draft;
  return new Draft(value.config, (path) => draft.origin(["config", ...path]));
}

/** The error for a word that names no preset. */
export function unknownPreset(name: string, what: string): UsageError {
  const names = presetNames();
  const meant = nearest(name, names);
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
  return new UsageError(`${JSON.stringify(name)} is ${what}${hint}\n  presets: ${names.join(", ")}`, { got: name });
}

export function presetNames(): string[] {
  return presets().map(({ name }) => name);
}

function unknownSource(source: string): UsageError {
  return unknownPreset(source, "neither a preset nor a file");
}

function looksLikePath(source: string): boolean {
  return /[\\/.]/.test(source);
}
