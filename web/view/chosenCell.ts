import { formatNumber } from "../../src/model/format.js";
import type { Plane as Answer } from "../compute/calculator.js";
import { CELLS, cellExperiment, placesOf } from "../model/plane.js";
import { type State, withExperiment } from "../model/state.js";
import { CurvePanel } from "./curvePanel.js";
import { button, element, say } from "./elements.js";
import { axisNames, cellText } from "./planeNumbers.js";
import type { Site } from "./site.js";

const LAST = CELLS - 1;

/** The cell of the diagram that is open: its numbers, and the curve through it. */
export class ChosenCell {
  readonly element: HTMLElement;
  readonly #site: Site;
  readonly #panel: CurvePanel;
  readonly #title: HTMLElement;
  readonly #numbers: HTMLElement;

  constructor(site: Site) {
    this.#site = site;
    const { diagram } = site.words;
    this.#panel = new CurvePanel(site);
    this.#title = element("h3", { class: "curve-title" });
    this.#numbers = element("p", { class: "summary", role: "status" });
    this.element = element(
      "div",
      { class: "chosen", hidden: true },
      this.#title,
      this.#numbers,
      this.#panel.element,
      button(diagram.open, () => this.#open(), { class: "main" }),
    );
  }

  /** @param answer What the theory says of the plane that the state shows; undefined before it is there. */
  show({ plane, cell, experiments }: State, valid: boolean, answer: Answer | undefined): void {
    this.element.hidden = !cell || !valid;
    if (!cell || !valid) return;
    const { diagram, figureWords } = this.#site.words;
    const [column, row] = [Math.round(cell.x * LAST), Math.round(cell.y * LAST)];
    const { x, y } = placesOf(plane, experiments.diagram);
    const names = axisNames(plane, this.#site.words);
    const value = (name: string, at = 0) => `${name} = ${formatNumber(at, 3)}${names.unit}`;
    const named = [value(names.x, x[column]), value(names.y, y[row])];
    say(this.#title, diagram.curveOf(named.join(figureWords.listSeparator)));
    this.#panel.show(cellExperiment(plane, experiments.diagram, row), "accuracy");
    this.#panel.pointAt({ at: x[column] ?? 0 });
    if (!answer) return;
    const index = row * CELLS + column;
    const [accuracy, point, rate] = [answer.accuracy[index], answer.breakdown[index], answer.errorRate[index]];
    say(this.#numbers, cellText({ accuracy, point, rate }, this.#site.words));
  }

  recolour(): void {
    this.#panel.recolour();
  }

  close(): void {
    this.#panel.close();
  }

  #open(): void {
    const state = this.#site.state();
    if (!state.cell) return;
    const experiment = cellExperiment(state.plane, state.experiments.diagram, Math.round(state.cell.y * LAST));
    this.#site.change({ ...withExperiment(state, "transition", experiment), view: "transition" });
  }
}
