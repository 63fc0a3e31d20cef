import { type Command, InvalidArgumentError, Option } from "commander";
import type { Context } from "../context.js";
import { collect, integerFrom } from "../options.js";
import { asOption, ROW_FILES_OR_STDIN } from "../rows.js";
import { explain } from "../terminal/help.js";
import type { SelectFlags } from "./options.js";

const EXPLANATION = `
Verifiers, each a number for a row:
  score         a field that is already a number: --field reward; with --lowest, low is good. score=FIELD for several. A decision
                is 1 or 0, in the words of pstar audit (pass, fail; C, I) or by a rule, --field 'grade in [C, P]'
  rouge         F-measure of --candidate against --reference (--measure, --stemmer, --tokenizer)
  perplexity    low is good; of --logprobs, a field with the tokens' log-probabilities, or of --text (after --prompt) by
                --lm, a model of pstar lm train
  match         1 if --label equals --against, the verifier's label, and 0 if not; without --keep the 1s are kept
  exact         1 if --answer equals --reference up to white space (and case, with --ignore-case), and 0 if not
  regex         1 if --pattern is found in --text; regex='PATTERN' for several; RE2 syntax, so that no row takes long
  numeric       1 if --answer and --reference are numbers, with nothing else, and equal within --tolerance (0.01, or 1% of the reference)
  math          the same of the final answer of a text: \\boxed{…}, after ####, or the last number; 1,234.5, 3/4, 50 %, 12 km, 1.5e3.
                With exact, regex, numeric and math and without --keep the 1s are kept. What cannot be read for certain has no score, and
                is counted
  random        chance, which every verifier should beat
  'cmd: python judge.py'
                a program that reads a row a line as JSON, with one member more, _row, and writes a line for each row:
                {"_row": 7, "score": 0.5}. If its answers have no _row, it gets one row at a time. Messages go to standard
                error (--timeout, --restarts)
  judge:URL#MODEL
                a language model behind a server with OpenAI's chat completions, by a --rubric FILE in which {field} stands for a
                field of the row; --scale 1-5 or yes-no. The key is read from PSTAR_OPENAI_API_KEY. Answers are kept in --answers
                (default: judge.answers in --out), so that none is paid for twice
  ./mine.js     your own: export default { fields: ["answer"], score: (rows) => rows.map((row) => …) }, high for good;
                types in pstar/node (Verifier)
--field, --candidate, --logprobs, --lm, --label or --pattern imply their verifier if it is the only one.
Several, with weights: --verifier rouge:0.7 --verifier perplexity:0.3. Their scales are not comparable, so each gives a row the
share of rows that it beats (ties count half), and the score is the weighted mean of these shares, from 0 to 1.

What happens to a row, in this order:
  malformed (not a JSON object, not UTF-8, a field missing) → set aside, with line and reason; --strict stops at the first
  a later copy of a row, byte for byte → counted, and rejected with --dedupe
  nearly the same as an earlier row → counted and listed with --near-duplicates report, rejected with --near-duplicates drop
  not the best of its group → rejected with --best-of FIELD
  not in the best share → rejected with --keep: exactly this share of the remaining rows; with --by FIELD of each slice, at least one row; ties are broken at random, by --seed
  below --threshold (above it, if low is good) → rejected

Examples:
  The best eighth by a reward model, and a random eighth to compare with
    $ pstar select rows.jsonl --field reward --keep 12.5% --baseline --out kept
  The best candidate of each prompt
    $ pstar select candidates.jsonl --field rating --best-of prompt --out kept
  In a pipe: the rows whose label the verifier agrees with
    $ zstdcat rows.jsonl.zst | pstar select - --label label --against judged
  Summaries close to their reference and in common words, for fine-tuning
    $ pstar select summaries.jsonl --verifier rouge:0.7 --candidate summary \\
        --reference human --verifier perplexity:0.3 --lm human.arpa.gz \\
        --text summary --keep 10% --export messages --prompt article \\
        --completion summary --out kept

--out receives the kept rows in the form of the input: kept.jsonl (byte for byte), kept.csv (the same delimiter) or kept.parquet
(the same schema and stored values); rejected.jsonl (line, reason, score, row; the file, if there are several), summary.json,
and if needed malformed.jsonl, near-duplicates.jsonl (line, cluster, similarity), random rows and kept.<form>.jsonl. After an interruption, the same command continues, and writes the
same files as an uninterrupted one.
JSON: {schema, config, input, counts: {read, kept, rejected, malformed, …}, score, slices, malformed, files, warnings}.
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 data that cannot be used, 130 interrupted.`;

