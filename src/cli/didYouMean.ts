import { type Command, InvalidArgumentError } from "commander";
import { nearest } from "../model/suggest.js";

/** Lets each option with a list of choices, of a command and those below it, say which one a mistyped word meant. */
export function suggestChoices(command: Command): void {
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
