import type { FigureAxes } from "../../src/figure/axes.js";
import { formatNumber, pathLabel } from "../../src/figure/labels.js";
import type { CurveData, CurveSeries, Measure } from "../../src/figure/series.js";
import type { CellResult } from "../../src/index.js";
import type { Messages } from "../words/messages.js";
import { element } from "./elements.js";

/** Rows of a line that has no points beside it: enough to read its course. */
const LINE_ROWS = 21;

/** The numbers of a figure as a table, made when it is opened. */
export class DataTable {
  readonly element: HTMLDetailsElement;
  readonly #words: Messages;
  readonly #place: HTMLElement;
  #shown: { data: CurveData; axes: FigureAxes; measure: Measure } | undefined;

  constructor(words: Messages) {
    this.#words = words;
    this.#place = element("div", { class: "table", tabindex: 0, role: "region", "aria-label": words.figure.table });
    this.element = element("details", { class: "numbers" }, element("summary", {}, words.figure.table), this.#place);
    this.element.addEventListener("toggle", () => this.#build());
  }

  show(data: CurveData, axes: FigureAxes, measure: Measure): void {
    this.#shown = { data, axes, measure };
    this.#build();
  }

  #build(): void {
    if (!this.element.open || !this.#shown) return;
    const { data, axes, measure } = this.#shown;
    const { figureWords, figure } = this.#words;
    const drawn = data.series.some(({ points }) => points.length > 0);
    const named = data.series.some(({ label }) => label !== "");
    const { symbol, angle } = pathLabel(axes.x, figureWords);
    const heads = [
      ...(named ? [this.#words.controls.curve] : []),
      angle ? `${symbol} (°)` : symbol,
      figureWords.measures[measure],
      ...(drawn ? [figure.se, "p", "φ", "ψ", "p⋆", figure.kept] : []),
    ];
    const head = element("tr", {}, ...heads.map((text) => element("th", { scope: "col" }, text)));
    const rows = data.series.flatMap((one) =>
      (drawn ? pointRows(one) : lineRows(one)).map((values) => ({ one, values })),
    );
    const body = rows.map(({ one, values }) =>
      element(
        "tr",
        {},
        ...(named ? [element("th", { scope: "row" }, one.label)] : []),
        ...values.map((text) => element("td", {}, text)),
      ),
    );
    this.#place.replaceChildren(
      element("table", {}, element("thead", {}, head), element("tbody", {}, ...body)),
      ...(drawn ? [element("p", { class: "hint" }, figure.tableNote)] : []),
    );
  }
}

function pointRows({ points }: CurveSeries): string[][] {
  return points.map(({ x, y, se, cell }) => [
    formatNumber(x, 5),
    fixed(y),
    fixed(se),
    ...rates(cell),
    `${formatNumber(100 * cell.kept.share, 3)} %`,
  ]);
}

function rates({ errorRate, phi, psi, breakdown }: CellResult): string[] {
  return [errorRate, phi, psi, breakdown].map((value) => (value === null ? "—" : value.toFixed(3)));
}

function lineRows({ theory = [] }: CurveSeries): string[][] {
  const every = Math.max(1, Math.floor((theory.length - 1) / (LINE_ROWS - 1)));
  return theory.filter((_, i) => i % every === 0).map(({ x, y }) => [formatNumber(x, 5), fixed(y)]);
}

function fixed(value: number | null): string {
  return value === null || Number.isNaN(value) ? "—" : value.toFixed(4);
}
