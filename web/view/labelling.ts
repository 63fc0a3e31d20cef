import { cellText } from "../../src/audit/sheet/write.js";
import { formatNumber } from "../../src/model/format.js";
import { drawName, type Label, type LabelSheet, type Labels } from "../model/labelSheet.js";
import type { Messages } from "../words/messages.js";
import { button, element, say, uniqueId } from "./elements.js";
import { download } from "./exportBar.js";

/** What the panel asks of its view. */
export interface Labeller {
  /** @param labels How many rows; null: as many as would probably decide. */
  draw(labels: number | null): void;
  /** Takes the labels of a sheet from elsewhere. */
  take(file: File): void;
  /** Takes labelled rows of other data, which the same verifier judged. */
  calibrate(file: File): void;
  /** Judges the file by the labels that there are. */
  judge(): void;
  /** Leaves the sheet for the file's own labels. */
  leave(): void;
}

/** Rows to label, one at a time: by buttons, or by the keys 1, 0, s and u. */
export class Labelling {
  readonly element: HTMLDetailsElement;
  readonly #words: Messages;
  readonly #labeller: Labeller;
  readonly #count: HTMLInputElement;
  readonly #begin: HTMLElement;
  readonly #desk: HTMLElement;
  /** Of labels from elsewhere. */
  readonly #read: HTMLElement;
  readonly #readName: HTMLElement;
  readonly #progress: HTMLElement;
  readonly #bar: HTMLProgressElement;
  readonly #row: HTMLElement;
  readonly #acts: Record<Label, HTMLButtonElement>;
  readonly #undo: HTMLButtonElement;
  readonly #judge: HTMLButtonElement;
  #sheet: LabelSheet | undefined;

  constructor(words: Messages, labeller: Labeller) {
    const { labelling } = words.data;
    this.#words = words;
    this.#labeller = labeller;
    const id = uniqueId("labels");
    this.#count = element("input", { type: "text", id, inputmode: "numeric", size: 6, placeholder: labelling.auto });
    this.#begin = element(
      "div",
      { class: "label-begin" },
      element("p", { class: "hint" }, labelling.hint),
      element(
        "p",
        { class: "buttons" },
        element("label", { for: id }, labelling.count),
        this.#count,
        button(labelling.draw, () => this.#draw(), { class: "main", "data-act": "draw" }),
        button(labelling.load, () => choose(SHEETS, labeller.take), { "data-act": "load-sheet" }),
      ),
      dropTarget(
        element(
          "p",
          { class: "buttons calibrate" },
          button(labelling.calibrate, () => choose(ROW_FILES, labeller.calibrate), { "data-act": "calibrate" }),
          element("span", { class: "hint" }, labelling.calibrateHint),
        ),
        labeller.calibrate,
      ),
    );
    this.#progress = element("p", { class: "status", role: "status" });
    this.#bar = element("progress", { "aria-label": labelling.done, value: 0, max: 1 });
    this.#row = element("dl", { class: "label-row" });
    const leave = () => button(labelling.leave, () => labeller.leave(), { "data-act": "leave" });
    const act = (label: Label, key: string, text: string) =>
      keyed(key, text, () => this.#label(label), { "data-label": label });
    this.#acts = {
      1: act("1", "1", labelling.right),
      0: act("0", "0", labelling.wrong),
      skip: act("skip", "s", labelling.skip),
    };
    this.#undo = keyed("u", labelling.undo, () => this.#takeBack());
    this.#judge = button(labelling.judge, () => labeller.judge(), { class: "main", "data-act": "judge" });
    this.#desk = element(
      "div",
      { class: "label-desk", hidden: true, tabindex: -1, role: "group", "aria-label": labelling.question },
      element("p", { class: "label-question" }, labelling.question),
      this.#progress,
      this.#bar,
      this.#row,
      element("p", { class: "buttons" }, this.#acts[1], this.#acts[0], this.#acts.skip, this.#undo),
      element(
        "p",
        { class: "buttons" },
        this.#judge,
        button(labelling.save, () => this.#save(), { "data-act": "save-sheet" }),
        leave(),
      ),
      element("p", { class: "hint" }, labelling.local),
    );
    this.#readName = element("span", {});
    this.#read = element("p", { class: "buttons", hidden: true }, this.#readName, leave());
    this.#desk.addEventListener("keydown", (event) => this.#onKey(event));
    this.element = element(
      "details",
      { class: "labelling", hidden: true },
      element("summary", {}, labelling.heading),
      this.#begin,
      this.#read,
      this.#desk,
    );
  }

  /** Shows that a file may be labelled. @param open Whether nothing else is to be done with it. */
  offer(open: boolean): void {
    this.element.hidden = false;
    if (open) this.element.open = true;
  }

  /** Shows labels; null: none but the file's own. */
  show(labels: Labels | null, { focus = false } = {}): void {
    this.#sheet = labels?.kind === "drawn" ? labels.sheet : undefined;
    this.#begin.hidden = labels !== null;
    this.#desk.hidden = this.#sheet === undefined;
    const { labelling } = this.#words.data;
    this.#read.hidden = labels === null || labels.kind === "drawn";
    if (labels?.kind === "read") say(this.#readName, labelling.by(labels.rows.name));
    if (labels?.kind === "set") say(this.#readName, labelling.calibrated(labels.file.name));
    if (labels === null) return;
    this.element.open = true;
    this.#refresh();
    if (focus) this.#desk.focus();
  }

  #draw(): void {
    const text = this.#count.value.trim();
    const count = text === "" ? null : Number(text);
    this.#count.setCustomValidity(
      count === null || (Number.isInteger(count) && count >= 1) ? "" : this.#words.data.labelling.badCount,
    );
    if (this.#count.reportValidity()) this.#labeller.draw(count);
  }

  #label(label: Label): void {
    this.#sheet?.label(label);
    this.#changed();
  }

  #takeBack(): void {
    this.#sheet?.undo();
    this.#changed();
  }

