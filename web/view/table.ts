import type { Messages } from "../words/messages.js";
import { button, element, say } from "./elements.js";

/** The numbers of a figure as text, row by row. */
export interface Numbers {
  heads: readonly string[];
  rows: readonly (readonly string[])[];
  /** Whether the first column names the row. */
  named: boolean;
  note?: string;
}

/** Rows that are shown at once, and that a button adds: thousands of them would hold up the page. */
export const AT_ONCE = 100;

/** The numbers of a figure as a table, made when it is opened. */
export class DataTable {
  readonly element: HTMLDetailsElement;
  readonly #words: Messages;
  readonly #place: HTMLElement;
  readonly #more: HTMLButtonElement;
  readonly #note: HTMLElement;
  #numbers: (() => Numbers) | undefined;
  #body: HTMLElement | undefined;
  #heads = "";
  #most = AT_ONCE;

  constructor(words: Messages) {
    this.#words = words;
    this.#place = element("div", { class: "table", tabindex: 0, role: "region", "aria-label": words.figure.table });
    this.#more = button("", () => this.#showMore(), { class: "quiet", hidden: true });
    this.#note = element("p", { class: "hint" });
    this.element = element(
      "details",
      { class: "numbers" },
      element("summary", {}, words.figure.table),
      this.#place,
      this.#more,
      this.#note,
    );
    this.element.addEventListener("toggle", () => this.#build());
  }

  /** @param numbers Asked for them when somebody looks. */
  show(numbers: () => Numbers): void {
    this.#numbers = numbers;
    this.#build();
  }

  #showMore(): void {
    this.#most += AT_ONCE;
    this.#build();
    if (this.#more.hidden) this.#place.focus({ preventScroll: true });
  }

  #build(): void {
    if (!this.element.open || !this.#numbers) return;
    const { heads, rows, named, note = "" } = this.#numbers();
    const body = this.#table(heads, named);
    const shown = rows.slice(0, this.#most);
    for (const [i, row] of shown.entries())
      writeRow((body.children[i] ?? addRow(body, row, named)) as HTMLElement, row);
    while (body.children.length > shown.length) body.lastElementChild?.remove();
    this.#more.hidden = rows.length <= shown.length;
    const left = Math.min(AT_ONCE, rows.length - shown.length);
    say(this.#more, this.#more.hidden ? "" : this.#words.figure.moreRows(String(left), String(rows.length)));
    say(this.#note, note);
  }

  /** The body of a table with these heads: the one that is there, where its columns are the same. */
  #table(heads: readonly string[], named: boolean): HTMLElement {
    const key = JSON.stringify([heads, named]);
    if (this.#body && key === this.#heads) return this.#body;
    this.#heads = key;
    const head = element("tr", {}, ...heads.map((text) => element("th", { scope: "col" }, text)));
    this.#body = element("tbody");
    this.#place.replaceChildren(element("table", {}, element("thead", {}, head), this.#body));
    return this.#body;
  }
}

function addRow(body: HTMLElement, row: readonly string[], named: boolean): HTMLElement {
  const cells = row.map((_, i) => (named && i === 0 ? element("th", { scope: "row" }) : element("td")));
  const made = element("tr", {}, ...cells);
  body.append(made);
  return made;
}

function writeRow(target: HTMLElement, row: readonly string[]): void {
  for (const [i, text] of row.entries()) say(target.children[i] as Element, text);
}
