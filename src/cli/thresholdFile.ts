import type { AuditThresholds } from "../audit/threshold.js";
import { thresholdFigure } from "../figure/threshold.js";
import type { FigureFormat } from "./flags.js";
import { printTheme, renderFigure } from "./render.js";

/** Draws the rates over the threshold to the bytes of a PNG or SVG. */
export function drawThresholds(thresholds: AuditThresholds, format: FigureFormat): Buffer {
  return renderFigure(thresholdFigure(thresholds, { theme: printTheme }), format);
}
