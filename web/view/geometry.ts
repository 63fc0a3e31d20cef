import type { AnglesQuestion } from "../../src/index.js";
import { formatNumber } from "../../src/model/format.js";
import type { Worlds } from "../compute/calculator.js";
import { breakdownCommand } from "../model/command.js";
import { type Experiment, withSetting } from "../model/experiment.js";
import type { Value } from "../model/properties.js";
import { type Angles, anglesBetween, anglesOf, directionsAt, withAngles } from "../model/sphere.js";
import { type State, withExperiment } from "../model/state.js";
import { worldsCsv, worldsJson } from "../model/worldsText.js";
import { Controls } from "./controls.js";
import { CurvePanel } from "./curvePanel.js";
import { element, say, uniqueId } from "./elements.js";
import { ExportBar } from "./exportBar.js";
import { Inquiry } from "./inquiry.js";
import { DataTable, type Numbers } from "./rowsTable.js";
import type { Site, View } from "./site.js";
import { Sphere, spherePicture } from "./sphere.js";
import { Workbench } from "./workbench.js";
import { worldsBars, worldsNumbers, worldsTable } from "./worlds.js";

const SETTINGS = [
  "generator.angle",
  "verifier.angle",
  "verifier.angleToGenerator",
  "data.kind",
  "data.meanNorm",
  "data.dim",
  "samples",
  "learner.kind",
  "learner.lambda",
];
const ANGLES: Readonly<Record<string, keyof Angles>> = {
  "generator.angle": "generator",
  "verifier.angle": "verifier",
  "verifier.angleToGenerator": "between",
};

/** The geometry: three directions, what follows from them, and what the same rates would mean elsewhere. */
export class Geometry implements View {
  readonly element: HTMLElement;
  readonly #site: Site;
  readonly #sphere: Sphere;
  readonly #controls: Controls;
  readonly #panel: CurvePanel;
  readonly #summary: HTMLElement;
  readonly #tables: HTMLElement;
  readonly #bars: HTMLElement;
  readonly #table: DataTable;
  readonly #exports: ExportBar;
  readonly #bench: Workbench;
  readonly #inquiry: Inquiry;
  #shown: { worlds: Worlds; question: AnglesQuestion; numbers: Numbers } | undefined;

  constructor(site: Site) {
    this.#site = site;
    const { words } = site;
    const { geometry } = words;
    this.#sphere = new Sphere(words, (angles) => this.#set(withAngles(this.#experiment(), angles)));
    this.#controls = new Controls(words, (path, value) => this.#change(path, value), SETTINGS);
    this.#panel = new CurvePanel(site, { simulate: false });
    this.#summary = element("p", { class: "summary", role: "status" });
    this.#tables = element("div", { class: "readings" });
    this.#bars = element("div", { class: "bars", "aria-hidden": "true" });
    this.#table = new DataTable(words, geometry.sphere);
    this.#exports = new ExportBar(words, {
      png: () => this.#picture("png"),
      svg: () => this.#picture("svg"),
      text: async (format) => {
        const { worlds, question } = this.#known();
        return format === "json" ? worldsJson(worlds) : worldsCsv(worlds, question);
      },
      address: () => site.address(),
      command: () => breakdownCommand(questionOf(this.#experiment())),
      name: () => "geometry",
    });
    const turn = element("input", { type: "range", min: -180, max: 180, step: 5, value: 0, id: uniqueId("turn") });
    turn.addEventListener("input", () => this.#sphere.turnTo(Number(turn.value)));
    const globe = element(
      "div",
      { class: "globe-side" },
      this.#sphere.element,
      element("p", { class: "hint shaded" }, geometry.shaded),
      element("div", { class: "turn" }, element("label", { for: turn.id }, geometry.turn), turn),
      this.#bars,
    );
    this.#bench = new Workbench(words, {
      ...geometry,
      kind: "geometry",
      stage: [
        element("div", { class: "globe" }, globe, this.#tables),
        this.#summary,
        this.#table.element,
        this.#exports.element,
        element("h3", { class: "later" }, geometry.sweepHeading),
        element("p", { class: "lead" }, geometry.sweepLead),
        this.#panel.element,
      ],
      controls: [this.#controls.element],
    });
    this.element = this.#bench.element;
    this.#inquiry = new Inquiry(this.element, (error) =>
      this.#bench.fail(error, () => this.update(this.#site.state())),
    );
  }

