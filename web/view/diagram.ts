import { formatNumber } from "../../src/figure/labels.js";
import { type PlaneData, planeFigure } from "../../src/figure/plane.js";
import type { Plane as Answer } from "../compute/calculator.js";
import { Latest } from "../compute/latest.js";
import { type Experiment, withSetting } from "../model/experiment.js";
import { breakdownLine, CELLS, placesOf, planeExperiment, planeInput } from "../model/plane.js";
import { conflictOf } from "../model/repair.js";
import { type Plane, planes, type State, withExperiment } from "../model/state.js";
import { ChosenCell } from "./chosenCell.js";
import { colourKey } from "./colourKey.js";
import { Controls } from "./controls.js";
import { element, say, select, uniqueId } from "./elements.js";
import { Plot } from "./plot.js";
import { figureTheme, letterSize, type Site, type View } from "./site.js";

const SETTINGS = [
  "verifier.phi",
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

/** The phase diagram: the theory everywhere at once, and the curve through the cell that is chosen. */
export class Diagram implements View {
  readonly element: HTMLElement;
  readonly #site: Site;
  readonly #latest = new Latest();
  readonly #canvas: HTMLCanvasElement;
  readonly #plot: Plot;
  readonly #controls: Controls;
  readonly #plane: HTMLSelectElement;
  readonly #summary: HTMLElement;
  readonly #fault: HTMLElement;
  readonly #key: HTMLElement;
  readonly #chosen: ChosenCell;
  readonly #sliders: Record<"x" | "y", HTMLInputElement>;
  #answer: { values: Answer; plane: Plane; experiment: Experiment } | undefined;
  #asked = "";

  constructor(site: Site) {
    this.#site = site;
    const { words } = site;
    const summaryId = uniqueId("summary");
    this.#canvas = element("canvas", {
      role: "img",
      "aria-label": words.figure.canvas(words.diagram.heading),
      "aria-describedby": summaryId,
    });
    this.#canvas.addEventListener("click", (event) => this.#click(event));
    this.#plot = new Plot(this.#canvas);
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
    this.#summary = element("p", { class: "summary", id: summaryId }, words.summary.waiting);
    this.#fault = element("p", { class: "fault", role: "alert", hidden: true });
    this.#key = element("div", { class: "key" });
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
    const form = element(
      "form",
      { class: "controls", "aria-label": words.controls.heading },
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
    );
    form.addEventListener("submit", (event) => event.preventDefault());
    this.element = element(
      "section",
      { class: "workbench", "aria-labelledby": "view-title" },
      element(
        "div",
        { class: "stage" },
        element("h2", { id: "view-title", tabindex: -1 }, words.diagram.heading),
        element("p", { class: "lead" }, words.diagram.lead),
        this.#fault,
        element(
          "figure",
          { class: "panel" },
          element("div", { class: "plot plane" }, this.#canvas),
          this.#key,
          element("figcaption", {}, this.#summary),
        ),
        this.#chosen.element,
      ),
      form,
    );
  }

  update(state: State): void {
    const { plane, cell } = state;
    const experiment = state.experiments.diagram;
    this.#plane.value = plane;
    const shown = planeExperiment(plane, experiment);
    const conflict = conflictOf(shown);
    this.#fault.hidden = conflict === undefined;
    say(this.#fault, conflict ? `${this.#site.words.figure.settingsFault} ${conflict.message}` : "");
    const unread = plane === "angles" ? ["verifier.phi"] : [];
    if (experiment.settings["data.kind"] === "isotropic") unread.push("data.meanNorm");
    if (experiment.settings["learner.kind"] === "mean") unread.push("learner.lambda");
    this.#controls.show(shown, new Set(unread));
    this.#sliders.x.value = String(Math.round((cell?.x ?? 0.5) * LAST));
    this.#sliders.y.value = String(Math.round((cell?.y ?? 0.5) * LAST));
    this.#label();
    if (!conflict) this.#ask(plane, experiment);
    this.#draw();
    this.#chosen.show(state, conflict === undefined, this.#valuesOf(plane));
  }

  recolour(): void {
    this.#draw();
    this.#chosen.recolour();
  }

  close(): void {
    this.#plot.destroy();
    this.#chosen.close();
  }

  #ask(plane: Plane, experiment: Experiment): void {
    const key = JSON.stringify([plane, experiment.settings]);
    if (key === this.#asked) return;
    this.#asked = key;
    const asked = performance.now();
    this.#latest.ask(async () => {
      if (key !== this.#asked) return;
      try {
        const values = await this.#site.crew.plane(planeInput(plane, experiment));
        if (key !== this.#asked) return;
        this.#answer = { values, plane, experiment };
        this.#draw();
        performance.measure("pstar plane", { start: asked, end: performance.now() });
        this.#chosen.show(this.#site.state(), true, values);
      } catch (error) {
        this.#asked = "";
        this.#fault.hidden = false;
        say(this.#fault, `${this.#site.words.figure.fault} ${error instanceof Error ? error.message : String(error)}`);
      }
    });
  }

  #valuesOf(plane: Plane): Answer | undefined {
    return this.#answer?.plane === plane ? this.#answer.values : undefined;
  }

  #draw(): void {
    if (!this.#answer) return;
    const { words } = this.#site;
    const { values, plane, experiment } = this.#answer;
    const places = placesOf(plane, experiment);
    const { cell } = this.#site.state();
    const titles = words.figureWords.paths;
    const x = (plane === "angles" ? titles["generator.angle"] : titles["generator.errorRate"])?.title ?? "";
    const y = plane === "angles" ? (titles["verifier.angle"]?.title ?? "") : words.diagram.ratio;
    const titled = (text: string) => capitalised(plane === "angles" ? words.figureWords.inDegrees(text) : text);
    const data: PlaneData = {
      x: { values: places.x, title: titled(x) },
      y: { values: places.y, title: titled(y) },
      accuracy: values.accuracy,
      breakdown: breakdownLine(places, values.errorRate, values.breakdown),
      chosen: cell && { column: Math.round(cell.x * LAST), row: Math.round(cell.y * LAST) },
    };
    const width = this.#canvas.parentElement?.clientWidth ?? 0;
    // The cells are drawn by a plugin of the configuration, which chart.js takes when a chart is made.
    this.#plot.destroy();
    this.#plot.draw(planeFigure(data, { theme: figureTheme(), bare: true, width, fontSize: letterSize(width) }));
    this.#key.replaceChildren(...colourKey(figureTheme(), words));
    this.#summarise(values.accuracy);
  }

  #summarise(accuracy: Float64Array): void {
    const known = [...accuracy].filter((value) => !Number.isNaN(value));
    const above = known.filter((value) => value > 0.5).length / known.length;
    const [worst, best] = [Math.min(...known), Math.max(...known)];
    const { diagram } = this.#site.words;
    say(
      this.#summary,
      diagram.summary(`${formatNumber(100 * above, 3)} %`, formatNumber(best, 3), formatNumber(worst, 3)),
    );
  }

  #label(): void {
    const { plane, experiments } = this.#site.state();
    const { x, y } = placesOf(plane, experiments.diagram);
    const unit = plane === "angles" ? "°" : "";
    for (const [axis, places] of [
      ["x", x],
      ["y", y],
    ] as const) {
      const input = this.#sliders[axis];
      input.setAttribute("aria-valuetext", formatNumber(places[Number(input.value)] ?? 0, 3) + unit);
      input.style.setProperty("--filled", `${(100 * Number(input.value)) / LAST}%`);
    }
  }

  #click(event: MouseEvent): void {
    const scales = this.#plot.chart?.scales;
    if (!scales?.x || !scales.y || !this.#answer) return;
    const { x, y } = placesOf(this.#answer.plane, this.#answer.experiment);
    const at = (values: readonly number[], value: number) => {
      const step = (values.at(-1) as number) / LAST;
      return Math.min(LAST, Math.max(0, Math.round(value / step)));
    };
    const column = at(x, scales.x.getValueForPixel(event.offsetX) ?? 0);
    const row = at(y, scales.y.getValueForPixel(event.offsetY) ?? 0);
    this.#choose(column, row);
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

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
