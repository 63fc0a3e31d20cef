import type { ChartConfiguration, Plugin, ScriptableContext } from "chart.js";
import type { CellResult } from "../engine/result.js";
import { formatNumber } from "../model/format.js";
import type { Scenario } from "../model/scenario.js";
import { sweepAxes } from "../model/sweep.js";
import { colorBar, colorOf, colorScale } from "./colorBar.js";
import type { CurveOptions } from "./curve.js";
import { breakdownLine, type GridAxis, gridAxis } from "./grid.js";
import { capitalised, figureSubtitle, figureTitle, measureTitles, subtitleLines, titleOf } from "./headings.js";
import { axisTitle, describeScenario, formatValue, pathLabel } from "./labels.js";
import { horizontalAxis, roundRange, verticalAxis } from "./scales.js";
import { type Measure, measured } from "./series.js";
import { background, lightTheme } from "./theme.js";

/** What `heatmapFigure` may be told. */
export interface HeatmapOptions extends Pick<CurveOptions, "title" | "theme" | "fontSize" | "known"> {
  /** Swept path along the horizontal axis. */
  x: string;
  /** Swept path along the vertical axis. */
  rows: string;
  /** What the colour shows. Default `accuracy`. */
  y?: Measure;
}

/** A tile: its place by column and row, and what it shows. */
export interface Tile {
  x: number;
  y: number;
  column: number;
  row: number;
  /** Null if the cell gave no value. */
  value: number | null;
}

interface Point {
  x: number;
  y: number;
}

/** A chart.js configuration of tiles with a line over them. */
export type HeatmapConfiguration = ChartConfiguration<"matrix" | "line", (Tile | Point)[]>;

/** The plugin's own defaults turn the axes of a matrix upside down and leave room around the tiles. */
const upright = { grid: { display: false }, reverse: false, offset: false };

/** The value on which the colours turn, and the last one: a coin's accuracy, no direction; of lengths and losses the middle of what there is. */
function rangeOf(measure: Measure, tiles: readonly Tile[]): { middle: number; max: number } {
  if (measure === "cosine") return { middle: 0, max: 1 };
  if (measure !== "norm" && measure !== "risk" && measure !== "calibration") return { middle: 0.5, max: 1 };
  const values = tiles.flatMap(({ value }) => (value === null ? [] : [value]));
  if (values.length === 0) return { middle: 0, max: 1 };
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const reach = Math.max(Math.abs(low), Math.abs(high));
  const [min, max] = measure === "calibration" ? roundRange(-reach, reach, 4) : roundRange(low, high, 4);
  return { middle: (min + max) / 2, max: max > min ? max : min + 1 };
}

/**
 * Two swept settings against each other, the measure as colour, and the line p = p⋆ on which the breakdown lies, as a chart.js
 * configuration. Of more than 150 values on a side, 150 are shown.
 *
 * It touches no document and no canvas; call `registerFigures()` once before handing it to chart.js. Cells that differ in
 * other settings must be left out before.
 */
