import { formatNumber, shortPercent } from "../../src/model/format.js";
import { drawn, element, say, setAttributes } from "./elements.js";
import { figureTheme } from "./site.js";

const [WIDTH, HEIGHT, LEFT, BOTTOM] = [460, 240, 44, 26];
/** Two lines are told apart by more than their colours. */
const DASHES = ["", "7 4", "2 3", "9 3 2 3", "1 4", "12 4", "5 2", "3 6"];

/** Curves of models over the share of their training that is done. */
export class TrainingCurves {
  readonly element: HTMLElement;
  readonly #plot: SVGSVGElement;
  readonly #key: HTMLElement;
  readonly #curves = new Map<
    string,
    { line: SVGPolylineElement; key: HTMLElement; points: [x: number, y: number][] }
  >();
  readonly #range: [bottom: number, top: number] | null;
  readonly #ticks: SVGTextElement[];
  readonly #idle: SVGTextElement;

  /**
   * @param idle What stands there before there is anything.
   * @param names Of the curves that there are from the beginning; others come with their first point.
   * @param range Of the axis; null: from 0 to the largest value.
   */
  constructor(title: string, idle: string, names: readonly string[], range: [bottom: number, top: number] | null) {
    this.#range = range;
    this.#ticks = [0, 0.5, 1].map((share) => drawn("text", { x: LEFT - 6, y: place(share) + 4, "text-anchor": "end" }));
    const shares = [0, 0.5, 1].map((share) =>
      drawn(
        "text",
        { x: across(share), y: HEIGHT - 8, "text-anchor": share === 1 ? "end" : "middle" },
        shortPercent(share),
      ),
    );
    const grid = [0, 0.5, 1].map((share) =>
      drawn("line", { class: "grid", x1: LEFT, x2: WIDTH - 4, y1: place(share), y2: place(share) }),
    );
    const view = { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": title };
    this.#idle = drawn("text", { x: (LEFT + WIDTH) / 2, y: place(0.25) + 4, "text-anchor": "middle" }, idle);
    this.#plot = drawn("svg", view, ...grid, ...this.#ticks, ...shares, this.#idle);
    this.#key = element("p", { class: "dots-key" });
    this.element = element("figure", { class: "curves" }, element("figcaption", {}, title), this.#plot, this.#key);
    for (const name of names) this.#curve(name);
    this.#draw();
  }

  clear(): void {
    for (const { points } of this.#curves.values()) points.length = 0;
    this.#draw();
  }

  /** A model of this name begins anew: its curve does too. */
  begin(name: string): void {
    this.#curve(name).points.length = 0;
    this.#draw();
  }

  add(name: string, x: number, y: number): void {
    this.#curve(name).points.push([x, y]);
    this.#draw();
  }

  recolour(): void {
    const { series } = figureTheme();
    for (const [i, { line, key }] of [...this.#curves.values()].entries()) {
      const colour = series[i % series.length] as string;
      line.style.stroke = colour;
      (key.firstElementChild as SVGElement).style.stroke = colour;
    }
  }

  #curve(name: string) {
    const known = this.#curves.get(name);
    if (known) return known;
    const dash = DASHES[this.#curves.size % DASHES.length] as string;
    const line = drawn("polyline", { class: "curve-line", "stroke-dasharray": dash || undefined });
    const stroke = drawn("line", { x1: 0, x2: 26, y1: 5, y2: 5, "stroke-dasharray": dash || undefined });
    const sample = drawn("svg", { class: "curve-line sample", viewBox: "0 0 26 10", "aria-hidden": "true" }, stroke);
    const made = { line, key: element("span", {}, sample, name), points: [] };
    this.#curves.set(name, made);
    this.#plot.append(line);
    this.#key.append(made.key);
    this.recolour();
    return made;
  }

  #draw(): void {
    const all = [...this.#curves.values()];
    const [bottom, top] = this.#range ?? [
      0,
      roundUp(Math.max(1, ...all.flatMap(({ points }) => points.map(([, y]) => y)))),
    ];
    for (const [i, tick] of this.#ticks.entries()) say(tick, formatNumber(bottom + ((top - bottom) * i) / 2, 3));
    setAttributes(this.#idle, { visibility: all.some(({ points }) => points.length > 0) ? "hidden" : undefined });
    for (const { line, points } of all) {
      const drawnPoints = points.map(
        ([x, y]) => `${across(x).toFixed(1)},${place((y - bottom) / (top - bottom)).toFixed(1)}`,
      );
      setAttributes(line, { points: drawnPoints.join(" ") });
    }
  }
}

/** The next number whose half is as short. */
function roundUp(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value));
  return unit * ([1, 2, 4, 6, 8].find((times) => times * unit >= value) ?? 10);
}

function across(share: number): number {
  return LEFT + share * (WIDTH - LEFT - 4);
}

function place(share: number): number {
  return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - 8);
}
