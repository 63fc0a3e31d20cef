import { formatNumber } from "../../src/model/format.js";
import type { Plane as Answer } from "../compute/calculator.js";
import { type Experiment, withSetting } from "../model/experiment.js";
import { CELLS, cellExperiment, placeOnCurve, placesOf, planeExperiment, planeInput, shownOf } from "../model/plane.js";
import { type Plane, planes, type State, withExperiment } from "../model/state.js";
import { Controls } from "./controls.js";
import { CurvePanel } from "./curvePanel.js";
import { button, element, say, select, uniqueId } from "./elements.js";
import { Inquiry } from "./inquiry.js";
import { axisNames, cellName, cellSentence } from "./planeNumbers.js";
import { PlanePanel } from "./planePanel.js";
import type { Site, View } from "./site.js";
import { Workbench } from "./workbench.js";

const SETTINGS = [
  "verifier.phi",
  "verifier.angle",
  "verifier.keep",
  "verifier.poison",
  "data.kind",
  "data.dim",
  "data.meanNorm",
  "learner.kind",
  "learner.lambda",
  "samples",
  "realSamples",
  "trials",
  "seed",
];
const LAST = CELLS - 1;

/** Of those the ones that a plane does not read, or spans. */
const UNREAD: Readonly<Record<Plane, readonly string[]>> = {
  rates: ["verifier.angle", "verifier.keep"],
  angles: ["verifier.phi", "verifier.angle", "verifier.keep"],
  difficulty: ["verifier.phi", "samples"],
};

/** The phase diagram: the theory everywhere at once, and the curve through the cell that is chosen. */
export class Diagram implements View {
  readonly element: HTMLElement;
  readonly #site: Site;
  readonly #bench: Workbench;
  readonly #inquiry: Inquiry;
  readonly #panel: PlanePanel;
  readonly #controls: Controls;
  readonly #plane: HTMLSelectElement;
  readonly #chosen: ChosenCell;
  readonly #sliders: Record<"x" | "y", HTMLInputElement>;

  constructor(site: Site) {
    this.#site = site;
    const { words } = site;
    this.#panel = new PlanePanel(site, (column, row) => this.#choose(column, row));
    this.#controls = new Controls(
      words,
      (path, value) => this.#set(withSetting(this.#experiment(), path, value)),
      SETTINGS,
    );
    this.#plane = select(
      planes.map((plane) => [plane, words.diagram.planes[plane]] as const),
      (plane) => site.change({ ...site.state(), plane: plane as Plane, cell: null }),
      { id: uniqueId("plane") },
    );
    const slider = (axis: "x" | "y", label: string) => {
      const input = element("input", {
        type: "range",
        min: 0,
        max: LAST,
        step: 1,
        id: uniqueId(axis),
        "data-axis": axis,
      });
      input.addEventListener("input", () => this.#choose(Number(this.#sliders.x.value), Number(this.#sliders.y.value)));
      return { input, field: element("div", { class: "field" }, element("label", { for: input.id }, label), input) };
    };
    const [across, up] = [slider("x", words.diagram.across), slider("y", words.diagram.up)];
    this.#sliders = { x: across.input, y: up.input };
    this.#chosen = new ChosenCell(site);
    this.#bench = new Workbench(words, {
      ...words.diagram,
      kind: "diagram",
      stage: [element("div", { class: "map" }, this.#panel.element, this.#chosen.element)],
      controls: [
        element(
          "div",
          { class: "group" },
          element(
            "div",
            { class: "field choice" },
            element("label", { for: this.#plane.id }, words.diagram.plane),
            this.#plane,
          ),
        ),
        element(
          "fieldset",
          { class: "group cell" },
          element("legend", {}, words.diagram.cell),
          element("p", { class: "hint" }, words.diagram.pick),
          across.field,
          up.field,
        ),
        this.#controls.element,
      ],
    });
    this.element = this.#bench.element;
    this.#inquiry = new Inquiry(this.element, (error) =>
      this.#bench.fail(error, () => this.update(this.#site.state())),
    );
  }

  update(state: State): void {
    const { plane, cell } = state;
    const experiment = state.experiments.diagram;
    this.#plane.value = plane;
    const shown = planeExperiment(plane, experiment);
    const refused = this.#bench.refuses(shown);
    const unread = [...UNREAD[plane]];
    if (experiment.settings["data.kind"] === "isotropic") unread.push("data.meanNorm");
    if (experiment.settings["learner.kind"] === "mean") unread.push("learner.lambda");
    this.#controls.show(shown, new Set(unread));
    this.#sliders.x.value = String(Math.round((cell?.x ?? 0.5) * LAST));
    this.#sliders.y.value = String(Math.round((cell?.y ?? 0.5) * LAST));
    this.#label();
    if (!refused) this.#ask(plane, experiment);
    this.#panel.mark(cell);
    this.#chosen.show(state, !refused, this.#panel.valuesOf(plane));
  }

  recolour(): void {
    this.#panel.recolour();
    this.#chosen.recolour();
  }

  close(): void {
    this.#panel.close();
    this.#chosen.close();
  }

  #ask(plane: Plane, experiment: Experiment): void {
    const asked = performance.now();
    this.#inquiry.ask(
      JSON.stringify([plane, experiment.settings]),
      () => this.#site.calculators.plane(planeInput(plane, experiment)),
      (answer: Answer) => {
        const values = shownOf(plane, answer);
        this.#bench.clear();
        this.#panel.show({ values, plane, experiment });
        performance.measure("pstar plane", { start: asked, end: performance.now() });
        this.#chosen.show(this.#site.state(), true, values);
      },
    );
  }

  #label(): void {
    const { plane, experiments } = this.#site.state();
    const { x, y } = placesOf(plane, experiments.diagram);
    const { units } = axisNames(plane, this.#site.words);
    for (const [axis, places] of [
      ["x", x],
      ["y", y],
    ] as const) {
      const input = this.#sliders[axis];
      input.setAttribute("aria-valuetext", formatNumber(places[Number(input.value)] ?? 0, 3) + units[axis]);
      input.style.setProperty("--filled", `${(100 * Number(input.value)) / LAST}%`);
    }
  }

  #choose(column: number, row: number): void {
    const cell = { x: Number((column / LAST).toPrecision(6)), y: Number((row / LAST).toPrecision(6)) };
    this.#site.change({ ...this.#site.state(), cell });
  }

  #experiment(): Experiment {
    return this.#site.state().experiments.diagram;
  }

  #set(experiment: Experiment): void {
    this.#site.change(withExperiment(this.#site.state(), "diagram", experiment));
  }
}

/** The cell of the diagram that is open: its numbers, and the curve through it. */
class ChosenCell {
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
    const [column, row] = [Math.round(cell.x * LAST), Math.round(cell.y * LAST)];
    const { words } = this.#site;
    const names = axisNames(plane, words);
    const places = placesOf(plane, experiments.diagram);
    say(this.#title, words.diagram.curveOf(cellName(names, places, column, row, words)));
    this.#panel.show(cellExperiment(plane, experiments.diagram, row), "accuracy");
    this.#panel.pointAt({ at: placeOnCurve(plane, experiments.diagram, column) });
    if (answer) say(this.#numbers, cellSentence(plane, answer, row * CELLS + column, words));
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
