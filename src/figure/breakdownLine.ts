import type { CellResult } from "../engine/result.js";
import { breakdownPoint, expectedErrorRate, expectedRates } from "../model/breakdown.js";
import type { Scenario } from "../model/scenario.js";
import { type Segment, zeroContour } from "./contour.js";
import type { GridAxis } from "./grid.js";
import { pathLabel } from "./labels.js";
import { seriesScenario } from "./series.js";

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
