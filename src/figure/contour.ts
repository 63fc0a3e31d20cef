import type { CellResult } from "../engine/result.js";
import { breakdownPoint, expectedErrorRate, expectedRates } from "../model/breakdown.js";
import type { Scenario } from "../model/scenario.js";
import type { GridAxis } from "./grid.js";
import { pathLabel } from "./labels.js";
import { seriesScenario } from "./series.js";

/** A piece of a contour, between two points. */
export type Segment = readonly [x0: number, y0: number, x1: number, y1: number];

/**
 * Where a function on a grid is zero: in each square between four points of the grid, straight pieces between the places on its
 * sides where the function changes sign. (Marching squares; where a square is crossed twice, the pieces join in the order of
 * the sides.)
 *
 * @param value At column i and row j; NaN where there is none.
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

/** p − p⋆ by the settings; undefined where they do not say it, NaN where nothing is kept. */
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
