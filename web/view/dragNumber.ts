import { formatNumber } from "../../src/model/format.js";
import { element, setAttributes } from "./elements.js";

/** Pixels across which a number runs from one end to the other. */
const TRAVEL = 280;

/** A number in a sentence that can be dragged sideways, and moved by the arrow keys. */
export class DragNumber {
  readonly element: HTMLElement;
  readonly #range: { min: number; max: number; step: number; unit: "%" | "°" | "" };
  #value = 0;

  constructor(
    name: string,
    range: { min: number; max: number; step: number; unit: "%" | "°" | "" },
    onChange: (value: number) => void,
  ) {
    this.#range = range;
    const { min, max, step } = range;
    this.element = element("span", {
      class: "drag-number",
      role: "slider",
      tabindex: 0,
      "aria-label": name,
      "aria-valuemin": min,
      "aria-valuemax": max,
    });
    const set = (value: number) => {
      const settled = Number(Math.min(max, Math.max(min, Math.round(value / step) * step)).toPrecision(12));
      if (settled === this.#value) return;
      this.show(settled);
      onChange(settled);
    };
    let from: { x: number; value: number } | undefined;
    this.element.addEventListener("pointerdown", (event) => {
      from = { x: event.clientX, value: this.#value };
      this.element.setPointerCapture(event.pointerId);
      this.element.focus({ preventScroll: true });
      event.preventDefault();
    });
    this.element.addEventListener("pointermove", (event) => {
      if (from) set(from.value + ((event.clientX - from.x) / TRAVEL) * (max - min));
    });
    for (const type of ["pointerup", "pointercancel"] as const)
      this.element.addEventListener(type, () => {
        from = undefined;
      });
    this.element.addEventListener("keydown", (event) => {
      const moves: Record<string, number> = {
        ArrowUp: this.#value + step,
        ArrowRight: this.#value + step,
        ArrowDown: this.#value - step,
        ArrowLeft: this.#value - step,
        PageUp: this.#value + 10 * step,
        PageDown: this.#value - 10 * step,
        Home: min,
        End: max,
      };
      const value = moves[event.key];
      if (value === undefined) return;
      event.preventDefault();
      set(value);
    });
  }

  show(value: number): void {
    this.#value = value;
    const { unit } = this.#range;
    const text = unit === "%" ? `${Math.round(100 * value)} %` : `${formatNumber(value, 6)}${unit}`;
    if (this.element.textContent !== text) this.element.textContent = text;
    setAttributes(this.element, { "aria-valuenow": value, "aria-valuetext": text });
  }
}
