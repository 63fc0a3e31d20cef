import { pathLabel } from "../../src/figure/labels.js";
import { formatNumber } from "../../src/model/format.js";
import {
  type NumberProperty,
  type NumbersProperty,
  type OptionalProperty,
  type Property,
  readField,
  settle,
  type Value,
} from "../model/properties.js";
import type { Messages } from "../words/messages.js";
import { element, say, select, setAttributes, uniqueId } from "./elements.js";

/** The control of one setting. */
export interface Field {
  readonly element: HTMLElement;
  show(value: Value): void;
}

type Change = (value: Value) => void;

/** Makes the control that a property asks for. */
export function fieldOf(property: Property, words: Messages, onChange: Change): Field {
  switch (property.kind) {
    case "choice":
      return choiceField(property, words, onChange);
    case "flag":
      return flagField(property, words, onChange);
    case "optional-angle":
      return optionalField(property, words, onChange);
    case "numbers":
      return numbersField(property, words, onChange);
    default:
      return numberField(property, words, onChange);
  }
}

/** The name and the explanation of a setting. */
export function namesOf(path: string, words: Messages): { symbol: string; label: string; hint: string } {
  const [label = path, hint = ""] = (words.properties as Readonly<Record<string, readonly string[]>>)[path] ?? [];
  const { symbol } = pathLabel(path, words.figureWords);
  // A letter is set before the name, a word would say it twice.
  return { symbol: /^\p{L}{4,}|^[\p{Script=Han}]/u.test(symbol) || symbol.includes(".") ? "" : symbol, label, hint };
}

/** A letter of the field; what follows its underscore is an index. */
function symbolOf(symbol: string): HTMLElement {
  const [letter = "", index] = symbol.split("_");
  return element("i", { class: "symbol" }, letter, index === undefined ? null : element("sub", {}, index));
}

export function choiceText(value: string, words: Messages): string {
  return (words.choices as Readonly<Record<string, string>>)[value] ?? value;
}

function labelled(
  path: string,
  words: Messages,
  forId: string,
): { label: HTMLElement; hint: HTMLElement; hintId: string } {
  const { symbol, label, hint } = namesOf(path, words);
  const hintId = uniqueId("hint");
  return {
    label: element("label", { for: forId }, symbol ? symbolOf(symbol) : null, label),
    hint: element("p", { class: "hint", id: hintId }, hint),
    hintId,
  };
}

function choiceField(property: Property & { kind: "choice" }, words: Messages, onChange: Change): Field {
  const id = uniqueId("field");
  const { label, hint, hintId } = labelled(property.path, words, id);
  const choices = property.choices.map((value) => [value, choiceText(value, words)] as const);
  const input = select(choices, onChange, { id, "aria-describedby": hintId });
  const root = element("div", { class: "field choice", "data-path": property.path }, label, input, hint);
  return {
    element: root,
    show: (value) => {
      input.value = String(value);
    },
  };
}

function flagField(property: Property, words: Messages, onChange: Change): Field {
  const id = uniqueId("field");
  const { label, hint, hintId } = labelled(property.path, words, id);
  const input = element("input", { id, type: "checkbox", "aria-describedby": hintId });
  input.addEventListener("change", () => onChange(input.checked));
  const root = element("div", { class: "field flag", "data-path": property.path }, input, label, hint);
  return {
    element: root,
    show: (value) => {
      input.checked = value === true;
    },
  };
}

/** Many numbers at once, as text. */
function numbersField(property: NumbersProperty, words: Messages, onChange: Change): Field {
  const id = uniqueId("field");
  const { label, hint, hintId } = labelled(property.path, words, id);
  const input = element("textarea", {
    id,
    rows: property.square ? 4 : 2,
    spellcheck: "false",
    "aria-describedby": hintId,
  });
  const fault = element("p", { class: "field-fault", "aria-live": "polite" });
  const complain = (repaired: boolean) => {
    setAttributes(input, { "aria-invalid": repaired ? "true" : undefined });
    say(fault, repaired ? words.controls.notNumbers : "");
  };
  let current: Value = "";
  input.addEventListener("input", () => {
    const { value, repaired } = settle(property, input.value);
    complain(repaired);
    if (repaired) return;
    current = value;
    onChange(value);
  });
  const show = (value: Value) => {
    current = value;
    input.value = String(value).replaceAll(";", ";\n").replaceAll(",", ", ");
    complain(false);
  };
  input.addEventListener("change", () => show(current));
  const root = element("div", { class: "field numbers-field", "data-path": property.path }, label, input, hint, fault);
  return {
    element: root,
    show: (value) => {
      if (document.activeElement !== input || value !== current) show(value);
    },
  };
}

