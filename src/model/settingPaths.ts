import type * as z from "zod/mini";
import { scenarioSchema } from "./schema.js";
import { nearest } from "./suggest.js";

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
