import { pathLabel } from "../../src/figure/labels.js";
import type { CurveData, CurveSeries, FigureAxes } from "../../src/figure/series.js";
import { type PointShape, pointShapes } from "../../src/figure/theme.js";
import { fixedNumber, formatNumber } from "../../src/model/format.js";
import type { Messages } from "../words/messages.js";
import { drawn, element, say, uniqueId } from "./elements.js";
import { figureTheme } from "./site.js";

/** What a curve has at a place: the theory there, and the nearest simulated point. */
export interface Reading {
  theory: number | null;
  point: { x: number; y: number; bar: number | null } | null;
}

/** Reads a curve at a place; a point counts if none is nearer to it than half the way to its neighbour. */
export function readingAt({ theory = [], points }: CurveSeries, place: number): Reading {
  const right = theory.findIndex(({ x }) => x >= place);
  const [before, after] = [theory[Math.max(0, right - 1)], theory[right]];
  let value: number | null = null;
  if (before && after && before.y !== null && after.y !== null) {
    const share = after.x === before.x ? 1 : (place - before.x) / (after.x - before.x);
    value = before.y + share * (after.y - before.y);
  }
  const nearest = points.reduce<(typeof points)[number] | null>(
    (best, point) => (best === null || Math.abs(point.x - place) < Math.abs(best.x - place) ? point : best),
    null,
  );
  const known = nearest !== null && nearest.y !== null;
  return {
    theory: value,
    point: known ? { x: nearest.x, y: nearest.y as number, bar: nearest.se === null ? null : 2 * nearest.se } : null,
  };
}

/** Every curve at one place: under the pointer, or where the slider stands, which the keyboard moves. */
export class Readout {
  readonly element: HTMLElement;
  readonly #words: Messages;
  readonly #slider: HTMLInputElement;
  readonly #place: HTMLElement;
  readonly #values: HTMLElement;
  #range = { min: 0, max: 1, logarithmic: false };
  #show: (place: number) => void = () => {};

  /** @param onPlace Told a place that the reader points at by keyboard. */
  constructor(words: Messages, onPlace: (place: number) => void) {
    this.#words = words;
    this.#slider = element("input", { type: "range", min: 0, max: 200, step: 1, value: 100, id: uniqueId("read") });
    this.#slider.addEventListener("input", () => {
      const share = Number(this.#slider.value) / 200;
      const { min, max, logarithmic } = this.#range;
      onPlace(logarithmic ? min * (max / min) ** share : min + share * (max - min));
    });
    this.#place = element("span", { class: "place" });
    this.#values = element("ul", {});
    this.element = element(
      "div",
      { class: "readout" },
      element("label", { for: this.#slider.id, class: "spoken" }, words.figure.readAt),
      this.#slider,
      this.#place,
      this.#values,
    );
  }

  /** Takes the curves; the place stays where it is. */
  set(range: { min: number; max: number; logarithmic: boolean }, show: (place: number) => void): void {
    this.#range = range;
    this.#show = show;
  }

  refresh(place: number | undefined): void {
    if (place !== undefined) this.#show(place);
  }

  read(place: number, data: CurveData, axes: FigureAxes, hidden: ReadonlySet<number>): void {
    const { figure, figureWords } = this.#words;
    const { plain, angle } = pathLabel(axes.x, figureWords);
    const unit = angle ? "°" : "";
    const at = (x: number) => `${formatNumber(x, 4)}${unit}`;
    say(this.#place, `${plain} = ${formatNumber(place, 3)}${unit}`);
    const texts = data.series.flatMap((one, i) => {
      if (hidden.has(i)) return [];
      const { theory, point } = readingAt(one, place);
      const parts = [
        theory === null ? null : `${figure.theory} ${fixedNumber(theory, 3)}`,
        point === null
          ? null
          : figure.simulated(
              `${fixedNumber(point.y, 3)}${point.bar === null ? "" : ` ± ${fixedNumber(point.bar, 3)}`}`,
              Math.abs(point.x - place) <= 1e-9 * Math.abs(place) ? "" : at(point.x),
            ),
      ].filter((part) => part !== null);
      return [{ i, label: one.label, text: parts.length > 0 ? parts.join(" · ") : "—" }];
    });
    this.#values.replaceChildren(
      ...texts.map(({ i, label, text }) =>
        element("li", {}, mark(i), element("span", { class: "spoken" }, label), ` ${text}`),
      ),
    );
    const spoken = texts.map(({ label, text }) => `${label} ${text}`.trim()).join(figureWords.listSeparator);
    this.#slider.setAttribute("aria-valuetext", `${this.#place.textContent}: ${spoken}`);
    const { min, max, logarithmic } = this.#range;
    const share = logarithmic ? Math.log(place / min) / Math.log(max / min) : (place - min) / (max - min);
    this.#slider.value = String(Math.round(200 * share));
    this.#slider.style.setProperty("--filled", `${100 * share}%`);
  }
}

/** The names of the curves; a click hides one, or shows it again. */
export class Legend {
  readonly element: HTMLElement;
  readonly #onToggle: (i: number) => void;
  #shown = "";

  constructor(label: string, onToggle: (i: number) => void) {
    this.#onToggle = onToggle;
    this.element = element("ul", { class: "legend", "aria-label": label });
  }

  show(labels: readonly string[], hidden: ReadonlySet<number>): void {
    const named = labels.filter((label) => label !== "");
    const { background } = figureTheme();
    const key = JSON.stringify([named, background]);
    this.element.hidden = named.length === 0;
    if (key !== this.#shown) {
      this.#shown = key;
      const items = named.map((label, i) => {
        const made = element("button", { type: "button", class: "curve" }, mark(i), label);
        made.addEventListener("click", () => this.#onToggle(i));
        return element("li", {}, made);
      });
      this.element.replaceChildren(...items);
    }
    for (const [i, item] of [...this.element.children].entries())
      item.firstElementChild?.setAttribute("aria-pressed", String(!hidden.has(i)));
  }
}

/** The mark of the i-th curve in its colour, as the figure draws it. */
export function mark(i: number): SVGSVGElement {
  const { series } = figureTheme();
  const shape = pointShapes[(i + Math.floor(i / series.length)) % pointShapes.length] as PointShape;
  const made = drawn("svg", { class: "mark", viewBox: "-8 -8 16 16", "aria-hidden": "true" }, outline(shape));
  made.style.color = series[i % series.length] as string;
  return made;
}

function outline({ style, rotation, radius }: PointShape): SVGElement {
  const transform = `rotate(${rotation + (style === "rectRot" || style === "crossRot" ? 45 : 0)})`;
  switch (style) {
    case "circle":
      return drawn("circle", { r: radius });
    case "rect":
    case "rectRot":
      return drawn("rect", { x: -radius, y: -radius, width: 2 * radius, height: 2 * radius, transform });
    case "triangle":
      return drawn("path", { d: "M0-6.5L6 5H-6Z", transform });
    case "star":
      return drawn("path", { class: "lines", d: "M0-6V6M-6 0H6M-4.2-4.2L4.2 4.2M-4.2 4.2L4.2-4.2", transform });
    case "crossRot":
      return drawn("path", { class: "lines", d: "M0-6V6M-6 0H6", transform });
    default:
      return style satisfies never;
  }
}
