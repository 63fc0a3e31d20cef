import { pathLabel } from "../../src/figure/labels.js";
import { parseScenario } from "../../src/index.js";
import { unreadSettings } from "../../src/model/warnings.js";
import { namedInput } from "../model/command.js";
import { type Experiment, withSetting } from "../model/experiment.js";
import { partsOfCovariance } from "../model/properties.js";
import { type Measure, presetExperiment, presetsOf, type State, withExperiment } from "../model/state.js";
import type { Messages } from "../words/messages.js";
import { AxesEditor } from "./axesEditor.js";
import { Controls } from "./controls.js";
import { CurvePanel } from "./curvePanel.js";
import { button, type Child, element, say, select, uniqueId } from "./elements.js";
import type { Site } from "./site.js";
import { Workbench } from "./workbench.js";

/** In what two views of a curve differ. */
export interface BenchOptions {
  view: "transition" | "generations";
  words: Messages["transition" | "generations"];
  /** Above the figure. */
  above?: readonly Child[];
  /** Below the choice of the preset. */
  choices?: readonly Child[];
  /** Puts right what this view cannot show. */
  settle?: (experiment: Experiment) => Experiment;
}

/** A view with every setting and the curve that follows from them: presets, controls and axes, runs and what stops them. */
export class CurveBench {
  readonly element: HTMLElement;
  readonly panel: CurvePanel;
  readonly #site: Site;
  readonly #options: BenchOptions;
  readonly #bench: Workbench;
  readonly #controls: Controls;
  readonly #axes: AxesEditor;
  readonly #preset: HTMLSelectElement;
  readonly #undo: HTMLButtonElement;
  readonly #pin: HTMLButtonElement;
  readonly #remark: HTMLElement;
  /** The experiment that is checked with every row drawn. */
  #checked: { of: Experiment; drawn: Experiment } | undefined;

  constructor(site: Site, options: BenchOptions) {
    this.#site = site;
    this.#options = options;
    const { words } = site;
    const { view, above = [], choices = [] } = options;
    this.panel = new CurvePanel(site, { onDirect: () => this.#drawAll() });
    this.#controls = new Controls(words, (path, value) => this.#set(withSetting(this.#experiment, path, value)));
    this.#axes = new AxesEditor(words, view === "transition", (axes) => this.#set({ ...this.#experiment, ...axes }));
    const titles: Readonly<Record<string, string>> = words.presets;
    this.#preset = select(
      presetsOf[view].map((name) => [name, titles[name] ?? name] as const),
      (name) => this.#set(presetExperiment(name)),
      { id: uniqueId("preset") },
    );
    this.#undo = button(words.figure.undo, () => site.undo(), { "data-do": "undo" });
    this.#pin = button(
      words.figure.pin,
      () => {
        const pinned = this.panel.pin();
        say(this.#pin, pinned ? words.figure.unpin : words.figure.pin);
        this.#pin.setAttribute("aria-pressed", String(pinned));
      },
      { title: words.figure.pinHint, "data-do": "pin", "aria-pressed": "false" },
    );
    this.#remark = element("p", { class: "remark flat", hidden: true });
    const bar = [
      element("span", { class: "chip" }, labelOf(words.controls.preset, this.#preset), this.#preset),
      ...choices,
      this.#undo,
      this.#pin,
      button(words.figure.exports, () => this.panel.share(), { "data-do": "share" }),
      button(words.controls.reset, () => this.#set(presetExperiment(this.#experiment.preset)), { class: "quiet" }),
    ];
    this.#bench = new Workbench(words, {
      ...options.words,
      bar,
      stage: [...above, this.#remark, this.panel.element],
      controls: [this.#controls.element, this.#axes.element],
    });
    this.element = this.#bench.element;
  }

  show(state: State, measure: Measure): void {
    const experiment = state.experiments[this.#options.view];
    this.#preset.value = experiment.preset;
    const refused = this.#bench.refuses(experiment);
    this.#axes.show(experiment);
    const unread = refused ? new Set<string>() : unreadOf(experiment);
    if (!refused) this.panel.show(this.#checked?.of === experiment ? this.#checked.drawn : experiment, measure);
    this.#controls.show(experiment, unread);
    this.#undo.disabled = !this.#site.canUndo();
    const flat = experiment.x !== null && unread.has(experiment.x.path);
    this.#remark.hidden = !flat;
    const { words } = this.#site;
    say(
      this.#remark,
      flat && experiment.x ? words.figure.flat(pathLabel(experiment.x.path, words.figureWords).plain) : "",
    );
  }

  get #experiment(): Experiment {
    return this.#site.state().experiments[this.#options.view];
  }

  #set(experiment: Experiment): void {
    const { view, settle } = this.#options;
    this.#site.change(withExperiment(this.#site.state(), view, settle?.(experiment) ?? experiment));
  }

  /** Checks the figure with every row drawn; the next change of a setting goes back to the quick engine. */
  #drawAll(): void {
    const state = this.#site.state();
    const experiment = this.#experiment;
    this.#checked = { of: experiment, drawn: withSetting(experiment, "engine", "direct") };
    this.panel.show(this.#checked.drawn, this.#options.view === "transition" ? state.measure : "accuracy");
    this.panel.run();
  }
}

export function labelOf(text: string, control: HTMLElement): HTMLElement {
  return element("label", { for: control.id }, text);
}

/** The settings without effect in an experiment: a control for them would be of no use. */
function unreadOf(experiment: Experiment): Set<string> {
  const scenario = parseScenario(namedInput(experiment));
  const unread = new Set(unreadSettings(scenario));
  const { settings, series, x } = experiment;
  for (const [kind, path] of partsOfCovariance) {
    const drawn =
      settings["data.covariance"] === kind || (series?.path === "data.covariance" && series.values.includes(kind));
    if (!drawn) unread.add(path);
  }
  const rounds = settings.generations !== 1 || [x?.path, series?.path].includes("generations");
  if (!rounds) unread.add("policy").add("verifier.relearn");
  return unread;
}
