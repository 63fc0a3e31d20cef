import type { Dots } from "../compute/dots.js";
import { drawn, element, setAttributes } from "./elements.js";

/** Half the side of the picture, in the units of the rows. */
const REACH = 4.2;

/** Rows as dots: a class by colour and shape, wrong labels ringed, rejected ones faded; what the model says of each place as shading. */
export class DotsPicture {
  readonly element: HTMLElement;
  readonly #svg: SVGSVGElement;
  readonly #ground: SVGGElement;
  readonly #judge: SVGLineElement;
  readonly #dots: SVGGElement;
  #angle = 0;

  constructor(key: readonly HTMLElement[]) {
    const side = (kind: string, x: number) =>
      drawn("rect", { class: kind, x, y: -3 * REACH, width: 3 * REACH, height: 6 * REACH });
    this.#ground = drawn(
      "g",
      { class: "ground" },
      side("says-minus", -3 * REACH),
      side("says-plus", 0),
      drawn("line", { class: "learned", x1: 0, x2: 0, y1: -3 * REACH, y2: 3 * REACH }),
    );
    this.#judge = drawn("line", { class: "judge", x1: 0, x2: 0, y1: -3 * REACH, y2: 3 * REACH });
    this.#dots = drawn("g", {});
    this.#svg = drawn(
      "svg",
      { class: "dots-picture", role: "img", viewBox: `${-REACH} ${-REACH} ${2 * REACH} ${2 * REACH}` },
      this.#ground,
      this.#judge,
      this.#dots,
    );
    this.element = element("div", { class: "dots-box" }, this.#svg, element("p", { class: "dots-key" }, ...key));
  }

  /** @param says What the picture shows, for those who do not see it. */
  show({ places, truth, labels, keep, weights, verifier }: Dots, says: string): void {
    setAttributes(this.#svg, { "aria-label": says });
    this.#ground.classList.toggle("nothing", weights === null);
    if (weights) {
      // By the shorter way round: half a turn is what happens when the model learns the opposite.
      const wanted = (-Math.atan2(weights[1] ?? 0, weights[0] ?? 1) * 180) / Math.PI;
      this.#angle += ((((wanted - this.#angle + 180) % 360) + 360) % 360) - 180;
      this.#ground.style.transform = `rotate(${this.#angle}deg)`;
    }
    this.#judge.style.display = verifier ? "" : "none";
    if (verifier) {
      const angle = (-Math.atan2(verifier[1] ?? 0, verifier[0] ?? 1) * 180) / Math.PI;
      this.#judge.style.transform = `rotate(${angle}deg)`;
    }
    const count = labels.length;
    while (this.#dots.childElementCount > count) this.#dots.lastElementChild?.remove();
    while (this.#dots.childElementCount < count) this.#dots.append(drawn("path", { d: DOT }));
    for (const [i, dot] of [...this.#dots.children].entries()) {
      const plus = (labels[i] ?? 0) > 0;
      const kind = `${plus ? "plus" : "minus"}${labels[i] === truth[i] ? "" : " wrong"}${keep[i] === 1 ? "" : " dropped"}`;
      if (dot.getAttribute("class") !== kind) dot.setAttribute("class", kind);
      const d = plus ? DOT : SQUARE;
      if (dot.getAttribute("d") !== d) dot.setAttribute("d", d);
      const place = `translate(${(places[2 * i] ?? 0).toFixed(3)} ${(-(places[2 * i + 1] ?? 0)).toFixed(3)})`;
      if (dot.getAttribute("transform") !== place) dot.setAttribute("transform", place);
    }
  }
}

const DOT = "M-.085 0a.085.085 0 1 0 .17 0a.085.085 0 1 0-.17 0Z";
const SQUARE = "M-.075-.075h.15v.15h-.15Z";

/** A dot of the picture's key. */
export function keyDot(kind: string): SVGSVGElement {
  return drawn(
    "svg",
    { class: "dots-picture small", viewBox: "-.18 -.18 .36 .36", "aria-hidden": "true" },
    drawn("path", { class: kind, d: kind.includes("minus") ? SQUARE : DOT }),
  );
}