  #changed(): void {
    const sheet = this.#sheet;
    if (sheet === undefined) return;
    keep(sheet);
    this.#refresh();
    // a button that was pressed and is off now would lose the keys
    if (document.activeElement === document.body) this.#desk.focus();
    if (sheet.current === undefined) this.#labeller.judge();
  }

  #refresh(): void {
    const sheet = this.#sheet;
    if (sheet === undefined) return;
    const { labelling } = this.#words.data;
    const { current, done, labelled } = sheet;
    const all = sheet.drawn.drawn.length;
    const of = (count: number) => formatNumber(count, 15);
    say(
      this.#progress,
      current === undefined ? labelling.finished(of(labelled)) : labelling.place(of(done + 1), of(all)),
    );
    this.#bar.max = all;
    this.#bar.value = done;
    this.#row.hidden = current === undefined;
    this.#row.replaceChildren(
      ...sheet.drawn.shown.flatMap((column) => {
        const text = cellText(current?.values[column]);
        return text === "" ? [] : [element("dt", {}, column), element("dd", { dir: "auto" }, text)];
      }),
    );
    for (const act of Object.values(this.#acts)) act.disabled = current === undefined;
    this.#undo.disabled = done === 0;
    this.#judge.disabled = labelled === 0;
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const key = event.key.toLowerCase();
    const label = ({ 1: "1", 0: "0", s: "skip" } as const)[key];
    if (label !== undefined) this.#label(label);
    else if (key === "u") this.#takeBack();
    else return;
    event.preventDefault();
  }

  #save(): void {
    if (this.#sheet) download(this.#sheet.name, new Blob([this.#sheet.csv()], { type: "text/csv" }));
  }
}

/** Files that a sheet, and that rows may be in. */
const SHEETS = ".csv,.tsv,.json,.jsonl";
export const ROW_FILES = ".jsonl,.ndjson,.json,.csv,.tsv,.parquet,.arrow,.feather,.gz,.zst";

/** Asks for a file. */
function choose(accept: string, take: (file: File) => void): void {
  const input = element("input", { type: "file", accept });
  input.addEventListener("change", () => {
    const [file] = input.files ?? [];
    if (file) take(file);
  });
  input.click();
}

/** Takes a file that is dropped here; dropped elsewhere, it is the page's next one. */
function dropTarget(target: HTMLElement, take: (file: File) => void): HTMLElement {
  for (const type of ["dragenter", "dragover", "dragleave", "drop"] as const) {
    target.addEventListener(type, (event) => {
      target.classList.toggle("over", type === "dragenter" || type === "dragover");
      const [file] = event.dataTransfer?.files ?? [];
      if (type !== "drop" || file === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      take(file);
    });
  }
  return target;
}

function keyed(key: string, text: string, onClick: () => void, attributes = {}): HTMLButtonElement {
  const made = button("", onClick, { ...attributes, "aria-keyshortcuts": key });
  made.append(element("kbd", {}, key), ` ${text}`);
  return made;
}

const stored = (id: string) => `pstar-labels ${id}`;

/** Keeps the labels in this browser, so that a reload loses none. */
function keep(sheet: LabelSheet): void {
  try {
    localStorage.setItem(stored(drawName(sheet.drawn)), sheet.text);
  } catch {
    // a browser that keeps nothing: the labels are on the page, and can be saved
  }
}

/** What this browser has kept of a draw. */
export function keptLabels(drawn: LabelSheet["drawn"]): string | null {
  try {
    return localStorage.getItem(stored(drawName(drawn)));
  } catch {
    return null;
  }
}
