import { pathLabel } from "../../src/figure/labels.js";
import {
  type Angles,
  angle,
  anglesBetween,
  arc,
  type Directions,
  directionsAt,
  equatorOf,
  liftedTo,
  moved,
  type Name,
  names,
  turned,
  type Vector,
  wronglyKept,
} from "../model/sphere.js";
import type { Messages } from "../words/messages.js";
import { drawn, setAttributes } from "./elements.js";
import { picture, type Sheet, sheet } from "./picture.js";
import type { Numbers } from "./rowsTable.js";

const SIZE = 200;
const RADIUS = 165;
/** The reader looks down on the truth a little. */
const TILT = 18;

/** The sphere with its three directions, which can be dragged and moved by the arrow keys. */
export class Sphere {
  readonly element: SVGSVGElement;
  readonly #words: Messages;
  readonly #onAngles: (angles: Angles) => void;
  readonly #lines: SVGGElement;
  readonly #handles: Record<Name, SVGGElement>;
  #directions: Directions = directionsAt({ generator: 40, verifier: 30, between: null });
  #shown: Angles | undefined;
  #yaw = 0;

  constructor(words: Messages, onAngles: (angles: Angles) => void) {
    this.#words = words;
    this.#onAngles = onAngles;
    this.#lines = drawn("g", { class: "lines", "aria-hidden": "true" });
    this.#handles = {
      truth: this.#handle("truth"),
      generator: this.#handle("generator"),
      verifier: this.#handle("verifier"),
    };
    this.element = drawn(
      "svg",
      {
        class: "sphere",
        viewBox: `${-SIZE} ${-SIZE} ${2 * SIZE} ${2 * SIZE}`,
        role: "group",
        "aria-label": words.geometry.sphere,
      },
      drawn("circle", { class: "ball", r: RADIUS }),
      this.#lines,
      ...names.map((name) => this.#handles[name]),
    );
    this.#letTurn();
  }

  /** Shows angles that came from elsewhere; those of its own drag leave the directions where they are. */
  show(angles: Angles): void {
    const { generator, verifier, between } = angles;
    const own = this.#shown;
    const same = own?.generator === generator && own.verifier === verifier && own.between === between;
    if (!same) {
      this.#directions = directionsAt(angles);
      this.#shown = angles;
    }
    this.#draw();
  }

