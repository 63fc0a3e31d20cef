import type * as z from "zod";
import { ConfigError, type ErrorDetails, rangeMessage } from "../core/errors.js";
import { type Draft, isMapping, type Path, pathText } from "./draft.js";
import { suggestion } from "./settings.js";

/** One rule that a scenario breaks. */
export interface Problem {
  path: Path;
  /** The rule, in words that follow "must be". */
  expected: string;
  got: unknown;
  /** Said instead of "<path> must be <expected>, got …". */
  message?: string;
}

/** More problems than this are no mistake of a person, and nobody would read on. */
const PROBLEM_LIMIT = 20;

/** The problems that zod found, one for each path; the first twenty. */
export function problemsOf(error: z.ZodError, input: unknown): Problem[] {
  const problems = new Map<string, Problem>();
  for (const issue of error.issues.flatMap((issue) => [...deepest(issue)])) {
    for (const problem of issue.code === "unrecognized_keys" ? unknownKeys(issue, input) : [broken(issue, input)]) {
      const text = pathText(problem.path);
      if (!problems.has(text)) problems.set(text, problem);
      if (problems.size === PROBLEM_LIMIT) return [...problems.values()];
    }
  }
  return [...problems.values()];
}

function broken(issue: z.core.$ZodIssue, input: unknown): Problem {
  return { path: issue.path, expected: issue.message, got: valueAt(input, issue.path) };
}

function unknownKeys(issue: z.core.$ZodIssueUnrecognizedKeys, input: unknown): Problem[] {
  return issue.keys
    .slice(0, PROBLEM_LIMIT)
    .map((key) => unknownSetting([...issue.path, key], valueAt(input, [...issue.path, key])));
}

/** The problem of a key that no scenario has. */
export function unknownSetting(path: Path, got: unknown): Problem {
  const text = pathText(path);
  const meant = suggestion(text);
  const what = path[0] === "sweep" && path.length === 2 ? "a setting that can be swept" : "a setting";
  const message = `${text} is not ${what}${meant === undefined ? "" : `; did you mean ${meant}?`}`;
  return { path, expected: meant ?? what, got, message };
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
  const details: ErrorDetails = { field: pathText(first.path), expected: first.expected, got: first.got };
  if (line !== undefined) details.line = line;
  const sentences = problems.map((problem) => sentence(problem, draft));
  return new ConfigError(sentences[0], details, { problems: sentences });
}

function sentence({ path, expected, got, message }: Problem, draft: Draft): string {
  const origin = draft.origin(path);
  return (message ?? rangeMessage(pathText(path), expected, got)) + (origin === undefined ? "" : ` (${origin.text})`);
}
