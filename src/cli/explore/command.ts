import { type Command, InvalidArgumentError } from "commander";
import type { Context } from "../context.js";
import { explain } from "../terminal/help.js";
import type { ExploreFlags } from "./run.js";

const EXAMPLES = `
Examples:
  $ pstar explore                  prints the address of the page; Ctrl-C stops it
  $ pstar explore --open           also opens it in the browser
  $ pstar explore --port 9000

The page computes in the browser, with the same core as the command line, and contacts only this server, which answers only
this machine. Without --port, the first free port from 4780 on is used.
Exit codes: 0 ended by Ctrl-C, 1 failed (the port is taken), 2 wrong usage.`;

/** Adds `pstar explore`. */
export function addExploreCommand(program: Command, context: Context): void {
  const explore = program
    .command("explore")
    .description(
      "Serves the explorer on this machine: phase transition, phase diagram, geometry and generations, live.",
    )
    .option("--port <n>", "port to listen on", portOf)
    .option("--open", "open the page in the default browser")
    .action(async (flags: ExploreFlags) => {
      const { explore } = await import("./run.js");
      await explore(flags, context);
    });
  explain(explore, context, EXAMPLES);
}

function portOf(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= 65_535) return value;
  throw new InvalidArgumentError("It must be a whole number in [1, 65535].");
}
