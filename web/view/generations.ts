import { formatNumber } from "../../src/model/format.js";
import { type Experiment, withSetting } from "../model/experiment.js";
import type { State } from "../model/state.js";
import { CurveBench } from "./curveBench.js";
import { element, say } from "./elements.js";
import { Player } from "./player.js";
import type { Site, View } from "./site.js";

/** Models trained on models: the accuracy over the rounds, which can be played. */
export class Generations implements View {
  readonly element: HTMLElement;
  readonly #site: Site;
  readonly #bench: CurveBench;
  readonly #player: Player;
  readonly #at: HTMLElement;

  constructor(site: Site) {
    this.#site = site;
    const { words } = site;
    this.#player = new Player(words, (round, whole) => this.#showRound(round, whole));
    this.#at = element("p", { class: "at", role: "status" });
    this.#bench = new CurveBench(site, {
      view: "generations",
      words: words.generations,
      above: [this.#player.element, this.#at],
      settle: manyRounds,
    });
    this.element = this.#bench.element;
  }

  update(state: State): void {
    this.#player.show(state.experiments.generations.settings.generations as number);
    this.#bench.show(state, "accuracy");
  }

  recolour(): void {
    this.#bench.panel.recolour();
  }

  close(): void {
    this.#player.close();
    this.#bench.panel.close();
  }

  #showRound(round: number, whole: boolean): void {
    const { panel } = this.#bench;
    panel.pointAt(whole ? {} : { at: round, until: round });
    const { words } = this.#site;
    const values = whole ? [] : panel.valuesAt(round);
    const text = values
      .map(({ label, y }) => (label === "" ? formatNumber(y, 3) : words.generations.value(formatNumber(y, 3), label)))
      .join(words.figureWords.listSeparator);
    say(this.#at, values.length > 0 ? words.generations.at(round, text) : "");
  }
}

/** One generation is no trajectory, and would leave nothing to draw. */
function manyRounds(experiment: Experiment): Experiment {
  return withSetting(experiment, "generations", Math.max(2, experiment.settings.generations as number));
}
