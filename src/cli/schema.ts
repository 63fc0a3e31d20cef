import type { Command } from "commander";
import { quote } from "../core/printable.js";
import type { PublishedSchema, SchemaNode } from "../model/jsonSchema.js";
import { nearest } from "../model/suggest.js";
import type { Context } from "./context.js";
import { UsageError } from "./failure.js";
import { explain } from "./terminal/help.js";
import { jsonText } from "./terminal/terminal.js";

/** The schema of everything that a command prints as JSON, by the name that `pstar schema` takes. */
const documents = {
  presets: async () => (await import("../model/jsonSchema.js")).presetsSchema,
  breakdown: async () => (await import("../engine/result.js")).breakdownSchema,
  regression: async () => (await import("../engine/regressionResult.js")).regressionSchema,
  augment: async () => (await import("../engine/augmentResult.js")).augmentSchema,
  weights: async () => (await import("../engine/weightsResult.js")).weightsSchema,
  rewards: async () => (await import("../engine/rewardsResult.js")).rewardsSchema,
  result: async () => (await import("../engine/result.js")).resultSchema,
  audit: async () => (await import("../audit/result.js")).auditSchema,
  "audit-verifiers": async () => (await import("../audit/result.js")).verifiersSchema,
  "verifier-card": async () => (await import("../audit/result.js")).verifierCardSchema,
  "audit-plan": async () => (await import("../audit/result.js")).auditPlanSchema,
  check: async () => (await import("../audit/result.js")).checkSchema,
  "label-draw": async () => (await import("../audit/result.js")).labelDrawSchema,
  select: async () => (await import("../select/result.js")).selectSchema,
  eigen: async () => (await import("../eigen/result.js")).eigenResultSchema,
  "eigen-grid": async () => (await import("../eigen/result.js")).eigenGridSchema,
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
  $ pstar schema audit > audit.schema.json
  What the columns of results mean, with their units:
  $ pstar schema --dictionary`;

const DICTIONARY = `# Data dictionary

Written by \`pstar schema --dictionary\` from the schemas of what pstar reads and prints; \`pstar schema --dictionary audit\` prints
the fields of another document. A number without a unit is a plain number: a count, a share, a probability or a cosine.
Angles are in radians (rad) in every file of results; in a scenario they may also be written as text, such as 40deg.
`;

/** The dictionary of a document; without a name, of scenarios and of the tables of results. */
async function dictionaryText(name: string | undefined): Promise<string> {
  const { dictionary, dictionaryTable } = await import("../model/jsonSchema.js");
  const entries = async (of: string) => dictionary((await schemaNamed(of)) as SchemaNode);
  if (name !== undefined) return dictionaryTable(await entries(name));
  const { trialJsonSchema } = await import("../sweep/results/tidy.js");
  const settings = (await entries("scenario")).filter(({ path }) => !/^(\$schema|sweep|plot)(\.|$)/.test(path));
  const cells = (await entries("result")).filter(({ path }) => path.startsWith("cells[]."));
  const columns = cells.map((entry) => ({ ...entry, path: entry.path.slice("cells[].".length) }));
  return [
    DICTIONARY,
    "## Settings\n",
    "In tables a setting is the column `param:` and its path: in results.csv and results.parquet if it is swept, in the tables of",
    "`pstar export --tidy` and `pstar run --trials-out` they are always there, with `_rad` after the name of an angle.\n",
    dictionaryTable(settings),
    "## Results: a row for each cell\n",
    "In CSV and Parquet `generations` is JSON; `pstar export --tidy` has a row for each instead, and the column `generation`.\n",
    dictionaryTable(columns),
    "## Trials: a row for each trial and generation\n",
    "`pstar run --trials-out` writes these columns beside those of the settings.\n",
    dictionaryTable(dictionary(trialJsonSchema())),
    "Results that lack cells of their plan say so: JSON by `complete: false`, JSONL and CSV in their last line, Parquet by",
    "`pstar.complete` in its metadata. Parquet names the units of its columns in `pstar.units`.\n",
  ].join("\n");
}

/** The names that `pstar schema` takes. */
export const schemaNames = ["scenario", ...Object.keys(documents)];

/** Adds `pstar schema`. */
export function addSchemaCommand(program: Command, context: Context): void {
  const schema = program
    .command("schema")
    .description(
      `Prints a JSON Schema: of a scenario, with every setting, its range, its default and what it means; or of what a command prints with --format json: whose field "schema" has the name. Names: ${schemaNames.join(", ")}.`,
    )
    .argument("[name]", "which schema (default: scenario)")
    .option("--dictionary", "a table of its fields in Markdown: type, unit, values, default and meaning")
    .action(async (name: string | undefined, flags: { dictionary?: boolean }) => {
      const { out } = context.streams;
      if (flags.dictionary) out.write(await dictionaryText(name));
      else out.write(jsonText(await schemaNamed(name ?? "scenario")));
    });
  explain(schema, context, EXAMPLES);
}

async function schemaNamed(name: string): Promise<PublishedSchema> {
  const { documentJsonSchema, scenarioJsonSchema } = await import("../model/jsonSchema.js");
  if (name === "scenario") return scenarioJsonSchema();
  if (Object.hasOwn(documents, name)) return documentJsonSchema(await documents[name as keyof typeof documents]());
  const meant = nearest(name, schemaNames);
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
  throw new UsageError(`no schema is named ${quote(name)}${hint}`, {
    got: name,
    lines: [`  schemas: ${schemaNames.join(", ")}`],
  });
}
