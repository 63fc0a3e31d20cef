import type { CellResult } from "../engine/result.js";
import { breakdownPoint, expectedErrorRate, expectedRates } from "../model/breakdown.js";
import { sweptValues } from "../model/cells.js";
import { degrees, formatNumber } from "../model/format.js";
import type { Scenario } from "../model/scenario.js";
import { sweepAxes } from "../model/sweep.js";
import { formatValue, pathLabel } from "./labels.js";
import { type AxisRange, logTicks, writtenTicks } from "./scales.js";
import { isLogarithmic, seriesScenario } from "./series.js";

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

/** A piece of a contour, between two points. */
export type Segment = readonly [x0: number, y0: number, x1: number, y1: number];

/**
 * Where a function on a grid is zero: in each square between four points of the grid, straight pieces between the places on its
 * sides where the function changes sign. (Marching squares; where a square is crossed twice, the pieces join in the order of
 * the sides.)
 *
 * @param value At column i and row j; NaN if there is none.
 */
export function zeroContour(
  xs: readonly number[],
  ys: readonly number[],
  value: (i: number, j: number) => number,
): Segment[] {
  const segments: Segment[] = [];
  for (let i = 0; i + 1 < xs.length; i++) {
    for (let j = 0; j + 1 < ys.length; j++) {
      const corners = [
        [xs[i], ys[j], value(i, j)],
        [xs[i + 1], ys[j], value(i + 1, j)],
        [xs[i + 1], ys[j + 1], value(i + 1, j + 1)],
        [xs[i], ys[j + 1], value(i, j + 1)],
      ] as const;
      if (corners.some(([, , at]) => Number.isNaN(at))) continue;
      const crossings: [number, number][] = [];
      for (const [side, [x0, y0, from]] of corners.entries()) {
        const [x1, y1, to] = corners[(side + 1) % 4];
        if (from >= 0 === to >= 0) continue;
        const share = from / (from - to);
        crossings.push([x0 + share * (x1 - x0), y0 + share * (y1 - y0)]);
      }
      for (let k = 0; k + 1 < crossings.length; k += 2) segments.push([...crossings[k], ...crossings[k + 1]]);
    }
  }
  return segments;
}

/** Places along each side of the picture between which the line is straight: finer than can be seen. */
const STEPS = 64;
const SHARES = new Set(["generator.errorRate", "verifier.phi", "verifier.psi", "verifier.keep", "verifier.poison"]);

/**
 * The line on which the generator's error rate is the breakdown point. Where the settings say both it is drawn over the whole
 * picture, whatever cells there are; elsewhere between the cells, by what was realised in their rows. Words have no between,
 * so no line goes over them.
 */
export function breakdownLine(
  found: (CellResult | undefined)[][],
  scenario: Scenario,
  x: GridAxis,
  y: GridAxis,
  known: boolean,
): Segment[] {
  if ([x, y].some(({ texts }) => texts.some((text) => Number.isNaN(Number(text))))) return [];
  const params = found.flat().find((cell) => cell !== undefined)?.params;
  if (params === undefined) return [];
  const at = (column: number, row: number) =>
    settledExcess({ ...params, [x.path]: setting(x, column), [y.path]: setting(y, row) }, scenario);
  if (known && at(x.centres[0], y.centres[0]) !== undefined) {
    const [columns, rows] = [places(x), places(y)];
    return zeroContour(columns, rows, (i, j) => at(columns[i], rows[j]) ?? Number.NaN);
  }
  const above = found.map((cells) => cells.map(realisedExcess));
  return zeroContour(x.centres, y.centres, (i, j) => above[i][j] ?? Number.NaN);
}

/** p − p⋆ by the settings; undefined if they do not say it, NaN if nothing is kept. */
function settledExcess(params: CellResult["params"], scenario: Scenario): number | undefined {
  const settings = seriesScenario(params, scenario);
  const rates = expectedRates(settings);
  const p = expectedErrorRate(settings);
  return rates === null || p === null ? undefined : p - (breakdownPoint(rates) ?? Number.NaN);
}

/** p − p⋆ in the rows of a cell. */
function realisedExcess(cell: CellResult | undefined): number {
  const { errorRate = null, breakdown: point = null } = cell ?? {};
  return errorRate === null || point === null ? Number.NaN : errorRate - point;
}

/** Evenly spread over the side; a share has no room beyond 0 and 1, where the outer tiles have some. */
function places({ path, edges, range }: GridAxis): number[] {
  const within = (value: number) => (SHARES.has(path) ? Math.min(1, Math.max(0, value)) : value);
  const [from, to] = [within(edges[0]), within(edges[edges.length - 1])];
  const steps = Array.from({ length: STEPS + 1 }, (_, i) => i / STEPS);
  if (range.scale === "log") return steps.map((t) => from * (to / from) ** t);
  return steps.map((t) => (1 - t) * from + t * to);
}

/** What the setting is at a place of the axis, which has angles in degrees. */
function setting({ path }: GridAxis, place: number): number {
  return pathLabel(path).angle === true ? (place * Math.PI) / 180 : place;
}
