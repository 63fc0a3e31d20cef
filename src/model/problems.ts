import type * as z from "zod/mini";
import { ConfigError, type ErrorDetails, mustBe } from "../core/errors.js";
import { plainName, quote } from "../core/printable.js";
import { placed, type Reason, rule } from "../core/reasons.js";
import { type ModelReason, modelReason, ruleOf } from "./reasons.js";
import { scenarioSchema } from "./schema.js";
import { nearest } from "./suggest.js";

/** One rule that a scenario breaks. */
export interface Problem {
  path: Path;
  /** The rule, which follows "must be". */
  expected: Reason;
  got: unknown;
  /** Said instead of "<path> must be <expected>, got …". */
  reason?: Reason;
  /** The cell of the sweep that shows it, as `samples = 10`. */
  cell?: string;
}

/** More problems than this are not a slip, and no one would read on. */
const PROBLEM_LIMIT = 20;

/** The problems that zod found, one for each path; the first twenty. */
export function problemsOf(error: z.core.$ZodError, input: unknown): Problem[] {
  const problems = new Map<string, Problem>();
  for (const issue of error.issues.flatMap((issue) => [...deepest(issue)])) {
    for (const problem of issue.code === "unrecognized_keys" ? unknownKeys(issue, input) : [brokenBy(issue, input)]) {
      const text = pathText(problem.path);
      if (!problems.has(text)) problems.set(text, problem);
      if (problems.size === PROBLEM_LIMIT) return [...problems.values()];
    }
  }
  return [...problems.values()];
}

function brokenBy(issue: z.core.$ZodIssue, input: unknown): Problem {
  return { path: issue.path, expected: ruleOf(issue.message), got: valueAt(input, issue.path) };
}

function unknownKeys(issue: z.core.$ZodIssueUnrecognizedKeys, input: unknown): Problem[] {
  return issue.keys
    .slice(0, PROBLEM_LIMIT)
    .map((key) => unknownSetting([...issue.path, key], valueAt(input, [...issue.path, key])));
}

/** The problem of a key that no scenario has. */
export function unknownSetting(path: Path, got: unknown): Problem {
  const field = pathText(path);
  const meant = suggestion(field);
  const swept = path[0] === "sweep" && path.length === 2;
  const expected = meant === undefined ? modelReason("a-setting", { swept }) : rule("described", { text: meant });
  return { path, expected, got, reason: modelReason("unknown-setting", { field, swept, meant }) };
}

/** Of a value that may take several forms, the issues of the form it came nearest to. */
function* deepest(issue: z.core.$ZodIssue): Generator<z.core.$ZodIssue> {
  const inner = issue.code === "invalid_union" ? issue.errors.find(([first]) => first && !isRoot(first)) : undefined;
  if (inner === undefined) yield issue;
  else for (const child of inner) yield* deepest({ ...child, path: [...issue.path, ...child.path] });
}

function isRoot(issue: z.core.$ZodIssue): boolean {
  return issue.path.length === 0 && issue.code !== "unrecognized_keys";
}

function valueAt(input: unknown, path: Path): unknown {
  let value = input;
  for (const key of path) {
    if (!(isMapping(value) || Array.isArray(value)) || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

/** One error for all problems: its message is the first, `problems` has them all. */
export function configError(problems: readonly [Problem, ...Problem[]], draft: Draft): ConfigError {
  const [first] = problems;
  const { line } = draft.origin(first.path) ?? {};
  const details: ErrorDetails = { field: pathText(first.path), expected: first.expected.message, got: first.got };
  if (line !== undefined) details.line = line;
  const reasons = problems.map((problem) => reasonOf(problem, draft));
  return new ConfigError(reasons[0], details, { problems: reasons.map(({ message }) => message) });
}

/** The reason of a problem; its sentence ends with where the value was written, if that is known. */
function reasonOf(problem: Problem, draft: Draft): Reason {
  const origin = draft.origin(problem.path);
  const reason = problem.reason ?? broken(problem);
  return origin === undefined ? reason : placed(reason, "", ` (${origin.text})`);
}

function broken({ path, expected, got, cell }: Problem): Reason {
  const field = pathText(path);
  if (cell === undefined) return mustBe(field, expected, got);
  return modelReason("must-be-in-cell", { field, rule: expected, got: quote(got), cell });
}

/** The way from the root of a scenario to a value: keys, and positions in lists. */
export type Path = readonly PropertyKey[];

/** Where a value was written, for messages: a line of a text, or a flag. */
export interface Origin {
  text: string;
  /** 1-based line, where the value comes from a text. */
  line?: number;
}

/** A scenario as it was written: not yet checked, but knowing where each value came from. */
export class Draft {
  readonly value: unknown;
  readonly origin: (path: Path) => Origin | undefined;
  /** What the writer should know. */
  readonly warnings: readonly ModelReason[];

  constructor(
    value: unknown,
    origin: (path: Path) => Origin | undefined = () => undefined,
    warnings: ModelReason[] = [],
  ) {
    this.value = value;
    this.origin = origin;
    this.warnings = warnings;
  }

  /** Plain data become a draft of unknown origin. */
  static of(input: unknown): Draft {
    return input instanceof Draft ? input : new Draft(input);
  }
}

/** Says whether a value is a mapping of keys, not a list. */
export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Writes a path as it is read in messages: `sweep.generator.errorRate[3]`. */
function pathText(path: Path): string {
  const text = path.map((key) => (typeof key === "number" ? `[${key}]` : `.${plainName(String(key))}`)).join("");
  return text.replace(/^\./, "") || "the scenario";
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
  getter?: () => z.core.$ZodType;
}

function* pathsBelow(schema: z.core.$ZodType, path: string): Generator<string> {
  const { shape = {}, options = [], innerType, in: written, getter } = schema._zod.def as Holder;
  for (const [key, child] of Object.entries(shape)) {
    const childPath = path === "" ? key : `${path}.${key}`;
    yield childPath;
    yield* pathsBelow(child, childPath);
  }
  for (const inner of [...options, innerType, written, getter?.()])
    if (inner !== undefined) yield* pathsBelow(inner, path);
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