  update(state: State): void {
    const experiment = state.experiments.geometry;
    const { settings } = experiment;
    const angles = anglesOf(experiment);
    this.#sphere.show(angles);
    const unread = new Set<string>();
    if (settings["data.kind"] === "isotropic") unread.add("data.meanNorm");
    if (settings["learner.kind"] === "mean") unread.add("learner.lambda");
    this.#controls.show(experiment, unread);
    if (!this.#bench.refuses(sweepOf(experiment))) this.#panel.show(sweepOf(experiment), "accuracy");
    this.#panel.pointAt({ at: angles.verifier });
    this.#ask(experiment);
  }

  recolour(): void {
    this.#panel.recolour();
  }

  close(): void {
    this.#panel.close();
  }

  #ask(experiment: Experiment): void {
    const question = questionOf(experiment);
    this.#exports.refresh();
    this.#inquiry.ask(
      JSON.stringify(question),
      () => this.#site.calculators.worlds(question),
      (worlds) => {
        this.#bench.clear();
        // the rates are those of any number of dimensions, the curve is not
        this.#bench.refuses(sweepOf(this.#experiment()));
        this.#show(worlds, question, experiment);
      },
    );
  }

  #show(worlds: Worlds, question: AnglesQuestion, experiment: Experiment): void {
    const { words } = this.#site;
    const { generator, verifier, between } = anglesOf(experiment);
    this.#tables.replaceChildren(...worldsTable(worlds, words));
    this.#bars.replaceChildren(...worldsBars(worlds, words));
    const degrees = (value: number) => `${formatNumber(value, 4)}°`;
    const apart = between ?? anglesBetween(directionsAt({ generator, verifier, between })).between;
    say(this.#summary, words.geometry.summary(degrees(generator), degrees(verifier), degrees(apart)));
    const numbers = worldsNumbers(worlds, { generator, verifier, between: apart }, words);
    this.#shown = { worlds, question, numbers };
    this.#table.show(() => numbers);
  }

  async #picture(format: "png" | "svg"): Promise<Blob> {
    const { numbers } = this.#known();
    const { heading } = this.#site.words.geometry;
    return spherePicture(this.#sphere.element, heading, this.#summary.textContent ?? "", numbers, format);
  }

  #known() {
    if (!this.#shown) throw new Error(this.#site.words.figure.nothingYet);
    return this.#shown;
  }

  #change(path: string, value: Value): void {
    const name = ANGLES[path];
    const experiment = this.#experiment();
    if (name) this.#set(withAngles(experiment, { ...anglesOf(experiment), [name]: value }));
    else this.#set(withSetting(experiment, path, value));
  }

  #experiment(): Experiment {
    return this.#site.state().experiments.geometry;
  }

  #set(experiment: Experiment): void {
    this.#site.change(withExperiment(this.#site.state(), "geometry", experiment));
  }
}

/** What is asked of the directions, as the command line asks it. */
function questionOf(experiment: Experiment): AnglesQuestion {
  const { settings } = experiment;
  const { generator, verifier, between } = anglesOf(experiment);
  const degrees = (value: number) => `${value}deg`;
  return {
    angles: {
      generator: degrees(generator),
      verifier: degrees(verifier),
      between: between === null ? null : degrees(between),
    },
    meanNorm: settings["data.kind"] === "mixture" ? (settings["data.meanNorm"] as number) : null,
  };
}

let swept: Experiment | undefined;

/** The accuracy over the verifier's angle, with the verifier and without one. */
function sweepOf(experiment: Experiment): Experiment {
  const settings: Record<string, Value> = {
    ...experiment.settings,
    "verifier.angleToGenerator": null,
    "verifier.angle": 30,
    engine: "theory",
  };
  const made: Experiment = {
    preset: experiment.preset,
    settings,
    x: { path: "verifier.angle", from: 0, to: 180, steps: 61, scale: "linear" },
    series: { path: "verifier.kind", values: ["none", "linear"] },
  };
  // Turning the verifier changes nothing in its own sweep: the figure stays the one it was.
  if (JSON.stringify(swept) !== JSON.stringify(made)) swept = made;
  return swept ?? made;
}
