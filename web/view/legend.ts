import { type PointShape, pointShapes } from "../../src/figure/theme.js";
import { drawn, element } from "./elements.js";
import { figureTheme } from "./site.js";

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
