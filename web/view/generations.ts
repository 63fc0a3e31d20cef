import { formatNumber } from "../../src/figure/labels.js";
import { type Experiment, withSetting } from "../model/experiment.js";
import { conflictOf } from "../model/repair.js";
import { presetExperiment, presetsOf, type State, withExperiment } from "../model/state.js";
import { AxesEditor } from "./axesEditor.js";
import { Controls } from "./controls.js";
import { CurvePanel } from "./curvePanel.js";
import { button, element, say, select, uniqueId } from "./elements.js";
import { Player } from "./player.js";
import type { Site, View } from "./site.js";
import { unreadOf } from "./transition.js";

/** Models trained on models: the accuracy over the rounds, which can be played. */
export class Generations implements View {
  readonly element: HTMLElement;
  readonly #site: Site;
  readonly #panel: CurvePanel;
  readonly #player: Player;
  readonly #controls: Controls;
  readonly #axes: AxesEditor;
  readonly #preset: HTMLSelectElement;
  readonly #fault: HTMLElement;
  readonly #at: HTMLElement;

  constructor(site: Site) {
    this.#site = site;
    const { words } = site;
    this.#panel = new CurvePanel(site, { onDirect: () => this.#drawAll() });
    this.#player = new Player(words, (round, whole) => this.#showRound(round, whole));
    this.#controls = new Controls(words, (path, value) => this.#set(withSetting(this.#experiment(), path, value)));
    this.#axes = new AxesEditor(words, false, ({ series }) => this.#set({ ...this.#experiment(), series }));
    const titles: Readonly<Record<string, string>> = words.presets;
    this.#preset = select(
      presetsOf.generations.map((name) => [name, titles[name] ?? name] as const),
      (name) => this.#set(presetExperiment(name)),
      { id: uniqueId("preset") },
    );
    this.#fault = element("p", { class: "fault", role: "alert", hidden: true });
    this.#at = element("p", { class: "at", role: "status" });
    const form = element(
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
        button(words.controls.reset, () => this.#set(presetExperiment(this.#experiment().preset)), { class: "quiet" }),
      ),
      this.#controls.element,
      this.#axes.element,
    );
    form.addEventListener("submit", (event) => event.preventDefault());
    this.element = element(
      "section",
      { class: "workbench", "aria-labelledby": "view-title" },
      element(
        "div",
        { class: "stage" },
        element("h2", { id: "view-title", tabindex: -1 }, words.generations.heading),
        element("p", { class: "lead" }, words.generations.lead),
        this.#fault,
        this.#player.element,
        this.#at,
        this.#panel.element,
      ),
      form,
    );
  }

  update(state: State): void {
    const experiment = state.experiments.generations;
    this.#preset.value = experiment.preset;
    const conflict = conflictOf(experiment);
    this.#fault.hidden = conflict === undefined;
    say(this.#fault, conflict ? `${this.#site.words.figure.settingsFault} ${conflict.message}` : "");
    this.#axes.show(experiment);
    this.#player.show(experiment.settings.generations as number);
    if (!conflict) this.#panel.show(experiment, "accuracy");
    this.#controls.show(experiment, conflict ? new Set() : unreadOf(experiment));
  }

  recolour(): void {
    this.#panel.recolour();
  }

  close(): void {
    this.#player.close();
    this.#panel.close();
  }

  #showRound(round: number, whole: boolean): void {
    this.#panel.pointAt(whole ? {} : { at: round, until: round });
    const { words } = this.#site;
    const values = whole ? [] : this.#panel.valuesAt(round);
    const text = values
      .map(({ label, y }) => (label === "" ? formatNumber(y, 3) : `${label} ${formatNumber(y, 3)}`))
      .join(words.figureWords.listSeparator);
    say(this.#at, values.length > 0 ? words.generations.at(round, text) : "");
  }

  #experiment(): Experiment {
    return this.#site.state().experiments.generations;
  }

  /** One generation is no trajectory, and would leave nothing to draw. */
  #set(experiment: Experiment): void {
    const rounds = Math.max(2, experiment.settings.generations as number);
    const settled = withSetting(experiment, "generations", rounds);
    this.#site.change(withExperiment(this.#site.state(), "generations", settled));
  }

  #drawAll(): void {
    const experiment = this.#experiment();
    if (experiment.settings.engine !== "direct") this.#set(withSetting(experiment, "engine", "direct"));
    this.#panel.run();
  }
}
