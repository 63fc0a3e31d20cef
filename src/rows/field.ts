import { isDecimal } from "../core/errors.js";
import { quote } from "../core/printable.js";
import type { Reason } from "../core/reasons.js";
import { nearest } from "../model/suggest.js";
import { rowReason } from "./reasons.js";

/** A row of a file. */
export type Row = Record<string, unknown>;

/** Gives the value of a field in a row; undefined if the row has none. */
export type FieldOf = (row: Row) => unknown;

/** A step of a path: a name, which dots may join to those beside it; a quoted name; a place in a list. */
type Step = { name: string; quoted: boolean } | { index: number };

/**
 * Reads a field by its name, or by a path into nested objects and lists: `judge.rating`, `messages[-1].content` (the last),
 * `messages.0.content`. Names that have dots themselves come first, the longest before shorter ones, so that `scores.gpt-3.5`
 * is found; in quotation marks a name is taken as it is: `"scores.gpt-3.5".x`.
 */
export function fieldOf(path: string): FieldOf {
  const steps = stepsOf(path);
  if (steps === undefined || (steps.length === 1 && "name" in steps[0] && steps[0].name === path))
    return (row) => own(row, path);
  return (row) => own(row, path) ?? valueAt(row, steps, 0);
}

/** The names that the outermost step of a path may mean, the path itself among them: the columns in which it can be. */
export function columnsOf(path: string): string[] {
  const steps = stepsOf(path) ?? [];
  const names = [path];
  for (let n = 1, name = ""; n <= steps.length; n++) {
    const step = steps[n - 1];
    if (!("name" in step)) break;
    name = n === 1 ? step.name : `${name}.${step.name}`;
    names.push(name);
    if (step.quoted) break;
  }
  return [...new Set(names)];
}

