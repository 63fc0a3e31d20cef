import { type Command, Option } from "commander";
import { tokenizers } from "../../text/tokenizer.js";
import type { Context } from "../context.js";
import { integerFrom, sizeFrom } from "../options.js";
import { asOption, ROW_FILES_OR_STDIN } from "../rows.js";
import { explain } from "../terminal/help.js";
import type { LmScoreFlags, LmTrainFlags } from "./run.js";

const LM = `
Examples:
  A model of a file with one text per line
    $ pstar lm train human.txt --out human.arpa.gz
  The perplexity of each row's text by it
    $ pstar lm score rows.jsonl --lm human.arpa.gz --field summary`;

const TRAIN = `
The model is an n-gram model with interpolated modified Kneser–Ney smoothing. It learns what normal text looks like from text
that you trust, such as human summaries of other articles than those to be scored. Each line, or field of a row, is one text.

The output is an ARPA file, which KenLM and SRILM read as well. --out model.arpa.gz compresses it; without --out it goes to
standard output. Files may be .gz or .zst, and - is standard input.

Memory: n-grams that may not fit into --memory are sorted on the disk, in the folder for temporary files (TMPDIR), which
needs up to 25 times the size of the text. The model is the same to the byte. The vocabulary must fit into half of --memory.

Tokens:
  words        lower case; words, numbers, each punctuation mark; Chinese, Japanese, Thai … letter by letter
  characters   lower case; each character, white space as ▁
  spaces       what is between spaces, unchanged: for text that is already tokenized

Examples:
  A file with one text per line
    $ pstar lm train human.txt --out human.arpa.gz
  The summaries of a JSONL file, and how well the model predicts others
    $ pstar lm train train.jsonl --field summary --held-out test.jsonl --out summaries.arpa.gz
  Longer n-grams, rare words merged into <unk>, into another tool
    $ zcat news.txt.gz | pstar lm train - --order 5 --min-count 2 | build_binary /dev/stdin news.binary

JSON: {schema, order, tokenizer, minCount, texts, tokens, unknown, words, ngrams, discounts, heldOut, skipped}.
Exit codes: 0 trained, 1 failed, 2 wrong usage, 3 data that cannot be used, 130 interrupted (no model is written).`;

const SCORE = `
Perplexity is exp(−mean log-probability) of a text's tokens and its end: the number of equally likely words that would be as
hard to predict. Low means expected. All unknown words share the probability of <unk>, so texts with many of them are better
compared by "unknown" than by perplexity.

Examples:
  The perplexity of each line
    $ pstar lm score candidates.txt --lm human.arpa.gz
  Of a field of JSONL, for other tools
    $ pstar lm score candidates.jsonl --field summary --lm human.arpa.gz > scores.jsonl
  Of a field that continues another, of which the model sees the last words, one fewer than its order
    $ pstar lm score dialogues.jsonl --field answer --prompt question --lm dialogues.arpa.gz

Output: one JSON object per text, {file, line, id, perplexity, logProb, tokens, unknown}; the id is the row's own, if it has one, and the
file stands there if there are several;
logProb is a natural logarithm, and tokens includes the end of the text. The perplexity of all texts goes to standard error.
Exit codes: 0 scored, 1 failed, 2 wrong usage, 3 data that cannot be used, 130 interrupted (what was scored is written).`;

/** Megabytes: what Node and a small vocabulary take, and some room. */
const LEAST_MEMORY = 200;

const FILE = `text files, or with --field files of rows: ${ROW_FILES_OR_STDIN}`;
const STRICT = "stop at the first row that cannot be used";

/** Adds `pstar lm`. */
export function addLmCommand(program: Command, context: Context): void {
  const lm = program
    .command("lm")
    .description("Trains n-gram language models on text, and scores other texts with them.");
  explain(lm, context, LM);
  const train = lm
    .command("train")
    .summary("train a model")
    .description("Trains an n-gram language model on text: interpolated modified Kneser–Ney, as an ARPA file.")
    .argument("<files...>", FILE)
    .option("--field <field>", "the files have rows, and this field of each is a text")
    .option("--text <field>", "the same as --field")
    .option("--order <n>", "length of the longest n-grams, 1 to 6", integerFrom(1, 6), 3)
    .option("--min-count <n>", "words that occur less often become <unk>", integerFrom(1), 1)
    .addOption(new Option("--tokenizer <kind>", "how text becomes tokens").choices(tokenizers).default("words"))
    .option("--out <file>", "write the model there, as .arpa, .arpa.gz or .arpa.zst (default: standard output)")
    .option("--held-out <file>", "report the perplexity of these texts")
    .option(
      "--memory <size>",
      "take about this much memory, such as 512MB, and put what does not fit into temporary files",
      sizeFrom(LEAST_MEMORY),
      1e9,
    )
    .addOption(new Option("--format <form>", "format of the summary").choices(["table", "json"]).default("table"))
    .addOption(asOption())
    .option("--strict", STRICT)
    .option("--quiet", "no progress, warnings or hints")
    .action(async (files: string[], flags: LmTrainFlags) => {
      const { trainModel } = await import("./run.js");
      await trainModel(files, flags, context);
    });
  explain(train, context, TRAIN, [
    "--field",
    "--order",
    "--min-count",
    "--tokenizer",
    "--out",
    "--held-out",
    "--format",
  ]);
  const score = lm
    .command("score")
    .summary("score texts with a model")
    .description("Computes how likely each text is under a language model.")
    .argument("<files...>", FILE)
    .requiredOption("--lm <file>", "the model: an ARPA file, also .gz or .zst")
    .option("--field <field>", "the files have rows, and this field of each is a text")
    .option("--text <field>", "the same as --field")
    .option("--prompt <field>", "with --field: the field that precedes the text, and is not scored itself")
    .addOption(
      new Option(
        "--tokenizer <kind>",
        "how text becomes tokens (default: the model's, or spaces if it names none)",
      ).choices(tokenizers),
    )
    .addOption(asOption())
    .option("--strict", STRICT)
    .option("--quiet", "no progress, warnings or summary")
    .action(async (files: string[], flags: LmScoreFlags) => {
      const { scoreTexts } = await import("./run.js");
      await scoreTexts(files, flags, context);
    });
  explain(score, context, SCORE, ["--lm", "--field", "--prompt", "--tokenizer"]);
}
