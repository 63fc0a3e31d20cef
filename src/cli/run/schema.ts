import type { Command } from "commander";
import type { Context } from "../context.js";
import { helpText } from "../terminal/help.js";
import { jsonText } from "../terminal/terminal.js";

const EXAMPLES = `
Example:
  $ pstar schema > pstar.schema.json
  and in the first line of a scenario, for editors that know YAML:
  # yaml-language-server: $schema=pstar.schema.json`;

/** Adds `pstar schema`. */
export function addSchemaCommand(program: Command, context: Context): void {
  program
    .command("schema")
    .summary("print the JSON Schema of a scenario")
    .description("Prints the JSON Schema of a scenario: every setting, its range, its default and what it means.")
    .addHelpText("after", () => helpText(EXAMPLES, context.streams.out.columns))
    .action(async () => {
      const { scenarioJsonSchema } = await import("../../model/jsonSchema.js");
      context.streams.out.write(jsonText(scenarioJsonSchema()));
    });
}
