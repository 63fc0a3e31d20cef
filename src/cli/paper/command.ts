import { type Command, Option } from "commander";
import type { Context } from "../context.js";
import { figureName } from "../options.js";
import { explain } from "../terminal/help.js";
import type { PaperFlags } from "./run.js";

const PAPER = `
Without an id, all claims are listed with what came of them when docs/paper.md was written, and nothing is computed. With an
id, that claim is computed and compared; with all, every one. A status that is computed follows from criteria: all hold
(reproduced), some do (partly), or none (not reproduced). What the paper does not publish cannot be known.

Examples:
  $ pstar paper
  $ pstar paper sweet-spot --plot sweet-spot.png
  $ pstar paper all --out paper        paper/paper.md and the figures, in some ten minutes on two idle cores
  $ pstar paper fig4 --eigen results   judges a finished pstar eigen --out results, in place of training for minutes

JSON: a list of {id, where, claim, command, status}; of one claim {schema: "pstar/paper@1", id, where, claim, command, status,
paper, ours, difference, why, criteria}.
Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.`;

/** Adds `pstar paper`. */
export function addPaperCommand(program: Command, context: Context): void {
  const paper = program
    .command("paper")
    .description("Computes the claims of arXiv 2406.07515 again, and compares them with what was published.")
    .argument("[id]", "one claim, or all")
    .addOption(new Option("--format <form>", "output format").choices(["text", "json"]).default("text"))
    .option("--plot <file>", "plot the claim's figure, as .png, .svg or .pdf", figureName)
    .option("--out <folder>", "write paper.md and the figures there")
    .option("--eigen <folder>", "judge this result of pstar eigen, in place of training anew")
    .option("--quiet", "no progress or hints")
    .action(async (id: string | undefined, flags: PaperFlags) => {
      const { paper } = await import("./run.js");
      await paper(id, flags, context);
    });
  explain(paper, context, PAPER);
}