function valueAt(value: unknown, steps: readonly Step[], from: number): unknown {
  if (from === steps.length) return value;
  if (typeof value !== "object" || value === null) return undefined;
  const step = steps[from];
  if ("index" in step) {
    if (!Array.isArray(value)) return undefined;
    return valueAt(value.at(step.index), steps, from + 1);
  }
  for (let to = lastJoined(steps, from); to > from; to--) {
    const name = steps.slice(from, to).map((part) => (part as { name: string }).name);
    const found = own(value, name.join("."));
    if (found === undefined) continue;
    const inner = valueAt(found, steps, to);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** The end of the names that dots may join, from a step on. */
function lastJoined(steps: readonly Step[], from: number): number {
  let to = from + 1;
  const joins = (step: Step | undefined) => step !== undefined && "name" in step && !step.quoted;
  if (!joins(steps[from])) return to;
  while (joins(steps[to])) to++;
  return to;
}

/** The steps of a path; undefined if it is not one, but for a name. */
function stepsOf(path: string): Step[] | undefined {
  const steps: Step[] = [];
  const part = /(?:^|\.)"((?:[^"\\]|\\.)*)"|\[(-?\d{1,9})\]|\["((?:[^"\\]|\\.)*)"\]|(?:^|\.)([^.[\]"]+)/gy;
  while (part.lastIndex < path.length) {
    const found = part.exec(path);
    if (found === null) return undefined;
    const [, quoted, index, bracketed, name] = found;
    const literal = quoted ?? bracketed;
    if (literal !== undefined) steps.push({ name: literal.replace(/\\(.)/g, "$1"), quoted: true });
    else if (index !== undefined) steps.push({ index: Number(index) });
    else steps.push({ name, quoted: false });
  }
  return steps.length === 0 || "index" in steps[0] ? undefined : steps;
}

/** Nothing inherited: a field may be called `constructor`. */
function own(object: object, name: string): unknown {
  return Object.hasOwn(object, name) ? (object as Row)[name] : undefined;
}

/** A row of a file and the place where it begins; or why what is there is not a row. */
export interface FileRow {
  /** 1-based: the line, or in a form without lines the number of the row. */
  line: number;
  row?: Row;
  fault?: Reason;
  /** Whether it has a NaN or Infinity, which JSON does not have. */
  nonFinite?: boolean;
  /** The row with integers beyond 2^53 as `bigint`. */
  exact?: () => Row;
  /** What is there, to be shown if it is not a row. */
  excerpt?: () => string;
  /** The file, if there are several. */
  file?: string;
}

/** Whether a field holds no value: it is absent, null, NaN (which pandas writes for null), or an empty text. */
export function isMissing(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return typeof value === "string" ? /^(nan)?$/i.test(value.trim()) : Number.isNaN(value);
}

/**
 * The number that a field holds: numbers, numeric text such as `"0.5"`, and booleans as 1 and 0.
 *
 * @returns Null if there is no value (see {@link isMissing}); undefined if what is there is not a number.
 */
export function numberIn(value: unknown): number | null | undefined {
  if (isMissing(value)) return null;
  switch (typeof value) {
    case "number":
      return value;
    case "boolean":
      return value ? 1 : 0;
    case "bigint":
      return Number(value);
    case "string":
      return isDecimal(value.trim()) ? Number(value) : undefined;
    default:
      return undefined;
  }
}

/** A value in a message: short, on one line, and without characters that steer a terminal. */
export function shownValue(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value !== "string") return typeof value === "object" && value !== null ? "an object" : String(value);
  const text = value.length > 40 ? `${value.slice(0, 39)}…` : value;
  return JSON.stringify(text).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "\ufffd");
}

/** Names of fields are gathered from so many rows, and so many are kept: a file may have a new one in every row. */
const LOOKED_AT = 1000;
const FIELDS_KEPT = 200;
/** So many of them stand in a message. */
const SHOWN = 20;

/** Which of the asked fields any row has, and what else there is to ask for. */
export class SeenFields {
  readonly #missing: Map<string, FieldOf>;
  readonly #names = new Set<string>();
  #looked = 0;

  constructor(asked: readonly string[]) {
    this.#missing = new Map(asked.map((name) => [name, fieldOf(name)]));
  }

  /** Whether any row was looked at. */
  get any(): boolean {
    return this.#looked > 0;
  }

  look(row: Row): void {
    for (const [name, of] of this.#missing) if (of(row) !== undefined) this.#missing.delete(name);
    if (this.#looked++ >= LOOKED_AT) return;
    for (const name of Object.keys(row)) if (this.#names.size < FIELDS_KEPT) this.#names.add(name);
  }

  /** Some of them, none long. */
  names(): string[] {
    const some = [...this.#names].slice(0, SHOWN).map((name) => (name.length > 40 ? `${name.slice(0, 39)}…` : name));
    return this.#names.size > SHOWN ? [...some, "…"] : some;
  }

  /** Says which field no row has, what may have been meant, and which fields there are. */
  problem(): Reason | undefined {
    const [name] = this.#missing.keys();
    if (name === undefined) return undefined;
    const meant = nearest(name, this.#names);
    return rowReason("field-in-no-row", { field: quote(name), meant, fields: this.names() });
  }
}

/** Why a line is not a row, and if it is not a JSON object, what is wanted. */
export function withAdvice(reason: Reason): Reason {
  const { code } = reason;
  return code === "not-json" || code === "not-an-object" ? rowReason("not-jsonl", { why: reason }) : reason;
}

/** The names of columns, each once: of two equal ones the second is called `name.1`, as pandas does. */
export function distinctNames(names: readonly string[]): string[] {
  const taken = new Set(names);
  const counts = new Map<string, number>();
  return names.map((name) => {
    let count = counts.get(name) ?? 0;
    let own = name;
    if (count > 0) while (taken.has(own)) own = `${name}.${count++}`;
    else count = 1;
    counts.set(name, count);
    taken.add(own);
    return own;
  });
}
