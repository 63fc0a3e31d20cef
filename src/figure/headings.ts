import type { FigureStyle } from "./scales.js";

/** The title of a figure, over its left edge. */
export function figureTitle(text: string, { theme, fontSize }: FigureStyle, display = true) {
  return {
    display,
    text,
    align: "start" as const,
    color: theme.ink,
    font: { family: theme.font, size: fontSize * 1.5, weight: 600 as const },
    padding: { top: 0, bottom: fontSize * 0.5 },
  };
}

/** The lines under the title. @param below What follows at once: nothing but the legend, or the plot itself. */
export function figureSubtitle(
  text: string | string[],
  { theme, fontSize }: FigureStyle,
  { display = true, below = "legend" }: { display?: boolean; below?: "legend" | "plot" } = {},
) {
  return {
    display,
    text,
    align: "start" as const,
    color: theme.muted,
    font: { family: theme.font, size: fontSize * 0.95, lineHeight: 1.45 },
    padding: { top: 0, bottom: fontSize * (below === "legend" ? 0.8 : 1.6) },
  };
}

/** What the words of a legend look like; lines without a name have no place in it. */
export function legendLabels({ theme, fontSize }: FigureStyle) {
  return {
    padding: fontSize * 1.1,
    color: theme.ink,
    font: { family: theme.font, size: fontSize },
    filter: ({ text }: { text: string }) => text !== "",
  };
}

/** A legend of the points that stand for the series. */
export function pointLegend(style: FigureStyle, display: boolean) {
  const box = style.fontSize * 0.5;
  const labels = { usePointStyle: true, boxWidth: box, boxHeight: box, ...legendLabels(style) };
  return { display, position: "top" as const, align: "start" as const, labels };
}
