import { auditJson } from "../../src/audit/file.js";
import type { KeptBy } from "../../src/audit/keptRows.js";
import type { AuditQuestion, FileAudit } from "../../src/audit.js";
import { formatNumber } from "../../src/model/format.js";
import type { PageAudit } from "../compute/auditFile.js";
import { Latest } from "../compute/latest.js";
import {
  type Answers,
  auditCommand,
  auditQuestion,
  drawQuestion,
  guessAnswers,
  keptBy,
  keptFormOf,
  type LabelsIn,
} from "../model/auditForm.js";
import { auditCsv } from "../model/auditText.js";
import { LabelSheet, type Labels, otherLabels } from "../model/labelSheet.js";
import type { Messages } from "../words/messages.js";
import { AuditForm, Preview } from "./auditForm.js";
import { auditPicture, auditReport } from "./auditReport.js";
import { button, element, markBusy, say, setAttributes, uniqueId } from "./elements.js";
import { download, ExportBar } from "./exportBar.js";
import { keptLabels, Labelling, ROW_FILES } from "./labelling.js";
import type { RememberedData, Site, View } from "./site.js";

/** The reader's own file: where its fields are, and what its labels say. */
export class YourData implements View {
  readonly element: HTMLElement;
  readonly #site: Site;
  readonly #latest = new Latest();
  readonly #status: HTMLElement;
  readonly #fault: HTMLElement;
  readonly #form: AuditForm;
  readonly #preview: Preview;
  readonly #report: HTMLElement;
  readonly #answer: HTMLElement;
  readonly #labelling: Labelling;
  readonly #keep: HTMLElement;
  #file: File | undefined;
  #answers: Answers | undefined;
  /** Those by which the file is judged, if not by its own. */
  #labels: Labels | null = null;