/** Adds `pstar select`. */
export function addSelectCommand(program: Command, context: Context): void {
  const select = program
    .command("select")
    .description("Selects the rows of files that are worth training on, by the scores of verifiers.")
    .argument("<files...>", ROW_FILES_OR_STDIN)
    .optionsGroup("What a row is judged by:")
    .option("--verifier <name[:weight]>", "the verifier, such as rouge (repeatable)", collect)
    .option(
      "--field <field>",
      "score: the field with the number (default: score); or a rule, such as 'rating >= 4'; every --… <field> may be a dotted path into the row",
    )
    .option("--lowest", "score: low numbers are good")
    .option("--candidate <field>", "rouge: the text (default: candidate)")
    .option(
      "--reference <field>",
      "rouge: the text to compare it with; exact, numeric, math: the right answer (default: reference)",
    )
    .option("--measure <name>", "rouge: rouge1, rouge2, rougeL or rougeLsum (default: rougeL)")
    .option("--stemmer", "rouge: compare English words by their stems")
    .option("--tokenizer <name>", "rouge: ascii or unicode (default: ascii); --lm: words, characters or spaces")
    .option("--logprobs <field>", "perplexity: a list of natural logarithms (default: logprobs)")
    .option("--lm <file>", "perplexity: an ARPA file, also .gz or .zst")
    .option("--text <field>", "--lm, regex: the text")
    .option("--prompt <field>", "--export: the prompt; --lm, without --export: what precedes the text")
    .option("--label <field>", "match: the label")
    .option("--against <field>", "match: the verifier's label")
    .option("--answer <field>", "exact, numeric, math: the answer (default: answer)")
    .option("--pattern <regex>", "regex: the pattern, in RE2 syntax")
    .option("--ignore-case", "exact, regex: upper and lower case are the same")
    .option("--tolerance <number|percent>", "numeric, math: how far numbers may be apart (default: 0)")
    .option(
      "--timeout <seconds>",
      "cmd, judge: seconds to wait for an answer (default: cmd 60, judge 120; cmd waits ten times as long for the first)",
      integerFrom(1, 86_400),
    )
    .option(
      "--restarts <n>",
      "cmd: how often it is started again without an answer in between (default: 3)",
      integerFrom(0, 100),
    )
    .option("--rubric <file>", "judge: a text file that says how to judge, with fields in braces")
    .addOption(new Option("--scale <scale>", "judge: the scores (default: 1-5)").choices(["1-5", "yes-no"]))
    .option("--max-tokens <n>", "judge: tokens of an answer (default: 512)", integerFrom(1, 100_000))
    .option("--concurrency <n>", "judge: requests at the same time (default: 8)", integerFrom(1, 1000))
    .option("--answers <file>", "judge: where its answers are kept")
    .optionsGroup("How much is kept:")
    .option("--keep <share|rows>", "how much to keep: 12.5%, or 1000 rows; 0.125 is a share", keepOf)
    .option("--threshold <score>", "keep scores of at least this; at most, if low is good", numberOf)
    .option("--best-of <field>", "keep the best row of each group; rows with the same value of this field are a group")
    .option("--by <field>", "apply --keep to each value of this field")
    .option("--dedupe", "drop exact copies of earlier rows; before anything else")
    .addOption(
      new Option(
        "--near-duplicates <action>",
        "find rows whose texts are nearly alike (MinHash); report them, or drop all but the first of each cluster",
      ).choices(["report", "drop"]),
    )
    .option("--near-text <field>", "--near-duplicates: the text (default: all texts of the row)")
    .option("--near-similarity <share>", "--near-duplicates: the share of eight-byte pieces in common (default: 0.8)")
    .option("--baseline", "write random.jsonl: a random selection of the same size, per slice")
    .optionsGroup("Output:")
    .option("--out <folder>", "write the files there (default: the kept rows to standard output)")
    .addOption(new Option("--compress <form>", "compress the files").choices(["gz", "zst"]))
    .addOption(
      new Option(
        "--to <form>",
        "form of the kept rows; by default that of the input, and jsonl for JSON and for files of several forms; --export takes jsonl or parquet",
      ).choices(["jsonl", "csv", "parquet"]),
    )
    .addOption(
      new Option(
        "--export <form>",
        "also write the kept rows for fine-tuning; from --prompt and --completion or --chat, with LLaMA-Factory's dataset_info.json; dpo: the best and the worst row of each group of --best-of",
      ).choices(["messages", "openai", "prompt-completion", "alpaca", "sharegpt", "dpo"]),
    )
    .option("--completion <field>", "--export: the answer")
    .option("--system <field>", "--export: the system prompt")
    .option("--chat <field>", "--export: a chat in place of prompt and completion, written unchanged")
    .addOption(asOption())
    .option("--strict", "stop at the first malformed row")
    .option("--restart", "replace what an earlier selection left in the folder")
    .option("--seed <n>", "seed of ties and of random selections", integerFrom(0), 0)
    .option("--workers <n>", "worker threads (default: one per core); any number gives the same result", integerFrom(1))
    .addOption(
      new Option("--format <form>", "format of the summary, with --out").choices(["table", "json"]).default("table"),
    )
    .option("--quiet", "no progress, warnings or hints, and no summary if rows go to standard output")
    .action(async (files: string[], flags: SelectFlags) => {
      const { selectRows } = await import("./run.js");
      await selectRows(files, flags, context);
    });
  explain(select, context, EXPLANATION, [
    "--verifier",
    "--field",
    "--keep",
    "--threshold",
    "--best-of",
    "--by",
    "--dedupe",
    "--out",
    "--to",
    "--export",
    "--format",
  ]);
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
