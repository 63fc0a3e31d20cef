import { colorOf, colorScale } from "../../src/figure/colorBar.js";
import { type PlaneData, planeFigure } from "../../src/figure/plane.js";
import type { FigureTheme } from "../../src/figure/theme.js";
import { formatNumber } from "../../src/model/format.js";
import type { Plane as Answer } from "../compute/calculator.js";
import type { Experiment } from "../model/experiment.js";
import { breakdownLine, CELLS, middleLine, placesOf, planeCommand, planeInput, scaleOf } from "../model/plane.js";
import type { Plane, State } from "../model/state.js";
import type { Messages } from "../words/messages.js";
import { element, say, uniqueId } from "./elements.js";
import { ExportBar } from "./exportBar.js";
import { axisNames, cellName, cellSentence, planeNumbers } from "./planeNumbers.js";
import { Plot, pngOf, svgOf } from "./plot.js";
import { DataTable } from "./rowsTable.js";
import { figureTheme, letterSize, type Site } from "./site.js";

const LAST = CELLS - 1;

/** What is shown of a plane. */
interface Shown {
  values: Answer;
  plane: Plane;
  experiment: Experiment;
}

/** The figure of a plane: colours and line, what they mean, sentence, table and exports. */
export class PlanePanel {
  readonly element: HTMLElement;
  readonly #site: Site;
  readonly #canvas: HTMLCanvasElement;
  readonly #plot: Plot;
  readonly #key: HTMLElement;
  /** What the cell under the pointer says. */
  readonly #under: HTMLElement;
  readonly #summary: HTMLElement;
  readonly #table: DataTable;
  readonly #exports: ExportBar;
  #shown: Shown | undefined;
  #cell: State["cell"] = null;
  #frame = 0;

