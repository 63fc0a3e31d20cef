/** A row of a JSONL file. */
export type Row = Record<string, unknown>;

/** Gives the value of a field in a row; undefined where the row has none. */
export type FieldOf = (row: Row) => unknown;

/**
 * Reads a field by its name, or by a dotted path into nested objects and lists: `judge.rating`, `messages.0.content`.
 * A field whose own name has the dots goes first.
 */
export function fieldOf(path: string): FieldOf {
  if (!path.includes(".")) return (row) => own(row, path);
  const steps = path.split(".");
  return (row) => {
    const whole = own(row, path);
    if (whole !== undefined) return whole;
    let value: unknown = row;
    for (const step of steps) {
      if (typeof value !== "object" || value === null) return undefined;
      value = own(value, step);
    }
    return value;
  };
}

/** Nothing inherited: a field may be called `constructor`. */
function own(object: object, name: string): unknown {
  return Object.hasOwn(object, name) ? (object as Row)[name] : undefined;
}
