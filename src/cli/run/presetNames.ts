import { quote } from "../../core/printable.js";
import { presets } from "../../model/presets.js";
import { nearest } from "../../model/suggest.js";
import { UsageError } from "../failure.js";

export function presetNames(): string[] {
  return presets().map(({ name }) => name);
}

/** The error for a word that names no preset. */
export function unknownPreset(name: string, what: string): UsageError {
  const names = presetNames();
  const meant = nearest(name, names);
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
  return new UsageError(`${quote(name)} is ${what}${hint}\n  presets: ${names.join(", ")}`, { got: name });
}
