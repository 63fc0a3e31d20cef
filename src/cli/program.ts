import { Command, CommanderError, InvalidArgumentError } from "commander";
import { quote, withoutLineEnds } from "../core/printable.js";
import { VERSION } from "../core/version.generated.js";
import { nearest } from "../model/suggest.js";
import { type Context, processStreams, type Streams } from "./context.js";
import { ExitCode, exitCodeOf, failureText, UsageError } from "./failure.js";
import { WIDEST } from "./terminal/format.js";
import { helpConfiguration, helpText } from "./terminal/help.js";

const EXAMPLES = `
Start here:
  $ pstar run phase-transition   the paper's finding, simulated
  $ pstar breakdown --help       the answer as a formula: how bad may a generator be?
  $ pstar check --help           your own data: is it safe to train on, and which rows?
  $ pstar explore                everything as a page in the browser`;

/** Adds a command to the program. */
type Add = (program: Command, context: Context) => void;

/**
 * The commands, in the order in which help lists them. A command is loaded only if the command line names it: all of them
 * together take longer to load than help takes to print.
 */
const commands: Record<string, { summary: string; load: () => Promise<Add> }> = {
  run: {
    summary: "compute a scenario",
    load: async () => (await import("./run/command.js")).addRunCommand,
  },
  breakdown: {
    summary: "compute in closed form how wrong a generator may be",
    load: async () => (await import("./breakdown/command.js")).addBreakdownCommand,
  },
  regression: {
    summary: "simulate a regression that trains on its own labels",
    load: async () => (await import("./regression/command.js")).addRegressionCommand,
  },
  augment: {
    summary: "simulate real rows with generated ones of other inputs",
    load: async () => (await import("./augment/command.js")).addAugmentCommand,
  },
  weights: {
    summary: "simulate weights of rows instead of keeping and dropping",
    load: async () => (await import("./weights/command.js")).addWeightsCommand,
  },
  rewards: {
    summary: "simulate a policy that is trained by verdicts as rewards",
    load: async () => (await import("./rewards/command.js")).addRewardsCommand,
  },
  merge: {
    summary: "merge the shards of a run",
    load: async () => (await import("./run/command.js")).addMergeCommand,
  },
  worker: {
    summary: "compute the cells that other machines queued",
    load: async () => (await import("./queue/command.js")).addWorkerCommand,
  },
  queue: {
    summary: "inspect a queue, and retry or remove what is in it",
    load: async () => (await import("./queue/command.js")).addQueueCommand,
  },
  plot: {
    summary: "plot existing results",
    load: async () => (await import("./run/command.js")).addPlotCommand,
  },
  export: {
    summary: "convert results to another format",
    load: async () => (await import("./run/command.js")).addExportCommand,
  },
  lm: {
    summary: "train a language model on text, and score text",
    load: async () => (await import("./lm/command.js")).addLmCommand,
  },
  check: {
    summary: "is it safe to train on what a verifier keeps of a file?",
    load: async () => (await import("./check/command.js")).addCheckCommand,
  },
  example: {
    summary: "write an example file for check, audit and select",
    load: async () => (await import("./example.js")).addExampleCommand,
  },
  label: {
    summary: "draw the rows that a person should label for an audit",
    load: async () => (await import("./label/command.js")).addLabelCommand,
  },
  audit: {
    summary: "judge synthetic data and a verifier from a few labels",
    load: async () => (await import("./audit/command.js")).addAuditCommand,
  },
  select: {
    summary: "keep the rows that a verifier scores best",
    load: async () => (await import("./select/command.js")).addSelectCommand,
  },
  explore: {
    summary: "open theory and simulation as a page in the browser",
    load: async () => (await import("./explore/command.js")).addExploreCommand,
  },
  news: {
    summary: "the news experiment: train on selected summaries",
    load: async () => (await import("./news/command.js")).addNewsCommand,
  },
  eigen: {
    summary: "the transformer experiment: learn eigenvalues",
    load: async () => (await import("./eigen/command.js")).addEigenCommand,
  },
  paper: {
    summary: "check the paper's claims one by one",
    load: async () => (await import("./paper/command.js")).addPaperCommand,
  },
  presets: {
    summary: "list the built-in scenarios, or print one",
    load: async () => (await import("./run/presets.js")).addPresetsCommand,
  },
  schema: {
    summary: "print the JSON Schema of what is read or printed",
    load: async () => (await import("./schema.js")).addSchemaCommand,
  },
};

