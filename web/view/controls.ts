import { formatNumber } from "../../src/model/format.js";
import type { Experiment } from "../model/experiment.js";
import { type Group, properties, type Value } from "../model/properties.js";
import type { Messages } from "../words/messages.js";
import { element, say } from "./elements.js";
import { choiceText, type Field, fieldOf, namesOf } from "./field.js";

/** The groups that matter most stand open. */
const OPEN: ReadonlySet<Group> = new Set(["generator", "verifier"]);
const GROUPS: readonly Group[] = ["generator", "verifier", "data", "learner", "run"];

/** The controls of all settings, in groups; those that nothing reads are put away. */
export class Controls {
  readonly element: HTMLElement;
  readonly #fields = new Map<string, Field>();
  readonly #swept = new Map<string, HTMLElement>();
  readonly #sums = new Map<Group, HTMLElement>();
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
      const sum = element("span", { class: "sum" });
      this.#sums.set(group, sum);
      const name = words.controls.groups[group];
      return element(
        "details",
        { class: "group", open: only !== undefined || OPEN.has(group), "data-group": group },
        element("summary", {}, element("span", { class: "group-name" }, name), sum),
        element("div", { class: "fields", role: "group", "aria-label": name }, ...fields),
      );
    });
    // Until it is known which settings are read, there is nothing to see that would move.
    this.element = element("div", { class: "groups unready" }, ...groups);
  }

  /** @param unread The settings that no cell reads. */
  show(experiment: Experiment, unread: ReadonlySet<string>): void {
    this.element.classList.remove("unready");
    const { settings, x, series } = experiment;
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
    for (const [group, sum] of this.#sums) say(sum, this.#sumUp(group, experiment, unread));
    for (const group of this.element.children) {
      (group as HTMLElement).hidden = [...group.querySelectorAll<HTMLElement>(".field")].every((field) => field.hidden);
    }
  }

  /** What a group is set to, in a line: it is read when the group is closed. */
  #sumUp(group: Group, { settings, x, series }: Experiment, unread: ReadonlySet<string>): string {
    const parts = properties.flatMap((property) => {
      const { path } = property;
      if (property.group !== group || unread.has(path) || x?.path === path || series?.path === path) return [];
      if (!this.#fields.has(path)) return [];
      const value = settings[path] ?? null;
      if (property.kind === "choice") return [choiceText(String(value), this.#words).split(/[:：]/)[0] ?? ""];
      if (typeof value !== "number") return [];
      const { symbol, label } = namesOf(path, this.#words);
      const unit = property.kind === "angle" || property.kind === "optional-angle" ? "°" : "";
      return [`${symbol === "" || symbol.includes("_") ? label : symbol} ${formatNumber(value, 15)}${unit}`];
    });
    return parts.join(" · ");
  }
}
