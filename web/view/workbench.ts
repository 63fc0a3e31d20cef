import type { Experiment } from "../model/experiment.js";
import { conflictOf } from "../model/repair.js";
import type { Messages } from "../words/messages.js";
import { type Child, element, say } from "./elements.js";
import { showFault } from "./faultBox.js";

/** What a view is made of. */
export interface Parts {
  heading: string;
  lead: string;
  /** Beside the heading: what is chosen most often, and the buttons. */
  bar?: readonly Child[];
  /** Below heading and lead. */
  stage: readonly Child[];
  /** Of the form beside them. */
  controls: readonly Child[];
  /** Classes beside `workbench`. */
  kind?: string;
}

/** The frame of a view: a heading, what stands in the way, the figure, and the form with its settings. */
export class Workbench {
  readonly element: HTMLElement;
  readonly #words: Messages;
  readonly #fault: HTMLElement;

  constructor(words: Messages, { heading, lead, bar = [], stage, controls, kind = "" }: Parts) {
    this.#words = words;
    this.#fault = element("div", { class: "fault", role: "alert", hidden: true });
    const form = element("form", { class: "controls", "aria-label": words.controls.heading }, ...controls);
    form.addEventListener("submit", (event) => event.preventDefault());
    this.element = element(
      "section",
      { class: `workbench ${kind}`.trim(), "aria-labelledby": "view-title" },
      element(
        "div",
        { class: "stage" },
        element("h2", { id: "view-title", tabindex: -1 }, heading),
        element("p", { class: "lead" }, lead),
        bar.length > 0 ? element("div", { class: "bar" }, ...bar) : null,
        this.#fault,
        ...stage,
      ),
      form,
    );
  }

  /** Says which settings of an experiment do not go together; true if some do not. */
  refuses(experiment: Experiment): boolean {
    const conflict = conflictOf(experiment);
    this.#say(conflict ? `${this.#words.figure.settingsFault} ${this.#words.reason(conflict)}` : "");
    return conflict !== undefined;
  }

  /** Says why something could not be computed, in the place of what is not there. */
  fail(error: unknown, onRetry: () => void): void {
    showFault(this.#fault, this.#words, error, onRetry);
    this.element.classList.add("failed");
  }

  clear(): void {
    this.#say("");
    this.element.classList.remove("failed");
  }

  #say(text: string): void {
    this.#fault.hidden = text === "";
    say(this.#fault, text);
  }
}
