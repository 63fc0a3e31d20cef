import type { AuditThresholds } from "../../audit/result.js";
import { darkTheme, type FigureTheme } from "../../figure/theme.js";
import { thresholdFigure } from "../../figure/threshold.js";
import type { FigureFormat } from "../options.js";
import { bundledFonts, printTheme, renderFigure } from "../run/render.js";

/** Draws the rates over the threshold to the bytes of a PNG or SVG. */
export function drawThresholds(
  thresholds: AuditThresholds,
  format: FigureFormat,
  theme: FigureTheme = printTheme,
): Buffer {
  return renderFigure(thresholdFigure(thresholds, { theme }), format);
}

/** The same picture for a light and for a dark page, as parts of that page: no two of their names are the same. */
export function pageFigures(thresholds: AuditThresholds): { light: string; dark: string } {
  const part = (theme: FigureTheme, prefix: string) =>
    drawThresholds(thresholds, "svg", theme)
      .toString("utf8")
      .replace(/^<\?xml[^>]*\?>\s*/, "")
      .replace(/\b(id="|url\(#|href="#)/g, `$1${prefix}-`)
      .trim();
  return { light: part(printTheme, "light"), dark: part({ ...darkTheme, font: bundledFonts }, "dark") };
}
