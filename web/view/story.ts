import { breakdownPoint } from "../../src/index.js";
import { fixedNumber, percent } from "../../src/model/format.js";
import type { Dots } from "../compute/dots.js";
import { STEPS, type State, withExperiment } from "../model/state.js";
import {
  curveOfDots,
  dotsQuestion,
  firstNumbers,
  numberRanges,
  type StoryNumber,
  type StoryNumbers,
  type StoryStep,
  storyExperiment,
  storySteps,
} from "../model/story.js";
import { CurvePanel } from "./curvePanel.js";
import { DragNumber } from "./dragNumber.js";
import { button, drawn, element, say, setAttributes } from "./elements.js";
import { showFault } from "./faultBox.js";
import { Inquiry } from "./inquiry.js";
import type { Site, View } from "./site.js";

/** The paper's finding on one picture: rows as dots, the numbers of a sentence to drag, and the curve of all p beside it. */
export class Story implements View {
  readonly element: HTMLElement;
  readonly #site: Site;
  readonly #panel: CurvePanel;
  readonly #picture: DotsPicture;
  readonly #count: HTMLElement;
  readonly #title: HTMLElement;
  readonly #sentence: HTMLElement;
  readonly #result: HTMLElement;
  readonly #text: HTMLElement;
  readonly #fault: HTMLElement;
  readonly #back: HTMLButtonElement;
  readonly #next: HTMLButtonElement;
  readonly #doors: HTMLElement;
  readonly #dots: HTMLButtonElement[];
  readonly #inquiry: Inquiry;
  readonly #numbers = new Map<StoryNumber, DragNumber>();
  #shown: number | undefined;

