import { type Command, Option } from "commander";
import { stringify } from "yaml";
import { preset, presets } from "../../model/presets.js";
import type { Context } from "../context.js";
import { helpText } from "../terminal/helpText.js";
import type { Terminal } from "../terminal/terminal.js";
import { wrapped } from "../terminal/wrap.js";
import { presetNames, unknownPreset } from "./presetNames.js";

type Format = "text" | "json";

const EXAMPLES = `
Examples:
  $ pstar presets
  $ pstar presets angles > mine.yaml     a file to start from
  $ pstar run mine.yaml`;

/** Adds `pstar presets`. */
export function addPresetsCommand(program: Command, context: Context): void {
  program
    .command("presets")
    .summary("list the scenarios that come with pstar, or print one")
    .description("Lists the scenarios that come with pstar; with a name, prints that one as YAML to start from.")
    .argument("[name]", "print this one")
    .addOption(new Option("--format <form>", "form of the output").choices(["text", "json"]).default("text"))
    .addHelpText("after", () => helpText(EXAMPLES, context.streams.out.columns))
    .action((name: string | undefined, { format }: { format: Format }) => {
      const { out } = context.streams;
      out.write(name === undefined ? list(format, out) : one(name, format));
    });
}

function one(name: string, format: Format): string {
  if (!presetNames().includes(name)) throw unknownPreset(name, "not a preset");
  const scenario = preset(name);
  return format === "json" ? `${JSON.stringify(scenario, null, 2)}\n` : stringify(scenario, { lineWidth: 100 });
}

function list(format: Format, { colors, columns }: Terminal): string {
  if (format === "json") return `${JSON.stringify(presets(), null, 2)}\n`;
  const indent = "  ";
  const width = Math.min(columns, 100) - indent.length;
  const entries = presets().map(({ name, description }) => {
    const lines = wrapped(description.split(" "), width).map((line) => indent + line);
    return [colors.bold(name), ...lines].join("\n");
  });
  return `${entries.join("\n\n")}\n`;
}
