import { outOfRange } from "../core/errors.js";

/** Holds a caller in JavaScript to what it should give: strings one after the other, and no string, whose parts are letters. */
export function stringsOf(
  field: string,
  given: Iterable<string> | AsyncIterable<string>,
): Iterable<string> | AsyncIterable<string> {
  const parts: unknown = given;
  if (typeof parts === "object" && parts !== null && (Symbol.iterator in parts || Symbol.asyncIterator in parts)) {
    return given;
  }
  const expected = "an iterable of strings";
  throw outOfRange(field, expected, given);
}

/** @throws ArgumentError unless it is a string. */
export function checkString(field: string, given: unknown): asserts given is string {
  if (typeof given === "string") return;
  throw outOfRange(field, "strings", given);
}
