import { isDecimal } from "../core/decimal.js";

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
