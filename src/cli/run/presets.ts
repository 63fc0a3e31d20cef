import { type Command, Option } from "commander";
import { stringify } from "yaml";
import type * as z from "zod/mini";
import type { presetsSchema } from "../../model/jsonSchema.js";
import { preset, presets, unknownPreset } from "../../model/presets.js";

import type { Context } from "../context.js";
import { UsageError } from "../failure.js";
import { paragraph, WIDEST } from "../terminal/format.js";
import { explain } from "../terminal/help.js";
import { jsonText, type Terminal } from "../terminal/terminal.js";

export function presetNames(): string[] {
  return presets().map(({ name }) => name);
}

/** The error for a word that is not the name of a preset. */
export function notAPreset(word: string, what: string): UsageError {
  const { name, names, meant } = unknownPreset(word).params;
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
  return new UsageError(`${name} is ${what}${hint}`, {
    got: word,
    lines: [`  presets: ${names.join(", ")}`],
  });
}

type Format = "text" | "json";

const EXAMPLES = `
Examples:
  $ pstar presets
  $ pstar presets angles > mine.yaml     a file to start from
  $ pstar run mine.yaml`;

/** Adds `pstar presets`. */
export function addPresetsCommand(program: Command, context: Context): void {
  const listed = program
    .command("presets")
    .description("Lists the built-in scenarios; with a name, prints that one as YAML to start from.")
    .argument("[name]", "print this one")
    .addOption(new Option("--format <form>", "output format").choices(["text", "json"]).default("text"))
    .action(async (name: string | undefined, { format }: { format: Format }) => {
      const { out } = context.streams;
      if (name !== undefined) out.write(await one(name, format));
      else if (format === "json")
        out.write(jsonText({ schema: "pstar/presets@1", presets: presets() } satisfies z.output<typeof presetsSchema>));
      else out.print(list(out));
    });
  explain(listed, context, EXAMPLES);
}

async function one(name: string, format: Format): Promise<string> {
  if (!presetNames().includes(name)) throw notAPreset(name, "not a preset");
  const scenario = preset(name);
  if (format === "text") return stringify(scenario, { lineWidth: 100 });
  const { scenarioJsonSchema } = await import("../../model/jsonSchema.js");
  return jsonText({ $schema: scenarioJsonSchema().$id, ...scenario });
}

function list(terminal: Terminal): string {
  const indent = "  ";
  const width = Math.min(terminal.columns, WIDEST) - indent.length;
  const entries = presets().map(({ name, description }) => {
    const lines = paragraph(description, terminal, width).map((line) => indent + line);
    return [terminal.colors.bold(name), ...lines].join("\n");
  });
  return `${entries.join("\n\n")}\n`;
}
