import type { Messages } from "../words/messages.js";
import { element } from "./elements.js";
import { type Numbers, RowsTable } from "./rowsTable.js";

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
