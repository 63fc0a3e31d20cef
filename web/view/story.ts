import { type Experiment, withSetting } from "../model/experiment.js";
import { type ExperimentView, presetExperiment, STEPS, type State, withExperiment } from "../model/state.js";
import { CurvePanel } from "./curvePanel.js";
import { button, element, say } from "./elements.js";
import type { Site, View } from "./site.js";

/** A step of the story: the figure that tells it, and the view in which it can be changed. */
export interface Step {
  view: ExperimentView;
  experiment: Experiment;
}

/** The paper's finding in six figures, each a preset; the words are in the messages. */
function storySteps(): Step[] {
  const transition = presetExperiment("phase-transition");
  const unverified: Experiment = { ...withSetting(transition, "verifier.kind", "none"), series: null };
  return [
    { view: "transition", experiment: unverified },
    { view: "transition", experiment: transition },
    { view: "transition", experiment: presetExperiment("sample-size") },
    { view: "transition", experiment: presetExperiment("oracle-vs-weak") },
    { view: "transition", experiment: presetExperiment("angles") },
    { view: "generations", experiment: presetExperiment("generations") },
  ];
}

/** The paper's story: six sentences, each with the figure that shows it. */
export class Story implements View {
  readonly element: HTMLElement;
  readonly #site: Site;
  readonly #steps: readonly Step[] = storySteps();
  readonly #panel: CurvePanel;
  readonly #count: HTMLElement;
  readonly #title: HTMLElement;
  readonly #text: HTMLElement;
  readonly #back: HTMLButtonElement;
  readonly #next: HTMLButtonElement;
  readonly #dots: HTMLButtonElement[];

  constructor(site: Site) {
    this.#site = site;
    const { story } = site.words;
    this.#panel = new CurvePanel(site);
    this.#count = element("p", { class: "count" });
    this.#title = element("h2", { id: "view-title", tabindex: -1 });
    this.#text = element("p", { class: "telling" });
    this.#back = button(story.back, () => this.#go(site.state().step - 1));
    this.#next = button(story.next, () => this.#go(site.state().step + 1), { class: "main" });
    this.#dots = Array.from({ length: STEPS }, (_, i) =>
      button(String(i + 1), () => this.#go(i + 1), { class: "dot", "aria-label": story.step(i + 1, STEPS) }),
    );
    this.element = element(
      "section",
      { class: "story", "aria-label": story.heading },
      element(
        "div",
        { class: "words" },
        element("div", { "aria-live": "polite" }, this.#count, this.#title, this.#text),
        element("div", { class: "steps" }, this.#back, element("div", { class: "dots" }, ...this.#dots), this.#next),
        button(story.open, () => this.#open(), { class: "quiet open" }),
      ),
      this.#panel.element,
    );
  }

  update(state: State): void {
    const { story } = this.#site.words;
    const index = state.step - 1;
    const words = story.steps[index];
    const step = this.#steps[index];
    if (!words || !step) return;
    say(this.#count, story.step(state.step, STEPS));
    say(this.#title, words.title);
    say(this.#text, words.text);
    this.#back.disabled = state.step === 1;
    this.#next.disabled = state.step === STEPS;
    for (const [i, dot] of this.#dots.entries()) {
      if (i === index) dot.setAttribute("aria-current", "step");
      else dot.removeAttribute("aria-current");
    }
    this.#panel.show(step.experiment, "accuracy");
  }

  recolour(): void {
    this.#panel.recolour();
  }

  close(): void {
    this.#panel.close();
  }

  #go(step: number): void {
    if (step < 1 || step > STEPS) return;
    const { activeElement } = document;
    this.#site.change({ ...this.#site.state(), step });
    // A button that has just been disabled drops the focus: the other way is still open.
    if (activeElement === this.#next && this.#next.disabled) this.#back.focus();
    if (activeElement === this.#back && this.#back.disabled) this.#next.focus();
  }

  #open(): void {
    const state = this.#site.state();
    const step = this.#steps[state.step - 1];
    if (step) this.#site.change({ ...withExperiment(state, step.view, step.experiment), view: step.view });
  }
}