export function heatmapFigure(
  cells: Iterable<CellResult>,
  scenario: Scenario,
  options: HeatmapOptions,
): HeatmapConfiguration {
  const measure = options.y ?? "accuracy";
  const theme = options.theme ?? lightTheme;
  const fontSize = options.fontSize ?? 15;
  const known = options.known ?? true;
  const style = { theme, fontSize };
  const x = gridAxis(scenario, options.x);
  const y = gridAxis(scenario, options.rows);
  const found = gridCells(cells, x, y);
  const tiles = tilesOf(found, x, y, measure);
  const scale = colorScale(rangeOf(measure, tiles), theme);
  const contour = breakdownLine(found, scenario, x, y, known);

  const notes = [x, y].flatMap((axis) =>
    axis.thinned > 0
      ? [`${pathLabel(axis.path).plain}: ${axis.texts.length} of ${axis.texts.length + axis.thinned} values`]
      : [],
  );
  if (tiles.some(({ value }) => value === null)) notes.push("grey: no value");
  const about = known ? describeScenario(scenario, Object.keys(sweepAxes(scenario))) : [];
  const other = `${pathLabel(x.path).plain} and ${pathLabel(y.path).plain}`;
  return {
    type: "matrix",
    data: {
      datasets: [
        {
          type: "matrix",
          label: "",
          data: tiles,
          backgroundColor: ({ raw }: ScriptableContext<"matrix">) => {
            const value = (raw as Tile | undefined)?.value ?? null;
            return value === null ? theme.reference : colorOf(scale, value);
          },
          borderWidth: 0,
          anchorX: "left",
          anchorY: "top",
          // half a pixel more, so that no ground shows between tiles
          width: ({ chart, raw }: ScriptableContext<"matrix">) =>
            side(chart.scales.x, x, (raw as Tile | undefined)?.column) + 0.5,
          height: ({ chart, raw }: ScriptableContext<"matrix">) =>
            side(chart.scales.y, y, (raw as Tile | undefined)?.row) + 0.5,
        },
        {
          type: "line",
          order: -1, // over the tiles
          label: "p = p⋆",
          data: contour.flatMap(([x0, y0, x1, y1]) => [
            { x: x0, y: y0 },
            { x: x1, y: y1 },
            { x: Number.NaN, y: Number.NaN },
          ]),
          borderColor: theme.ink,
          borderWidth: (2 * fontSize) / 15,
          pointRadius: 0,
          pointStyle: "line",
          spanGaps: false,
        },
      ],
    },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      layout: { padding: { top: fontSize * 1.6, left: fontSize * 1.6, bottom: fontSize * 1.6, right: fontSize * 7 } },
      scales: {
        x: { ...horizontalAxis(x.range, capitalised(axisTitle(x.path)), style), ...upright },
        y: { ...verticalAxis(y.range, capitalised(axisTitle(y.path)), style), ...upright },
      },
      plugins: {
        title: figureTitle(
          options.title ??
            titleOf(known ? scenario.name : undefined) ??
            capitalised(`${measureTitles[measure]} over ${other}`),
          style,
        ),
        subtitle: figureSubtitle(subtitleLines([...about, ...notes]), style),
        legend: {
          display: contour.length > 0,
          position: "top",
          align: "start",
          labels: {
            usePointStyle: true,
            pointStyleWidth: fontSize * 2,
            color: theme.ink,
            font: { family: theme.font, size: fontSize },
            filter: ({ text }) => text !== "",
            generateLabels: () => [
              {
                text: "p = p⋆: most kept labels are right where p is below it, wrong where p is above it",
                fontColor: theme.ink,
                strokeStyle: theme.ink,
                lineWidth: (2 * fontSize) / 15,
                pointStyle: "line",
                datasetIndex: 1,
              },
            ],
          },
        },
        tooltip: {
          callbacks: {
            title: () => "",
            label: ({ raw }) => tooltip(raw as Tile, x, y, measure),
          },
        },
        annotation: { annotations: {} },
      },
    },
    plugins: [background(theme.background), colorBar(scale, capitalised(measureTitles[measure]), style)] as Plugin<
      "matrix" | "line"
    >[],
  };
}

/** The cell of each tile, by column and row; undefined if there is none. */
function gridCells(cells: Iterable<CellResult>, x: GridAxis, y: GridAxis): (CellResult | undefined)[][] {
  const columns = new Map(x.texts.map((text, i) => [text, i]));
  const rows = new Map(y.texts.map((text, i) => [text, i]));
  const found = x.texts.map(() => new Array<CellResult | undefined>(y.texts.length));
  for (const cell of cells) {
    const column = columns.get(JSON.stringify(cell.params[x.path]));
    const row = rows.get(JSON.stringify(cell.params[y.path]));
    if (column !== undefined && row !== undefined) found[column][row] = cell;
  }
  return found;
}

function tileValue(cell: CellResult | undefined, measure: Measure): number | null {
  return cell === undefined ? null : measured(cell, measure).mean;
}

function tilesOf(found: (CellResult | undefined)[][], x: GridAxis, y: GridAxis, measure: Measure): Tile[] {
  return found.flatMap((cells, column) =>
    y.texts.map((_, row) => {
      const value = tileValue(cells[row], measure);
      return { x: x.edges[column], y: y.edges[row + 1], column, row, value };
    }),
  );
}

/** Pixels that a tile takes along an axis. */
function side(
  scale: { getPixelForValue(value: number): number } | undefined,
  axis: GridAxis,
  at: number | undefined,
): number {
  if (scale === undefined || at === undefined) return 0;
  return Math.abs(scale.getPixelForValue(axis.edges[at + 1]) - scale.getPixelForValue(axis.edges[at]));
}

function tooltip({ column, row, value }: Tile, x: GridAxis, y: GridAxis, measure: Measure): string {
  if (column === undefined) return "";
  const at = (axis: GridAxis, i: number) =>
    `${pathLabel(axis.path).plain} = ${formatValue(axis.path, JSON.parse(axis.texts[i]))}`;
  const shown = value === null ? "no value" : formatNumber(value, 4);
  return `${at(x, column)}, ${at(y, row)}: ${measureTitles[measure]} ${shown}`;
}