  constructor(site: Site) {
    this.#site = site;
    const { data } = site.words;
    this.#status = element("p", { class: "status", role: "status" });
    this.#fault = element("p", { class: "fault", role: "alert", hidden: true });
    this.#report = element("div", { class: "report" });
    this.#answer = element("p", { class: "answer", role: "status", hidden: true });
    this.#keep = element("section", { class: "keep", hidden: true });
    this.#labelling = new Labelling(site.words, {
      draw: (labels) => void this.#draw(labels),
      take: (file) => void this.#takeSheet(file),
      calibrate: (file) => void this.#takeSet(file),
      judge: () => this.#judge(),
      leave: () => this.#use(null),
    });
    this.#form = new AuditForm(site.words, (answers) => {
      this.#answers = answers;
      const { data: known } = site.remembered;
      if (known) site.remembered.data = { ...known, answers, audit: null };
      this.#judge();
    });
    this.#preview = new Preview(site.words);
    const hint = uniqueId("hint");
    const input = element("input", {
      type: "file",
      class: "spoken",
      id: uniqueId("file"),
      accept: ROW_FILES,
      "aria-describedby": hint,
    });
    input.addEventListener("change", () => {
      this.#take(input.files?.[0]);
      input.value = ""; // the same file, changed meanwhile, can be chosen again
    });
    const drop = element(
      "div",
      { class: "drop" },
      input,
      element("label", { for: input.id }, data.drop),
      element("p", { class: "hint", id: hint }, data.local),
      button(data.example, () => void this.#tryExample(), { class: "example" }),
    );
    const sample = sampleOf(site.words);
    // The page takes the file, wherever it is dropped.
    for (const type of ["dragenter", "dragover", "dragleave", "drop"] as const) {
      drop.addEventListener(type, () => drop.classList.toggle("over", type === "dragenter" || type === "dragover"));
    }
    this.element = element(
      "section",
      { class: "workbench", "aria-labelledby": "view-title" },
      element(
        "div",
        { class: "stage" },
        element("h2", { id: "view-title", tabindex: -1 }, data.heading),
        element("p", { class: "lead" }, data.lead),
        drop,
        sample,
        this.#preview.element,
        this.#status,
        this.#fault,
        this.#answer,
        this.#report,
        this.#labelling.element,
        this.#keep,
      ),
      this.#form.element,
    );
  }

  update(): void {
    const { remembered } = this.#site;
    const [dropped] = remembered.dropped ?? [];
    remembered.dropped = undefined;
    if (dropped) this.#take(dropped);
    else if (remembered.data && !this.#file) this.#bringBack(remembered.data);
  }

  /** What was known when the view was left: the file need not be read again. */
  #bringBack({ file, look, answers, audit, labels }: RememberedData): void {
    this.#file = file;
    this.#answers = answers;
    this.#labels = labels;
    this.#labelling.offer(answers.correct === "");
    this.#labelling.show(labels);
    this.#form.show(look.names, answers, namesOf(labels));
    this.#showColumns(answers);
    if (audit) this.#showAudit(file, answers, audit);
    else this.#judge();
  }

  recolour(): void {
    // All of it is in the page's own colours.
  }

  close(): void {
    this.#file = undefined;
  }

  /** A file as somebody might bring one: answers to sums, the verifier's score and decision, and some human labels. */
  async #tryExample(): Promise<void> {
    try {
      const { exampleAnswers } = await import("../../src/audit/example.js");
      const lines = exampleAnswers().map((row: object) => `${JSON.stringify(row)}\n`);
      // by task: most of what is kept of the products is wrong, which the whole does not show
      this.#take(new File(lines, "example.jsonl"), { by: "task" });
    } catch (error) {
      this.#fail(error);
    }
  }

  /** @param known What is known of its fields already. */
  #take(file: File | undefined, known: Partial<Answers> = {}): void {
    if (!file) return;
    this.#file = file;
    markBusy(this.element, true);
    this.#clear();
    this.#labels = null;
    this.#labelling.show(null);
    let done = false;
    const onProgress = (share: number) => {
      if (file === this.#file && !done) this.#sayReading(file, share);
    };
    this.#latest.ask(async () => {
      try {
        const look = await this.#site.calculators.lookAt(file, onProgress);
        done = true;
        if (file !== this.#file) return;
        this.#answers = { ...guessAnswers(look.guess), ...known };
        this.#site.remembered.data = { file, look, answers: this.#answers, audit: null, labels: null };
        this.#form.show(look.names, this.#answers);
        this.#fault.hidden = true;
        this.#labelling.offer(this.#answers.correct === "");
        this.#judge();
      } catch (error) {
        done = true;
        if (file === this.#file) this.#fail(error);
      }
    });
  }

  #sayReading({ name }: File, share: number): void {
    say(this.#status, this.#site.words.data.reading(name, `${Math.floor(100 * share)} %`));
  }

  #judge(): void {
    const file = this.#file;
    const answers = this.#answers;
    if (!file || !answers) return;
    const { data } = this.#site.words;
    const where = this.#labelsIn();
    this.#showColumns(answers);
    setAttributes(this.#form.element, { "data-labels": where });
    const question = auditQuestion(answers, where);
    if (!question) {
      this.#clear();
      this.#fault.hidden = true;
      this.#showKeep(file, answers, null);
      const lacksThreshold = where === "set" && answers.kept === "" && answers.score !== "";
      say(this.#status, lacksThreshold ? data.chooseThreshold : data.choose);
      markBusy(this.element, false);
      return;
    }
    markBusy(this.element, true);
    this.#latest.ask(() => this.#audit(file, answers, question));
  }

  /** Shows the first rows, and what each column is read as. */
  #showColumns(answers: Answers): void {
    const { data } = this.#site.remembered;
    // no column of this file has the labels that count
    if (data) this.#preview.show(data.look, this.#labelsIn() === "file" ? answers : { ...answers, correct: "" });
  }

  /** Where the labels are that count. */
  #labelsIn(): LabelsIn {
    if (otherLabels(this.#labels) === null) return "file";
    return this.#labels?.kind === "set" ? "set" : "sheet";
  }

  async #audit(file: File, answers: Answers, question: AuditQuestion): Promise<void> {
    const { calculators } = this.#site;
    const labels = this.#labels;
    const current = () => file === this.#file && answers === this.#answers && labels === this.#labels;
    let done = false;
    const onProgress = (share: number) => {
      // The last word on the progress may come after the answer, by another way.
      if (current() && !done) this.#sayReading(file, share);
    };
    try {
      const audit = await calculators.audit(file, question, otherLabels(labels), onProgress);
      done = true;
      if (!current()) return;
      const { remembered } = this.#site;
      if (remembered.data) remembered.data = { ...remembered.data, audit };
      this.#showAudit(file, answers, audit);
    } catch (error) {
      if (current()) this.#fail(error);
    }
  }

  #showAudit(file: File, answers: Answers, audit: PageAudit): void {
    const { words } = this.#site;
    const { audited } = audit;
    const { rows, audited: labelled } = audited.result.counts;
    this.#fault.hidden = true;
    const { data, reason } = words;
    if (audit.answer === null) this.#answer.hidden = true;
    else {
      const { answer, reason: why } = audit.answer;
      this.#answer.className = `answer ${answer}`;
      this.#answer.replaceChildren(element("strong", {}, data.answers[answer]), ` ${reason(why)}${data.stop}`);
      this.#answer.hidden = false;
      // whoever has labelled the last row below sees what came of it
      if (this.#labels !== null) this.#answer.scrollIntoView({ block: "nearest" });
    }
    this.#showKeep(file, answers, audit);
    const exports = this.#exports(file.name, answers, audited);
    this.#report.replaceChildren(...auditReport(audit, words), exports.element);
    say(this.#status, words.data.read(file.name, formatNumber(rows, 15), formatNumber(labelled, 15)));
    markBusy(this.element, false);
  }

  #exports(name: string, answers: Answers, audited: FileAudit): ExportBar {
    const { words } = this.#site;
    const { data } = words;
    const { verdict, verification } = audited.result;
    const verdicts = [
      `${data.sideName} ${data.sides[verdict]}`,
      `${data.verifierName} ${data.comparison[verification]}`,
    ];
    const drawn = (format: "png" | "svg") => auditPicture(audited.result, name, verdicts.join("  ·  "), words, format);
    const text = async (format: "json" | "csv") => (format === "json" ? auditJson(audited) : auditCsv(audited));
    const from = {
      png: () => drawn("png"),
      svg: () => drawn("svg"),
      text,
      command: () => auditCommand(name, answers, this.#labelsIn(), otherLabels(this.#labels)?.name),
      name: () => `${stemOf(name)}-audit`,
    };
    return new ExportBar(words, from, { says: data.command, open: true });
  }

  /** Nothing is said of the file. */
  #clear(): void {
    this.#report.replaceChildren();
    this.#answer.hidden = true;
    this.#keep.hidden = true;
  }

  /** Draws rows to be labelled, and shows the first. */
  async #draw(labels: number | null): Promise<void> {
    const file = this.#file;
    const answers = this.#answers;
    const { data } = this.#site.words;
    const question = answers && drawQuestion(answers, labels);
    if (!file || !answers) return;
    if (!question) return say(this.#status, data.chooseVerifier);
    const drawn = await this.#read(file, (onProgress) => this.#site.calculators.draw(file, question, onProgress));
    if (drawn === undefined || file !== this.#file) return;
    this.#use({ kind: "drawn", sheet: new LabelSheet(drawn, `${stemOf(file.name)}-labels.csv`, keptLabels(drawn)) });
  }

  /** Takes a sheet that was labelled elsewhere. */
  async #takeSheet(sheet: File): Promise<void> {
    const file = this.#file;
    if (!file) return;
    const rows = await this.#read(sheet, () => this.#site.calculators.sheet(sheet));
    if (rows !== undefined && file === this.#file) this.#use({ kind: "read", rows });
  }

  /** Takes labelled rows of other data, which the same verifier judged: a calibration set. */
  async #takeSet(set: File): Promise<void> {
    const file = this.#file;
    if (!file) return;
    const look = await this.#read(set, (onProgress) => this.#site.calculators.lookAt(set, onProgress));
    if (look === undefined || file !== this.#file) return;
    this.#use({ kind: "set", file: set, names: look.names, correct: look.guess.correct ?? "" });
  }

  /** Judges by other labels. */
  #use(labels: Labels | null): void {
    const { remembered } = this.#site;
    const known = remembered.data;
    if (!known || !this.#answers) return;
    // the field of the label is one of the rows that have it
    if (labels?.kind === "set" || this.#labels?.kind === "set") {
      const { correct = "" } = labels?.kind === "set" ? labels : known.look.guess;
      this.#answers = { ...this.#answers, correct };
      this.#form.show(known.look.names, this.#answers, namesOf(labels));
    }
    this.#labels = labels;
    remembered.data = { ...known, answers: this.#answers, labels, audit: null };
    this.#labelling.show(labels, { focus: true });
    this.#judge();
  }

  /** Asks for something that reads a file, and says what is wrong if there is no answer. */
  async #read<T>(file: File, ask: (onProgress: (share: number) => void) => Promise<T>): Promise<T | undefined> {
    markBusy(this.element, true);
    try {
      const read = await ask((share) => this.#sayReading(file, share));
      this.#fault.hidden = true;
      return read;
    } catch (error) {
      this.#fail(error);
      return undefined;
    } finally {
      markBusy(this.element, false);
    }
  }

  /** What is kept can be written as soon as it is known what is kept. */
  #showKeep(file: File, answers: Answers, audit: PageAudit | null): void {
    const { data } = this.#site.words;
    const { keep } = data;
    const by = keptBy(answers, audit?.audited.threshold ?? null);
    const form = keptFormOf(this.#site.remembered.data?.look.form ?? "jsonl");
    this.#keep.hidden = by === undefined;
    if (by === undefined) return;
    const said = element("p", { class: "said", role: "status" });
    const isSafe = audit?.answer?.answer === "safe";
    this.#keep.replaceChildren(
      element("h3", {}, keep.heading),
      element("p", { class: "hint" }, `${isSafe ? keep.safe : keep.notSafe} ${keep.as[form]}`),
      element(
        "p",
        { class: "buttons" },
        button(keep.save, () => void this.#save(file, by, form, said), { "data-act": "keep" }),
        said,
      ),
    );
  }

  /** Writes the kept rows: to the disk piece by piece if the browser can, else into a file that it hands out. */
  async #save(file: File, by: KeptBy, form: "csv" | "jsonl", said: HTMLElement): Promise<void> {
    const { keep } = this.#site.words.data;
    const name = `${stemOf(file.name)}-kept.${form}`;
    const to = await place(name);
    if (to === "cancelled") return;
    await this.#read(file, async () => {
      const onProgress = (share: number) => say(said, keep.writing(`${Math.floor(100 * share)} %`));
      const { rows, kept, content } = await this.#site.calculators.keep(file, by, to, onProgress);
      if (content !== null) download(name, content);
      say(said, keep.written(to?.name ?? name, formatNumber(kept, 15), formatNumber(rows, 15)));
    });
  }

  #fail(error: unknown): void {
    this.#clear();
    say(this.#status, "");
    this.#fault.hidden = false;
    const { words } = this.#site;
    const problem = error instanceof Error ? error : new Error(String(error));
    say(this.#fault, `${words.data.fault} ${words.problem(problem)}`);
    markBusy(this.element, false);
  }
}

