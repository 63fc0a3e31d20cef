import { Command, CommanderError, InvalidArgumentError } from "commander";
import { VERSION } from "../core/version.generated.js";
import { nearest } from "../model/suggest.js";
import { addAuditCommand } from "./audit/command.js";
import { addBreakdownCommand } from "./breakdown/command.js";
import { addCheckCommand } from "./check/command.js";
import { type Context, processStreams, type Streams } from "./context.js";
import { addEigenCommand } from "./eigen/command.js";
import { addExploreCommand } from "./explore/command.js";
import { ExitCode, exitCodeOf, failureText } from "./failure.js";
import { addLabelCommand } from "./label/command.js";
import { addLmCommand } from "./lm/command.js";
import { addNewsCommand, addNewsConvertCommand, addNewsEvaluateCommand, addNewsExportCommand } from "./news/command.js";
import { addPaperCommand } from "./paper/command.js";
import { addQueueCommand, addWorkerCommand } from "./queue/command.js";
import { addExportCommand, addMergeCommand, addPlotCommand, addRunCommand } from "./run/command.js";
import { addPresetsCommand } from "./run/presets.js";
import { addSchemaCommand } from "./schema.js";
import { addSelectCommand } from "./select/command.js";
import { WIDEST } from "./terminal/format.js";
import { helpText } from "./terminal/help.js";

const EXAMPLES = `
Start here:
  $ pstar run phase-transition       the paper's finding, simulated
  $ pstar breakdown --help           the answer as a formula: how bad may a generator be?
  $ pstar check --help               your own data: is it safe to train on, and which rows?
  $ pstar audit --help               all that a few human labels say of it
  $ pstar select --help              which of its rows to train on
  $ pstar explore                    everything as a page in the browser
  $ pstar presets                    more scenarios
  $ pstar paper                      the paper, claim by claim, beside what comes out here
  $ pstar run --help                 everything about runs`;

/** The command line of pstar, not yet run. */
export function createProgram(context: Context): Command {
  const width = Math.min(context.streams.out.columns, WIDEST);
  const program = new Command("pstar")
    .description("Will training on synthetic data collapse the model, and which data is worth keeping?")
    .version(VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "show this help")
    .helpCommand("help [command]", "show the help of a command")
    .addHelpText("after", () => helpText(EXAMPLES, context.streams.out.columns))
    .showHelpAfterError("(see --help)")
    .configureHelp({ minWidthToWrap: 20, subcommandTerm: (command) => command.name() })
    .configureOutput({
      writeOut: (text) => context.streams.out.print(text),
      writeErr: (text) => context.streams.err.print(text),
      getOutHelpWidth: () => width,
      getErrHelpWidth: () => width,
    })
    // without it, pstar news would take the options of its subcommands
    .enablePositionalOptions()
    .exitOverride();
  addRunCommand(program, context);
  addBreakdownCommand(program, context);
  addMergeCommand(program, context);
  addWorkerCommand(program, context);
  addQueueCommand(program, context);
  addPlotCommand(program, context);
  addExportCommand(program, context);
  addLmCommand(program, context);
  addCheckCommand(program, context);
  addLabelCommand(program, context);
  addAuditCommand(program, context);
  addSelectCommand(program, context);
  addExploreCommand(program, context);
  const news = addNewsCommand(program, context);
  addNewsConvertCommand(news, context);
  addNewsExportCommand(news, context);
  addNewsEvaluateCommand(news, context);
  addEigenCommand(program, context);
  addPaperCommand(program, context);
  addPresetsCommand(program, context);
  addSchemaCommand(program, context);
  suggestChoices(program);
  return program;
}

/**
 * Runs the command line.
 *
 * @param args Without the names of node and of the program.
 * @param streams The process's own by default.
 * @returns The exit code.
 */
export async function main(args: readonly string[], streams: Streams = processStreams()): Promise<number> {
  const context: Context = { streams, args, exitCode: ExitCode.ok };
  try {
    await createProgram(context).parseAsync(args, { from: "user" });
    return context.exitCode;
  } catch (error) {
    const { err } = context.streams;
    // Commander has already said what is wrong.
    if (!(error instanceof CommanderError)) err.print(`${err.colors.red(failureText(error))}\n`);
    return exitCodeOf(error);
  }
}

/** Adds "Did you mean …?" to the error of a mistyped choice, for every option of a command and its subcommands. */
function suggestChoices(command: Command): void {
  for (const option of command.options) {
    const { argChoices, parseArg } = option;
    if (argChoices === undefined || parseArg === undefined) continue;
    option.argParser((word: string, previous: unknown) => {
      try {
        return parseArg(word, previous);
      } catch (error) {
        const meant = nearest(word, argChoices);
        if (!(error instanceof InvalidArgumentError) || meant === undefined) throw error;
        throw new InvalidArgumentError(`${error.message} Did you mean ${meant}?`);
      }
    });
  }
  for (const below of command.commands) suggestChoices(below);
}
