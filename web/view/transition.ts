import { type Measure, measures, type State } from "../model/state.js";
import { CurveBench, labelOf } from "./curveBench.js";
import { element, select, uniqueId } from "./elements.js";
import type { Site, View } from "./site.js";

/** The phase transition: every setting, and the curve that follows from them. */
export class Transition implements View {
  readonly element: HTMLElement;
  readonly #bench: CurveBench;
  readonly #measure: HTMLSelectElement;

  constructor(site: Site) {
    const { words } = site;
    this.#measure = select(
      measures.map((measure) => [measure, words.figureWords.measures[measure]] as const),
      (measure) => site.change({ ...site.state(), measure: measure as Measure }),
      { id: uniqueId("measure") },
    );
    const label = labelOf(words.controls.measure, this.#measure);
    this.#bench = new CurveBench(site, {
      view: "transition",
      words: words.transition,
      choices: [element("span", { class: "chip" }, label, this.#measure)],
    });
    this.element = this.#bench.element;
  }

  update(state: State): void {
    this.#measure.value = state.measure;
    this.#bench.show(state, state.measure);
  }

  recolour(): void {
    this.#bench.panel.recolour();
  }

  close(): void {
    this.#bench.panel.close();
  }
}
