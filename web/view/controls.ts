import type { Experiment } from "../model/experiment.js";
import { type Group, properties, type Value } from "../model/properties.js";
import type { Messages } from "../words/messages.js";
import { element, say } from "./elements.js";
import { type Field, fieldOf } from "./field.js";

const GROUPS: readonly Group[] = ["generator", "verifier", "data", "learner", "run"];

/** The controls of all settings, in groups; those that nothing reads are put away. */
export class Controls {
  readonly element: HTMLElement;
  readonly #fields = new Map<string, Field>();
  readonly #swept = new Map<string, HTMLElement>();
  readonly #words: Messages;
  readonly #only: ReadonlySet<string> | undefined;

  /** @param only The settings that this view has a use for; left out, all of them. */
  constructor(words: Messages, onChange: (path: string, value: Value) => void, only?: readonly string[]) {
    this.#words = words;
    this.#only = only && new Set(only);
    const groups = GROUPS.map((group) => {
      const fields = properties
        .filter((property) => property.group === group && (this.#only?.has(property.path) ?? true))
        .map((property) => {
          const field = fieldOf(property, words, (value) => onChange(property.path, value));
          const swept = element("p", { class: "swept", hidden: true });
          field.element.append(swept);
          this.#fields.set(property.path, field);
          this.#swept.set(property.path, swept);
          return field.element;
        });
      if (fields.length === 0) return null;
      return element("fieldset", { class: "group" }, element("legend", {}, words.controls.groups[group]), ...fields);
    });
    this.element = element("div", { class: "groups" }, ...groups);
  }

  /** @param unread The settings that no cell reads. */
  show({ settings, x, series }: Experiment, unread: ReadonlySet<string>): void {
    const { sweptAlong, sweptBy } = this.#words.controls;
    for (const [path, field] of this.#fields) {
      field.show(settings[path] ?? null);
      const note = this.#swept.get(path) as HTMLElement;
      const along = x?.path === path;
      const by = series?.path === path;
      say(note, along ? sweptAlong : by ? sweptBy : "");
      note.hidden = !(along || by);
      field.element.classList.toggle("is-swept", along || by);
      field.element.hidden = unread.has(path);
      for (const control of field.element.querySelectorAll<HTMLInputElement>("input, select, textarea")) {
        if (along || by) control.disabled = true;
        else if (!field.element.classList.contains("unset") || control.closest(".free")) control.disabled = false;
      }
    }
    for (const group of this.element.children) {
      (group as HTMLElement).hidden = [...group.querySelectorAll<HTMLElement>(".field")].every((field) => field.hidden);
    }
  }
}
