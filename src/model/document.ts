import * as z from "zod/mini";
import type { Reason, ReasonOf, Sentences } from "../core/reasons.js";
import { described } from "./fields.js";

// The schemas of what commands print. A type follows from its schema, and so does the JSON Schema that `pstar schema` prints:
// a field that is in one of them only is a type error. Only `pstar schema` and the tests load the schemas; all others
// import the types.

/** The tag of a document: its name and its version. */
export type Tag = `pstar/${string}@${number}`;

/** A JSON document with no other fields than these, and its tag in the field `schema`. */
export function documentOf<const T extends Tag, const S extends z.core.$ZodLooseShape>(tag: T, shape: S, text: string) {
  return described(
    z.strictObject({ schema: described(z.literal(tag), "Name and version of this form."), ...shape }),
    text,
  );
}

/** An object with no other fields than these. */
export function fieldsOf<const S extends z.core.$ZodLooseShape>(shape: S, text?: string) {
  const schema = z.strictObject(shape);
  return text === undefined ? schema : described(schema, text);
}

/** A whole number of at least 0. */
export function count(text?: string) {
  const schema = z.int().check(z.minimum(0));
  return text === undefined ? schema : described(schema, text);
}

/** A finite number. */
export function real(text: string) {
  return described(z.number(), text);
}

/** A number in [0, 1]. */
export function share(text: string) {
  return described(z.number().check(z.minimum(0), z.maximum(1)), text);
}

export function text(what: string) {
  return described(z.string(), what);
}

/** Of a schema with a description one that also takes null; `why` says what null means. */
export function orNull<S extends z.ZodMiniType>(schema: S, why?: string) {
  const description = z.globalRegistry.get(schema)?.description;
  const parts = [description?.replace(/\.$/, ""), why && `null ${why}`].filter((part) => part !== undefined);
  return described(z.nullable(schema), `${parts.join("; ")}.`);
}

/** The reasons of a table, as JSON has them. */
export function reasonIn<const T extends Sentences>(sentences: T) {
  const schema = fieldsOf(
    {
      code: described(z.enum(Object.keys(sentences) as [string, ...string[]]), "Tells reasons apart; stable."),
      params: z.optional(described(z.unknown(), "What the sentence speaks of.")),
      message: text("The sentence in English."),
    },
    "A reason.",
  );
  return schema as unknown as z.ZodMiniType<ReasonOf<T>, ReasonOf<T>>;
}

/** A reason of any table. */
export const reasonSchema = fieldsOf(
  {
    code: text("Tells reasons apart; stable."),
    params: z.optional(described(z.unknown(), "What the sentence speaks of.")),
    message: text("The sentence in English."),
  },
  "A reason.",
) as unknown as z.ZodMiniType<Reason, Reason>;

const meanAndError = {
  mean: orNull(real("Mean over the values there are."), "of none"),
  se: orNull(real("Standard error of the mean, sd / √n."), "of fewer than two"),
};

export const meanWithErrorSchema = fieldsOf(meanAndError);

export const momentsSchema = fieldsOf({
  ...meanAndError,
  sd: orNull(real("Standard deviation (n − 1)."), "of fewer than two"),
});

/** A mean and its standard error; null of none, and of a single value. */
export interface MeanWithError extends z.output<typeof meanWithErrorSchema> {}

/** Mean over the values there are, their standard deviation (n − 1) and the standard error of the mean. */
export interface Moments extends z.output<typeof momentsSchema> {}
