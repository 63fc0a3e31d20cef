import { english } from "./labels.js";
import type { FigureStyle } from "./scales.js";
import type { Measure } from "./series.js";

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

/** The names of the measures, as they stand in a title. */
export const measureTitles: Record<Measure, string> = english.measures;

/** Longest line of a subtitle, in characters, that fits a figure 1200 pixels wide at the default size. */
const SUBTITLE_WIDTH = 165;

/** What holds for a whole figure, for the line under its title. */
export function subtitleLines(parts: readonly string[]): string[] {
  return titleLines(parts, "  ·  ");
}

/** Parts in lines that a figure has room for. */
export function titleLines(parts: readonly string[], separator: string): string[] {
  const rows: string[] = [];
  for (const part of parts) {
    const last = rows.at(-1);
    const longer = `${last}${separator}${part}`;
    if (last !== undefined && longer.length <= SUBTITLE_WIDTH) rows[rows.length - 1] = longer;
    else rows.push(part);
  }
  return rows;
}

/** The short name of a scenario as a title: `phase-transition` becomes Phase transition. */
export function titleOf(name: string | undefined): string | undefined {
  return name && capitalised(/^[a-z0-9-]+$/.test(name) ? name.replaceAll("-", " ") : name);
}

/** With a capital letter at its beginning. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
