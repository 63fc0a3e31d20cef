import { fixedNumber, formatNumber, percent } from "../../src/model/format.js";
import type { MatrixExample, TransformerOutcome, TransformerProgress } from "../compute/transformer.js";
import type { State } from "../model/state.js";
import { button, element, say, select, uniqueId } from "./elements.js";
import { copy } from "./exportBar.js";
import { showFault } from "./faultBox.js";
import type { Site, View } from "./site.js";
import { TrainingCurves } from "./trainingCurves.js";

const VERIFIERS = ["oracle", "noisy:0.1", "noisy:0.3", "noisy:0.5", "random", "none"] as const;
const SEED = 1;

/** The paper's transformers, trained while one watches: a generator, then a student on those answers that a verifier keeps. */
export class TransformerView implements View {
  readonly element: HTMLElement;
  readonly #site: Site;
  readonly #verifier: HTMLSelectElement;
  readonly #start: HTMLButtonElement;
  readonly #stop: HTMLButtonElement;
  readonly #status: HTMLElement;
  readonly #fault: HTMLElement;
  readonly #accuracy: TrainingCurves;
  readonly #loss: TrainingCurves;
  readonly #examples: HTMLElement;
  readonly #outcome: HTMLElement;
  readonly #command: HTMLElement;
  readonly #copied: HTMLElement;
  #running: { stop(): void } | undefined;

  constructor(site: Site) {
    this.#site = site;
    const { transformer: words, figure } = site.words;
    this.#verifier = select(
      VERIFIERS.map((name) => [name, words.verifiers[name]] as const),
      () => this.#say(),
      { id: uniqueId("verifier") },
    );
    this.#verifier.value = "noisy:0.3";
    this.#start = button(words.train, () => void this.#train(), { class: "main" });
    this.#stop = button(figure.stop, () => this.#running?.stop(), { hidden: true });
    this.#status = element("p", { class: "status", role: "status" }, words.idle);
    this.#fault = element("div", { class: "fault", role: "alert", hidden: true });
    this.#accuracy = new TrainingCurves(words.accuracy, figure.notYet, [words.generator, words.student], [0, 1]);
    this.#loss = new TrainingCurves(words.loss, figure.notYet, [words.generator, words.student], null);
    this.#examples = element("div", { class: "matrices" });
    this.#outcome = element("div", { class: "outcome", role: "status" });
    const code = element("code", { tabindex: 0 });
    this.#command = code;
    this.#copied = element("span", { class: "said", role: "status" });
    this.element = element(
      "section",
      { class: "transformer", "aria-labelledby": "view-title" },
      element("h2", { id: "view-title", tabindex: -1 }, words.heading),
      element("p", { class: "lead" }, words.lead),
      element(
        "div",
        { class: "bar" },
        element(
          "span",
          { class: "chip" },
          element("label", { for: this.#verifier.id }, words.verifier),
          this.#verifier,
        ),
        this.#start,
        this.#stop,
        this.#status,
      ),
      this.#fault,
      element("div", { class: "trainings" }, this.#accuracy.element, this.#loss.element, this.#examples),
      this.#outcome,
      element(
        "div",
        { class: "exports" },
        element("p", {}, words.command),
        element("pre", {}, code),
        button(figure.copyCommand, () => void this.#copy()),
        this.#copied,
      ),
    );
    this.#say();
  }

  update(_: State): void {
    // What is shown depends on the training alone.
  }

  recolour(): void {
    this.#accuracy.recolour();
    this.#loss.recolour();
  }

  close(): void {
    this.#running?.stop();
  }

  #say(): void {
    say(this.#command, `pstar eigen --seeds ${SEED} --verifiers ${this.#verifier.value}`);
  }

  async #copy(): Promise<void> {
    const { figure } = this.#site.words;
    say(this.#copied, (await copy(this.#command.textContent ?? "")) ? figure.copied : figure.notCopied);
  }

  async #train(): Promise<void> {
    const { transformer: words } = this.#site.words;
    const verifier = this.#verifier.value;
    showFault(this.#fault, this.#site.words, null);
    this.#accuracy.clear();
    this.#loss.clear();
    this.#outcome.replaceChildren();
    this.#start.hidden = true;
    this.#stop.hidden = false;
    this.#stop.focus();
    this.#verifier.disabled = true;
    say(this.#status, words.starting);
    const running = this.#site.calculators.train({ seed: SEED, verifier }, (progress) => {
      // What the worker said before it was stopped may come after.
      if (this.#running === running) this.#show(progress);
    });
    this.#running = running;
    try {
      const outcome = await running.outcome;
      say(this.#status, words.done);
      this.#outcome.replaceChildren(...this.#sentences(outcome, verifier).map((text) => element("p", {}, text)));
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") say(this.#status, words.stopped);
      else {
        say(this.#status, "");
        showFault(this.#fault, this.#site.words, error, () => void this.#train());
      }
    } finally {
      this.#running = undefined;
      const focused = document.activeElement === this.#stop;
      this.#start.hidden = false;
      this.#stop.hidden = true;
      this.#verifier.disabled = false;
      if (focused) this.#start.focus();
    }
  }

  #show({ model, step, steps, loss, accuracy, examples }: TransformerProgress): void {
    const { transformer: words } = this.#site.words;
    const curve = words[model];
    this.#accuracy.add(curve, step / steps, accuracy);
    this.#loss.add(curve, step / steps, loss);
    say(this.#status, words.training(words[model], formatNumber(step), formatNumber(steps), percent(accuracy)));
    this.#status.setAttribute("aria-live", "off");
    this.#examples.replaceChildren(element("h3", {}, words.examples), ...examples.map((one) => this.#matrix(one)));
  }

  #matrix({ entries: [a, b, d], exact, answer, correct }: MatrixExample): HTMLElement {
    const { transformer: words } = this.#site.words;
    const number = (value: number) => fixedNumber(value, 1);
    const row = (...values: number[]) => element("tr", {}, ...values.map((value) => element("td", {}, number(value))));
    return element(
      "div",
      { class: `matrix ${correct ? "right" : "off"}` },
      element("table", { "aria-label": words.matrix }, element("tbody", {}, row(a, b), row(b, d))),
      element(
        "p",
        {},
        words.values(exact.map(number).join(", "), answer.map(number).join(", ")),
        element("strong", {}, ` ${correct ? words.right : words.wrong}`),
      ),
    );
  }

  /** Each sentence is one of the numbers of this run. */
  #sentences(outcome: TransformerOutcome, verifier: string): string[] {
    const { transformer: words } = this.#site.words;
    const { generator, student, pool, rows, p, phi, psi, breakdown, correct } = outcome;
    const share = (value: number | null) => (value === null ? "—" : percent(value));
    const side = student > generator ? "better" : student < generator ? "worse" : "equal";
    return [
      words.outcome.generator(percent(generator), formatNumber(pool), share(p)),
      words.outcome.verifier(
        words.verifiers[verifier as (typeof VERIFIERS)[number]],
        share(phi),
        share(psi),
        formatNumber(rows),
        percent(correct),
      ),
      breakdown === null || p === null
        ? ""
        : words.outcome.side(
            fixedNumber(p, 3),
            p < breakdown ? "<" : p > breakdown ? ">" : "=",
            fixedNumber(breakdown, 3),
          ),
      words.outcome.student(percent(student), words.outcome.sides[side]),
      words.outcome.one,
    ].filter((text) => text !== "");
  }
}
