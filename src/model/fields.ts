import * as z from "zod";
import type { Reason } from "../core/reasons.js";
import { type Bounds, rule } from "../core/rules.js";
import { ANGLE_PATTERN, readAngle } from "./angle.js";
import { modelReason, must } from "./reasons.js";

// Every field says in its error what it must be.

export function number(bounds: Bounds, fallback: number, text: string) {
  return within(z.number({ error: expected("a-number", bounds) }), bounds)
    .default(fallback)
    .describe(text);
}

export function integer(bounds: Bounds, fallback: number, text: string) {
  return within(z.int({ error: expected("an-integer", bounds) }), bounds)
    .default(fallback)
    .describe(text);
}

export function choice<const T extends readonly [string, ...string[]]>(values: T, fallback: T[number], text: string) {
  const schema = z.enum(values, { error: must(rule("one-of", { values })) });
  return schema.default(fallback as z.output<typeof schema>).describe(text);
}

export function flag(fallback: boolean, text: string) {
  return z
    .boolean({ error: must(rule("true-or-false")) })
    .default(fallback)
    .describe(text);
}

/** A mapping with no other keys than these; left out, it is all defaults. */
export function section<const S extends z.core.$ZodLooseShape>(shape: S, text: string) {
  return mapping(shape)
    .prefault({} as never)
    .describe(text);
}

export function mapping<const S extends z.core.$ZodLooseShape>(shape: S, expected?: Reason) {
  const error = must(expected ?? modelReason("a-mapping-of", { keys: Object.keys(shape) }));
  return z.strictObject(shape, { error });
}

export function words(text: string) {
  const schema = z
    .string({ error: must(modelReason("text")) })
    .max(500, { error: must(modelReason("at-most-characters", { most: 500 })) });
  // Names are printed, and a control character could take over a terminal.
  return schema
    .regex(/^[\P{Cc}\n\t]*$/u, { error: must(modelReason("without-control-characters")) })
    .optional()
    .describe(text);
}

const ANGLE = must(modelReason("an-angle"));

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

function within(schema: z.ZodNumber, bounds: Bounds): z.ZodNumber {
  const error = must(rule("in-interval", bounds));
  const { low, above, high } = bounds;
  let bounded = schema;
  if (low !== undefined) bounded = bounded.min(low, { error });
  if (above !== undefined) bounded = bounded.gt(above, { error });
  if (high !== undefined) bounded = bounded.max(high, { error });
  return bounded.overwrite((value) => value + 0); // −0 would not survive a round trip through JSON
}

function expected(noun: "a-number" | "an-integer", bounds: Bounds): (issue: { code?: string }) => string {
  const [wrongType, outside] = [must(rule(noun, bounds)), must(rule("in-interval", bounds))];
  return ({ code }) => (code === "invalid_type" ? wrongType : outside);
}
