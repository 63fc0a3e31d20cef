import { breakdownPoint, parseScenario, type Scenario, type ScenarioInput } from "../../src/index.js";
import { expectedRates } from "../../src/model/breakdown.js";
import { MATRIX_DIM_LIMIT } from "../../src/model/covariance.js";
import { readUnder } from "../../src/model/kinds.js";
import { type SweepRange, sweepAxes } from "../../src/model/sweep.js";
import {
  isNumeric,
  isPart,
  type Property,
  properties,
  propertyOf,
  readRows,
  type Value,
  writeRows,
} from "./properties.js";

/** A range of one setting, in the unit of the page: angles in degrees. */
export interface Range {
  path: string;
  from: number;
  to: number;
  steps: number;
  scale: "linear" | "log";
}

/** The values of one setting that tell the curves apart. */
export interface Series {
  path: string;
  values: readonly Value[];
}

/** What a view computes: a scenario as the page holds it. */
export interface Experiment {
  /** The preset that it began as: it gives the name, and the command starts from it. */
  preset: string;
  /** By path, every property; angles in degrees. */
  settings: Readonly<Record<string, Value>>;
  /** Along the horizontal axis; null if that is the generations. */
  x: Range | null;
  series: Series | null;
}

/** Every property at its default. */
export function defaultSettings(): Record<string, Value> {
  return Object.fromEntries(properties.map(({ path, fallback }) => [path, fallback]));
}

/** The experiment with one setting changed; a setting that was swept is swept no longer. */
export function withSetting(experiment: Experiment, path: string, value: Value): Experiment {
  return { ...experiment, settings: { ...experiment.settings, [path]: value } };
}

/** One generation is not a trajectory, and would leave nothing to draw over the rounds. */
export function manyRounds(experiment: Experiment): Experiment {
  return withSetting(experiment, "generations", Math.max(2, experiment.settings.generations as number));
}

/** A value as a scenario file has it: angles with their unit. */
export function inputValue(path: string, value: Value, settings: Experiment["settings"]): unknown {
  if (path === "data.covariance") return covarianceInput(value, settings);
  return isAngle(propertyOf(path)) && typeof value === "number" ? `${value}deg` : value;
}

/** A covariance with its numbers; where none are given, those that leave the inputs as they are. */
function covarianceInput(kind: Value, settings: Experiment["settings"]): unknown {
  const dim = settings["data.dim"] as number;
  const given = (path: string) => readRows(settings[path] as string) ?? [];
  switch (kind) {
    case "power-law":
      return { kind, exponent: settings["data.covariance.exponent"] };
    case "diagonal":
      return { kind, values: given("data.covariance.values")[0] ?? Array.from({ length: dim }, () => 1) };
    case "matrix": {
      const rows = given("data.covariance.rows");
      return { kind, rows: rows.length > 0 ? rows : identity(Math.min(dim, MATRIX_DIM_LIMIT)) };
    }
    default:
      return kind;
  }
}

function identity(dim: number): number[][] {
  return Array.from({ length: dim }, (_, i) => Array.from({ length: dim }, (_, j) => Number(i === j)));
}

/** The value of a resolved scenario as the page holds it. */
export function pageValue(path: string, value: unknown): Value {
  if (path === "data.covariance")
    return (typeof value === "object" ? (value as { kind: string }).kind : value) as Value;
  if (isAngle(propertyOf(path)) && typeof value === "number") return Number(((value / Math.PI) * 180).toPrecision(12));
  return value as Value;
}

/** The experiment as a scenario file would say it. */
export function scenarioInput(experiment: Experiment, text: { name: string; description: string }): ScenarioInput {
  const { settings, x, series } = experiment;
  const input: Record<string, unknown> = { name: text.name, description: text.description };
  for (const property of properties) {
    const { path } = property;
    if (isPart(path) || isLeftOut(property, experiment)) continue;
    const value = inputValue(path, settings[path], settings);
    const [section, key] = path.split(".") as [string, string?];
    if (key === undefined) input[section] = value;
    else input[section] = { ...(input[section] as object), [key]: value };
  }
  const sweep = sweepInput(experiment);
  if (Object.keys(sweep).length > 0) {
    input.sweep = sweep;
    input.plot = plotInput(x, series);
  }
  return input as ScenarioInput;
}

/** Whether a scenario does not say a setting: one that it may leave out, and that no curve of the experiment reads. */
export function isLeftOut(property: Property, { settings, series }: Experiment): boolean {
  if (!("optional" in property && property.optional)) return false;
  return ![...(readUnder.get(property.path) ?? [])].every(([section, kinds]) => {
    const kind = `${section}.kind`;
    const values = series?.path === kind ? series.values : [settings[kind]];
    return values.some((value) => kinds.includes(value as string));
  });
}

/** The axes as a scenario file has them, the series first: the last varies fastest. */
export function sweepInput({ settings, x, series }: Experiment): Record<string, unknown> {
  const sweep: Record<string, unknown> = {};
  if (series) sweep[series.path] = series.values.map((value) => inputValue(series.path, value, settings));
  if (x) {
    const { path, from, to, steps, scale } = x;
    const end = (value: number) => inputValue(path, value, settings);
    sweep[path] = { from: end(from), to: end(to), steps, ...(scale === "log" ? { scale } : {}) };
  }
  return sweep;
}

function plotInput(x: Range | null, series: Series | null): Record<string, string> {
  return { ...(x ? { x: x.path } : {}), ...(series ? { series: series.path } : {}) };
}

/** Reads a scenario, such as a preset, as an experiment. */
export function experimentOf(input: ScenarioInput & { name?: string }): Experiment {
  const scenario = parseScenario(input);
  const settings = defaultSettings();
  const { covariance } = scenario.data;
  for (const { path } of properties) {
    const [section, key] = path.split(".") as [keyof Scenario, string?];
    const part = scenario[section] as unknown;
    if (isPart(path)) continue;
    const value = key === undefined ? part : (part as Record<string, unknown>)[key];
    if (value !== undefined) settings[path] = pageValue(path, value);
  }
  if (typeof covariance === "object") {
    if (covariance.kind === "power-law") settings["data.covariance.exponent"] = covariance.exponent;
    if (covariance.kind === "diagonal") settings["data.covariance.values"] = writeRows([covariance.values]);
    if (covariance.kind === "matrix") settings["data.covariance.rows"] = writeRows(covariance.rows);
  }
  const axes = Object.entries(sweepAxes(scenario));
  const swept = axes.find(([path, axis]) => "steps" in axis && isNumeric(propertyOf(path)));
  const listed = axes.find(([, axis]) => Array.isArray(axis));
  return {
    preset: scenario.name ?? "",
    settings,
    x: swept ? rangeOf(swept[0], swept[1] as SweepRange) : null,
    series: listed
      ? { path: listed[0], values: (listed[1] as unknown[]).map((value) => pageValue(listed[0], value)) }
      : null,
  };
}

function rangeOf(path: string, { from, to, steps, scale }: SweepRange): Range {
  return { path, from: pageValue(path, from) as number, to: pageValue(path, to) as number, steps, scale };
}

/** p⋆ of each cell's verifier where it follows from its rates alone, by series. */
export function breakdownOf(scenario: Pick<Scenario, "generator" | "verifier">): number | null {
  const rates = expectedRates(scenario);
  return rates === null ? null : breakdownPoint(rates);
}

function isAngle(property: Property | undefined): boolean {
  return property?.kind === "angle" || property?.kind === "optional-angle";
}
