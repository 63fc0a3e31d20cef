import { colorOf, colorScale } from "../../src/figure/colorBar.js";
import type { FigureTheme } from "../../src/figure/theme.js";
import type { Messages } from "../words/messages.js";
import { element } from "./elements.js";

/** Which colour stands for which accuracy, and the signs of the lines. */
export function colourKey(theme: FigureTheme, { diagram, figureWords }: Messages): HTMLElement[] {
  const scale = colorScale(0.5, theme);
  const swatches = Array.from({ length: 21 }, (_, i) => {
    const swatch = element("span", { class: "swatch" });
    swatch.style.background = colorOf(scale, i / 20);
    return swatch;
  });
  return [
    element(
      "span",
      {},
      `${diagram.colours} 0`,
      element("span", { class: "swatches", "aria-hidden": "true" }, ...swatches),
      `1 (0.5: ${figureWords.chance})`,
    ),
    element("span", {}, element("span", { class: "dash", "aria-hidden": "true" }), diagram.half),
    element("span", {}, element("span", { class: "dash broken", "aria-hidden": "true" }), diagram.breakdown),
  ];
}
