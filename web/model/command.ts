import { preset } from "../../src/model/presets.js";
import { parseScenario } from "../../src/model/scenario.js";
import { type Experiment, inputValue, pageValue, scenarioInput, sweepInput } from "./experiment.js";
import { properties } from "./properties.js";

/** The experiment as a scenario, with the name and the description of the preset that it began as. */
export function namedInput(experiment: Experiment) {
  const { name, description } = preset(experiment.preset);
  return scenarioInput(experiment, { name, description });
}

/** The command line that computes the same figure, to the last bit: the preset, and what the page changed in it. */
export function command(experiment: Experiment): string {
  return ["pstar", "run", experiment.preset, ...overrides(experiment).flatMap((flag) => ["--set", quoted(flag)])].join(
    " ",
  );
}

/** `path=value` for each setting that differs from the preset's; the sweep last, as setting a swept path would end it. */
export function overrides(experiment: Experiment): string[] {
  const input = preset(experiment.preset);
  const base = parseScenario(input) as unknown as Record<string, Record<string, unknown>>;
  const { settings } = experiment;
  const flags: string[] = [];
  for (const { path } of properties) {
    if (path === "data.covariance.exponent") continue;
    const [section, key] = path.split(".") as [string, string?];
    const there = key === undefined ? base[section] : base[section]?.[key];
    const wanted = inputValue(path, settings[path] ?? null, settings);
    const same = typeof wanted === "object" ? json(there) === json(wanted) : pageValue(path, there) === settings[path];
    if (!same) flags.push(`${path}=${typeof wanted === "string" ? wanted : json(wanted)}`);
  }
  const wanted = parseScenario(namedInput(experiment));
  // Setting a value that the preset sweeps takes it out of the sweep, which must then be said again.
  const fixed = Object.keys(base.sweep ?? {}).some((path) => flags.some((flag) => flag.startsWith(`${path}=`)));
  if (fixed || json(wanted.sweep) !== json(base.sweep)) flags.push(`sweep=${json(sweepInput(experiment))}`);
  if (json(wanted.plot) !== json(base.plot)) flags.push(`plot=${json(wanted.plot ?? {})}`);
  return flags;
}

function json(value: unknown): string {
  return JSON.stringify(value) ?? "null";
}

/** For a POSIX shell. Nothing that the page lets in has a quote of its own. */
function quoted(flag: string): string {
  return /^[\w.=+-]+$/.test(flag) ? flag : `'${flag.replaceAll("'", "'\\''")}'`;
}
