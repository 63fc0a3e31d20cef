import { type Command, InvalidArgumentError, Option } from "commander";
import type { Context } from "../context.js";
import { collect, integerFrom } from "../options.js";
import { helpText } from "../terminal/help.js";
import type { SelectFlags } from "./options.js";

const EXPLANATION = `
Verifiers, each a number for a row:
  score         a field that is a number already: --field reward; with --lowest low ones are good. score=FIELD for several
  rouge         F-measure of --candidate against --reference (--measure, --stemmer, --tokenizer)
  perplexity    low is good: of --logprobs, a field with the tokens' log-probabilities, or of --text (after --prompt) by
                --lm, a model of pstar lm train
  match         1 where --label equals --against, the verifier's label, else 0; without --keep the 1s are kept
  random        chance, which any verifier should beat
  ./mine.js     your own: export default { fields: ["answer"], score: (rows) => rows.map((row) => …) }, high for good;
                types in pstar/node (Verifier)
Which one is meant follows from --field, --candidate, --logprobs, --lm or --label, where only one can be.
Several, with weights: --verifier rouge:0.7 --verifier perplexity:0.3. Their scales cannot be compared, so each gives a row
the share of rows that it beats there (equal ones by half), and the score is the weighted mean of these, from 0 to 1.

What happens to a row, in this order:
  malformed (no JSON object, no UTF-8, a field missing) → set aside, with line and reason; --strict stops at the first
  a later copy of a row, byte for byte → counted, and rejected with --dedupe
  not the best of its group → rejected with --best-of FIELD
  not in the best share → rejected with --keep: of the rows still there, exactly; with --by FIELD in each slice, one row
  at least; equal scores are parted by lot, from --seed
  below --threshold (above it, where low is good) → rejected

Examples:
  The best eighth by a reward model, and a random eighth to compare with
    $ pstar select rows.jsonl --field reward --keep 12.5% --baseline --out kept
  The best of the candidates of each prompt, no language lost
    $ pstar select candidates.jsonl.gz --field judge.rating --best-of prompt --by language --keep 20% --out kept
  Summaries near their reference and in usual words, for fine-tuning
    $ pstar select summaries.jsonl --verifier rouge:0.7 --candidate summary --reference human \\
        --verifier perplexity:0.3 --lm human.arpa.gz --text summary --keep 10% \\
        --export messages --prompt article --completion summary --out kept
  In a pipe: rows whose label the verifier agrees with
    $ zstdcat rows.jsonl.zst | pstar select - --label label --against judged > kept.jsonl

--out gets kept.jsonl (the rows as they were, byte for byte), rejected.jsonl (line, reason, score, row), summary.json, and
where there are any malformed.jsonl, random.jsonl and kept.<form>.jsonl. Stopped or killed, the same command goes on from
where it was, and writes what it would have written.
JSON: {schema, config, input, counts: {read, kept, rejected, malformed, …}, score, slices, malformed, files, warnings}.
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 data that cannot be used, 130 interrupted.`;

/** Adds `pstar select`. */
export function addSelectCommand(program: Command, context: Context): void {
  program
    .command("select")
    .summary("keep the rows of a JSONL file that a verifier thinks best")
    .description("Selects the rows of a JSONL file that are worth training on, by what verifiers say of them.")
    .argument("<file>", "JSONL, also .gz or .zst, or - for standard input")
    .option("--verifier <name[:weight]>", "who judges: see below; may be given again and again", collect)
    .option(
      "--field <field>",
      "score: the number (default: score); a dotted path reaches into a row, as in all --… <field>",
    )
    .option("--lowest", "score: low numbers are good")
    .option("--candidate <field>", "rouge: the text (default: candidate)")
    .option("--reference <field>", "rouge: the text it should be like (default: reference)")
    .option("--measure <name>", "rouge: rouge1, rouge2, rougeL or rougeLsum (default: rougeL)")
    .option("--stemmer", "rouge: compare English words by their stems")
    .option("--tokenizer <name>", "rouge: ascii or unicode (default: ascii); --lm: words, characters or spaces")
    .option("--logprobs <field>", "perplexity: a list of natural logarithms (default: logprobs)")
    .option("--lm <file>", "perplexity: an ARPA file, also .gz or .zst")
    .option("--text <field>", "--lm: the text")
    .option("--prompt <field>", "--export: what is asked; --lm, without --export: what goes before the text")
    .option("--label <field>", "match: the label")
    .option("--against <field>", "match: the verifier's label")
    .option("--keep <share|rows>", "how much to keep: 12.5%, 0.125, or a number of rows such as 1000", keepOf)
    .option("--threshold <score>", "keep scores of at least this; at most, where low is good", numberOf)
    .option("--best-of <field>", "only the best row of each group of equal value here")
    .option("--by <field>", "keep the share in each slice of equal value here")
    .option("--dedupe", "leave out exact copies of earlier rows, before anything else")
    .option("--baseline", "write random.jsonl: a random selection of the same size, per slice")
    .option("--out <folder>", "write the files there (default: the kept rows to standard output)")
    .addOption(new Option("--compress <form>", "pack the files").choices(["gz", "zst"]))
    .addOption(
      new Option("--export <form>", "write the kept rows for fine-tuning, too, from --prompt and --completion").choices(
        ["messages", "prompt-completion", "alpaca"],
      ),
    )
    .option("--completion <field>", "--export: the answer")
    .option("--system <field>", "--export: the system prompt")
    .option("--strict", "stop at the first malformed row")
    .option("--restart", "forget what an earlier selection left in the folder")
    .option("--seed <n>", "parts equal scores, and draws random ones", integerFrom(0), 0)
    .option("--workers <n>", "worker threads (default: one a core); the result does not depend on it", integerFrom(1))
    .addOption(
      new Option("--format <form>", "form of the summary, with --out").choices(["table", "json"]).default("table"),
    )
    .option("--quiet", "no progress, warnings, summary of a pipe, or hints")
    .addHelpText("after", () => helpText(EXPLANATION, context.streams.out.columns))
    .action(async (file: string, flags: SelectFlags) => {
      const { selectRows } = await import("./run.js");
      await selectRows(file, flags, context);
    });
}

/** `12.5%` and `0.125` are shares, `1000` is a number of rows. */
function keepOf(text: string): { share: number } | { rows: number } {
  const [, digits, percent] = /^(\d+(?:\.\d*)?|\.\d+)(\s*%)?$/.exec(text.trim()) ?? [];
  const value = Number(digits);
  if (percent !== undefined && value > 0 && value <= 100) return { share: value / 100 };
  if (percent === undefined && digits?.includes(".") && value > 0 && value <= 1) return { share: value };
  if (percent === undefined && Number.isSafeInteger(value) && value >= 1) return { rows: value };
  throw new InvalidArgumentError("It must be a share such as 12.5% or 0.125, or a number of rows such as 1000.");
}

function numberOf(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("It must be a number.");
}
