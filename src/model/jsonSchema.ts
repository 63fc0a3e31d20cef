import * as z from "zod/mini";
import { scenarioSchema } from "./schema.js";

/** A node of a JSON Schema, as far as it is read here. */
export interface SchemaNode {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  const?: unknown;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  properties?: Record<string, SchemaNode>;
  items?: SchemaNode;
  anyOf?: SchemaNode[];
  oneOf?: SchemaNode[];
}

/** The JSON Schema (draft 2020-12) of a scenario as it is written, for editors. */
export function scenarioJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(scenarioSchema, { io: "input", override: keepNullDefault });
  return { $schema, $id: "urn:pstar:scenario:1", title: "pstar scenario", ...schema };
}

/** zod leaves out a default of null. */
function keepNullDefault({ zodSchema, jsonSchema }: { zodSchema: unknown; jsonSchema: { default?: unknown } }): void {
  if (zodSchema instanceof z.ZodMiniDefault && zodSchema.def.defaultValue === null) jsonSchema.default = null;
}

let known: ReadonlyMap<string, SchemaNode> | undefined;

/** Every setting by its dotted path, sections and the insides of sweeps included. */
export function settings(): ReadonlyMap<string, SchemaNode> {
  known ??= new Map(below(scenarioJsonSchema() as SchemaNode, ""));
  return known;
}

function* below(node: SchemaNode, path: string): Generator<[string, SchemaNode]> {
  for (const [key, child] of Object.entries(node.properties ?? {})) {
    const childPath = path === "" ? key : `${path}.${key}`;
    yield [childPath, child];
    yield* below(child, childPath);
  }
  for (const alternative of [...(node.anyOf ?? []), ...(node.oneOf ?? [])]) yield* below(alternative, path);
}
