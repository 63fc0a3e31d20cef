import type { Messages } from "../words/messages.js";
import { copy, download } from "./download.js";
import { button, element, say } from "./elements.js";

/** Where the content of the files comes from. */
export interface Exports {
  png(): Promise<Blob>;
  text(format: "json" | "csv"): Promise<string>;
  address(): string;
  command(): string;
  /** Of the files, without extension. */
  name(): string;
}

/** Files, link and command of a figure. */
export class ExportBar {
  readonly element: HTMLElement;
  readonly #said: HTMLElement;
  readonly #words: Messages;
  readonly #refresh: () => void;

  constructor(words: Messages, from: Exports) {
    const { figure } = words;
    this.#words = words;
    this.#said = element("span", { class: "said", role: "status" });
    const text = (format: "json" | "csv", type: string) => () =>
      this.#save(async () => download(`${from.name()}.${format}`, new Blob([await from.text(format)], { type })));
    const code = element("code", { tabindex: 0 });
    const details = element(
      "details",
      { class: "exports" },
      element("summary", {}, figure.exports),
      element(
        "div",
        { class: "buttons" },
        button(figure.png, () => this.#save(async () => download(`${from.name()}.png`, await from.png())), {
          "data-export": "png",
        }),
        button(figure.csv, text("csv", "text/csv"), { "data-export": "csv" }),
        button(figure.json, text("json", "application/json"), { "data-export": "json" }),
        button(figure.link, () => this.#copy(from.address()), { "data-export": "link" }),
      ),
      element("p", {}, figure.command),
      element("pre", {}, code),
      element(
        "div",
        { class: "buttons" },
        button(figure.copyCommand, () => this.#copy(from.command()), { "data-export": "command" }),
        this.#said,
      ),
    );
    this.element = details;
    this.#refresh = () => {
      // The command follows the sliders only while it can be seen.
      if (details.open) say(code, from.command());
    };
    details.addEventListener("toggle", this.#refresh);
  }

  /** After a change of the settings. */
  refresh(): void {
    this.#refresh();
  }

  async #copy(text: string): Promise<void> {
    const { figure } = this.#words;
    say(this.#said, "");
    say(this.#said, (await copy(text)) ? figure.copied : figure.notCopied);
  }

  async #save(save: () => Promise<void>): Promise<void> {
    try {
      say(this.#said, "");
      await save();
    } catch (error) {
      say(this.#said, `${this.#words.figure.fault} ${this.#words.reason(error instanceof Error ? error.message : "")}`);
    }
  }
}