  #set(directions: Directions): void {
    this.#directions = directions;
    this.#shown = anglesBetween(directions);
    this.#draw();
    this.#onAngles(this.#shown);
  }

  #handle(name: Name): SVGGElement {
    const handle = drawn(
      "g",
      { class: `handle ${name}`, role: "slider", tabindex: 0, "aria-valuemin": 0, "aria-valuemax": 180 },
      drawn("circle", { class: "reach", r: 24 }),
      drawn("circle", { class: "knob", r: 10 }),
      drawn("text", { class: "name" }, this.#words.geometry[name]),
    );
    let front = true;
    let outside = false;
    handle.addEventListener("pointerdown", (event) => {
      handle.setPointerCapture(event.pointerId);
      front = this.#seen(this.#directions[name])[2] >= 0;
      outside = false;
      event.stopPropagation();
    });
    handle.addEventListener("pointermove", (event) => {
      if (!handle.hasPointerCapture(event.pointerId)) return;
      const [x, y] = this.#place(event);
      // Over the rim and back: the direction has gone to the other side.
      const beyond = Math.hypot(x, y) > 1;
      if (outside && !beyond) front = !front;
      outside = beyond;
      this.#set({ ...this.#directions, [name]: this.#unseen(liftedTo(x, y, front)) });
    });
    handle.addEventListener("keydown", (event) => {
      const keys: Record<string, readonly [number, number]> = {
        ArrowUp: [-1, 0],
        ArrowDown: [1, 0],
        ArrowLeft: [0, -1],
        ArrowRight: [0, 1],
        PageUp: [-10, 0],
        PageDown: [10, 0],
      };
      const step = keys[event.key];
      if (!step) return;
      event.preventDefault();
      this.#set({ ...this.#directions, [name]: this.#stepped(name, step) });
    });
    return handle;
  }

  #stepped(name: Name, [away, around]: readonly [number, number]): Vector {
    const { truth } = this.#directions;
    if (name !== "truth") return moved(this.#directions[name], truth, away, around);
    return this.#unseen(turned(this.#seen(truth), around, -away));
  }

  #draw(): void {
    const { truth, generator, verifier } = this.#directions;
    const parts = [
      ...this.#region(),
      ...this.#path(equatorOf(truth), "equator"),
      ...this.#path(arc(truth, generator), "arc generator"),
      ...this.#path(arc(truth, verifier), "arc verifier"),
      ...this.#path(arc(generator, verifier), "arc between"),
    ];
    const rays = names.map((name) => {
      const [x, y, z] = this.#seen(this.#directions[name]);
      return drawn("line", { class: `ray ${name}${z < 0 ? " behind" : ""}`, x2: x * RADIUS, y2: -y * RADIUS });
    });
    this.#lines.replaceChildren(...parts, ...rays);
    for (const name of names) this.#drawHandle(name);
  }

  #drawHandle(name: Name): void {
    const handle = this.#handles[name];
    const [x, y, z] = this.#seen(this.#directions[name]);
    const { geometry } = this.#words;
    const { truth } = this.#directions;
    const degrees = angle(truth, this.#directions[name]);
    const text = `${degrees.toFixed(1)}°`;
    const own = name === "truth" ? this.#directions.generator : this.#directions[name];
    setAttributes(handle, {
      transform: `translate(${(x * RADIUS).toFixed(2)} ${(-y * RADIUS).toFixed(2)})`,
      class: `handle ${name}${z < 0 ? " behind" : ""}`,
      "aria-label": name === "truth" ? geometry.truthLabel : geometry.angleOf(geometry[name], text),
      "aria-valuenow": angle(truth, own).toFixed(1),
      "aria-valuetext": name === "truth" ? this.#bothAngles() : text,
    });
    const label = handle.querySelector("text");
    if (label) setAttributes(label, { x: x < -0.1 ? -17 : 17, y: 5, "text-anchor": x < -0.1 ? "end" : "start" });
  }

  #bothAngles(): string {
    const { generator, verifier } = anglesBetween(this.#directions);
    const symbol = (path: string) => pathLabel(path, this.#words.figureWords).plain;
    return `${symbol("generator.angle")} = ${generator}°, ${symbol("verifier.angle")} = ${verifier}°`;
  }

  /** Where rows are kept with a wrong label, behind and in front. */
  #region(): SVGPathElement[] {
    const one = wronglyKept(this.#directions).map((corners) => corners.map((corner) => this.#seen(corner)));
    const both = [...one, ...one.map((corners) => corners.map(([x, y, z]): Vector => [-x, -y, -z]))];
    return [true, false].map((behind) => {
      const shown = both.filter((corners) => corners.reduce((sum, [, , z]) => sum + z, 0) < 0 === behind);
      const d = shown.map((corners) =>
        corners
          .map(([x, y], i) => `${i === 0 ? "M" : "L"}${(x * RADIUS).toFixed(1)} ${(-y * RADIUS).toFixed(1)}`)
          .join(""),
      );
      return drawn("path", { class: `lune${behind ? " behind" : ""}`, d: d.join("") });
    });
  }

  /** A line on the sphere in pieces: whole in front, dotted behind. */
  #path(points: readonly Vector[], kind: string): SVGPathElement[] {
    const seen = points.map((point) => this.#seen(point));
    const pieces: { behind: boolean; points: Vector[] }[] = [];
    for (const point of seen) {
      const behind = point[2] < 0;
      const last = pieces.at(-1);
      if (last?.behind === behind) last.points.push(point);
      else pieces.push({ behind, points: last ? [last.points.at(-1) as Vector, point] : [point] });
    }
    return pieces.map(({ behind, points: piece }) => {
      const d = piece.map(
        ([x, y], i) => `${i === 0 ? "M" : "L"}${(x * RADIUS).toFixed(1)} ${(-y * RADIUS).toFixed(1)}`,
      );
      return drawn("path", { class: `${kind}${behind ? " behind" : ""}`, d: d.join("") });
    });
  }

  /** The ground is dragged to turn the sphere about its upright axis. */
  #letTurn(): void {
    let from: { x: number; yaw: number } | undefined;
    this.element.addEventListener("pointerdown", (event) => {
      from = { x: event.clientX, yaw: this.#yaw };
      this.element.setPointerCapture(event.pointerId);
    });
    this.element.addEventListener("pointermove", (event) => {
      if (!from || !this.element.hasPointerCapture(event.pointerId)) return;
      this.turnTo(from.yaw + (event.clientX - from.x) / 2);
    });
    this.element.addEventListener("pointerup", () => {
      from = undefined;
    });
  }

  turnTo(yaw: number): void {
    this.#yaw = yaw;
    this.#draw();
  }

  /** From the sphere's own coordinates to those of the page, and back. */
  #seen(vector: Vector): Vector {
    return turned(turned(vector, this.#yaw, 0), 0, -TILT);
  }

  #unseen(vector: Vector): Vector {
    return turned(turned(vector, 0, TILT), -this.#yaw, 0);
  }

  #place(event: PointerEvent): [number, number] {
    const box = this.element.getBoundingClientRect();
    const scale = (2 * SIZE) / box.width / RADIUS;
    return [(event.clientX - box.left - box.width / 2) * scale, -(event.clientY - box.top - box.height / 2) * scale];
  }
}

