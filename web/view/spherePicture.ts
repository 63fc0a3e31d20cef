import { picture, type Sheet, sheet } from "./picture.js";
import type { Numbers } from "./rowsTable.js";

/** Pixels of the sphere's drawing on the sheet; its own coordinates run from −200 to 200. */
const SIZE = 580;

/** The sphere as it stands on the page, and its readings beside it. */
export function spherePicture(
  svg: SVGSVGElement,
  title: string,
  sentence: string,
  { heads, rows }: Numbers,
): Promise<Blob> {
  return picture(title, sentence, (on) => {
    const { context } = on;
    context.save();
    context.translate(sheet.margin + SIZE / 2 - 20, 120 + SIZE / 2);
    context.scale(SIZE / 400, SIZE / 400);
    for (const shape of svg.querySelectorAll("circle, path, line, text")) trace(context, shape as SVGElement);
    context.restore();
    columns(on, heads, rows);
  });
}

function columns(
  { context, theme, write }: Sheet,
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const [left, right] = [sheet.margin + SIZE + 24, sheet.width - sheet.margin];
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
    const path = new Path2D(shape.getAttribute("d") ?? undefined);
    if (shape instanceof SVGCircleElement) path.arc(0, 0, number("r"), 0, 2 * Math.PI);
    if (shape instanceof SVGLineElement) {
      path.moveTo(0, 0);
      path.lineTo(number("x2"), number("y2"));
    }
    if (style.fill !== "none") {
      context.globalAlpha = Number(style.fillOpacity);
      context.fillStyle = style.fill;
      context.fill(path);
      context.globalAlpha = 1;
    }
    if (style.stroke !== "none") {
      context.strokeStyle = style.stroke;
      context.lineWidth = Number.parseFloat(style.strokeWidth);
      context.setLineDash((style.strokeDasharray.match(/[\d.]+/g) ?? []).map(Number));
      context.stroke(path);
    }
  }
  context.restore();
}
