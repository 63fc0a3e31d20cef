import type { FileLook } from "../compute/auditFile.js";
import type { Answers } from "../model/auditForm.js";
import type { Messages } from "../words/messages.js";
import { element } from "./elements.js";

/** Fields that a column may be, in the order in which they are asked for. */
const ROLES = ["correct", "kept", "score", "by", "weight"] as const;

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