/** Pixels of the sphere's drawing on the sheet; its own coordinates run from −200 to 200. */
const PICTURE_SIZE = 580;

/** The sphere as it stands on the page, and its readings beside it. */
export function spherePicture(
  svg: SVGSVGElement,
  title: string,
  sentence: string,
  { heads, rows }: Numbers,
  format: "png" | "svg" = "png",
): Promise<Blob> {
  return picture(
    title,
    sentence,
    (on) => {
      const { context } = on;
      context.save();
      context.translate(sheet.margin + PICTURE_SIZE / 2 - 20, 120 + PICTURE_SIZE / 2);
      context.scale(PICTURE_SIZE / 400, PICTURE_SIZE / 400);
      for (const shape of svg.querySelectorAll("circle, path, line, text")) trace(context, shape as SVGElement);
      context.restore();
      columns(on, heads, rows);
    },
    format,
  );
}

function columns(
  { context, theme, write }: Sheet,
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const [left, right] = [sheet.margin + PICTURE_SIZE + 24, sheet.width - sheet.margin];
  const places = [left, right - 150, right];
  const height = Math.min(34, 560 / (rows.length + 1));
  [heads, ...rows].forEach((row, i) => {
    const y = 160 + i * height;
    row.forEach((text, column) => {
      const head = i === 0 || column === 0;
      write(text, places[column] ?? left, y, {
        size: 15,
        weight: head ? 400 : 600,
        color: head ? theme.muted : theme.ink,
        align: column === 0 ? "left" : "right",
      });
    });
    context.fillStyle = theme.grid;
    context.fillRect(left, y + height / 3, right - left, 1);
  });
}

/** Draws a shape of the page as its style has it: a picture made of the SVG itself would ask the page's policy for more. */
function trace(context: CanvasRenderingContext2D, shape: SVGElement): void {
  const style = getComputedStyle(shape);
  const number = (name: string) => Number(shape.getAttribute(name) ?? 0);
  const [, x = 0, y = 0] =
    /translate\(([^\s()]+) ([^\s()]+)\)/.exec(shape.parentElement?.getAttribute("transform") ?? "") ?? [];
  context.save();
  context.translate(Number(x), Number(y));
  if (shape instanceof SVGTextElement) {
    context.font = style.font;
    context.fillStyle = style.fill;
    context.textAlign = shape.getAttribute("text-anchor") === "end" ? "right" : "left";
    context.fillText(shape.textContent ?? "", number("x"), number("y"));
  } else {
    context.beginPath();
    // The page's own paths are of straight lines.
    for (const [, sign, px, py] of (shape.getAttribute("d") ?? "").matchAll(/([ML])([-\d.]+) ([-\d.]+)/g)) {
      if (sign === "M") context.moveTo(Number(px), Number(py));
      else context.lineTo(Number(px), Number(py));
    }
    if (shape instanceof SVGCircleElement) context.arc(0, 0, number("r"), 0, 2 * Math.PI);
    if (shape instanceof SVGLineElement) {
      context.moveTo(0, 0);
      context.lineTo(number("x2"), number("y2"));
    }
    if (style.fill !== "none") {
      context.globalAlpha = Number(style.fillOpacity);
      context.fillStyle = style.fill;
      context.fill();
      context.globalAlpha = 1;
    }
    if (style.stroke !== "none") {
      context.strokeStyle = style.stroke;
      context.lineWidth = Number.parseFloat(style.strokeWidth);
      context.setLineDash((style.strokeDasharray.match(/[\d.]+/g) ?? []).map(Number));
      context.stroke();
    }
  }
  context.restore();
}
