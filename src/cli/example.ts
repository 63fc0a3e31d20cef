import type { Command } from "commander";
import { exampleAnswers } from "../audit/example.js";
import { FileError } from "../core/errors.js";
import { shellWord } from "../model/format.js";
import { checkWritable, exists } from "../rows/files.js";
import { writeWhole } from "../rows/write.js";
import type { Context } from "./context.js";
import { integerFrom } from "./options.js";
import { explain } from "./terminal/help.js";

const ROWS = 6000;
const EXAMPLES = `
Each row: {id, task, question, answer, score, kept, correct}. "score" and "kept" are the verifier's, "correct" is the label of a
human and is only in the rows that have a label. One row in three is a product, which the model that answers cannot do. The same
seed writes the same bytes.

Examples:
  $ pstar example                        answers.jsonl, 400 rows of it labelled
  $ pstar check answers.jsonl
  $ pstar example --labels 0 --out -     without labels, on standard output

Exit codes: 0 written, 1 failed, 2 wrong usage.`;

/** Adds `pstar example`. */
export function addExampleCommand(program: Command, context: Context): void {
  const example = program
    .command("example")
    .description(
      `Writes ${ROWS.toLocaleString("en")} answers to small sums, with a verifier's scores and some human labels, as JSONL.`,
    )
    .option("--out <file>", "the file to write, or - for standard output", "answers.jsonl")
    .option("--labels <n>", `rows with a human label, from 0 to ${ROWS}`, integerFrom(0, ROWS), 400)
    .option("--seed <n>", "seed of the rows", integerFrom(0, 2 ** 32 - 1), 1)
    .option("--quiet", "no hint")
    .action(
      async ({ out: file, labels, seed, quiet }: { out: string; labels: number; seed: number; quiet?: boolean }) => {
        const { out, err } = context.streams;
        const text = exampleAnswers({ rows: ROWS, audited: labels, seed })
          .map((row) => `${JSON.stringify(row)}\n`)
          .join("");
        if (file === "-") return void out.write(text);
        if (await exists(file))
          throw new FileError(`cannot write ${file}: it exists already; name another file with --out`);
        await checkWritable(file, []);
        writeWhole(file, text);
        if (quiet) return;
        err.print(
          `${ROWS.toLocaleString("en")} rows written to ${file}, ${labels} of them with a human label.\nNext:\n`,
        );
        err.print(`  pstar check ${shellWord(file)}\n`);
      },
    );
  explain(example, context, EXAMPLES);
}
