import { parseScenario } from "../../src/model/scenario.js";
import { unreadSettings } from "../../src/model/warnings.js";
import { namedInput } from "../model/command.js";
import { type Experiment, withSetting } from "../model/experiment.js";
import { conflictOf } from "../model/repair.js";
import { type Measure, measures, presetExperiment, presetsOf, type State, withExperiment } from "../model/state.js";
import { AxesEditor } from "./axesEditor.js";
import { Controls } from "./controls.js";
import { CurvePanel } from "./curvePanel.js";
import { button, element, say, select, uniqueId } from "./elements.js";
import type { Site, View } from "./site.js";

/** The phase transition: every setting, and the curve that follows from them. */
export class Transition implements View {
  readonly element: HTMLElement;
  readonly #site: Site;
  readonly #panel: CurvePanel;
  readonly #controls: Controls;
  readonly #axes: AxesEditor;
  readonly #preset: HTMLSelectElement;
  readonly #measure: HTMLSelectElement;
  readonly #fault: HTMLElement;

  constructor(site: Site) {
    this.#site = site;
    const { words } = site;
    this.#panel = new CurvePanel(site, { onDirect: () => this.#drawAll() });
    this.#controls = new Controls(words, (path, value) => this.#set(withSetting(this.#experiment(), path, value)));
    this.#axes = new AxesEditor(words, true, (axes) => this.#set({ ...this.#experiment(), ...axes }));
    const titles: Readonly<Record<string, string>> = words.presets;
    this.#preset = select(
      presetsOf.transition.map((name) => [name, titles[name] ?? name] as const),
      (name) => this.#set(presetExperiment(name)),
      { id: uniqueId("preset") },
    );
    this.#measure = select(
      measures.map((measure) => [measure, words.figureWords.measures[measure]] as const),
      (measure) => site.change({ ...site.state(), measure: measure as Measure }),
      { id: uniqueId("measure") },
    );
    this.#fault = element("p", { class: "fault", role: "alert", hidden: true });
    this.element = element(
      "section",
      { class: "workbench", "aria-labelledby": "view-title" },
      element(
        "div",
        { class: "stage" },
        element("h2", { id: "view-title", tabindex: -1 }, words.transition.heading),
        element("p", { class: "lead" }, words.transition.lead),
        this.#fault,
        this.#panel.element,
      ),
      element(
        "form",
        { class: "controls", "aria-label": words.controls.heading },
        element(
          "div",
          { class: "group start" },
          element(
            "div",
            { class: "field choice" },
            element("label", { for: this.#preset.id }, words.controls.preset),
            this.#preset,
          ),
          button(words.controls.reset, () => this.#set(presetExperiment(this.#experiment().preset)), {
            class: "quiet",
          }),
          element(
            "div",
            { class: "field choice" },
            element("label", { for: this.#measure.id }, words.controls.measure),
            this.#measure,
          ),
        ),
        this.#controls.element,
        this.#axes.element,
      ),
    );
    this.element.querySelector("form")?.addEventListener("submit", (event) => event.preventDefault());
  }

  update(state: State): void {
    const experiment = state.experiments.transition;
    this.#preset.value = experiment.preset;
    this.#measure.value = state.measure;
    const conflict = conflictOf(experiment);
    this.#fault.hidden = conflict === undefined;
    say(this.#fault, conflict ? `${this.#site.words.figure.settingsFault} ${conflict.message}` : "");
    this.#axes.show(experiment);
    if (!conflict) this.#panel.show(experiment, state.measure);
    this.#controls.show(experiment, conflict ? new Set() : unreadOf(experiment));
  }

  recolour(): void {
    this.#panel.recolour();
  }

  close(): void {
    this.#panel.close();
  }

  #experiment(): Experiment {
    return this.#site.state().experiments.transition;
  }

  #set(experiment: Experiment): void {
    this.#site.change(withExperiment(this.#site.state(), "transition", experiment));
  }

  #drawAll(): void {
    const experiment = this.#experiment();
    if (experiment.settings.engine !== "direct") this.#set(withSetting(experiment, "engine", "direct"));
    this.#panel.run();
  }
}

/** The settings without effect in an experiment: there is no use in a control for them. */
export function unreadOf(experiment: Experiment): Set<string> {
  const scenario = parseScenario(namedInput(experiment));
  const unread = new Set(unreadSettings(scenario));
  const { settings, series, x } = experiment;
  if (settings["data.covariance"] !== "power-law") unread.add("data.covariance.exponent");
  const rounds = settings.generations !== 1 || [x?.path, series?.path].includes("generations");
  if (!rounds) unread.add("policy").add("verifier.relearn");
  return unread;
}
