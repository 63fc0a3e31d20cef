import { Argument, type Command, Help, Option } from "commander";
import type { Context } from "../context.js";
import { WIDEST, wrapped } from "./format.js";

const NARROWEST = 30;
/** A line that begins something new, although the one before is not indented either. */
const LABEL = /^[A-Z][A-Za-z ]*: /;
const EXAMPLES = "\nExamples:\n";
/** How many of a command's examples its `--help` shows. */
const SHOWN = 3;

/** What the short help of a command shows of it. A command without one shows everything. */
const briefs = new WeakMap<Command, { examples: string; flags: ReadonlySet<string> }>();

/**
 * Explains a command. `pstar help NAME` prints everything. So does `--help`, unless that would not fit a screen: then
 * `mainFlags` are named, and it prints only these, the first examples, and where the rest is.
 *
 * @param text Its examples are under a line `Examples:`, each a sentence and a command, which begins with $.
 */
export function explain(command: Command, context: Context, text: string, mainFlags?: readonly string[]): void {
  const { columns } = context.streams.out;
  if (mainFlags !== undefined) {
    briefs.set(command, { examples: firstExamples(text), flags: new Set(mainFlags) });
  }
  command.addHelpText("after", () => {
    if (!isBrief(command, context)) return helpText(text, columns);
    const all = command.options.filter(({ hidden }) => !hidden).length;
    return helpText(`\nAll ${all} options, and what they mean: pstar help ${pathOf(command)}`, columns);
  });
}

/** What commander prints of a command: see {@link explain}. */
export function helpConfiguration(context: Context) {
  const { columns } = context.streams.out;
  return {
    minWidthToWrap: 20,
    subcommandTerm: (command: Command) => command.name(),
    visibleOptions(command: Command): Option[] {
      const options = Help.prototype.visibleOptions.call(this, command);
      const { flags } = briefs.get(command) ?? {};
      if (flags === undefined || !isBrief(command, context)) return options;
      return options.filter(({ long }) => flags.has(long ?? "")).map(briefly);
    },
    visibleArguments(command: Command): Argument[] {
      const all = Help.prototype.visibleArguments.call(this, command);
      if (!isBrief(command, context)) return [...all];
      return all.map((argument) => new Argument(`[${argument.name()}]`, firstPart(argument.description)));
    },
    commandDescription(command: Command): string {
      const text = command.description();
      const { examples } = briefs.get(command) ?? {};
      return examples === undefined || !isBrief(command, context) ? text : helpText(`${text}\n${examples}`, columns);
    },
    /** Leaves a description with examples as it is: its lines are set already. */
    boxWrap(text: string, width: number): string {
      return text.includes(EXAMPLES) ? text : Help.prototype.boxWrap.call(this, text, width);
    },
  };
}

function isBrief(command: Command, { args }: Context): boolean {
  return briefs.has(command) && args[0] !== "help";
}

/** The option with what its description says before the first semicolon, and its values. */
function briefly({ flags, description, argChoices, defaultValue, helpGroupHeading = "Options:" }: Option): Option {
  const values = argChoices === undefined ? "" : ` (${argChoices.join(", ")})`;
  const brief = new Option(flags, `${firstPart(description)}${values}`).helpGroup(helpGroupHeading);
  return defaultValue === undefined || argChoices !== undefined ? brief : brief.default(defaultValue);
}

function firstPart(description: string): string {
  return description.split("; ")[0] ?? "";
}

/** The first examples of an explanation, with their heading. */
function firstExamples(text: string): string {
  const lines = (text.split(EXAMPLES)[1] ?? "").split("\n");
  const chosen: string[] = [];
  let count = 0;
  for (const [i, line] of lines.entries()) {
    if (line === "") break;
    const isCommand = /^\s*\$ /.test(line);
    if (isCommand) count++;
    // further commands of an example belong to it
    if (count > SHOWN || (count === SHOWN && !isCommand && !lines[i - 1]?.endsWith("\\"))) break;
    chosen.push(line);
  }
  return `${EXAMPLES}${chosen.join("\n")}`;
}

/**
 * Sets an explanation for a terminal. Lines that are not indented make paragraphs; an indented line stays a line by itself and
 * goes on under its text, behind two spaces in it; commands, which begin with $, stay as they are, to be copied.
 *
 * @param columns Of the terminal; Infinity if there is none.
 */
export function helpText(text: string, columns: number): string {
  const width = Math.min(WIDEST, Math.max(NARROWEST, columns));
  const lines: string[] = [];
  let paragraph: string[] = [];
  const end = () => {
    if (paragraph.length > 0) lines.push(...wrapped(paragraph.join(" "), width));
    paragraph = [];
  };
  let isCommand = false;
  for (const line of joined(text.split("\n"))) {
    // a command may go on in the next line
    isCommand = /^\s*\$ /.test(line) || (isCommand && lines.at(-1)?.endsWith("\\") === true);
    const isPlain = /^[^\s$]/.test(line);
    if (!isPlain || LABEL.test(line)) end();
    if (isPlain) paragraph.push(line);
    else lines.push(...(isCommand ? [line] : hanging(line, width)));
  }
  end();
  return lines.join("\n");
}

/** So long is a line of an explanation that goes on in the next one; from this column on, text hangs below a name. */
const FULL = 96;
const HANGS = 12;

/** Indented lines without the breaks that only keep the source narrow: a full line, and what goes on below its text. */
function joined(lines: readonly string[]): string[] {
  const whole: string[] = [];
  let last = ""; // as it stands in the source
  for (const line of lines) {
    const [indent] = /^\s*/.exec(line) ?? [""];
    const previous = whole.at(-1) ?? "";
    const [head] = /^\s+(?:\S+(?: \S+)* {2,})?/.exec(previous) ?? [""];
    const isText = /^\s+[^\s$]/.test(line) && !/^\s*\S+(?: \S+)* {2,}/.test(line);
    if (isText && last.length >= FULL && indent.length >= HANGS && indent.length === head.length) {
      whole[whole.length - 1] = `${previous} ${line.trimStart()}`;
    } else whole.push(line);
    last = line;
  }
  return whole;
}

function hanging(line: string, width: number): string[] {
  if (line.length <= width) return [line];
  const [head] = /^\s*(?:\S+(?: \S+)* {2,})?/.exec(line) ?? [""];
  const indent = head.length < width / 2 ? head.length : (/^\s*/.exec(line)?.[0].length ?? 0) + 2;
  const [first, ...others] = wrapped(line.slice(head.length), width - Math.max(head.length, indent));
  return [head + first, ...others.map((other) => " ".repeat(indent) + other)];
}

/** A command's name after those of the commands above it, without the program's. */
function pathOf(command: Command): string {
  const above = command.parent?.parent ? [pathOf(command.parent)] : [];
  return [...above, command.name()].join(" ");
}
