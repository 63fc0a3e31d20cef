import { MOST_SERIES, settleRange, settleValues } from "../model/axes.js";
import type { Experiment, Range, Series } from "../model/experiment.js";
import { isNumeric, propertyOf, readText, readTyped, sweptPaths } from "../model/properties.js";
import type { Messages } from "../words/messages.js";
import { element, select, setAttributes, uniqueId } from "./elements.js";
import { choiceText, namesOf } from "./field.js";

type Axes = Pick<Experiment, "x" | "series">;

/** What runs along the horizontal axis, and what tells the curves apart. */
export class AxesEditor {
  readonly element: HTMLElement;
  readonly #words: Messages;
  readonly #onChange: (axes: Axes) => void;
  readonly #x: HTMLSelectElement | null;
  readonly #ends: Record<"from" | "to" | "steps", HTMLInputElement>;
  readonly #log: HTMLInputElement;
  readonly #series: HTMLSelectElement;
  readonly #values: HTMLElement;
  #axes: Axes = { x: null, series: null };
  #valuesOf = "";

  /** @param withX Whether there is a horizontal axis to choose; the generations have theirs. */
  constructor(words: Messages, withX: boolean, onChange: (axes: Axes) => void) {
    this.#words = words;
    this.#onChange = onChange;
    const { controls } = words;
    const named = (path: string) => [path, nameOf(path, words)] as const;
    const numeric = sweptPaths.filter((path) => isNumeric(propertyOf(path)));
    this.#x = withX ? select(numeric.map(named), (path) => this.#setX(path), { id: uniqueId("x") }) : null;
    const end = (key: "from" | "to" | "steps") => {
      const input = element("input", { type: "text", inputmode: "decimal", id: uniqueId(key), autocomplete: "off" });
      input.addEventListener("change", () => this.#setEnds());
      return input;
    };
    this.#ends = { from: end("from"), to: end("to"), steps: end("steps") };
    this.#log = element("input", { type: "checkbox", id: uniqueId("log") });
    this.#log.addEventListener("change", () => this.#setEnds());
    this.#series = select(
      [["", controls.noSeries] as const, ...sweptPaths.map(named)],
      (path) => this.#setSeries(path),
      { id: uniqueId("series") },
    );
    this.#values = element("div", { class: "values" });
    const ends = (["from", "to", "steps"] as const).map((key) =>
      element("span", { class: "end" }, element("label", { for: this.#ends[key].id }, controls[key]), this.#ends[key]),
    );
    this.element = element(
      "fieldset",
      { class: "group axes" },
      element("legend", {}, controls.axes),
      this.#x && element("div", { class: "field choice" }, element("label", { for: this.#x.id }, controls.x), this.#x),
      withX
        ? element(
            "div",
            { class: "ends" },
            ...ends,
            element(
              "span",
              { class: "end log" },
              this.#log,
              element("label", { for: this.#log.id }, controls.logarithmic),
            ),
          )
        : null,
      element(
        "div",
        { class: "field choice" },
        element("label", { for: this.#series.id }, controls.series),
        this.#series,
      ),
      this.#values,
    );
  }

  show(axes: Axes): void {
    this.#axes = axes;
    const { x, series } = axes;
    if (x && this.#x) {
      this.#x.value = x.path;
      for (const key of ["from", "to", "steps"] as const) this.#ends[key].value = String(x[key]);
      this.#log.checked = x.scale === "log";
    }
    this.#series.value = series?.path ?? "";
    for (const option of this.#series.options) option.disabled = option.value !== "" && option.value === x?.path;
    this.#showValues(series);
  }

  #showValues(series: Series | null): void {
    const property = series && propertyOf(series.path);
    if (!series || !property) {
      this.#values.replaceChildren();
      this.#valuesOf = "";
      return;
    }
    const fresh = this.#valuesOf !== series.path;
    this.#valuesOf = series.path;
    if (property.kind === "choice" || property.kind === "flag") {
      const choices = property.kind === "choice" ? property.choices : ["true", "false"];
      if (fresh) this.#values.replaceChildren(this.#boxes(series.path, choices));
      const chosen = series.values.map(String);
      for (const box of this.#values.querySelectorAll("input")) box.checked = chosen.includes(box.value);
      return;
    }
    if (fresh) this.#values.replaceChildren(this.#list(series.path));
    const input = this.#values.querySelector("input");
    if (input && document.activeElement !== input) input.value = series.values.join(", ");
  }

  #boxes(path: string, choices: readonly string[]): HTMLElement {
    const boxes = choices.map((value) => {
      const id = uniqueId("value");
      const box = element("input", { type: "checkbox", id, value });
      box.addEventListener("change", () => this.#setValues(path, checked()));
      return element("span", {}, box, element("label", { for: id }, choiceText(value, this.#words)));
    });
    const checked = () =>
      boxes.map((one) => one.firstElementChild as HTMLInputElement).flatMap((box) => (box.checked ? [box.value] : []));
    return element("div", { class: "boxes", role: "group", "aria-label": this.#words.controls.values }, ...boxes);
  }

  #list(path: string): HTMLElement {
    const id = uniqueId("values");
    const hintId = uniqueId("hint");
    const input = element("input", { type: "text", id, autocomplete: "off", "aria-describedby": hintId });
    input.addEventListener("change", () => this.#setValues(path, input.value.split(/[\s,;，；]+/)));
    return element(
      "div",
      { class: "field" },
      element("label", { for: id }, this.#words.controls.values),
      input,
      element("p", { class: "hint", id: hintId }, this.#words.controls.valuesHint(MOST_SERIES)),
    );
  }

  #setX(path: string): void {
    const property = propertyOf(path);
    if (!isNumeric(property)) return;
    const { from, to, scale } = property.slider;
    const x: Range = { path, from, to, steps: 21, scale };
    const series = this.#axes.series?.path === path ? null : this.#axes.series;
    this.#onChange({ x, series });
  }

  #setEnds(): void {
    const { x } = this.#axes;
    if (!x) return;
    const { from, to, steps } = this.#ends;
    const whole = propertyOf(x.path)?.kind === "integer";
    const read = (input: HTMLInputElement) => readTyped(input.value, whole || input === steps);
    const scale = this.#log.checked ? "log" : "linear";
    const range = settleRange({ ...x, from: read(from), to: read(to), steps: read(steps), scale });
    for (const input of [from, to, steps]) setAttributes(input, { "aria-invalid": range ? undefined : "true" });
    if (range) this.#onChange({ ...this.#axes, x: range });
  }

  #setSeries(path: string): void {
    const property = propertyOf(path);
    if (path === "" || !property) {
      this.#onChange({ ...this.#axes, series: null });
      return;
    }
    const given = isNumeric(property)
      ? [property.slider.from, property.slider.to]
      : property.kind === "choice"
        ? property.choices
        : property.kind === "flag"
          ? [false, true]
          : [30, 60];
    this.#onChange({ ...this.#axes, series: { path, values: settleValues(path, given) } });
  }

  #setValues(path: string, texts: readonly string[]): void {
    const property = propertyOf(path);
    if (!property) return;
    const values = settleValues(
      path,
      texts.filter((text) => text !== "").map((text) => readText(property, text)),
    );
    // The last curve cannot be taken away: what was there is shown again.
    if (values.length === 0) this.show(this.#axes);
    else this.#onChange({ ...this.#axes, series: { path, values } });
  }
}

/** `N, rows generated`. */
function nameOf(path: string, words: Messages): string {
  const { symbol, label } = namesOf(path, words);
  const group = propertyOf(path)?.group;
  const owner = group && ["generator", "verifier", "learner"].includes(group) ? words.controls.groups[group] : "";
  const name = owner ? `${owner}: ${label}` : label;
  // An index cannot be set small here, and the group says already whose angle it is.
  return symbol && !symbol.includes("_") ? `${symbol} — ${name}` : name;
}