  constructor(site: Site) {
    this.#site = site;
    const { story } = site.words;
    this.#panel = new CurvePanel(site);
    const keyed = (kind: string, text: string) => element("span", {}, keyDot(kind), text);
    this.#picture = new DotsPicture([
      keyed("plus", story.key.plus),
      keyed("minus", story.key.minus),
      keyed("plus wrong", story.key.wrong),
      keyed("plus dropped", story.key.dropped),
      element("span", {}, element("span", { class: "line-key", "aria-hidden": "true" }), story.key.learned),
    ]);
    this.#count = element("p", { class: "count" });
    this.#title = element("h2", { id: "view-title", tabindex: -1 });
    this.#sentence = element("p", { class: "telling" });
    this.#result = element("p", { class: "telling result", role: "status" });
    this.#text = element("p", { class: "why" });
    this.#fault = element("div", { class: "fault", role: "alert", hidden: true });
    this.#back = button(story.back, () => this.#go(site.state().step - 1));
    this.#next = button(story.next, () => this.#go(site.state().step + 1), { class: "main" });
    this.#dots = Array.from({ length: STEPS }, (_, i) =>
      button(String(i + 1), () => this.#go(i + 1), { class: "dot", "aria-label": story.step(i + 1, STEPS) }),
    );
    this.#doors = element(
      "div",
      { class: "doors", hidden: true },
      button(story.play, () => this.#open(), { class: "main" }),
      button(story.yours, () => site.change({ ...site.state(), view: "data" }), { class: "main" }),
    );
    this.element = element(
      "section",
      { class: "story", "aria-label": story.heading },
      element(
        "div",
        { class: "words" },
        this.#count,
        this.#title,
        this.#sentence,
        this.#result,
        this.#text,
        element("div", { class: "steps" }, this.#back, element("div", { class: "dots" }, ...this.#dots), this.#next),
        this.#doors,
        button(story.open, () => this.#open(), { class: "quiet open" }),
      ),
      element("div", { class: "dots-panel" }, this.#fault, this.#picture.element),
      this.#panel.element,
    );
    this.#inquiry = new Inquiry(this.element, (error) => showFault(this.#fault, site.words, error, () => this.#draw()));
    this.#tell(site.state());
  }

  update(state: State): void {
    this.#tell(state);
    this.#draw();
  }

  /** The words of the step: there from the first moment, or what is below them would move. */
  #tell(state: State): void {
    const { story } = this.#site.words;
    const index = state.step - 1;
    const words = story.steps[index];
    const step = storySteps[index];
    if (!words || !step) return;
    if (this.#shown !== index) {
      const first = this.#shown === undefined;
      this.#shown = index;
      // Each step begins where its text is about; who comes back from another view finds their own numbers.
      const { remembered } = this.#site;
      const known = first && remembered.story?.step === index ? remembered.story.numbers : undefined;
      remembered.story = {
        step: index,
        numbers: known ?? { ...firstNumbers, ...remembered.story?.numbers, ...step.start },
      };
      say(this.#count, story.step(state.step, STEPS));
      say(this.#title, words.title);
      say(this.#text, words.text);
      this.#write(words.sentence, step);
      this.#back.disabled = state.step === 1;
      this.#next.disabled = state.step === STEPS;
      this.#doors.hidden = state.step !== STEPS;
      for (const [i, dot] of this.#dots.entries()) {
        if (i === index) dot.setAttribute("aria-current", "step");
        else dot.removeAttribute("aria-current");
      }
    }
  }

  recolour(): void {
    this.#panel.recolour();
  }

  close(): void {
    this.#panel.close();
  }

  /** The sentence of a step, with its numbers to drag where it has `{name}`. */
  #write(sentence: string, step: StoryStep): void {
    const { story } = this.#site.words;
    this.#numbers.clear();
    const parts = sentence.split(/\{(\w+)\}/).map((part, i) => {
      if (i % 2 === 0) return part;
      const name = part as StoryNumber;
      const number = new DragNumber(story.numbers[name], numberRanges[name], (value) => this.#set(name, value));
      number.show(this.#values[name]);
      this.#numbers.set(name, number);
      return number.element;
    });
    if (this.#numbers.size !== step.numbers.length)
      throw new Error(`the sentence has not the numbers of its step: ${sentence}`);
    this.#sentence.replaceChildren(...parts);
  }

  get #values(): StoryNumbers {
    return this.#site.remembered.story?.numbers ?? firstNumbers;
  }

  #set(name: StoryNumber, value: number): void {
    this.#site.remembered.story = { step: this.#shown ?? 0, numbers: { ...this.#values, [name]: value } };
    this.#draw();
  }

  #draw(): void {
    const index = this.#shown ?? 0;
    const step = storySteps[index] as StoryStep;
    const numbers = this.#values;
    const question = dotsQuestion(step, numbers);
    const experiment = storyExperiment(index, numbers);
    // The same experiment is the same object: moving p alone moves the bead.
    const key = JSON.stringify([experiment.settings, experiment.series]);
    if (key !== this.#curve?.key) this.#curve = { key, experiment };
    this.#panel.show(this.#curve.experiment, "accuracy");
    this.#panel.bead({ at: numbers.p, curve: curveOfDots(index) });
    this.#inquiry.ask(
      JSON.stringify(question),
      () => this.#site.calculators.dots(question),
      (dots) => {
        showFault(this.#fault, this.#site.words, null);
        const says = this.#resultOf(dots, step, numbers);
        this.#picture.show(dots, says);
        say(this.#result, says);
      },
    );
  }
  #curve: { key: string; experiment: ReturnType<typeof storyExperiment> } | undefined;

  /** What became of the dots that are shown: counted, not expected. */
  #resultOf({ labels, truth, keep, accuracy }: Dots, step: StoryStep, { p, phi, psi }: StoryNumbers): string {
    const { story } = this.#site.words;
    let [kept, right] = [0, 0];
    for (const [i, label] of labels.entries()) {
      if (keep[i] !== 1) continue;
      kept++;
      if (label === truth[i]) right++;
    }
    const counts = story.counts(String(labels.length), String(kept), String(right), String(kept - right));
    if (accuracy === null) return `${counts} ${story.nothing}`;
    const learned = story.learned(
      percent(accuracy),
      story.outcome[accuracy > 0.5 ? "truth" : accuracy < 0.5 ? "opposite" : "chance"],
    );
    if (step.verifier === "direction" || step.numbers.includes("rounds")) return `${counts} ${learned}`;
    const point = breakdownPoint(step.verifier === "none" ? { phi: 1, psi: 1 } : { phi, psi });
    if (point === null) return `${counts} ${learned}`;
    const sign = p < point ? "<" : p > point ? ">" : "=";
    return `${counts} ${learned} ${story.side(fixedNumber(p, 2), sign, fixedNumber(point, 2))}`;
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
    const experiment = storyExperiment(state.step - 1, this.#values);
    this.#site.change({ ...withExperiment(state, "transition", experiment), view: "transition" });
  }
}

/** Half the side of the picture, in the units of the rows. */
const REACH = 4.2;

/** Rows as dots: a class by colour and shape, wrong labels ringed, rejected ones faded; what the model says of each place as shading. */
class DotsPicture {
  readonly element: HTMLElement;
  readonly #svg: SVGSVGElement;
  readonly #ground: SVGGElement;
  readonly #judge: SVGLineElement;
  readonly #dots: SVGGElement;
  #angle = 0;

  constructor(key: readonly HTMLElement[]) {
    const side = (kind: string, x: number) =>
      drawn("rect", { class: kind, x, y: -3 * REACH, width: 3 * REACH, height: 6 * REACH });
    this.#ground = drawn(
      "g",
      { class: "ground" },
      side("says-minus", -3 * REACH),
      side("says-plus", 0),
      drawn("line", { class: "learned", x1: 0, x2: 0, y1: -3 * REACH, y2: 3 * REACH }),
    );
    this.#judge = drawn("line", { class: "judge", x1: 0, x2: 0, y1: -3 * REACH, y2: 3 * REACH });
    this.#dots = drawn("g", {});
    this.#svg = drawn(
      "svg",
      { class: "dots-picture", role: "img", viewBox: `${-REACH} ${-REACH} ${2 * REACH} ${2 * REACH}` },
      this.#ground,
      this.#judge,
      this.#dots,
    );
    this.element = element("div", { class: "dots-box" }, this.#svg, element("p", { class: "dots-key" }, ...key));
  }

  /** @param says What the picture shows, for those who do not see it. */
  show({ places, truth, labels, keep, weights, verifier }: Dots, says: string): void {
    setAttributes(this.#svg, { "aria-label": says });
    this.#ground.classList.toggle("nothing", weights === null);
    if (weights) {
      // By the shorter way round: half a turn is what happens when the model learns the opposite.
      const wanted = (-Math.atan2(weights[1] ?? 0, weights[0] ?? 1) * 180) / Math.PI;
      this.#angle += ((((wanted - this.#angle + 180) % 360) + 360) % 360) - 180;
      this.#ground.style.transform = `rotate(${this.#angle}deg)`;
    }
    this.#judge.style.display = verifier ? "" : "none";
    if (verifier) {
      const angle = (-Math.atan2(verifier[1] ?? 0, verifier[0] ?? 1) * 180) / Math.PI;
      this.#judge.style.transform = `rotate(${angle}deg)`;
    }
    const count = labels.length;
    while (this.#dots.childElementCount > count) this.#dots.lastElementChild?.remove();
    while (this.#dots.childElementCount < count) this.#dots.append(drawn("path", { d: DOT }));
    for (const [i, dot] of [...this.#dots.children].entries()) {
      const plus = (labels[i] ?? 0) > 0;
      const kind = `${plus ? "plus" : "minus"}${labels[i] === truth[i] ? "" : " wrong"}${keep[i] === 1 ? "" : " dropped"}`;
      if (dot.getAttribute("class") !== kind) dot.setAttribute("class", kind);
      const d = plus ? DOT : SQUARE;
      if (dot.getAttribute("d") !== d) dot.setAttribute("d", d);
      const place = `translate(${(places[2 * i] ?? 0).toFixed(3)} ${(-(places[2 * i + 1] ?? 0)).toFixed(3)})`;
      if (dot.getAttribute("transform") !== place) dot.setAttribute("transform", place);
    }
  }
}

const DOT = "M-.085 0a.085.085 0 1 0 .17 0a.085.085 0 1 0-.17 0Z";
const SQUARE = "M-.075-.075h.15v.15h-.15Z";

/** A dot of the picture's key. */
function keyDot(kind: string): SVGSVGElement {
  return drawn(
    "svg",
    { class: "dots-picture small", viewBox: "-.18 -.18 .36 .36", "aria-hidden": "true" },
    drawn("path", { class: kind, d: kind.includes("minus") ? SQUARE : DOT }),
  );
}
