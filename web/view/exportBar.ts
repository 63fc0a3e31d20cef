import { reasonOf } from "../../src/core/errors.js";
import type { Messages } from "../words/messages.js";
import { button, element, say } from "./elements.js";

/** Where the content of the files comes from. */
export interface Exports {
  png(): Promise<Blob>;
  svg?(): Promise<Blob>;
  text(format: "json" | "csv"): Promise<string>;
  /** Left out if a link cannot hold what is shown. */
  address?(): string;
  /** Null if the command line cannot say it. */
  command(): string | null;
  /** Of the files, without extension. */
  name(): string;
}

/** Files, link and command of a figure. */
export class ExportBar {
  readonly element: HTMLDetailsElement;
  readonly #said: HTMLElement;
  readonly #words: Messages;
  readonly #refresh: () => void;

  /** @param says What stands over the command; default: that it gives this figure. */
  constructor(words: Messages, from: Exports, { says = words.figure.command, open = false } = {}) {
    const { figure } = words;
    this.#words = words;
    this.#said = element("span", { class: "said", role: "status" });
    const text = (format: "json" | "csv", type: string) => () =>
      this.#save(async () => download(`${from.name()}.${format}`, new Blob([await from.text(format)], { type })));
    const code = element("code", { tabindex: 0 });
    const address = from.address?.bind(from);
    const svg = from.svg?.bind(from);
    const commands = element(
      "div",
      {},
      element("p", {}, says),
      element("pre", {}, code),
      button(figure.copyCommand, () => this.#copy(from.command() ?? ""), { "data-export": "command" }),
    );
    const details = element(
      "details",
      { class: "exports", open },
      element("summary", {}, figure.exports),
      element(
        "div",
        { class: "buttons" },
        button(figure.png, () => this.#save(async () => download(`${from.name()}.png`, await from.png())), {
          "data-export": "png",
        }),
        svg
          ? button(figure.svg, () => this.#save(async () => download(`${from.name()}.svg`, await svg())), {
              "data-export": "svg",
            })
          : null,
        button(figure.csv, text("csv", "text/csv"), { "data-export": "csv" }),
        button(figure.json, text("json", "application/json"), { "data-export": "json" }),
        address ? button(figure.link, () => this.#copy(address()), { "data-export": "link" }) : null,
      ),
      commands,
      this.#said,
    );
    this.element = details;
    this.#refresh = () => {
      // The command follows the sliders only while it can be seen.
      if (!details.open) return;
      const command = from.command();
      commands.hidden = command === null;
      say(code, command ?? "");
    };
    this.#refresh();
    details.addEventListener("toggle", this.#refresh);
  }

  /** Opens it, and brings the reader there. */
  open(): void {
    this.element.open = true;
    this.element.scrollIntoView({ block: "nearest" });
    this.element.querySelector<HTMLElement>("summary")?.focus();
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
      say(this.#said, `${this.#words.figure.fault} ${this.#words.reason(reasonOf(error))}`);
    }
  }
}

/** Hands a file to the reader. */
export function download(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Puts text into the clipboard; false if the browser does not allow it. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