/**
 * The command line of pstar, not yet run.
 *
 * @param words Those of the command line: a command that is not among them has only its name and its summary. Without it every
 *   command is complete.
 */
export async function createProgram(
  context: Context,
  words: readonly string[] = Object.keys(commands),
): Promise<Command> {
  const width = Math.min(context.streams.out.columns, WIDEST);
  const program = new Command("pstar")
    .description("Will training on synthetic data collapse the model, and which data is worth keeping?")
    .version(VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "show this help")
    .helpCommand(false)
    .addHelpText("after", () => helpText(EXAMPLES, context.streams.out.columns))
    .configureHelp(helpConfiguration(context))
    .configureOutput({
      writeOut: (text) => context.streams.out.print(text),
      writeErr: (text) => context.streams.err.print(text),
      outputError: (text, write) => write(withWordsInLine(text, words)),
      getOutHelpWidth: () => width,
      getErrHelpWidth: () => width,
    })
    // without it, pstar news would take the options of its subcommands
    .enablePositionalOptions()
    .exitOverride();
  for (const [name, { summary, load }] of Object.entries(commands)) {
    if (words.includes(name)) (await load())(program, context);
    else program.command(name);
    program.commands.at(-1)?.summary(summary);
  }
  program
    .command("help")
    .summary("explain a command in full: pstar help NAME")
    .description("Explains a command in full: every option, what it means, and what comes out.")
    .argument("[command...]", "such as audit, or label draw")
    .action((names: string[]) => commandNamed(program, names).outputHelp());
  suggestChoices(program);
  refuseEmptyPaths(program);
  nameHelp(program, "pstar");
  return program;
}

/** The command of that name, or of that name below it. */
function commandNamed(program: Command, names: readonly string[]): Command {
  return names.reduce((above, name) => {
    const found = above.commands.find((command) => command.name() === name);
    if (found !== undefined) return found;
    const meant = nearest(
      name,
      above.commands.map((command) => command.name()),
    );
    const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
    throw new UsageError(`unknown command ${quote(name)}${hint} (see pstar --help)`, { got: name });
  }, program);
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
    await (await createProgram(context, args)).parseAsync(args, { from: "user" });
    return context.exitCode;
  } catch (error) {
    const { err } = context.streams;
    // Commander has already said what is wrong.
    if (!(error instanceof CommanderError)) err.print(`${err.colors.red(failureText(error))}\n`);
    return exitCodeOf(error);
  }
}

/** Has the error of a wrong command line end with the whole command that shows help on it. */
function nameHelp(command: Command, path: string): void {
  command.showHelpAfterError(`(see: ${path} --help)`);
  for (const below of command.commands) nameHelp(below, `${path} ${below.name()}`);
}

/** A word of the command line is quoted no longer than this many characters. */
const LONGEST_WORD = 160;

/** The words of the command line that an error quotes, without line ends, and cut if they are long: what is wrong with them stands behind. */
function withWordsInLine(text: string, words: readonly string[]): string {
  const unshown = words
    .flatMap((word) => [word, word.slice(word.indexOf("=") + 1)])
    .filter((word) => word.length > LONGEST_WORD || /[\r\n]/.test(word));
  const inLine = (word: string) =>
    withoutLineEnds(word.length > LONGEST_WORD ? `${word.slice(0, LONGEST_WORD)}…` : word);
  return unshown.reduce((shown, word) => shown.replaceAll(word, inLine(word)), text);
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

/** Refuses an empty path, of every option of a command and its subcommands that takes one: a message could not name the file. */
function refuseEmptyPaths(command: Command): void {
  for (const option of command.options) {
    const [, kind] = /<(file|folder)>$/.exec(option.flags) ?? [];
    if (kind === undefined) continue;
    const { parseArg } = option;
    option.argParser((word: string, previous: unknown) => {
      if (word === "") throw new InvalidArgumentError(`It is empty: name a ${kind}.`);
      return parseArg === undefined ? word : parseArg(word, previous);
    });
  }
  for (const below of command.commands) refuseEmptyPaths(below);
}
