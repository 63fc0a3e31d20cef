import type { FigureTheme } from "../../src/figure/theme.js";
import { blobOf } from "./plot.js";
import { figureTheme } from "./site.js";

/** A sheet in the size of the command line's figures. */
export const sheet = { width: 1200, height: 750, margin: 48 } as const;

/** Where and how text stands. */
interface Lettering {
  size?: number;
  weight?: number;
  color?: string;
  align?: CanvasTextAlign;
}

/** What is drawn with on a sheet. */
export interface Sheet {
  context: CanvasRenderingContext2D;
  theme: FigureTheme;
  write(text: string, x: number, y: number, lettering?: Lettering): void;
}

/**
 * A picture that is not a chart, in the colours of the page: title, sentence, and what `draw` adds below them.
 *
 * @param format Default `png`.
 */
export async function picture(
  title: string,
  sentence: string,
  draw: (sheet: Sheet) => void,
  format: "png" | "svg" = "png",
): Promise<Blob> {
  const theme = figureTheme();
  const canvas = document.createElement("canvas");
  canvas.width = 2 * sheet.width;
  canvas.height = 2 * sheet.height;
  const written =
    format === "svg" ? (await import("./svgContext.js")).svgContext(canvas, sheet.width, sheet.height) : undefined;
  const context = written?.context ?? canvas.getContext("2d");
  if (!context) throw new Error("the canvas gave no picture");
  if (!written) context.scale(2, 2);
  context.fillStyle = theme.background;
  context.fillRect(0, 0, sheet.width, sheet.height);
  const write: Sheet["write"] = (text, x, y, { size = 17, weight = 400, color = theme.ink, align = "left" } = {}) => {
    context.font = `${weight} ${size}px ${theme.font}`;
    context.fillStyle = color;
    context.textAlign = align;
    // A long name of a file is set narrower, and stays on the sheet.
    context.fillText(text, x, y, align === "left" ? sheet.width - sheet.margin - x : undefined);
  };
  write(title, sheet.margin, 62, { size: 26, weight: 600 });
  write(sentence, sheet.margin, 94, { size: 16, color: theme.muted });
  draw({ context, theme, write });
  return written ? new Blob([written.text()], { type: "image/svg+xml" }) : blobOf(canvas);
}
