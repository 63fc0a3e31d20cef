import type { Messages } from "../words/messages.js";
import { button, element, say } from "./elements.js";

/** A table as text, row by row. */
export interface Numbers {
  heads: readonly string[];
  rows: readonly (readonly string[])[];
  /** Whether the first column names the row. */
  named: boolean;
  note?: string;
}

/** Rows that are shown at once, and that a button adds: thousands of them would hold up the page. */
const AT_ONCE = 100;

/** Rows of text, the first hundred of them and, when they are asked for, the next; what changes is written in its place. */
export class RowsTable {
  readonly element: HTMLElement;
  readonly #words: Messages;
  readonly #place: HTMLElement;
  readonly #more: HTMLButtonElement;
  readonly #note: HTMLElement;
  #shown: Numbers | undefined;
  #body: HTMLElement | undefined;
  #heads = "";
  #most = AT_ONCE;

  constructor(words: Messages, label: string) {
    this.#words = words;
    this.#place = element("div", { class: "table", tabindex: 0, role: "region", "aria-label": label });
    this.#more = button("", () => this.#showMore(), { class: "quiet", hidden: true });
    this.#note = element("p", { class: "hint", hidden: true });
    this.element = element("div", {}, this.#place, this.#more, this.#note);
  }

  show(numbers: Numbers): void {
    this.#shown = numbers;
    const { heads, rows, named, note = "" } = numbers;
    const body = this.#table(heads, named);
    const shown = rows.slice(0, this.#most);
    for (const [i, row] of shown.entries())
      writeRow((body.children[i] ?? addRow(body, row, named)) as HTMLElement, row);
    while (body.children.length > shown.length) body.lastElementChild?.remove();
    this.#more.hidden = rows.length <= shown.length;
    const next = Math.min(AT_ONCE, rows.length - shown.length);
    say(this.#more, this.#more.hidden ? "" : this.#words.figure.moreRows(String(next), String(rows.length)));
    this.#note.hidden = note === "";
    say(this.#note, note);
  }

  #showMore(): void {
    this.#most += AT_ONCE;
    if (this.#shown) this.show(this.#shown);
    // The button goes with the last rows, and must not take the keyboard's place with it.
    if (this.#more.hidden) this.#place.focus({ preventScroll: true });
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

/** The numbers of a figure as a table, made when it is opened. */
export class DataTable {
  readonly element: HTMLDetailsElement;
  readonly #rows: RowsTable;
  #numbers: (() => Numbers) | undefined;

  /** @param of What the numbers are of, where a page has several tables. */
  constructor(words: Messages, of = "") {
    const { figure } = words;
    this.#rows = new RowsTable(words, of === "" ? figure.table : `${of}: ${figure.table}`);
    this.element = element("details", { class: "numbers" }, element("summary", {}, figure.table), this.#rows.element);
    this.element.addEventListener("toggle", () => this.#build());
  }

  /** @param numbers Asked for them when somebody looks. */
  show(numbers: () => Numbers): void {
    this.#numbers = numbers;
    this.#build();
  }

  #build(): void {
    if (this.element.open && this.#numbers) this.#rows.show(this.#numbers());
  }
}
