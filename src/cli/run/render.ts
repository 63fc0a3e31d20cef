import { createRequire } from "node:module";
import { createCanvas, GlobalFonts, SvgExportFlag } from "@napi-rs/canvas";
import { Chart, type ChartItem } from "chart.js";
import type { CurveConfiguration } from "../../figure/curve.js";
import type { HeatmapConfiguration } from "../../figure/heatmap.js";
import { registerFigures } from "../../figure/register.js";
import { type FigureTheme, lightTheme } from "../../figure/theme.js";
import type { FigureFormat } from "../options.js";

/** The letters of a figure, and where they are. Noto Sans Math is there for the star of p⋆. */
const files: readonly [family: string, file: string][] = [
  ["Inter Variable", "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2"],
  ["Inter Variable Greek", "@fontsource-variable/inter/files/inter-greek-wght-normal.woff2"],
  ["Inter Variable Latin Extended", "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2"],
  ["Noto Sans Math", "@fontsource/noto-sans-math/files/noto-sans-math-latin-400-normal.woff2"],
];

/** The families of the bundled fonts as a CSS list: a figure looks the same on every machine, with or without fonts. */
export const bundledFonts = files.map(([family]) => `"${family}"`).join(", ");

let registered = false;

/** Makes the bundled fonts known to the canvas. */
function registerFonts(): void {
  if (registered) return;
  const require = createRequire(import.meta.url);
  for (const [family, file] of files) GlobalFonts.registerFromPath(require.resolve(file), family);
  registered = true;
}

/** How a figure is drawn. */
interface RenderOptions {
  /** CSS pixels. Default 1200 × 750. */
  width?: number;
  height?: number;
  /** Pixels of a PNG for one CSS pixel. Default 2, sharp in print and on dense screens. */
  pixelRatio?: number;
}

/** Every figure that pstar draws. */
type FigureConfiguration = CurveConfiguration | HeatmapConfiguration;

/** The light theme in the bundled fonts. */
export const printTheme: FigureTheme = { ...lightTheme, font: bundledFonts };

/** Draws a figure to the bytes of a PNG, or of an SVG whose letters are outlines and need no font. */
export function renderFigure(
  config: FigureConfiguration,
  format: FigureFormat,
  { width = 1200, height = 750, pixelRatio = 2 }: RenderOptions = {},
): Buffer {
  registerFonts();
  registerFigures();
  if (format === "svg") {
    const canvas = createCanvas(width, height, SvgExportFlag.ConvertTextToPaths);
    return drawn(canvas, config, 1, () => tidySvg(canvas.getContent().toString("utf8"), width, height));
  }
  const canvas = createCanvas(width, height);
  return drawn(canvas, config, pixelRatio, () => canvas.toBuffer("image/png"));
}

/** The canvas has the few members of a browser's that chart.js calls when it neither animates nor follows a window. */
function drawn<T>(canvas: object, config: FigureConfiguration, devicePixelRatio: number, read: () => T): T {
  const options = { ...config.options, animation: false as const, responsive: false, devicePixelRatio, events: [] };
  const chart = new Chart(canvas as ChartItem, { ...config, options } as CurveConfiguration);
  try {
    return read();
  } finally {
    chart.destroy(); // wipes the canvas
  }
}

/** Two decimals are a hundredth of a pixel, at half the bytes; with a view box the drawing scales in a page. */
function tidySvg(svg: string, width: number, height: number): Buffer {
  const short = svg.replace(/(\d\.\d\d)\d+/g, "$1");
  return Buffer.from(short.replace("<svg ", `<svg viewBox="0 0 ${width} ${height}" role="img" `), "utf8");
}
