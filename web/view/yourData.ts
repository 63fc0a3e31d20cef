import { auditJson } from "../../src/audit/file.js";
import type { AuditQuestion, FileAudit } from "../../src/audit.js";
import { formatNumber } from "../../src/model/format.js";
import type { PageAudit } from "../compute/auditFile.js";
import { Latest } from "../compute/latest.js";
import { type Answers, auditCommand, auditQuestion, guessAnswers } from "../model/auditForm.js";
import { auditCsv } from "../model/auditText.js";
import { AuditForm, Preview } from "./auditForm.js";
import { auditPicture, auditReport } from "./auditReport.js";
import { button, element, markBusy, say, uniqueId } from "./elements.js";
import { ExportBar } from "./exportBar.js";
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
  #file: File | undefined;
  #answers: Answers | undefined;

  constructor(site: Site) {
    this.#site = site;
    const { data } = site.words;
    this.#status = element("p", { class: "status", role: "status" });
    this.#fault = element("p", { class: "fault", role: "alert", hidden: true });
    this.#report = element("div", { class: "report" });
    this.#form = new AuditForm(site.words, (answers) => {
      this.#answers = answers;
      const { data: known } = site.remembered;
      if (known) site.remembered.data = { ...known, answers, audit: null };
      if (known) this.#preview.show(known.look, answers);
      this.#judge();
    });
    this.#preview = new Preview(site.words);
    const hint = uniqueId("hint");
    const input = element("input", {
      type: "file",
      class: "spoken",
      id: uniqueId("file"),
      accept: ".jsonl,.ndjson,.json,.csv,.tsv,.parquet,.arrow,.feather,.gz,.zst",
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
        this.#preview.element,
        this.#status,
        this.#fault,
        this.#report,
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
  #bringBack({ file, look, answers, audit }: RememberedData): void {
    this.#file = file;
    this.#answers = answers;
    this.#form.show(look.names, answers);
    this.#preview.show(look, answers);
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
      this.#take(new File(lines, "example.jsonl"));
    } catch (error) {
      this.#fail(error);
    }
  }

  #take(file: File | undefined): void {
    if (!file) return;
    this.#file = file;
    markBusy(this.element, true);
    this.#report.replaceChildren();
    let done = false;
    const onProgress = (share: number) => {
      if (file === this.#file && !done) this.#sayReading(file, share);
    };
    this.#latest.ask(async () => {
      try {
        const look = await this.#site.calculators.lookAt(file, onProgress);
        done = true;
        if (file !== this.#file) return;
        this.#answers = guessAnswers(look.guess);
        this.#site.remembered.data = { file, look, answers: this.#answers, audit: null };
        this.#form.show(look.names, this.#answers);
        this.#preview.show(look, this.#answers);
        this.#fault.hidden = true;
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
    const question = auditQuestion(answers);
    if (!question) {
      this.#report.replaceChildren();
      this.#fault.hidden = true;
      say(this.#status, data.choose);
      markBusy(this.element, false);
      return;
    }
    markBusy(this.element, true);
    this.#latest.ask(() => this.#audit(file, answers, question));
  }

  async #audit(file: File, answers: Answers, question: AuditQuestion): Promise<void> {
    const { calculators } = this.#site;
    const current = () => file === this.#file && answers === this.#answers;
    let done = false;
    const onProgress = (share: number) => {
      // The last word on the progress may come after the answer, by another way.
      if (current() && !done) this.#sayReading(file, share);
    };
    try {
      const audit = await calculators.audit(file, question, onProgress);
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
    const stem = name.replace(/(\.(jsonl|ndjson|json|csv|tsv|parquet|arrow|feather))?(\.(gz|zst))?$/i, "");
    const from = {
      png: () => drawn("png"),
      svg: () => drawn("svg"),
      text,
      command: () => auditCommand(name, answers),
      name: () => `${stem}-audit`,
    };
    return new ExportBar(words, from, { says: data.command, open: true });
  }

  #fail(error: unknown): void {
    this.#report.replaceChildren();
    say(this.#status, "");
    this.#fault.hidden = false;
    const { words } = this.#site;
    const problem = error instanceof Error ? error : new Error(String(error));
    say(this.#fault, `${words.data.fault} ${words.problem(problem)}`);
    markBusy(this.element, false);
  }
}
