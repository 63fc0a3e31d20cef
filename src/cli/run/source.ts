import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { FileError } from "../../core/errors.js";
import { shellWord } from "../../model/format.js";
import { preset } from "../../model/presets.js";
import { Draft, isMapping } from "../../model/problems.js";
import { applyOverrides, readDraft } from "../../model/read.js";
import { parseScenario, type Scenario } from "../../model/scenario.js";
import { scenarioWarnings } from "../../model/warnings.js";
import { exists, readText } from "../../rows/files.js";
import { MANIFEST } from "../../sweep/store/manifest.js";
import type { ScenarioFlags } from "../options.js";
import { notAPreset, presetNames } from "./presets.js";

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
  const draft = applyOverrides(await readSource(source), overrides, "--set");
  const scenario = parseScenario(draft);
  return { scenario, warnings: [...draft.warnings, ...scenarioWarnings(scenario)].map(({ message }) => message) };
}

/** The files that are read for a scenario. */
export function inputsOfScenario(source: string): string[] {
  if (presetNames().includes(source)) return [];
  return [source, join(dirname(source), MANIFEST)];
}

async function readSource(source: string): Promise<unknown> {
  if (source === "-") return configOf(readDraft(await text(process.stdin), { name: "standard input" }));
  if (presetNames().includes(source)) return preset(source);
  if (!looksLikePath(source) && !(await exists(source))) throw notAPreset(source, "neither a preset nor a file");
  if (/\.(jsonl|csv|parquet)$/i.test(source)) return readResultSource(source);
  return configOf(readDraft(await readText(source), { name: source }));
}

/** A file of results: a Parquet file names its scenario, the others have a store.json beside them. */
async function readResultSource(source: string): Promise<unknown> {
  const { scenarioOfResults } = await import("../../sweep/results/read.js");
  const scenario = await scenarioOfResults(source);
  if (scenario !== undefined) return scenario;
  throw new FileError(
    `cannot read ${source} as a scenario: a file of results has the ${MANIFEST} of its run beside it, which names one`,
    { lines: ["If it holds rows of data, judge them:", `  pstar check ${shellWord(source)}`] },
  );
}

/** A result file runs again: it echoes the scenario that it came from, and so does the store.json of a folder. */
function configOf(draft: Draft): Draft {
  const { value } = draft;
  if (!isMapping(value) || !isResult(value.schema) || !isMapping(value.config)) return draft;
  return new Draft(value.config, (path) => draft.origin(["config", ...path]));
}

function isResult(schema: unknown): boolean {
  return schema === "pstar/result@1" || schema === "pstar/store@1";
}

function looksLikePath(source: string): boolean {
  return /[\\/.]/.test(source);
}
