import type { FileLook } from "../compute/auditFile.js";
import { type Answers, RARE_ROLES } from "../model/auditForm.js";
import type { Messages } from "../words/messages.js";
import { element, select, uniqueId } from "./elements.js";

/** Which field of the file is which. */
export class AuditForm {
  readonly element: HTMLElement;
  readonly #words: Messages;
  readonly #onChange: (answers: Answers) => void;
  #answers: Answers | undefined;

  constructor(words: Messages, onChange: (answers: Answers) => void) {
    this.#words = words;
    this.#onChange = onChange;
    this.element = element("form", { class: "controls", "aria-label": words.data.fields, hidden: true });
    this.element.addEventListener("submit", (event) => event.preventDefault());
  }

  /** Builds the form for the fields of a file. @param labelled Those of the rows that have the labels. */
  show(names: readonly string[], answers: Answers, labelled: readonly string[] = names): void {
    const { data } = this.#words;
    this.#answers = answers;
    const some = choicesOf(names, data);
    const designs = [["simple", data.designs.simple] as const, ["stratified", data.designs.stratified] as const];
    this.element.replaceChildren(
      element(
        "fieldset",
        { class: "group" },
        element("legend", {}, data.fields),
        this.#choice("correct", data.correct, choicesOf(labelled, data), data.correctHint),
        this.#text("true", data.true, data.wordsHint),
        this.#text("false", data.false),
        this.#text("missing", data.missing),
        this.#choice("kept", data.kept, some, data.keptHint),
        this.#choice("score", data.score, some, data.scoreHint),
        this.#text("threshold", data.threshold, data.thresholdHint),
        this.#choice("by", data.by, some),
        this.#choice("design", data.design, designs),
        this.#choice("weight", data.weight, some),
        this.#text("classes", data.classes),
        this.#text("confidence", data.confidence),
        element(
          "details",
          { class: "rare", open: RARE_ROLES.some((role) => answers[role] !== "") },
          element("summary", {}, data.rare),
          ...RARE_ROLES.map((role) => this.#choice(role, data[role], some, data.rareHints[role])),
        ),
      ),
    );
    this.element.hidden = false;
    this.#enable();
  }

  #choice(
    key: keyof Answers,
    label: string,
    choices: readonly (readonly [string, string])[],
    hint?: string,
  ): HTMLElement {
    const id = uniqueId(key);
    const input = select(choices, (value) => this.#set(key, value), { id, "data-role": key });
    input.value = this.#answers?.[key] ?? "";
    return element(
      "div",
      { class: "field choice", "data-field": key },
      element("label", { for: id }, label),
      input,
      hint === undefined ? null : element("p", { class: "hint" }, hint),
    );
  }

  #text(key: keyof Answers, label: string, hint?: string): HTMLElement {
    const id = uniqueId(key);
    const input = element("input", { type: "text", id, autocomplete: "off", "data-role": key });
    if (!["true", "false", "missing"].includes(key)) input.inputMode = "decimal";
    input.value = this.#answers?.[key] ?? "";
    input.addEventListener("change", () => this.#set(key, input.value.trim()));
    return element(
      "div",
      { class: "field", "data-field": key },
      element("label", { for: id }, label),
      input,
      hint === undefined ? null : element("p", { class: "hint" }, hint),
    );
  }

  #set(key: keyof Answers, value: string): void {
    if (!this.#answers) return;
    const changed = { ...this.#answers, [key]: value };
    // A decision and a score do not go together: the one that was chosen last stands.
    if (key === "kept" && value !== "") changed.score = "";
    if (key === "score" && value !== "") changed.kept = "";
    this.#answers = changed;
    for (const role of ["kept", "score"] as const) {
      const input = this.element.querySelector<HTMLSelectElement>(`[data-role="${role}"]`);
      if (input) input.value = changed[role];
    }
    this.#enable();
    this.#onChange(changed);
  }

  #enable(): void {
    const hide = (key: string, hidden: boolean) => {
      const field = this.element.querySelector<HTMLElement>(`[data-field="${key}"]`);
      if (field) field.hidden = hidden;
    };
    const { correct, kept, score } = this.#answers ?? {};
    const want = (key: string, wanted: boolean) =>
      this.element.querySelector(`[data-field="${key}"]`)?.classList.toggle("wanted", wanted);
    want("correct", correct === "");
    want("kept", kept === "" && score === "");
    hide("threshold", score === "");
    hide("design", this.#answers?.weight !== "");
  }
}

function choicesOf(names: readonly string[], data: Messages["data"]): (readonly [value: string, text: string])[] {
  return [["", data.none], ...names.map((name) => [name, name.length > 60 ? `${name.slice(0, 59)}…` : name] as const)];
}

/** Fields that a column may be, in the order in which they are asked for. */
const ROLES = ["correct", "kept", "score", "by", "weight", ...RARE_ROLES] as const;

/** The first rows of a file, with what each column is read as. */
export class Preview {
  readonly element: HTMLElement;
  readonly #words: Messages;

  constructor(words: Messages) {
    this.#words = words;
    this.element = element("div", { class: "preview", hidden: true });
  }

  show({ names, preview, form, notes }: FileLook, answers: Answers): void {
    const { data, figure, reason } = this.#words;
    const head = names.map((name) => {
      const role = ROLES.find((one) => answers[one] === name);
      return element(
        "th",
        { scope: "col", class: role && "has-role" },
        element("span", { class: "role" }, role ? data[role] : ""),
        name,
      );
    });
    const rows = preview.map((row) => element("tr", {}, ...names.map((name) => element("td", {}, row[name] ?? ""))));
    this.element.replaceChildren(
      element("p", { class: "hint" }, [data.readAs(data.forms[form]), ...notes.map(reason)].join(figure.between)),
      element(
        "div",
        { class: "table", tabindex: 0, role: "region", "aria-label": data.firstRows },
        element("table", {}, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows)),
      ),
    );
    this.element.hidden = false;
  }
}
