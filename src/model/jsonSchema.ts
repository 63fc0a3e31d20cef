import * as z from "zod/mini";
import { documentOf, fieldsOf, type Tag, text } from "./document.js";
import { ANGLE_PATTERN } from "./format.js";
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

/** A field of a document or a column of a table, as a data dictionary has it. */
export interface DictionaryEntry {
  /** Names with dots between them; `[]` stands for each member of a list. */
  path: string;
  type: string;
  /** `rad`; empty if a number has no unit. */
  unit: string;
  /** What the values are: `[0, 1]`, or the words themselves; empty if any. */
  range: string;
  default: string;
  description: string;
}

/**
 * Every field of a JSON Schema in the order of the schema, mappings before what they hold. A field that only one of several forms has is
 * listed as well; one that several have is listed once, with the values of all.
 */
export function dictionary(node: SchemaNode, path = ""): DictionaryEntry[] {
  const entries = new Map<string, DictionaryEntry>();
  for (const form of alternatives(node)) {
    for (const [key, child] of Object.entries(form.properties ?? {})) {
      for (const entry of fieldEntries(child, joined(path, key))) {
        const other = entries.get(entry.path);
        const ranges = [other?.range, entry.range].filter((range) => range);
        entries.set(entry.path, { ...(other ?? entry), range: [...new Set(ranges)].join(", ") });
      }
    }
  }
  return [...entries.values()];
}

function fieldEntries(node: SchemaNode, path: string): DictionaryEntry[] {
  const members = alternatives(node).flatMap(({ items }) =>
    items === undefined ? [] : dictionary(items, `${path}[]`),
  );
  return [entryOf(node, path), ...dictionary(node, path), ...members];
}

function joined(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

function alternatives(node: SchemaNode): SchemaNode[] {
  const nested = [...(node.anyOf ?? []), ...(node.oneOf ?? [])];
  return nested.length === 0 ? [node] : nested.flatMap(alternatives);
}

function entryOf(node: SchemaNode, path: string): DictionaryEntry {
  const all = alternatives(node);
  const unit = all.some(({ pattern }) => pattern === ANGLE_PATTERN.source) ? "rad" : "";
  const types = unit === "rad" ? ["number", ...typesOf(all).filter((type) => type === "null")] : typesOf(all);
  const value = [node, ...all].find((one) => one.default !== undefined)?.default;
  return {
    path,
    type: types.join(" or "),
    unit,
    range: [...new Set(all.map(rangeOf).filter((range) => range !== ""))].join("; "),
    default: value === undefined || isMapping(value) ? "" : JSON.stringify(value),
    description: (node.description ?? all.find(({ description }) => description)?.description ?? "").replaceAll(
      "\n",
      " ",
    ),
  };
}

function typesOf(nodes: readonly SchemaNode[]): string[] {
  const types = nodes.map(
    ({ type, enum: words, const: only }) => type ?? (words || only !== undefined ? "string" : "any"),
  );
  return [...new Set(types)];
}

function rangeOf({ type, enum: words, const: only, minimum, maximum, exclusiveMinimum }: SchemaNode): string {
  if (only !== undefined) return JSON.stringify(only);
  if (words !== undefined) return words.map((word) => String(word)).join(", ");
  if (type !== "number" && type !== "integer") return "";
  const low = exclusiveMinimum ?? minimum ?? -Number.MAX_SAFE_INTEGER;
  const high = maximum ?? Number.MAX_SAFE_INTEGER;
  if (low <= -Number.MAX_SAFE_INTEGER && high >= Number.MAX_SAFE_INTEGER) return "";
  const left = low <= -Number.MAX_SAFE_INTEGER ? "(−∞" : `${exclusiveMinimum === undefined ? "[" : "("}${low}`;
  return `${left}, ${high >= Number.MAX_SAFE_INTEGER ? "∞)" : `${high}]`}`;
}

/** A Markdown table of a dictionary. */
export function dictionaryTable(entries: readonly DictionaryEntry[]): string {
  const cell = (text: string) => text.replaceAll("|", "\\|");
  const code = (text: string) => (text === "" ? "" : `\`${cell(text)}\``);
  const rows = entries.map(
    ({ path, type, unit, range, default: value, description }) =>
      `| ${code(path)} | ${type} | ${unit} | ${cell(range)} | ${code(value)} | ${cell(description)} |`,
  );
  return ["| field | type | unit | values | default | meaning |", "|---|---|---|---|---|---|", ...rows, ""].join("\n");
}
