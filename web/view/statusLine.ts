import type { Knowledge } from "../compute/session.js";
import type { Messages } from "../words/messages.js";
import { button, element, say } from "./elements.js";
import { showFault } from "./faultBox.js";

/** How far a figure is, what stands in its way, and the buttons that start and stop it. */
export class StatusLine {
  readonly element: HTMLElement;
  readonly #words: Messages;
  readonly #bar: HTMLProgressElement;
  readonly #text: HTMLElement;
  readonly #run: HTMLButtonElement | null;
  readonly #stop: HTMLButtonElement;
  /** What went wrong: it stands in the figure's place. */
  readonly fault: HTMLElement;
  readonly #onRetry: () => void;
  #error: Error | null = null;
  readonly #missing: HTMLElement;

  constructor(words: Messages, act: { onRun?: (() => void) | undefined; onStop: () => void; onRetry: () => void }) {
    this.#words = words;
    this.#bar = element("progress", { max: 1, value: 0, hidden: true, "aria-label": words.summary.waiting });
    this.#text = element("span", { class: "status", role: "status" });
    this.#run = act.onRun
      ? button(words.figure.drawAll, act.onRun, { title: words.figure.drawAllHint, class: "run" })
      : null;
    this.#stop = button(words.figure.stop, act.onStop, { class: "stop", hidden: true });
    this.#onRetry = act.onRetry;
    this.fault = element("div", { class: "fault", role: "alert", hidden: true });
    this.#missing = element("p", { class: "remark", hidden: true });
    this.element = element(
      "div",
      { class: "state" },
      element("div", { class: "progress-line" }, this.#run, this.#stop, this.#bar, this.#text),
      this.#missing,
    );
  }

  /** Says on the button how many seconds the run would take, about; less than one is not worth a word. */
  expect(seconds: number): void {
    const { drawAll, drawAllIn } = this.#words.figure;
    if (this.#run) say(this.#run, seconds < 1 ? drawAll : drawAllIn(seconds));
  }

  show({ phase, progress, error, missing }: Knowledge, text: string): void {
    const computing = phase === "computing";
    const focused = document.activeElement;
    this.#bar.hidden = !computing;
    this.#bar.value = progress;
    // The percentage is shown, not spoken: a live region that counts would drown out everything.
    this.#text.setAttribute("aria-live", computing ? "off" : "polite");
    say(this.#text, text);
    this.#stop.hidden = !computing;
    if (this.#run) {
      this.#run.hidden = computing;
      // The keyboard's place stays where it was, as one button takes the other's.
      if (computing && focused === this.#run) this.#stop.focus();
      if (!computing && focused === this.#stop) this.#run.focus();
    }
    const shown = phase === "failed" ? error : null;
    if (shown !== this.#error) showFault(this.fault, this.#words, shown, this.#onRetry);
    this.#error = shown;
    this.#missing.hidden = missing.length === 0;
    say(
      this.#missing,
      missing.length === 0
        ? ""
        : `${this.#words.figure.noTheory} ${[...new Set(missing.map(this.#words.reason))].join(this.#words.figure.between)}${this.#words.figure.fullStop}`,
    );
  }
}
