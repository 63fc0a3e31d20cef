import { formatNumber } from "../../src/model/format.js";
import { manyRounds } from "../model/experiment.js";
import type { State } from "../model/state.js";
import type { Messages } from "../words/messages.js";
import { CurveBench } from "./curveBench.js";
import { button, element, say, uniqueId } from "./elements.js";
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

/** Milliseconds of a round. */
const PACE = 550;

/** Plays rounds from the first to the last: play and pause, one step, and a slider for any of them. */
class Player {
  readonly element: HTMLElement;
  readonly #words: Messages;
  readonly #onRound: (round: number, whole: boolean) => void;
  readonly #play: HTMLButtonElement;
  readonly #slider: HTMLInputElement;
  readonly #text: HTMLElement;
  #rounds = 1;
  #round = 1;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** @param onRound Told the round; `whole` when that is the last, and nothing is hidden. */
  constructor(words: Messages, onRound: (round: number, whole: boolean) => void) {
    this.#words = words;
    this.#onRound = onRound;
    const { generations } = words;
    this.#play = button(generations.play, () => (this.#timer === undefined ? this.#start() : this.#pause()), {
      class: "main",
    });
    this.#slider = element("input", { type: "range", min: 1, max: 1, step: 1, id: uniqueId("round") });
    this.#slider.addEventListener("input", () => {
      this.#pause();
      this.#go(Number(this.#slider.value));
    });
    this.#text = element("span", { class: "status" });
    this.element = element(
      "div",
      { class: "player" },
      this.#play,
      button(generations.step, () => {
        this.#pause();
        this.#go(this.#round >= this.#rounds ? 1 : this.#round + 1);
      }),
      element("label", { for: this.#slider.id, class: "spoken" }, generations.round),
      this.#slider,
      this.#text,
    );
  }

  /** Takes the number of rounds; a new one shows them all. */
  show(rounds: number): void {
    if (rounds === this.#rounds) return;
    this.#pause();
    this.#rounds = rounds;
    this.#slider.max = String(rounds);
    this.#go(rounds);
  }

  close(): void {
    this.#pause();
  }

  #start(): void {
    if (this.#round >= this.#rounds) this.#go(1);
    this.#timer = setInterval(() => {
      this.#go(this.#round + 1);
      if (this.#round >= this.#rounds) this.#pause();
    }, PACE);
    say(this.#play, this.#words.generations.pause);
  }

  #pause(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    say(this.#play, this.#words.generations.play);
  }

  #go(round: number): void {
    this.#round = Math.min(round, this.#rounds);
    this.#slider.value = String(this.#round);
    const share = this.#rounds > 1 ? (this.#round - 1) / (this.#rounds - 1) : 1;
    this.#slider.style.setProperty("--filled", `${100 * share}%`);
    const text = this.#words.generations.roundOf(this.#round, this.#rounds);
    this.#slider.setAttribute("aria-valuetext", text);
    say(this.#text, text);
    this.#onRound(this.#round, this.#round >= this.#rounds);
  }
}
