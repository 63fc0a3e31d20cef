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
