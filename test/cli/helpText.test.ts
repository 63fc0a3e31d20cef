import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { createProgram } from "../../src/cli/program.js";
import { helpText } from "../../src/cli/terminal/help.js";
import { capturedContext } from "../support/captured.js";

/** A command and all below it. */
function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

/** What `--help` prints at a width, without the lines of commands to be copied. */
function explained(command: Command, columns: number): string[] {
  let text = "";
  command.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => columns });
  command.outputHelp();
  return text.replaceAll(/^\s*\$ (.*\\\n)*.*$/gm, "").split("\n");
}

describe("--help", () => {
  it("fits a narrow terminal, with every command", async () => {
    for (const command of withSubcommands(await createProgram(capturedContext(60).context))) {
      const lines = explained(command, 60).filter((line) => !line.startsWith("Usage: "));
      // what cannot be broken: a word, such as a path of options
      const wide = lines.filter((line) => line.length > 60 && !/^\s*\S+$/.test(line));
      expect({ command: command.name(), wide }).toEqual({ command: command.name(), wide: [] });
    }
  });

  it("says the same at every width", async () => {
    const said = async (columns: number) =>
      withSubcommands(await createProgram(capturedContext(columns).context)).map((command) =>
        explained(command, columns).join(" ").split(/\s+/).join(" "),
      );
    expect(await said(45)).toEqual(await said(200));
  });

  it("joins the lines of a paragraph, and keeps items and commands", () => {
    const text = [
      "",
      "One paragraph that goes on",
      "in a second line.",
      "JSON: {a, b}.",
      "  first   what the first one is, at some length",
      "    $ pstar run a --with 'a long list of arguments' \\",
      "        --and more of them than would fit here",
    ];
    expect(helpText(text.join("\n"), 34).split("\n")).toEqual([
      "",
      "One paragraph that goes on in a",
      "second line.",
      "JSON: {a, b}.",
      "  first   what the first one is,",
      "          at some length",
      ...text.slice(-2),
    ]);
  });
});
