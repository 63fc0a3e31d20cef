import { degrees, formatNumber } from "../model/format.js";
import { kindOf } from "../model/kinds.js";
import type { Scenario } from "../model/scenario.js";
import { isAngle } from "../model/schema.js";
import { axisLength, sweepAxes } from "../model/sweep.js";
import { english, type FigureWords, type PathWords } from "./words.js";

/** The words of a setting, and whether it is an angle: kept in radians, shown in degrees. */
export interface PathLabel extends Required<PathWords> {
  angle?: boolean;
}

/** The label of a dotted path; a path without one is called by its own name. */
export function pathLabel(path: string, words: FigureWords = english): PathLabel {
  const found: PathWords = words.paths[path] ?? { symbol: path, title: path };
  const label = { ...found, plain: found.plain ?? found.symbol };
  return isAngle(path) ? { ...label, angle: true } : label;
}

/** The value of a setting for people: `40°`, `50,000`, `bernoulli`, `power-law`. */
export function formatValue(path: string, value: unknown, words: FigureWords = english): string {
  if (typeof value === "number") {
    return isAngle(path) ? `${formatNumber(degrees(value), 4)}°` : formatNumber(value);
  }
  if (typeof value === "object" && value !== null) {
    const kind = (value as { kind?: unknown }).kind;
    return typeof kind === "string" ? (words.values[kind] ?? kind) : JSON.stringify(value);
  }
  const text = value === null ? "default" : String(value);
  return words.values[text] ?? text;
}

/** The title of an axis, with its unit where the setting has one. */
export function axisTitle(path: string, words: FigureWords = english): string {
  const label = pathLabel(path, words);
  return label.angle ? words.inDegrees(label.title) : label.title;
}

/** `bernoulli, φ = 0.8, ψ = 0.3`: a verifier in words, without the settings named in `without`. */
export function describeVerifier(
  verifier: Scenario["verifier"],
  without: readonly string[] = [],
  words: FigureWords = english,
): string {
  const parts = [verifier.kind === "none" ? words.noVerifier : (words.values[verifier.kind] ?? verifier.kind)];
  const add = (key: keyof Scenario["verifier"]) => {
    const path = `verifier.${key}`;
    if (!without.includes(path) && verifier[key] !== undefined)
      parts.push(`${pathLabel(path, words).plain} = ${formatValue(path, verifier[key])}`);
  };
  for (const key of kindOf("verifier", verifier.kind).shows as (keyof Scenario["verifier"])[]) {
    if (key !== "angle") add(key);
    else if (!without.includes("verifier.angle"))
      parts.push(words.fromTruth(formatValue("verifier.angle", verifier.angle)));
  }
  if (verifier.poison > 0) add("poison");
  return parts.join(words.listSeparator);
}

/** What holds in every cell, for the line under a title: dimension, rows, trials, data, generator, verifier and learner. */
export function describeScenario(scenario: Scenario, swept: readonly string[], words: FigureWords = english): string[] {
  const parts: string[] = [];
  const axes = sweepAxes(scenario);
  const add = (path: string, setting: unknown) => {
    const axis = axes[path];
    // one that is swept beside those named says its value if it has one only, such as 1/rows
    if (axis !== undefined && axisLength(axis) > 1) return;
    const value = axis === undefined ? setting : (axis as readonly unknown[])[0];
    if (!swept.includes(path)) parts.push(`${pathLabel(path, words).plain} = ${formatValue(path, value)}`);
  };
  add("data.dim", scenario.data.dim);
  add("samples", scenario.samples);
  const addKind = (section: "data" | "generator" | "learner") => {
    const settings = scenario[section] as { kind: string } & Record<string, unknown>;
    for (const key of kindOf(section, settings.kind).shows) {
      if (settings[key] !== undefined) add(`${section}.${key}`, settings[key]);
    }
  };
  addKind("data");
  if (scenario.realSamples > 0) add("realSamples", scenario.realSamples);
  if (!swept.includes("generator.kind")) addKind("generator");
  if (!swept.includes("verifier.kind")) {
    const described = describeVerifier(scenario.verifier, swept, words);
    parts.push(scenario.verifier.kind === "none" ? described : words.verifier(described));
  }
  if (!swept.includes("learner.kind")) {
    parts.push(words.learner(scenario.learner.kind));
    addKind("learner");
  }
  if (scenario.generations > 1 && !swept.includes("policy")) parts.push(words.generations(scenario.policy));
  if (!swept.includes("engine") && scenario.engine === "theory") parts.push(words.theory);
  else if (!swept.includes("trials")) parts.push(words.trials(formatNumber(scenario.trials), scenario.trials === 1));
  return parts;
}
