// Every field says in its error what it must be. Of zod its small edition, as whoever loads pstar loads it too.

import * as z from "zod/mini";
import { type Bounds, type Reason, rule } from "../core/reasons.js";
import { ANGLE_PATTERN, readAngle } from "./format.js";
import { modelReason, must } from "./reasons.js";

/** A schema with a description, which stands in the JSON Schema; one that several fields share keeps its own. */
export function described<S extends z.ZodMiniType>(schema: S, text: string): S {
  const copy = z.clone(schema);
  z.globalRegistry.add(copy, { description: text });
  return copy;
}

export function number(bounds: Bounds, fallback: number, text: string) {
  return described(z._default(within(z.number({ error: expected("a-number", bounds) }), bounds), fallback), text);
}

/** A number that may be left out, and then follows from another setting. */
export function optionalNumber(bounds: Bounds, text: string) {
  return described(z.optional(within(z.number({ error: expected("a-number", bounds) }), bounds)), text);
}

export function integer(bounds: Bounds, fallback: number, text: string) {
  return described(z._default(within(z.int({ error: expected("an-integer", bounds) }), bounds), fallback), text);
}

export function choice<const T extends readonly [string, ...string[]]>(values: T, fallback: T[number], text: string) {
  const schema = z.enum(values, { error: must(rule("one-of", { values })) });
  return described(z._default(schema, fallback as z.output<typeof schema>), text);
}

export function flag(fallback: boolean, text: string) {
  return described(z._default(z.boolean({ error: must(rule("true-or-false")) }), fallback), text);
}

/** A mapping with no other keys than these; left out, it is all defaults. */
export function section<const S extends z.core.$ZodLooseShape>(shape: S, text: string) {
  const schema = mapping(shape);
  return described(z.prefault(schema, {} as z.input<typeof schema>), text);
}

export function mapping<const S extends z.core.$ZodLooseShape>(shape: S, expected?: Reason) {
  const error = must(expected ?? modelReason("a-mapping-of", { keys: Object.keys(shape) }));
  return z.strictObject(shape, { error });
}

export function words(text: string) {
  const schema = z.string({ error: must(modelReason("text")) }).check(
    z.maxLength(500, { error: must(modelReason("at-most-characters", { most: 500 })) }),
    // Names are printed, and a control character could take over a terminal. The expression needs no flag, as validators of
    // the published schema may set none: all but \p{Cc}, apart from tabs and line ends.
    z.regex(/^[\t\n\x20-\x7e\xa0-\uffff]*$/, { error: must(modelReason("without-control-characters")) }),
  );
  return described(z.optional(schema), text);
}

const ANGLE = must(modelReason("an-angle"));

const writtenAngle = z.union(
  [
    z.number({ error: ANGLE }).check(z.minimum(0, { error: ANGLE }), z.maximum(Math.PI, { error: ANGLE })),
    z.string({ error: ANGLE }).check(z.regex(ANGLE_PATTERN, { error: ANGLE })),
  ],
  { error: ANGLE },
);

/** An angle as it may be written, giving radians in [0, π]. */
export const angle = z.pipe(
  writtenAngle,
  z.transform((written: number | string, context) => {
    const radians = typeof written === "string" ? readAngle(written) : written;
    if (radians <= Math.PI) return radians + 0;
    context.issues.push({ code: "custom", message: ANGLE, input: written });
    return z.NEVER;
  }),
);

/** An angle that has a default. */
export function angleField(fallback: string, text: string) {
  return described(z.prefault(angle, fallback), text);
}

function within<S extends z.ZodMiniNumber>(schema: S, bounds: Bounds): S {
  const error = must(rule("in-interval", bounds));
  const { low, above, high } = bounds;
  return schema.check(
    ...(low === undefined ? [] : [z.minimum(low, { error })]),
    ...(above === undefined ? [] : [z.gt(above, { error })]),
    ...(high === undefined ? [] : [z.maximum(high, { error })]),
    z.overwrite((value: number) => value + 0), // −0 would not survive a round trip through JSON
  );
}

function expected(noun: "a-number" | "an-integer", bounds: Bounds): (issue: { code?: string }) => string {
  const [wrongType, outside] = [must(rule(noun, bounds)), must(rule("in-interval", bounds))];
  return ({ code }) => (code === "invalid_type" ? wrongType : outside);
}
