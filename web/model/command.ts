import { type AnglesQuestion, parseScenario, preset, type ScenarioInput } from "../../src/index.js";
import { shellWord } from "../../src/model/format.js";
import { type Experiment, inputValue, isLeftOut, pageValue, scenarioInput, sweepInput } from "./experiment.js";
import { isPart, properties } from "./properties.js";

/** The experiment as a scenario, with the name and the description of the preset that it began as. */
export function namedInput(experiment: Experiment) {
  const { name, description } = preset(experiment.preset);
  return scenarioInput(experiment, { name, description });
}

/**
 * The command line that computes the same figure, to the last bit: the preset, and what the page changed in it.
 *
 * @param axes Of a figure whose axes are not the experiment's own.
 */
export function command(experiment: Experiment, axes: Axes = axesOf(experiment)): string {
  const flags = overrides(experiment, axes).flatMap((flag) => ["--set", shellWord(flag)]);
  return ["pstar", "run", experiment.preset, ...flags].join(" ");
}

type Axes = Pick<ScenarioInput, "sweep" | "plot">;

function axesOf(experiment: Experiment): Axes {
  const { plot } = namedInput(experiment);
  return { sweep: sweepInput(experiment) as NonNullable<Axes["sweep"]>, plot };
}

/** The command line that answers the same of two directions, by angles as text and the classes' distance. */
export function breakdownCommand({ angles, meanNorm = null }: AnglesQuestion): string {
  const { generator, verifier, between } = angles;
  const flags = ["--angles", ...[generator, verifier, between].filter((angle) => angle != null)];
  if (meanNorm !== null) flags.push("--mean-norm", meanNorm);
  return ["pstar breakdown", ...flags].join(" ");
}

/** `path=value` for each setting that differs from the preset's; the sweep last, as setting a swept path would end it. */
export function overrides(experiment: Experiment, { sweep, plot }: Axes = axesOf(experiment)): string[] {
  const input = preset(experiment.preset);
  const base = parseScenario(input) as unknown as Record<string, Record<string, unknown>>;
  const { settings } = experiment;
  const flags: string[] = [];
  for (const property of properties) {
    const { path } = property;
    if (isPart(path) || isLeftOut(property, experiment)) continue;
    const [section, key] = path.split(".") as [string, string?];
    const there = key === undefined ? base[section] : base[section]?.[key];
    const wanted = inputValue(path, settings[path] ?? null, settings);
    const same =
      typeof wanted === "object"
        ? json(there) === json(wanted)
        : there !== undefined && pageValue(path, there) === settings[path];
    if (!same) flags.push(`${path}=${typeof wanted === "string" ? wanted : json(wanted)}`);
  }
  const empty = Object.keys(sweep ?? {}).length === 0;
  const wanted = parseScenario({ ...namedInput(experiment), sweep: empty ? undefined : sweep, plot } as ScenarioInput);
  // Setting a value that the preset sweeps takes it out of the sweep, which must then be said again.
  const fixed = Object.keys(base.sweep ?? {}).some((path) => flags.some((flag) => flag.startsWith(`${path}=`)));
  if (fixed || json(wanted.sweep) !== json(base.sweep)) flags.push(`sweep=${json(sweep)}`);
  if (json(wanted.plot) !== json(base.plot)) flags.push(`plot=${json(wanted.plot ?? {})}`);
  return flags;
}

function json(value: unknown): string {
  return JSON.stringify(value) ?? "null";
}
