import * as z from "zod";
import { ANGLE_PATTERN, readAngle } from "./angle.js";

// Every field says in its error what it expects, so that the message of a problem is "<path> must be <error>, got …".

/** Bounds of a number: a closed interval, a closed ray (`min` alone) or an open one (`above` alone). */
interface Bounds {
  min?: number;
  above?: number;
  max?: number;
}

export function number(bounds: Bounds, fallback: number, text: string) {
  return within(z.number({ error: expected("a number", bounds) }), bounds)
    .default(fallback)
    .describe(text);
}

export function integer(bounds: Bounds, fallback: number, text: string) {
  return within(z.int({ error: expected("an integer", bounds) }), bounds)
    .default(fallback)
    .describe(text);
}

export function choice<const T extends readonly [string, ...string[]]>(values: T, fallback: T[number], text: string) {
  const schema = z.enum(values, { error: `one of ${values.join(", ")}` });
  return schema.default(fallback as z.output<typeof schema>).describe(text);
}

export function flag(fallback: boolean, text: string) {
  return z.boolean({ error: "true or false" }).default(fallback).describe(text);
}

/** A mapping with no other keys than these; left out, it is all defaults. */
export function section<const S extends z.core.$ZodLooseShape>(shape: S, text: string) {
  return mapping(shape)
    .prefault({} as never)
    .describe(text);
}

export function mapping<const S extends z.core.$ZodLooseShape>(shape: S, error = `a mapping of ${list(shape)}`) {
  return z.strictObject(shape, { error });
}

export function words(text: string) {
  const schema = z.string({ error: "text" }).max(500, { error: "at most 500 characters" });
  // Names are printed, and a control character could take over a terminal.
  return schema
    .regex(/^[\P{Cc}\n\t]*$/u, { error: "without control characters" })
    .optional()
    .describe(text);
}

function list(shape: object): string {
  return Object.keys(shape).join(", ");
}

const ANGLE = 'in [0, π] radians (a number, or text such as "30deg")';

/** An angle as it may be written, giving radians in [0, π]. */
export const angle = z
  .union(
    [
      z.number({ error: ANGLE }).min(0, { error: ANGLE }).max(Math.PI, { error: ANGLE }),
      z.string({ error: ANGLE }).regex(ANGLE_PATTERN, { error: ANGLE }),
    ],
    { error: ANGLE },
  )
  .transform((written, context) => {
    const radians = typeof written === "string" ? readAngle(written) : written;
    if (radians <= Math.PI) return radians + 0;
    context.issues.push({ code: "custom", message: ANGLE, input: written });
    return z.NEVER;
  });

function within(schema: z.ZodNumber, { min, above, max }: Bounds): z.ZodNumber {
  const error = interval({ min, above, max });
  let bounded = schema;
  if (min !== undefined) bounded = bounded.min(min, { error });
  if (above !== undefined) bounded = bounded.gt(above, { error });
  if (max !== undefined) bounded = bounded.max(max, { error });
  return bounded.overwrite((value) => value + 0); // −0 would not survive a round trip through JSON
}

function expected(noun: string, bounds: Bounds): (issue: { code?: string }) => string {
  return (issue) => (issue.code === "invalid_type" ? `${noun} ${interval(bounds)}` : interval(bounds));
}

function interval({ min, above, max }: Bounds): string {
  if (above !== undefined) return `above ${above}`;
  if (max === undefined) return `at least ${min}`;
  return `in [${min}, ${max === Number.MAX_SAFE_INTEGER ? "2^53 − 1" : max}]`;
}