  /** @param onCell Told the column and the row of a cell that is clicked. */
  constructor(site: Site, onCell: (column: number, row: number) => void) {
    this.#site = site;
    const { words } = site;
    const summaryId = uniqueId("summary");
    this.#canvas = element("canvas", {
      role: "img",
      "aria-label": words.figure.canvas(words.diagram.heading),
      "aria-describedby": summaryId,
    });
    this.#canvas.addEventListener("click", (event) => {
      const cell = this.#cellAt(event);
      if (cell) onCell(...cell);
    });
    this.#under = element("p", { class: "under" }, words.diagram.hover);
    this.#canvas.addEventListener("pointermove", (event) => this.#readUnder(event));
    this.#canvas.addEventListener("pointerleave", () => say(this.#under, words.diagram.hover));
    this.#plot = new Plot(this.#canvas);
    this.#key = element("div", { class: "key" });
    this.#summary = element("p", { class: "summary", id: summaryId }, words.summary.waiting);
    this.#table = new DataTable(words, words.diagram.heading);
    this.#exports = new ExportBar(words, {
      png: () => this.#picture(pngOf),
      svg: () => this.#picture(svgOf),
      text: (format) => site.calculators.result(format, planeInput(...this.#asked())),
      address: () => site.address(),
      command: () => planeCommand(...this.#asked()),
      name: () => `phase-diagram-${this.#asked()[0]}`,
    });
    this.element = element(
      "figure",
      { class: "panel plane-panel" },
      element("div", { class: "plot plane" }, this.#canvas),
      this.#under,
      this.#key,
      element("figcaption", {}, this.#summary),
      this.#table.element,
      this.#exports.element,
    );
  }

  /** Shows the answer to a plane. */
  show(shown: Shown): void {
    this.#shown = shown;
    const { values, plane, experiment } = shown;
    this.#drawSoon();
    this.#summarise(plane, values.accuracy);
    const { words } = this.#site;
    this.#table.show(() => planeNumbers(plane, placesOf(plane, experiment), values, axisNames(plane, words), words));
  }

  /** Marks the chosen cell. */
  mark(cell: State["cell"]): void {
    this.#exports.refresh();
    if (cell === this.#cell) return;
    this.#cell = cell;
    this.#drawSoon();
  }

  valuesOf(plane: Plane): Answer | undefined {
    return this.#shown?.plane === plane ? this.#shown.values : undefined;
  }

  recolour(): void {
    this.#drawSoon();
  }

  close(): void {
    cancelAnimationFrame(this.#frame);
    this.#plot.destroy();
  }

  /** Once a frame, however often it is asked for. */
  #drawSoon(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    if (!this.#shown) return;
    const width = this.#canvas.parentElement?.clientWidth ?? 0;
    void this.#plot.draw(
      planeFigure(this.#data(this.#shown), { theme: figureTheme(), bare: true, width, fontSize: letterSize(width) }),
    );
    this.#key.replaceChildren(...colourKey(this.#shown, figureTheme(), this.#site.words));
  }

  #data({ values, plane, experiment }: Shown): PlaneData {
    const { words } = this.#site;
    const places = placesOf(plane, experiment);
    const titles = words.figureWords.paths;
    const title = (path: string) => capitalised(titles[path]?.title ?? "");
    const angle = (path: string) => capitalised(words.figureWords.inDegrees(titles[path]?.title ?? ""));
    const [x, y] = {
      rates: [title("generator.errorRate"), capitalised(words.diagram.ratio)],
      angles: [angle("generator.angle"), angle("verifier.angle")],
      difficulty: [axisNames(plane, words).x, angle("generator.angle")],
    }[plane] as [string, string];
    return {
      x: { values: places.x, title: x },
      y: { values: places.y, title: y },
      accuracy: values.accuracy,
      scale: scaleOf(plane, values.accuracy),
      half: middleLine(plane, places, values.accuracy),
      breakdown: breakdownLine(places, values.errorRate, values.breakdown),
      chosen: this.#cell && { column: Math.round(this.#cell.x * LAST), row: Math.round(this.#cell.y * LAST) },
    };
  }

  #picture(draw: (figure: object) => Promise<Blob>): Promise<Blob> {
    const { diagram, figure, figureWords } = this.#site.words;
    if (!this.#shown) return Promise.reject(new Error(figure.nothingYet));
    const title = `${diagram.heading}: ${diagram.planes[this.#shown.plane]}`;
    const isCompared = this.#shown.plane === "difficulty";
    const colors = capitalised(isCompared ? diagram.hard.colours : figureWords.measures.accuracy);
    return draw(planeFigure(this.#data(this.#shown), { theme: figureTheme(), title, colors }));
  }

  #asked(): [Plane, Experiment] {
    const { plane, experiments } = this.#site.state();
    return [plane, experiments.diagram];
  }

  #summarise(plane: Plane, accuracy: Float64Array): void {
    const { middle } = scaleOf(plane, accuracy);
    let [known, above, worst, best] = [0, 0, 1, -1];
    for (const value of accuracy) {
      if (Number.isNaN(value)) continue;
      known++;
      if (value > middle) above++;
      worst = Math.min(worst, value);
      best = Math.max(best, value);
    }
    const { diagram } = this.#site.words;
    // Rounded down: 100 % is said of all cells only, and 0 % of none.
    const share = `${formatNumber(above === 0 ? 0 : Math.max(0.1, Math.floor((1000 * above) / known) / 10))} %`;
    const { summary } = plane === "difficulty" ? diagram.hard : diagram;
    const text = known === 0 ? diagram.nothing : summary(share, formatNumber(best, 3), formatNumber(worst, 3));
    say(this.#summary, text);
  }

  #readUnder(event: MouseEvent): void {
    const cell = this.#cellAt(event);
    if (!cell || !this.#shown) return;
    const { values, plane, experiment } = this.#shown;
    const { words } = this.#site;
    const [column, row] = cell;
    const name = cellName(axisNames(plane, words), placesOf(plane, experiment), column, row, words);
    say(this.#under, words.diagram.under(name, cellSentence(plane, values, row * CELLS + column, words)));
  }

  #cellAt(event: MouseEvent): [column: number, row: number] | undefined {
    const scales = this.#plot.chart?.scales;
    if (!scales?.x || !scales.y || !this.#shown) return undefined;
    const { x, y } = placesOf(this.#shown.plane, this.#shown.experiment);
    const at = (values: readonly number[], value: number) => {
      const first = values[0] as number;
      const step = ((values.at(-1) as number) - first) / LAST;
      return Math.min(LAST, Math.max(0, Math.round((value - first) / step)));
    };
    return [at(x, scales.x.getValueForPixel(event.offsetX) ?? 0), at(y, scales.y.getValueForPixel(event.offsetY) ?? 0)];
  }
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Which colour stands for which value, and the signs of the lines. */
function colourKey({ plane, values }: Shown, theme: FigureTheme, { diagram, figureWords }: Messages): HTMLElement[] {
  const { middle, max } = scaleOf(plane, values.accuracy);
  const scale = colorScale({ middle, max }, theme);
  const swatches = Array.from({ length: 21 }, (_, i) => {
    const swatch = element("span", { class: "swatch" });
    swatch.style.background = colorOf(scale, scale.min + (i / 20) * (max - scale.min));
    return swatch;
  });
  const isCompared = plane === "difficulty";
  const meaning = isCompared ? diagram.hard.equal : figureWords.chance;
  return [
    element(
      "span",
      {},
      `${isCompared ? diagram.hard.colours : diagram.colours} ${formatNumber(scale.min, 3)}`,
      element("span", { class: "swatches", "aria-hidden": "true" }, ...swatches),
      `${formatNumber(max, 3)} (${formatNumber(middle, 3)}: ${meaning})`,
    ),
    element(
      "span",
      {},
      element("span", { class: "dash", "aria-hidden": "true" }),
      isCompared ? diagram.hard.equal : diagram.half,
    ),
    ...(isCompared
      ? []
      : [element("span", {}, element("span", { class: "dash broken", "aria-hidden": "true" }), diagram.breakdown)]),
  ];
}
