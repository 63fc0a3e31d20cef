import type { Experiment, Range, Series } from "./experiment.js";
import {
  isNumeric,
  propertyOf,
  readNumber,
  readText,
  settle,
  sweptPaths,
  type Value,
  writeText,
} from "./properties.js";
import type { Report } from "./repair.js";

/** A curve of more points, or a figure of more curves, is not read any better. */
const MOST_STEPS = 201;
export const MOST_SERIES = 8;

/** `path:from:to:steps`, and `:log` behind it. */
export function writeRange({ path, from, to, steps, scale }: Range): string {
  return [path, from, to, steps, ...(scale === "log" ? ["log"] : [])].join(":");
}

/** `path:value,value`. */
export function writeSeries({ path, values }: Series): string {
  const property = propertyOf(path);
  return `${path}:${values.map((value) => (property ? writeText(property, value) : String(value))).join(",")}`;
}

/** Reads both axes; one that is not given is not there, one that is not valid takes the view's own. */
export function readAxes(
  given: { x: string | undefined; series: string | undefined },
  initial: Experiment,
  report: Report,
): Pick<Experiment, "x" | "series"> {
  const x =
    given.x === undefined ? initial.x : (readRange(given.x, report) ?? refused("x", given.x, initial.x, report));
  if (given.series === undefined) return { x, series: null };
  const series = readSeries(given.series, report);
  if (series === null || series.path === x?.path) {
    const own = initial.series?.path === x?.path ? null : initial.series;
    return { x, series: refused("series", given.series, own, report) };
  }
  return { x, series };
}

function refused<T extends Range | Series | null>(key: string, given: string, own: T, report: Report): T {
  const used = own === null ? "" : "steps" in own ? writeRange(own) : writeSeries(own);
  report({ kind: "repaired", key, given, used });
  return own;
}

function readRange(text: string, report: Report): Range | null {
  const [path = "", from = "", to = "", steps = "", scale, ...rest] = text.split(":");
  const given = { path, from: readNumber(from), to: readNumber(to), steps: readNumber(steps) };
  if (rest.length > 0 || (scale !== undefined && scale !== "log")) return null;
  const range = settleRange({ ...given, scale: scale ?? "linear" });
  if (range && writeRange(range) !== writeRange({ ...given, scale: scale ?? "linear" })) {
    report({ kind: "repaired", key: "x", given: text, used: writeRange(range) });
  }
  return range;
}

/** A range whose ends are valid and differ, with a number of steps that can be drawn; null if there is none. */
export function settleRange(range: Range): Range | null {
  const property = propertyOf(range.path);
  if (!isNumeric(property) || !sweptPaths.includes(range.path)) return null;
  if (Number.isNaN(range.from) || Number.isNaN(range.to) || Number.isNaN(range.steps)) return null;
  const from = settle(property, range.from).value as number;
  const to = settle(property, range.to).value as number;
  const steps = Math.min(MOST_STEPS, Math.max(2, Math.round(range.steps)));
  if (from === to) return null;
  return { path: range.path, from, to, steps, scale: from > 0 && to > 0 ? range.scale : "linear" };
}

function readSeries(text: string, report: Report): Series | null {
  const colon = text.indexOf(":");
  const path = text.slice(0, Math.max(0, colon));
  const property = propertyOf(path);
  if (!property || !sweptPaths.includes(path)) return null;
  const parts = text.slice(colon + 1).split(",", 10 * MOST_SERIES);
  const values = settleValues(
    path,
    parts.map((part) => readText(property, part)),
  );
  if (values.length === 0) return null;
  const series = { path, values };
  if (writeSeries(series) !== text) report({ kind: "repaired", key: "series", given: text, used: writeSeries(series) });
  return series;
}

/** The values that are valid, each once, the first eight. */
export function settleValues(path: string, given: readonly unknown[]): Value[] {
  const property = propertyOf(path);
  if (!property) return [];
  const settled = given
    .filter((value) => value !== undefined && !Number.isNaN(value))
    .filter((value) => property.kind !== "choice" || property.choices.includes(value as string))
    .map((value) => settle(property, value).value);
  return [...new Set(settled)].slice(0, MOST_SERIES);
}
