import type * as z from "zod/mini";
import { scenarioSchema } from "./schema.js";

/** The candidate that a mistyped word most likely meant, if any is near. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = 1 + Math.max(1, Math.floor(word.length / 3));
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** The path that a mistyped one most likely meant; the last part of a path stands for the whole: `psi`, `verifier.psi`. */
export function nearestPath(word: string, paths: readonly string[]): string | undefined {
  const lasts = new Map(paths.map((path) => [path.slice(path.lastIndexOf(".") + 1), path]));
  const last = nearest(word, lasts.keys());
  return nearest(word, paths) ?? (last === undefined ? undefined : lasts.get(last));
}

/** Edits (insert, delete, replace, swap neighbours) that turn one word into the other; Infinity where far too many. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 20) return Number.POSITIVE_INFINITY;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (same ? 0 : 1));
      if (swapped) next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    [before, row] = [row, next];
  }
  return row[b.length];
}

let paths: ReadonlySet<string> | undefined;

/** The dotted path of every setting, sections and the insides of sweeps included. */
export function settingPaths(): ReadonlySet<string> {
  paths ??= new Set(pathsBelow(scenarioSchema, ""));
  return paths;
}

/** What a schema holds, as far as paths go through it. */
interface Holder {
  shape?: Record<string, z.core.$ZodType>;
  options?: readonly z.core.$ZodType[];
  innerType?: z.core.$ZodType;
  in?: z.core.$ZodType;
}

function* pathsBelow(schema: z.core.$ZodType, path: string): Generator<string> {
  const { shape = {}, options = [], innerType, in: written } = schema._zod.def as Holder;
  for (const [key, child] of Object.entries(shape)) {
    const childPath = path === "" ? key : `${path}.${key}`;
    yield childPath;
    yield* pathsBelow(child, childPath);
  }
  for (const inner of [...options, innerType, written]) if (inner !== undefined) yield* pathsBelow(inner, path);
}

/** The setting that an unknown path most likely meant: a neighbour of like name, or one of that name elsewhere. */
export function suggestion(path: string): string | undefined {
  const key = path.slice(path.lastIndexOf(".") + 1);
  const parent = path.slice(0, path.length - key.length);
  const all = [...settingPaths()];
  const inside = all.filter((other) => other.startsWith(parent));
  const siblings = inside.map((other) => other.slice(parent.length)).filter((name) => !name.includes("."));
  const near = nearest(key, siblings);
  if (near !== undefined) return parent + near;
  const namesake = (other: string) => other.endsWith(`.${key}`);
  return inside.find(namesake) ?? all.find(namesake) ?? nearest(path, all);
}
