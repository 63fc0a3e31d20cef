import { ConfigError } from "../core/errors.js";
import { Draft, isMapping, type Path, pathText } from "./draft.js";
import { unknownSetting } from "./problems.js";
import { readValue } from "./read.js";
import { sweepable } from "./schema.js";
import { settings } from "./settings.js";

/**
 * Sets values in a scenario that is not yet checked, one after the other; the input itself stays as it was.
 *
 * A setting that the sweep runs over is fixed at its new value, and `warnings` of the result says so.
 *
 * @param flags `path=value` each, the value in YAML: `verifier.kind=oracle`, `sweep.samples={from: 10, to: 1000, steps: 3}`.
 * @throws ConfigError naming the flag, where it cannot be read or sets what no scenario has.
 */
export function applyOverrides(input: unknown, flags: readonly string[]): Draft {
  return flags.reduce(override, Draft.of(input));
}

function override(draft: Draft, flag: string): Draft {
  const label = `--set ${flag}`;
  const equals = flag.indexOf("=");
  if (equals < 1) {
    const details = { field: "--set", expected: "path=value", got: flag };
    throw new ConfigError(`--set must be given path=value, got ${JSON.stringify(flag)}`, details);
  }
  const dotted = flag.slice(0, equals).trim();
  const path = steps(dotted);
  const value = readValue(flag.slice(equals + 1), `the value of ${label}`);
  if (!settings().has(dotted)) throw unknownFlag(path, value, label);
  const fixed = fixedBy(draft.value, path, value);
  return new Draft(
    isMapping(draft.value) ? setAt(unswept(draft.value, fixed), path, value) : draft.value,
    (place) => (path.every((step, i) => place[i] === step) ? { text: label } : draft.origin(place)),
    [...draft.warnings, ...fixed.map((swept) => `${label} fixes ${swept}, which is no longer swept`)],
  );
}

function unknownFlag(path: Path, value: unknown, label: string): ConfigError {
  const { message, expected, got } = unknownSetting(path, value);
  return new ConfigError(`${message} (${label})`, { field: pathText(path), expected, got });
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
  return Object.keys(input.sweep).filter((swept) => given.some((set) => set === swept || set.startsWith(`${swept}.`)));
}

function unswept(input: Record<string, unknown>, fixed: readonly string[]): Record<string, unknown> {
  if (fixed.length === 0 || !isMapping(input.sweep)) return input;
  return { ...input, sweep: Object.fromEntries(Object.entries(input.sweep).filter(([path]) => !fixed.includes(path))) };
}

/** A copy of `input` with the value at `path`; what is no mapping on the way becomes one. */
function setAt(input: unknown, [step, ...rest]: readonly string[], value: unknown): unknown {
  const base = isMapping(input) ? input : {};
  return { ...base, [step]: rest.length === 0 ? value : setAt(base[step], rest, value) };
}
