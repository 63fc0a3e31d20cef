import { isMapping } from "../../model/draft.js";

/** A setting that two configurations do not share, by its dotted path; undefined where one has no such setting. */
export interface Difference {
  path: string;
  there: unknown;
  here: unknown;
}

/** Where two pieces of plain data differ; lists are compared whole. */
export function differences(there: unknown, here: unknown, path = ""): Difference[] {
  if (isMapping(there) && isMapping(here)) {
    const keys = new Set([...Object.keys(there), ...Object.keys(here)]);
    return [...keys].flatMap((key) => differences(there[key], here[key], path === "" ? key : `${path}.${key}`));
  }
  return JSON.stringify(there) === JSON.stringify(here) ? [] : [{ path, there, here }];
}

const MOST_SHOWN = 12;

/** The differences in lines, `  samples: 1000 there, 2000 here`. */
export function differenceText(found: readonly Difference[], there = "there", here = "here"): string {
  const lines = found
    .slice(0, MOST_SHOWN)
    .map((one) => `\n  ${one.path}: ${shown(one.there)} ${there}, ${shown(one.here)} ${here}`);
  const more = found.length - lines.length;
  return lines.join("") + (more > 0 ? `\n  and ${more} more` : "");
}

function shown(value: unknown): string {
  if (value === undefined) return "not set";
  if (Array.isArray(value) && value.length > 6) {
    const [first, second] = value.map((one) => JSON.stringify(one));
    return `[${first}, ${second}, … ${value.length} values]`;
  }
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
