import { type Command, Option } from "commander";
import { tokenizers } from "../../text/tokenizer.js";
import type { Context } from "../context.js";
import { integerFrom } from "../options.js";
import { helpText } from "../terminal/help.js";
import type { LmScoreFlags } from "./score.js";
import type { LmTrainFlags } from "./train.js";

const TRAIN = `
The model is an n-gram model, smoothed by interpolated modified Kneser–Ney. It learns what usual text looks like from text
you trust: human summaries, say, of other articles than those to be judged. Each line, or each row's field, is one text.

What comes out is an ARPA file, which KenLM and SRILM read too. --out model.arpa.gz packs it; without --out it goes to standard
output. Files may be .gz or .zst, and - is standard input.

Tokens:
  words        lower case; words, numbers, each punctuation mark; letters of Chinese, Japanese, Thai … one by one
  characters   lower case; each character, white space as ▁
  spaces       what stands between spaces, as it is: for text that is tokenised already

Examples:
  A file with a text in each line
    $ pstar lm train human.txt --out human.arpa.gz
  The summaries of a JSONL file, and how well the model knows others
    $ pstar lm train train.jsonl --field summary --held-out test.jsonl --out summaries.arpa.gz
  Larger n-grams, rare words taken together as <unk>, into another tool
    $ zcat news.txt.gz | pstar lm train - --order 5 --min-count 2 | build_binary /dev/stdin news.binary

JSON: {schema, order, tokenizer, minCount, texts, tokens, unknown, words, ngrams, discounts, heldOut, skipped}.
Exit codes: 0 trained, 1 failed, 2 wrong usage, 3 data that cannot be used, 130 interrupted (no model is written).`;

const SCORE = `
Perplexity is exp(−mean log-probability) of a text's tokens and its end: the number of equally likely words among which the
model would be as much at a loss. Low is what the model expects. All words that it does not know share the probability of
<unk>, so texts with many of them are better told apart by "unknown" than by their perplexity.

Examples:
  The perplexity of each line
    $ pstar lm score candidates.txt --lm human.arpa.gz
  Of a field of JSONL, for other tools
    $ pstar lm score candidates.jsonl --field summary --lm human.arpa.gz > scores.jsonl
  Of a field that goes on where another ends; of that, the model sees the last words, one less than its order
    $ pstar lm score dialogues.jsonl --field answer --prompt question --lm dialogues.arpa.gz

Output: one JSON object a text, {line, id, perplexity, logProb, tokens, unknown}; the id is the row's own, where it has one,
logProb is a natural logarithm, and tokens counts the end of the text. The perplexity of all texts together goes to standard error.
Exit codes: 0 scored, 1 failed, 2 wrong usage, 3 data that cannot be used, 130 interrupted (what is scored is written).`;

const FILE = "text file or JSONL, also .gz or .zst, or - for standard input";
const STRICT = "stop at the first row that cannot be used";

/** Adds `pstar lm`. */
export function addLmCommand(program: Command, context: Context): void {
  const lm = program
    .command("lm")
    .summary("train a language model on text, and score text by it")
    .description("Trains n-gram language models on text, and says by them how likely other texts are.");
  lm.command("train")
    .summary("train a model")
    .description("Trains an n-gram language model on text: interpolated modified Kneser–Ney, as an ARPA file.")
    .argument("<file>", FILE)
    .option("--field <field>", "the file is JSONL, and this field of each row is a text")
    .option(
      "--order <n>",
      "words that a probability depends on, the predicted one included: 1 … 6",
      integerFrom(1, 6),
      3,
    )
    .option("--min-count <n>", "words seen less often become <unk>", integerFrom(1), 1)
    .addOption(new Option("--tokenizer <kind>", "how text becomes tokens").choices(tokenizers).default("words"))
    .option("--out <file>", "write the model there, as .arpa, .arpa.gz or .arpa.zst (default: standard output)")
    .option("--held-out <file>", "say how well the model knows these texts")
    .addOption(new Option("--format <form>", "form of the summary").choices(["table", "json"]).default("table"))
    .option("--strict", STRICT)
    .option("--quiet", "no progress, warnings or hints")
    .addHelpText("after", () => helpText(TRAIN, context.streams.out.columns))
    .action(async (file: string, flags: LmTrainFlags) => {
      const { trainModel } = await import("./train.js");
      await trainModel(file, flags, context);
    });
  lm.command("score")
    .summary("score texts by a model")
    .description("Says how likely each text is by a language model.")
    .argument("<file>", FILE)
    .requiredOption("--lm <file>", "the model: an ARPA file, also .gz or .zst")
    .option("--field <field>", "the file is JSONL, and this field of each row is a text")
    .option("--prompt <field>", "with --field: what goes before the text, and is not scored itself")
    .addOption(
      new Option("--tokenizer <kind>", "how text becomes tokens (default: the model's, else spaces)").choices(
        tokenizers,
      ),
    )
    .option("--strict", STRICT)
    .option("--quiet", "no progress, warnings or summary")
    .addHelpText("after", () => helpText(SCORE, context.streams.out.columns))
    .action(async (file: string, flags: LmScoreFlags) => {
      const { scoreTexts } = await import("./score.js");
      await scoreTexts(file, flags, context);
    });
}