function optionalField(property: OptionalProperty, words: Messages, onChange: Change): Field {
  const inner = numberField({ ...property, kind: "angle", fallback: property.start }, words, onChange);
  const id = uniqueId("field");
  const box = element("input", { id, type: "checkbox" });
  box.addEventListener("change", () => onChange(box.checked ? null : property.start));
  const free = element("div", { class: "free" }, box, element("label", { for: id }, words.controls.independent));
  inner.element.append(free);
  return {
    element: inner.element,
    show: (value) => {
      box.checked = value === null;
      inner.element.classList.toggle("unset", value === null);
      for (const input of inner.element.querySelectorAll<HTMLInputElement>(".pair input"))
        input.disabled = value === null;
      inner.show(value ?? property.start);
    },
  };
}

/** A slider for the part that people use, and a field for every value that is valid. */
function numberField(property: NumberProperty | OptionalProperty, words: Messages, onChange: Change): Field {
  const id = uniqueId("field");
  const faultId = uniqueId("fault");
  const { label, hint, hintId } = labelled(property.path, words, id);
  const scale = sliderScale(property);
  const name = namesOf(property.path, words).label;
  const slider = element("input", {
    type: "range",
    min: scale.min,
    max: scale.max,
    step: scale.step,
    "aria-label": words.controls.slider(name),
  });
  const input = element("input", {
    id,
    type: "text",
    inputmode: "decimal",
    autocomplete: "off",
    spellcheck: "false",
    "aria-describedby": `${hintId} ${faultId}`,
  });
  const fault = element("p", { class: "field-fault", id: faultId, "aria-live": "polite" });
  let current: Value = null;

  slider.addEventListener("input", () => {
    const value = settle(property as Property, scale.value(Number(slider.value))).value;
    show(value);
    onChange(value);
  });
  // Typed text takes effect as soon as it is valid; what is not is said, and put right when the field is left.
  input.addEventListener("input", () => {
    const { value, repaired } = settle(property as Property, readField(property as Property, input.value));
    setAttributes(input, { "aria-invalid": repaired ? "true" : undefined });
    say(fault, repaired ? words.controls.outOf(formatNumber(property.min), formatNumber(property.max)) : "");
    if (repaired) return;
    current = value;
    place(value);
    onChange(value);
  });
  input.addEventListener("change", () => {
    if (input.getAttribute("aria-invalid") === "true") {
      const read = readField(property as Property, input.value);
      const value = Number.isNaN(read) ? current : settle(property as Property, read).value;
      show(value);
      onChange(value);
    } else show(current);
  });

  const unit = property.kind === "angle" || property.kind === "optional-angle" ? "°" : "";
  const place = (value: Value) => {
    slider.value = String(scale.position(value as number));
    slider.style.setProperty("--filled", `${100 * share(slider)}%`);
    slider.setAttribute("aria-valuetext", formatNumber(value as number) + unit);
  };
  const show = (value: Value) => {
    current = value;
    place(value);
    input.value = String(value) + unit;
    say(fault, "");
    input.removeAttribute("aria-invalid");
  };
  const pair = element("div", { class: "pair" }, slider, input);
  const root = element("div", { class: "field number", "data-path": property.path }, label, pair, hint, fault);
  return {
    element: root,
    // What is being typed is not taken out of somebody's hands.
    show: (value) => {
      if (document.activeElement === input && value === current) place(value);
      else show(value);
    },
  };
}

function share(slider: HTMLInputElement): number {
  const [min, max] = [Number(slider.min), Number(slider.max)];
  return (Number(slider.value) - min) / (max - min);
}

/** Positions of a slider; on a log scale they are decades, and the values are rounded to two or three digits. */
function sliderScale({ slider, kind }: NumberProperty | OptionalProperty) {
  const { from, to, step, scale } = slider;
  if (scale === "linear") {
    return {
      min: from,
      max: to,
      step,
      value: (at: number) => Number(at.toPrecision(12)),
      position: (value: number) => value,
    };
  }
  return {
    min: Math.log10(from),
    max: Math.log10(to),
    step,
    value: (at: number) => {
      const value = Number((10 ** at).toPrecision(2));
      return kind === "integer" ? Math.max(from, Math.round(value)) : value;
    },
    position: (value: number) => Math.log10(Math.max(from, value)),
  };
}
