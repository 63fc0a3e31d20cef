import { newsFigure } from "../../figure/news.js";
import type { NewsResult } from "../../news/experiment/result.js";
import { writeWhole } from "../../rows/write.js";
import { figureFormat } from "../options.js";
import { printTheme, renderFigure } from "../run/render.js";

/** Draws the arms of the news experiment into a PNG or SVG file, by its name. */
export async function writeNewsFigure(file: string, result: NewsResult): Promise<void> {
  writeWhole(file, renderFigure(newsFigure(result, { theme: printTheme }), figureFormat(file) ?? "png"));
}
