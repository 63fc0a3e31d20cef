import type { FieldOf, Row } from "../../rows/field.js";
import { fieldOf } from "../../rows/field.js";
import { numberIn } from "../../rows/value.js";

/** A field that a row must have, in a certain form. */
export class Wanted<T> {
  readonly #path: string;
  readonly #of: FieldOf;
  readonly #is: (value: unknown) => value is T;
  readonly #expected: string;

  constructor(path: string, is: (value: unknown) => value is T, expected: string) {
    this.#path = path;
    this.#of = fieldOf(path);
    this.#is = is;
    this.#expected = expected;
  }

  /** Why the row has it not; undefined where all is well. */
  problem(row: Row): string | undefined {
    const value = this.#of(row);
    if (this.#is(value)) return undefined;
    if (value === undefined) return `field ${this.#path} is missing`;
    return `field ${this.#path} must be ${this.#expected}, got ${named(value)}`;
  }

  /** The value, of a row without a problem. */
  of(row: Row): T {
    return this.#of(row) as T;
  }
}

/** A value for a message: itself where it is short, else its kind. */
function named(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  return typeof value === "string" ? (value.length <= 40 ? JSON.stringify(value) : "a text") : String(value);
}

type Scalar = string | number | boolean;

const isNumeric = (value: unknown): value is unknown => {
  const number = numberIn(value);
  return number !== undefined && (number === null || Number.isFinite(number));
};
const isText = (value: unknown): value is string => typeof value === "string";
const isScalar = (value: unknown): value is Scalar =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean";
const isGrouping = (value: unknown): value is NonNullable<unknown> => {
  if (typeof value !== "object") return value !== undefined;
  try {
    return value !== null && JSON.stringify(value) !== undefined;
  } catch {
    return false; // nested beyond the stack
  }
};

/** A number, as {@link numberIn} reads it; or no value, which is no fault but leaves the row without a score. */
export const wantedNumber = (path: string) => new Wanted(path, isNumeric, "a finite number");
export const wantedText = (path: string) => new Wanted(path, isText, "a text");
export const wantedLabel = (path: string) => new Wanted(path, isScalar, "a text, a number, true or false");
export const wantedGroup = (path: string) => new Wanted(path, isGrouping, "a value, not too deeply nested");
