import { outOfRange } from "./errors.js";

/** @throws ArgumentError unless it is an integer in [least, most]. */
export function integerIn(field: string, value: number, least: number, most: number): number {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  throw outOfRange(field, `an integer in [${least}, ${most}]`, value);
}

/** @throws ArgumentError unless it is in [least, most]. */
export function numberIn(field: string, value: number, least: number, most: number): number {
  if (value >= least && value <= most) return value;
  throw outOfRange(field, `a number in [${least}, ${most}]`, value);
}

/** @throws ArgumentError unless it is one of the names. */
export function oneOf<T extends string>(field: string, value: string, names: readonly T[]): T {
  const found = names.find((name) => name === value);
  if (found !== undefined) return found;
  throw outOfRange(field, `one of ${names.join(", ")}`, value);
}

/** @throws ArgumentError unless there is a value, and none twice. */
export function several<T>(field: string, values: readonly T[], noun = "numbers"): readonly T[] {
  if (values.length > 0 && new Set(values).size === values.length) return values;
  throw outOfRange(field, `one or more ${noun}, none twice`, values);
}

const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** Whether a text is a number as people and programs write it: `1`, `-.5`, `2.`, `1e-3`; not `Infinity`, `0x10` or nothing. */
export function isDecimal(text: string): boolean {
  return DECIMAL.test(text);
}
