import { sweptValues } from "../model/cells.js";
import { degrees, formatNumber } from "../model/format.js";
import type { Scenario } from "../model/scenario.js";
import { sweepAxes } from "../model/sweep.js";
import { isLogarithmic } from "./axes.js";
import { formatValue, pathLabel } from "./labels.js";
import type { AxisRange } from "./scales.js";
import { logTicks, writtenTicks } from "./scales.js";

/** Tiles along one side of a heat map: more than these would be finer than the print. */
const MOST_TILES = 150;

/** Few tiles have each its value beside it; many have round numbers. */
const FEW_TILES = 8;

/** One side of a heat map: the values of a swept setting, each with a tile around it. */
export interface GridAxis {
  path: string;
  /** The values shown, in ascending order (words as they come), as JSON: what a cell is found by. */
  texts: string[];
  /** Where each stands on the axis, in its unit. */
  centres: number[];
  /** The borders of the tiles: one more than there are tiles. */
  edges: number[];
  range: AxisRange;
  /** Values that are left out between those shown. */
  thinned: number;
}

/** The values of a swept setting as a side of a heat map. */
export function gridAxis(scenario: Scenario, path: string): GridAxis {
  const axis = sweepAxes(scenario)[path] ?? [];
  const all = sweptValues(scenario, path);
  const numeric = all.every((value) => typeof value === "number");
  const sorted = numeric ? (all as number[]).toSorted((a, b) => a - b) : all;
  const values = spread(sorted, MOST_TILES);
  const base = { path, texts: values.map((value) => JSON.stringify(value)), thinned: all.length - values.length };
  if (!numeric) {
    const centres = values.map((_, i) => i);
    const edges = [-0.5, ...values.map((_, i) => i + 0.5)];
    const ticks = values.map((value, i) => ({ value: i, label: formatValue(path, value) }));
    return { ...base, centres, edges, range: { min: -0.5, max: values.length - 0.5, scale: "linear", ticks } };
  }
  const angle = pathLabel(path).angle === true;
  const centres = (values as number[]).map((value) => (angle ? degrees(value) : value));
  const logarithmic = centres[0] > 0 && isLogarithmic(axis);
  const edges = edgesOf(centres, logarithmic);
  const [min, max] = [edges[0], edges[edges.length - 1]];
  if (centres.length <= FEW_TILES && !crowded(edges, logarithmic)) {
    const ticks = centres.map((value) => ({ value, label: formatNumber(value, 4) }));
    return { ...base, centres, edges, range: { min, max, scale: logarithmic ? "log" : "linear", ticks } };
  }
  if (logarithmic) {
    const ticks = logTicks(min, max).map((value) => ({ value, label: formatNumber(value) }));
    return { ...base, centres, edges, range: { min, max, scale: "log", ticks } };
  }
  const ticks = writtenTicks(centres[0], centres[centres.length - 1], 10);
  return { ...base, centres, edges, range: { min, max, scale: "linear", ticks } };
}

/** Whether a tile is too narrow for its value to be written beside it. */
function crowded(edges: readonly number[], logarithmic: boolean): boolean {
  const places = logarithmic ? edges.map((edge) => Math.log(edge)) : edges;
  const least = (places[places.length - 1] - places[0]) / 20;
  return places.slice(1).some((place, i) => place - places[i] < least);
}

/** At most so many values, evenly spread, the first and the last among them. */
function spread<T>(values: readonly T[], most: number): T[] {
  if (values.length <= most) return [...values];
  return Array.from({ length: most }, (_, i) => values[Math.round((i * (values.length - 1)) / (most - 1))]);
}

/** Borders halfway between neighbours; the outer tiles are as wide on their far side. */
function edgesOf(centres: readonly number[], logarithmic: boolean): number[] {
  if (centres.length === 1) return [centres[0] - 0.5, centres[0] + 0.5];
  const between = (a: number, b: number) => (logarithmic ? Math.sqrt(a * b) : (a + b) / 2);
  const beyond = (a: number, edge: number) => (logarithmic ? (a * a) / edge : 2 * a - edge);
  const inner = centres.slice(1).map((value, i) => between(centres[i], value));
  return [beyond(centres[0], inner[0]), ...inner, beyond(centres[centres.length - 1], inner[inner.length - 1])];
}
