import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from "yaml";
import { ConfigError, type ErrorDetails, mustBe } from "../core/errors.js";
import { plainName } from "../core/printable.js";
import { placed, type Reason } from "../core/reasons.js";
import { configError, Draft, isMapping, type Origin, type Path, settingPaths, unknownSetting } from "./problems.js";
import { modelReason } from "./reasons.js";
import { parseScenario, type Scenario } from "./scenario.js";
import { sweepable } from "./schema.js";
import { joinedGroups, type Sweep, sweepAxes, ZIP } from "./sweep.js";

/** The longest text that is read as a scenario, in characters. */
const TEXT_LIMIT = 1_000_000;

/** Beyond this many uses of aliases a text is an attack, and no scenario. */
const ALIAS_LIMIT = 100;

/** Of lists and mappings in brackets. */
const LEVEL_LIMIT = 64;

/** The same by indentation, or by the marks that nest within a line. */
const DEEP_INDENT = /^[ ?:-]{200}/m;

export interface ReadOptions {
  /** What to call the text in messages, such as the name of its file. */
  name?: string;
}

/**
 * Reads a scenario from YAML or JSON text.
 *
 * @throws ConfigError with the line, if the text or what it says is not valid.
 * @example readScenario("generator: {errorRate: 1.2}") // generator.errorRate must be in [0, 1], got 1.2 (line 1)
 */
export function readScenario(text: string, options: ReadOptions = {}): Scenario {
  return parseScenario(readDraft(text, options));
}

/** Reads YAML or JSON text as plain data that know the lines they were written on. */
export function readDraft(text: string, { name }: ReadOptions = {}): Draft {
  const lines = new LineCounter();
  const origin = (offset: number): Origin => {
    const { line } = lines.linePos(offset);
    return { line, text: name === undefined ? `line ${line}` : `line ${line} of ${name}` };
  };
  const { document, value } = parseYaml(text, lines, name ?? "the scenario", origin);
  return new Draft(value, (path) => {
    const offset = offsetOf(document, path);
    return offset === undefined ? undefined : origin(offset);
  });
}

/** Reads the YAML of one value, such as that of a flag. */
export function readValue(text: string, name: string): unknown {
  return parseYaml(text, new LineCounter(), name, () => undefined).value;
}

function parseYaml(
  text: string,
  lineCounter: LineCounter,
  name: string,
  origin: (offset: number) => Origin | undefined,
) {
  const fail = (reason: Reason, details: ErrorDetails, offset?: number): never => {
    const { text: at, line } = (offset === undefined ? undefined : origin(offset)) ?? {};
    throw new ConfigError(
      at === undefined ? reason : placed(reason, "", ` (${at})`),
      line === undefined ? details : { ...details, line },
    );
  };
  const refuse = (expected: Reason, got: unknown) =>
    fail(mustBe(name, expected, got), { field: name, expected: expected.message, got });
  if (text.length > TEXT_LIMIT) refuse(modelReason("at-most-characters", { most: TEXT_LIMIT }), text.length);
  if (isDeep(text)) refuse(modelReason("nested-less-deeply"), text);
  // The core schema whatever the text asks for; repeated keys are looked for below, in linear time.
  const options = { lineCounter, schema: "core", uniqueKeys: false, prettyErrors: false, logLevel: "error" } as const;
  const document = parseDocument(text, options);
  const [fault] = [...document.errors, ...document.warnings];
  if (fault) {
    const details = { field: name, expected: "YAML or JSON", got: fault.message };
    fail(modelReason("not-yaml", { name, fault: fault.message }), details, fault.pos[0]);
  }
  const repeated = repeatedKey(document);
  if (repeated) {
    const details = { field: repeated.key, expected: "said once", got: "a second time" };
    fail(modelReason("key-twice", { name, key: plainName(repeated.key) }), details, repeated.offset);
  }
  try {
    return { document, value: document.toJS({ maxAliasCount: ALIAS_LIMIT }) as unknown };
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    const details = { field: name, expected: "few aliases, each after its anchor", got: error.message };
    return fail(modelReason("aliases-not-followed", { name, fault: error.message }), details);
  }
}

/** Past some hundreds of levels the parser would run out of stack, which can end the process. */
function isDeep(text: string): boolean {
  let level = 0;
  for (const character of text) {
    if (character === "[" || character === "{") level++;
    else if (character === "]" || character === "}") level = Math.max(0, level - 1);
    if (level > LEVEL_LIMIT) return true;
  }
  return DEEP_INDENT.test(text);
}

function repeatedKey(document: Document.Parsed): { key: string; offset: number } | undefined {
  let found: { key: string; offset: number } | undefined;
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<string>();
      for (const { key } of items) {
        const text = keyText(key);
        if (seen.has(text)) found = { key: text, offset: offsetOfNode(key) ?? 0 };
        if (found) return visit.BREAK;
        seen.add(text);
      }
      return undefined;
    },
  });
  return found;
}

/** Where the value at a path begins, or the innermost thing around it that was written; nothing at the root. */
function offsetOf(document: Document.Parsed, path: Path): number | undefined {
  let node: unknown = document.contents;
  let offset: number | undefined;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => keyText(key) === String(step));
      if (pair === undefined) break;
      offset = offsetOfNode(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      offset = offsetOfNode(node) ?? offset;
    } else break;
  }
  return offset;
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key);
}

function offsetOfNode(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

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

/** A copy of `input` with the value at `path`; what is not a mapping on the way becomes one. */
function setAt(input: unknown, [step, ...rest]: readonly string[], value: unknown): unknown {
  const base = isMapping(input) ? input : {};
  return { ...base, [step]: rest.length === 0 ? value : setAt(base[step], rest, value) };
}
