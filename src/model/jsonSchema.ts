import * as z from "zod/mini";
import { documentOf, fieldsOf, type Tag, text } from "./document.js";
import { isMapping } from "./problems.js";
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
  pattern?: string;
  anyOf?: SchemaNode[];
  oneOf?: SchemaNode[];
}

/** A JSON Schema with its address. */
export type PublishedSchema = { $schema: string; $id: string } & Record<string, unknown>;

const DRAFT = "https://json-schema.org/draft/2020-12/schema";

/** The JSON Schema (draft 2020-12) of a scenario as it is written, for editors. */
export function scenarioJsonSchema(): PublishedSchema {
  const { $schema = DRAFT, ...schema } = z.toJSONSchema(scenarioSchema, { io: "input", override: keepNullDefault });
  return { $schema, $id: "urn:pstar:scenario:1", title: "pstar scenario", ...schema };
}

export const presetSchema = fieldsOf({
  name: text("Its name."),
  description: text("What it shows, in one sentence."),
  paper: z.optional(text("The claim of the paper that it computes, by its id in pstar paper.")),
});

/** What `pstar presets --format json` prints. */
export const presetsSchema = documentOf(
  "pstar/presets@1",
  { presets: z.array(presetSchema) },
  "The built-in scenarios.",
);

/** The JSON Schema (draft 2020-12) of a document that a command prints; its `$id` follows from its tag. */
export function documentJsonSchema(document: z.ZodMiniObject<{ schema: z.ZodMiniLiteral<Tag> }>): PublishedSchema {
  const [tag] = document.shape.schema.def.values as [Tag];
  const [, name, version] = /^pstar\/(.+)@(\d+)$/.exec(tag) ?? [];
  const { $schema = DRAFT, ...schema } = z.toJSONSchema(document, { io: "input", override: keepNullDefault });
  return { $schema, $id: `urn:pstar:${name}:${version}`, title: `pstar ${name}`, ...schema };
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

/** The reference of all settings as a Markdown table, made from the schema. */
export function scenarioReference(): string {
  const rows = [...settings()].filter(([path, node]) => !path.startsWith("sweep.") && node.description !== undefined);
  const lines = rows.map(
    ([path, node]) => `| \`${path}\` | ${values(node)} | ${fallback(node)} | ${cell(node.description)} |`,
  );
  return ["| Setting | Values | Default | Meaning |", "| --- | --- | --- | --- |", ...lines, ""].join("\n");
}

function values(node: SchemaNode): string {
  const forms = [...(node.anyOf ?? []), ...(node.oneOf ?? [])];
  if (forms.length > 0) return [...new Set(forms.map(values))].join(" or ");
  if (node.const !== undefined) return `\`${node.const}\``;
  if (node.enum && node.enum.length > 10) return "path of a setting";
  if (node.enum) return node.enum.map((value) => `\`${value}\``).join(", ");
  if (node.type === "object")
    return node.properties?.kind?.const ? `\`{kind: ${node.properties.kind.const}, …}\`` : "mapping";
  if (node.type === "array") return "list";
  if (node.type === "number" || node.type === "integer") return `${node.type} ${interval(node)}`;
  return node.type === "string" ? "text" : String(node.type);
}

function interval({ minimum, maximum, exclusiveMinimum }: SchemaNode): string {
  if (exclusiveMinimum !== undefined) return `> ${exclusiveMinimum}`;
  if (maximum === undefined || maximum === Number.MAX_SAFE_INTEGER) return `≥ ${minimum}`;
  return `in [${minimum}, ${maximum === Math.PI ? "π" : maximum}]`;
}

function fallback(node: SchemaNode): string {
  return node.default === undefined || isMapping(node.default) ? "" : `\`${node.default}\``;
}

function cell(text = ""): string {
  return text.replaceAll("|", "\\|");
}
