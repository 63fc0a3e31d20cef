import { text } from "node:stream/consumers";
import { Draft, isMapping } from "../model/draft.js";
import { applyOverrides } from "../model/overrides.js";
import { preset } from "../model/presets.js";
import { readDraft } from "../model/read.js";
import { parseScenario, type Scenario } from "../model/scenario.js";
import { scenarioWarnings } from "../model/warnings.js";
import { exists, readText } from "./files.js";
import type { ScenarioFlags } from "./flags.js";
import { presetNames, unknownPreset } from "./presetNames.js";

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
  if (flags.engine !== undefined) overrides.push(`engine=${flags.engine}`);
  const draft = applyOverrides(await readSource(source), overrides);
  const scenario = parseScenario(draft);
  return { scenario, warnings: [...draft.warnings, ...scenarioWarnings(scenario)] };
}

async function readSource(source: string): Promise<unknown> {
  if (source === "-") return configOf(readDraft(await text(process.stdin), { name: "standard input" }));
  if (presetNames().includes(source)) return preset(source);
  if (!looksLikePath(source) && !(await exists(source))) throw unknownPreset(source, "neither a preset nor a file");
  return configOf(readDraft(await readText(source), { name: source }));
}

/** A result file runs again: it echoes the scenario that it came from. */
function configOf(draft: Draft): Draft {
  const { value } = draft;
  if (!isMapping(value) || value.schema !== "pstar/result@1" || !isMapping(value.config)) return draft;
  return new Draft(value.config, (path) => draft.origin(["config", ...path]));
}

function looksLikePath(source: string): boolean {
  return /[\\/.]/.test(source);
}