/** The fields of the rows that have the labels, if those are not the file's own. */
function namesOf(labels: Labels | null): readonly string[] | undefined {
  return labels?.kind === "set" ? labels.names : undefined;
}

/** The name of a file without what says its form. */
function stemOf(name: string): string {
  return name.replace(/(\.(jsonl|ndjson|json|csv|tsv|parquet|arrow|feather))?(\.(gz|zst))?$/i, "");
}

/** Where the reader wants a file; null if the browser cannot ask, and hands it out. */
async function place(suggestedName: string): Promise<FileSystemFileHandle | null | "cancelled"> {
  const { showSaveFilePicker } = window as {
    showSaveFilePicker?: (options: { suggestedName: string }) => Promise<FileSystemFileHandle>;
  };
  if (showSaveFilePicker === undefined) return null;
  try {
    return await showSaveFilePicker({ suggestedName });
  } catch (error) {
    return (error as Error).name === "AbortError" ? "cancelled" : null;
  }
}

/** Three rows of a file as it might be, with what each column is. */
function sampleOf({ data }: Messages): HTMLElement {
  const { sample } = data;
  const role = (text: string) => element("span", { class: "role" }, text);
  const heads = [
    ["prompt", ""],
    ["answer", ""],
    ["kept", data.kept],
    ["correct", data.correct],
  ].map(([name = "", is = ""]) => element("th", { scope: "col", class: is && "has-role" }, role(is), name));
  const rows = [
    ["12 + 30", "42", "true", "true"],
    ["7 × 8", "54", "true", "false"],
    ["9 − 4", "6", "false", ""],
  ].map((cells) => element("tr", {}, ...cells.map((cell) => element("td", {}, cell))));
  return element(
    "div",
    { class: "sample" },
    element("p", { class: "hint" }, sample),
    element(
      "div",
      { class: "table" },
      element("table", {}, element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...rows)),
    ),
  );
}
