import type { Measure } from "./series.js";
import { english } from "./words.js";

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
