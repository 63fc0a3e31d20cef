import { ConfigError, mustBe } from "../core/errors.js";
import { Draft, isMapping, type Path } from "./draft.js";
import { configError, unknownSetting } from "./problems.js";
import { readValue } from "./read.js";
import { modelReason } from "./reasons.js";
import { sweepable } from "./schema.js";
import { settingPaths } from "./suggest.js";
import { joinedGroups, type Sweep, sweepAxes, ZIP } from "./sweep.js";

/**
 * Sets values in a scenario that is not yet checked, one after the other; the input itself stays as it was.
 *
 * A setting that the sweep runs over is fixed at its new value, and `warnings` of the result says so.
 *
 * @param overrides `path=value` each, the value in YAML: `verifier.kind=oracle`, `sweep.samples={from: 10, to: 1000, steps: 3}`.
 * @param name What messages call an override, such as the flag it came by.
 * @throws ConfigError naming the override, if it cannot be read or sets what no scenario has.
 */
export function applyOverrides(input: unknown, overrides: readonly string[], name = "override"): Draft {
  return overrides.reduce((draft, text) => override(draft, text, name), Draft.of(input));
}

function override(draft: Draft, text: string, name: string): Draft {
  const label = `${name} ${text}`;
  const equals = text.indexOf("=");
  if (equals < 1) {
    const expected = modelReason("path-and-value");
    throw new ConfigError(mustBe(name, expected, text), { field: name, expected: expected.message, got: text });
  }
  const dotted = text.slice(0, equals).trim();
  const path = steps(dotted);
  const value = readValue(text.slice(equals + 1), `the value of ${label}`);
  if (!settingPaths().has(dotted)) throw unknown(path, value, label);
  const fixed = fixedBy(draft.value, path, value);
  return new Draft(
    isMapping(draft.value) ? setAt(unswept(draft.value, fixed), path, value) : draft.value,
    (place) => (path.every((step, i) => place[i] === step) ? { text: label } : draft.origin(place)),
    [...draft.warnings, ...fixed.map((path) => modelReason("fixed-in-sweep", { origin: label, path }))],
  );
}

function unknown(path: Path, value: unknown, label: string): ConfigError {
  return configError([unknownSetting(path, value)], new Draft(undefined, () => ({ text: label })));
}

/** Splits a dotted path; the keys of a sweep are dotted paths themselves, and stay whole. */
function steps(dotted: string): string[] {
  const [head, ...rest] = dotted.split(".");
  if (head !== "sweep" || rest.length === 0) return [head, ...rest];
  const inner = rest.join(".");
  const swept = [...sweepable.keys()].find((path) => inner === path || inner.startsWith(`${path}.`)) ?? inner;
  const below = inner.slice(swept.length + 1);
  return [head, swept, ...(below === "" ? [] : below.split("."))];
}

/** The swept paths that setting `value` at `path` takes out of the sweep. */
function fixedBy(input: unknown, path: readonly string[], value: unknown): string[] {
  if (path[0] === "sweep" || !isMapping(input) || !isMapping(input.sweep)) return [];
  const given =
    path.length === 1 && isMapping(value) ? Object.keys(value).map((key) => `${path[0]}.${key}`) : [path.join(".")];
  const swept = Object.keys(sweepAxes({ sweep: input.sweep as Sweep }));
  return swept.filter((path) => given.some((set) => set === path || set.startsWith(`${path}.`)));
}

function unswept(input: Record<string, unknown>, fixed: readonly string[]): Record<string, unknown> {
  if (fixed.length === 0 || !isMapping(input.sweep)) return input;
  const left = (axes: object) => Object.entries(axes).filter(([path]) => !fixed.includes(path));
  const sweep: Record<string, unknown> = {};
  for (const [key, axis] of left(input.sweep)) {
    if (key !== ZIP || !Array.isArray(axis)) {
      sweep[key] = axis;
      continue;
    }
    const groups = joinedGroups(axis).map(left);
    // an axis with nothing left beside it varies by itself
    for (const group of groups) if (group.length === 1) sweep[group[0][0]] = group[0][1];
    const together = groups.filter((group) => group.length > 1).map((group) => Object.fromEntries(group));
    if (together.length > 0) sweep[ZIP] = together;
  }
  return { ...input, sweep };
}

/** A copy of `input` with the value at `path`; what is no mapping on the way becomes one. */
function setAt(input: unknown, [step, ...rest]: readonly string[], value: unknown): unknown {
  const base = isMapping(input) ? input : {};
  return { ...base, [step]: rest.length === 0 ? value : setAt(base[step], rest, value) };
}
