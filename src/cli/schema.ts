import type { Command } from "commander";
import { quote } from "../core/printable.js";
import type { PublishedSchema } from "../model/jsonSchema.js";
import { nearest } from "../model/suggest.js";
import type { Context } from "./context.js";
import { UsageError } from "./failure.js";
import { helpText } from "./terminal/help.js";
import { jsonText } from "./terminal/terminal.js";

/** The schema of everything that a command prints as JSON, by the name that `pstar schema` takes. */
const documents = {
  presets: async () => (await import("../model/jsonSchema.js")).presetsSchema,
  breakdown: async () => (await import("../engine/result.js")).breakdownSchema,
  result: async () => (await import("../engine/result.js")).resultSchema,
  audit: async () => (await import("../audit/result.js")).auditSchema,
  "audit-verifiers": async () => (await import("../audit/result.js")).verifiersSchema,
  "verifier-card": async () => (await import("../audit/result.js")).verifierCardSchema,
  "audit-plan": async () => (await import("../audit/result.js")).auditPlanSchema,
  check: async () => (await import("../audit/result.js")).checkSchema,
  "label-draw": async () => (await import("../audit/result.js")).labelDrawSchema,
  select: async () => (await import("../select/result.js")).selectSchema,
  eigen: async () => (await import("../eigen/result.js")).eigenResultSchema,
  news: async () => (await import("../news/experiment/result.js")).newsSchema,
  "news-evaluation": async () => (await import("../news/evaluation.js")).newsEvaluationSchema,
  "language-model": async () => (await import("./lm/text.js")).languageModelSchema,
  paper: async () => (await import("../paper/compute.js")).paperSchema,
  "queue-status": async () => (await import("../sweep/queue/statusTypes.js")).queueStatusSchema,
};

const EXAMPLES = `
Examples:
  $ pstar schema > pstar.schema.json
  and in the first line of a scenario, for editors that know YAML:
  # yaml-language-server: $schema=pstar.schema.json
  What another program reads:
  $ pstar schema audit > audit.schema.json`;

/** The names that `pstar schema` takes. */
export const schemaNames = ["scenario", ...Object.keys(documents)];

/** Adds `pstar schema`. */
export function addSchemaCommand(program: Command, context: Context): void {
  program
    .command("schema")
    .description(
      `Prints a JSON Schema: of a scenario, with every setting, its range, its default and what it means; or of what a command prints with --format json, which names its schema in its field "schema". Names: ${schemaNames.join(", ")}.`,
    )
    .argument("[name]", "which schema", "scenario")
    .addHelpText("after", () => helpText(EXAMPLES, context.streams.out.columns))
    .action(async (name: string) => {
      context.streams.out.write(jsonText(await schemaNamed(name)));
    });
}

async function schemaNamed(name: string): Promise<PublishedSchema> {
  const { documentJsonSchema, scenarioJsonSchema } = await import("../model/jsonSchema.js");
  if (name === "scenario") return scenarioJsonSchema();
  if (Object.hasOwn(documents, name)) return documentJsonSchema(await documents[name as keyof typeof documents]());
  const meant = nearest(name, schemaNames);
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
  throw new UsageError(`no schema is named ${quote(name)}${hint}\n  schemas: ${schemaNames.join(", ")}`, { got: name });
}
