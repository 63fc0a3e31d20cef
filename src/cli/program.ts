import { Command, CommanderError } from "commander";
import { VERSION } from "../core/bytes.generated.js";
import { addAuditCommand } from "./commands/audit.js";
import { addBreakdownCommand } from "./commands/breakdown.js";
import { addExploreCommand } from "./commands/explore.js";
import { addExportCommand } from "./commands/export.js";
import { addLmCommand } from "./commands/lm.js";
import { addMergeCommand } from "./commands/merge.js";
import { addNewsCommand } from "./commands/news.js";
import { addNewsConvertCommand } from "./commands/newsConvert.js";
import { addNewsEvaluateCommand, addNewsExportCommand } from "./commands/newsExport.js";
import { addPlotCommand } from "./commands/plot.js";
import { addPresetsCommand } from "./commands/presets.js";
import { addQueueCommand } from "./commands/queue.js";
import { addRunCommand } from "./commands/run.js";
import { addSchemaCommand } from "./commands/schema.js";
import { addSelectCommand } from "./commands/select.js";
import { addWorkerCommand } from "./commands/worker.js";
import type { Context } from "./context.js";
import { ExitCode, exitCodeOf, failureText } from "./failure.js";
import { helpText, WIDEST } from "./helpText.js";
import { suggestChoices } from "./meantChoice.js";
import { processStreams, type Streams } from "./streams.js";

const EXAMPLES = `
Start here:
  $ pstar run phase-transition       the paper's finding, computed from really drawn data
  $ pstar breakdown --help           the answer in a formula: how bad may a generator be?
  $ pstar audit --help               your own data: a JSONL file and a few human labels
  $ pstar select --help              which of its rows to train on
  $ pstar explore                    all of it as a page in the browser
  $ pstar presets                    what else there is
  $ pstar run --help                 all about running`;

/** The command line of pstar, not yet run. */
export function createProgram(context: Context): Command {
  const width = Math.min(context.streams.out.columns, WIDEST);
  const program = new Command("pstar")
    .description("Will training on synthetic data collapse the model, and which data is worth keeping?")
    .version(VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "explain")
    .helpCommand("help [command]", "explain a command")
    .addHelpText("after", () => helpText(EXAMPLES, context.streams.out.columns))
    .showHelpAfterError("(--help explains)")
    .configureHelp({ minWidthToWrap: 20, subcommandTerm: (command) => command.name() })
    .configureOutput({
      writeOut: (text) => context.streams.out.write(text),
      writeErr: (text) => context.streams.err.write(text),
      getOutHelpWidth: () => width,
      getErrHelpWidth: () => width,
    })
    // else pstar news would take the options of its subcommands
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
  addAuditCommand(program, context);
  addSelectCommand(program, context);
  addExploreCommand(program, context);
  const news = addNewsCommand(program, context);
  addNewsConvertCommand(news, context);
  addNewsExportCommand(news, context);
  addNewsEvaluateCommand(news, context);
  addPresetsCommand(program, context);
  addSchemaCommand(program, context);
  suggestChoices(program);
  return program;
}

/**
 * Runs the command line.
 *
 * @param args Without the names of node and of the program.
 * @param streams Left out, the process's own.
 * @returns The exit code.
 */
export async function main(args: readonly string[], streams: Streams = processStreams()): Promise<number> {
  const context: Context = { streams, exitCode: ExitCode.ok };
  try {
    await createProgram(context).parseAsync(args, { from: "user" });
    return context.exitCode;
  } catch (error) {
    const { err } = context.streams;
    // Commander has said already what is wrong.
    if (!(error instanceof CommanderError)) err.write(`${err.colors.red(failureText(error))}\n`);
    return exitCodeOf(error);
  }
}
