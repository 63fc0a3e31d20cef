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

/** The lines that a command's help has at 80 columns. */
function linesOf(command: Command): string[] {
  let text = "";
  command.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => 80 });
  command.outputHelp();
  return text.trimEnd().split("\n");
}

describe("--help", () => {
  it("fits 40 lines of 80 columns, with every command, and says where the rest is", async () => {
    for (const command of withSubcommands(await createProgram(capturedContext(80).context))) {
      const lines = linesOf(command);
      expect({ command: command.name(), fits: lines.length <= 40 }).toEqual({ command: command.name(), fits: true });
      const shown = lines.filter((line) => /^ {2}(-\w, )?--/.test(line)).length;
      const all = command.options.filter(({ hidden }) => !hidden).length;
      const rest = lines.at(-1)?.startsWith(`All ${all} options, and what they mean: pstar help `) === true;
      expect({ command: command.name(), whole: shown >= all || rest }).toEqual({
        command: command.name(),
        whole: true,
      });
    }
  });

  it("names only options that the command has, and shows three examples of a long explanation", async () => {
    const { context } = capturedContext(80);
    const inFull = withSubcommands(await createProgram({ ...context, args: ["help"] }));
    for (const [i, command] of withSubcommands(await createProgram(context)).entries()) {
      const brief = linesOf(command);
      const whole = linesOf(inFull[i] as Command);
      expect(whole.length).toBeGreaterThanOrEqual(brief.length);
      if (whole.length === brief.length) continue;
      const options = (lines: string[]) => lines.flatMap((line) => /^ {2,4}(?:-\w, )?(--[\w-]+)/.exec(line)?.[1] ?? []);
      expect(options(whole)).toEqual(expect.arrayContaining(options(brief)));
      expect(brief.filter((line) => /^ +\$ /.test(line)).length).toBeGreaterThanOrEqual(2);
      expect(whole).toEqual(expect.arrayContaining([expect.stringMatching(/^Exit codes: /)]));
    }
  });

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
