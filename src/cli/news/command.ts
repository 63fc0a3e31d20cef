import { type Command, InvalidArgumentError, Option } from "commander";
import { newsModels, newsOracles, newsPresets, newsVerifiers } from "../../news/experiment/options.js";
import { rowForms } from "../../news/llm/trainingFiles.js";
import type { Context } from "../context.js";
import { collect, figureName, integerFrom, seedList } from "../options.js";
import { explain } from "../terminal/help.js";
import type { NewsConvertFlags } from "./convert.js";
import type { NewsEvaluateFlags } from "./evaluate.js";
import type { NewsExportFlags } from "./export.js";
import { type NewsFlags, newsFormats } from "./options.js";

const NEWS = `
A generator learns from 12.5 % of the human pairs and writes a summary of every training article. Verifiers keep some of
them, a new model learns from the kept ones, and ROUGE on held-out articles measures the result:
  oracle   keeps the summaries most like the human ones (ROUGE-1 F; --oracle mean: the mean of ROUGE-1, -2 and -L)
  strong   those of lowest perplexity under the same kind of model, trained on human pairs of other articles
  ngram    those of lowest perplexity under a Kneser–Ney trigram model of human summaries of other articles
  self     those of lowest perplexity under the generator itself
  random   any

With --preset noisy, 30 % of the human summaries in training belong to another article, as in noisy corpora: on BBC articles,
this is where the oracle's 12.5 % beat all of the original pairs.

The models are small and are trained here, in seconds. Without a file, a grammar writes the articles. Differences are paired
over the seeds; "better" and "worse" mean more than two standard errors. All seeds split the same articles, so the errors are
those of splitting and training, not of other articles.

A language model can be the generator, or the scorer of strong, by name:
  openai:URL#model       a server that speaks OpenAI's protocol at URL/completions: vLLM, llama.cpp's server, Ollama, hosted ones
  openai-chat:URL#model  the same at URL/chat/completions, which can only write
  llama:FILE.gguf        llama.cpp in this process, if the package node-llama-cpp is installed
  scores:FILE.jsonl      scores from a file, for --scorer only: {id, score}, {id, perplexity} or {id, logprobs}
To score, a server must report the likelihood of a given text: vLLM does, llama.cpp's server and most hosted ones do not. This
is checked first. Keys are read from PSTAR_OPENAI_API_KEY. With --out, all answers are kept, and a resumed run asks nothing
twice. The model that learns from the summaries is still the small one; for large ones see pstar news export.

DATA is JSONL like XL-Sum's, {id, text, summary}, also .gz or .zst, or - for standard input; repeated articles are read once.

Examples:
  A minute's work, and a chart
    $ pstar news --plot news.png
  Your articles, as in the paper; the same command resumes an interrupted run
    $ pstar news articles.jsonl --preset paper --out results
  A language model on your own server writes summaries and scores them
    $ pstar news articles.jsonl --generator openai:http://localhost:8000/v1#llama-2-7b --out big
  One question: does a stricter oracle help?
    $ pstar news --verifiers oracle,random --fractions 5,12.5,25 --seeds 1..12

JSON: {schema: "pstar/news@1", complete, settings, data, threshold, arms, comparisons, examples}.
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 data that cannot be used, 130 interrupted (with --out, finished arms are kept).`;

/** Adds `pstar news` and what is below it. */
export function addNewsCommand(program: Command, context: Context): void {
  const news = addExperiment(program, context);
  addNewsConvertCommand(news, context);
  addNewsExportCommand(news, context);
  addNewsEvaluateCommand(news, context);
}

function addExperiment(program: Command, context: Context): Command {
  const news = program
    .command("news")
    // --out and --format after a subcommand belong to the subcommand
    .enablePositionalOptions()
    .description(
      "Trains models on human, generated and selected summaries of news, and measures them on held-out articles.",
    )
    .argument(
      "[data]",
      "articles: a file of rows, as JSONL, JSON, CSV, Parquet or Arrow, also .gz or .zst, or - for standard input (default: generated articles)",
    )
    .optionsGroup("Experiment:")
    .addOption(
      new Option("--preset <name>", "settings to start from").choices(Object.keys(newsPresets)).default("fast"),
    )
    .option("--articles <n>", "number of generated articles; or the first n of the file", integerFrom(1, 1_000_000))
    .option("--fractions <list>", "percentages of summaries to keep, such as 12.5,25,50,100", percents)
    .option("--verifiers <list>", `any of ${newsVerifiers.join(",")} (default: all)`, (list) => list.split(","))
    .option("--best-of <n>", "also let the oracle pick each article's best of n summaries", integerFrom(1, 1000))
    .option("--seeds <list>", "repetitions, such as 1..6 or 1,2,5 (default: 1..6)", seedList)
    .addOption(new Option("--model <kind>", "the model that learns and writes (default: copy)").choices(newsModels))
    .addOption(new Option("--oracle <rouge>", "the measure of the oracle (default: rouge1)").choices(newsOracles))
    .option(
      "--noise <percent>",
      "share of the human summaries in training that belong to another article (default: 0%)",
      percentOf,
    )
    .optionsGroup("Language models:")
    .option("--generator <model>", "a language model that writes the summaries; openai:URL#model or llama:FILE.gguf")
    .option(
      "--scorer <model>",
      "the model behind the verifier strong; openai:URL#model, llama:FILE.gguf or scores:FILE.jsonl",
    )
    .option("--prompt <text>", "prompt for both models; {text} and {title} stand for the article's, \\n for a new line")
    .option("--temperature <x>", "temperature of the generator (default: 1)", Number)
    .option("--concurrency <n>", "concurrent requests to a server (default: 8)", integerFrom(1, 1000))
    .option(
      "--threshold <x>",
      "ROUGE-1 F from which a summary counts as correct (default: the mean of the original model)",
      Number,
    )
    .optionsGroup("Output:")
    .addOption(new Option("--format <form>", "output format").choices(newsFormats).default("table"))
    .option("--out <folder>", "keep finished arms and results there; the rows of each arm, result.json and the chart")
    .option("--plot <file>", "plot the arms with error bars, as .png, .svg or .pdf", figureName)
    .option(
      "--workers <n>",
      "worker threads (default: one per core); any number gives the same results",
      integerFrom(1),
    )
    .option("--quiet", "no progress, warnings or hints")
    .action(async (data: string | undefined, flags: NewsFlags) => {
      const { news } = await import("./run.js");
      await news(data, flags, context);
    });
  explain(news, context, NEWS, [
    "--preset",
    "--fractions",
    "--verifiers",
    "--seeds",
    "--generator",
    "--out",
    "--plot",
    "--format",
  ]);
  return news;
}

/** `30%` or `30`. */
function percentOf(text: string): number {
  const value = /^\d+(\.\d+)?\s*%?$/.test(text.trim()) ? Number.parseFloat(text) / 100 : Number.NaN;
  if (value <= 1) return value;
  throw new InvalidArgumentError("It must be a percentage of at most 100, such as 30%.");
}

function percents(text: string): number[] {
  const list = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part) / 100));
  if (list.every((share) => share > 0 && share <= 1) && new Set(list).size === list.length) return list;
  throw new InvalidArgumentError("It must be a list of percentages above 0 and up to 100, without repetitions.");
}

const CONVERT = `
The output is the input of pstar news: JSON lines {id, url, title, text, summary}, like XL-Sum's. Rows without a text or a
summary, and rows that repeat an id, are skipped and counted.

Forms:
  csv      a file with a header line; columns with common names are recognized, others are named by --text, --summary …
  bbc      a folder of topics with one article per file, business/001.txt, with the title on its first line
  reuters  reut2-000.sgm, or the folder of all 22

Articles of the last two have no summary: their first paragraph is used as one and removed from the text, as XL-Sum's authors
do, or their title with --summary-from title. A bbc folder with "News Articles" and "Summaries" has its own.

Examples:
  A table of articles and highlights
    $ pstar news convert csv test.csv --text article --summary highlights --out test.jsonl
  The BBC's articles of 2004 and 2005
    $ pstar news convert bbc bbc/ --out bbc.jsonl.gz
  Reuters-21578, into the experiment
    $ pstar news convert reuters reuters21578/ --out reuters.jsonl && pstar news reuters.jsonl

Exit codes: 0 converted, 1 failed, 2 wrong usage, 3 data that cannot be used, 130 interrupted (nothing is written to --out).`;

function addNewsConvertCommand(news: Command, context: Context): void {
  const convert = news
    .command("convert")
    .summary("convert CSV, the BBC's folders or Reuters' SGML")
    .description("Converts articles in other formats to JSON lines {id, url, title, text, summary}.")
    .argument("<form>", "csv, bbc or reuters")
    .argument("<source>", "file or folder; files also .gz or .zst, or - for standard input")
    .option("--out <file>", "write there, compressed if it ends in .gz or .zst (default: standard output)")
    .option("--id <column>", "csv: the column of ids (default: id, guid …, or the row's number)")
    .option("--url <column>", "csv: the column of addresses (default: url or link, if any)")
    .option("--title <column>", "csv: the column of titles (default: title or headline, if any)")
    .option("--text <column>", "csv: the column of texts (default: text, article, document, content, body …)")
    .option("--summary <column>", "csv: the column of summaries (default: summary, highlights, abstract …)")
    .addOption(
      new Option("--summary-from <part>", "bbc, reuters: what to use as summary (default: lead)").choices([
        "lead",
        "title",
      ]),
    )
    .option("--quiet", "no progress or summary")
    .action(async (form: string, source: string, flags: NewsConvertFlags) => {
      const { convertNews } = await import("./convert.js");
      await convertNews(form, source, flags, context);
    });
  explain(convert, context, CONVERT, [
    "--out",
    "--id",
    "--url",
    "--title",
    "--text",
    "--summary",
    "--summary-from",
    "--quiet",
  ]);
}

const EXPORT = `
<folder> was written by pstar news --out, or is any folder of .jsonl files with rows {id, text, summary} or
{prompt, completion}. Each file is an arm: the training data of one model. Each arm becomes a folder with its rows as
{prompt, completion} and the settings for TRL and Axolotl: 1 epoch, batches of 32, blocks of 1,024 tokens, as in the paper;
the arm called generator has a learning rate of 5e-5 with cosine decay, the others a constant 2e-5. A file test.jsonl is not
an arm: its prompts for prediction are written to test/prompts.jsonl.

TRL or Axolotl then trains and predicts, and pstar news evaluate reads the predictions.

Examples:
  $ pstar news export results/ --out fine-tuning/
  $ cd fine-tuning/oracle-12.5 && trl sft --config trl.yaml
  A smaller model, another prompt
    $ pstar news export articles/ --model Qwen/Qwen2.5-0.5B --prompt "{text}\\n\\nTL;DR:"
  A chat model
    $ pstar news export results/ --model Qwen/Qwen2.5-0.5B-Instruct --form messages

Exit codes: 0 written, 1 failed, 2 wrong usage, 3 data that cannot be used.`;

const EVALUATE = `
Predictions are JSON lines {id, prediction}; the field may also be summary, completion, generated_text or predict. References
are the articles with their summaries, {id, text, summary}, or the folder of pstar news --out: then the held-out articles are
those of its test.jsonl, and the row of an arm also shows what the experiment says of it (kept R1, p, p⋆ and the prediction,
means over its seeds). Each prediction is compared with the summary of the same id by ROUGE F, with the tokens of the
reference implementation.

If there are several files, each is compared with the first, article by article: a difference counts beyond two of its
standard errors.

Examples:
  $ pstar news evaluate predictions.jsonl --references test.jsonl
  Is the model that learned from the kept rows better than the original one?
    $ pstar news evaluate original.jsonl oracle-12.5.jsonl --references results/

JSON: {schema, references, tokenizer, mostlyUnread, arms: [{name, rows, rouge1, rouge2, rougeL, words, experiment}], comparisons}, each measure
{mean, se}; experiment: {keptRouge1, errorRate, breakdown, prediction}.
Exit codes: 0 evaluated, 1 failed, 2 wrong usage, 3 data that cannot be used.`;

function addNewsExportCommand(news: Command, context: Context): void {
  const exportCommand = news
    .command("export")
    .summary("write files to fine-tune language models elsewhere")
    .description("Writes the arms of the experiment for TRL and Axolotl, with the paper's settings.")
    .argument("<folder>", "folder of .jsonl files, one per arm")
    .option("--out <folder>", "write there (default: fine-tuning in <folder>)")
    .option("--model <name>", "the model to train (default: meta-llama/Llama-2-7b-hf, as in the paper)")
    .option("--prompt <text>", "the prompt; {text} and {title} stand for the article's, \\n for a new line")
    .addOption(
      new Option("--form <form>", "rows as {prompt, completion}, or {messages} for chat models")
        .choices(rowForms)
        .default("completion"),
    )
    .option("--quiet", "do not list what was written")
    .action(async (folder: string, flags: NewsExportFlags) => {
      const { exportNews } = await import("./export.js");
      await exportNews(folder, flags, context);
    });
  explain(exportCommand, context, EXPORT);
}

function addNewsEvaluateCommand(news: Command, context: Context): void {
  const evaluate = news
    .command("evaluate")
    .summary("ROUGE of summaries predicted elsewhere")
    .description("Compares predicted summaries with those written by humans.")
    .argument("<predictions...>", "JSONL files, also .gz or .zst; - for standard input, once")
    .requiredOption("--references <file>", "the articles with their summaries, or the folder of pstar news --out")
    .option("--format <form>", "table or json", "table")
    .addOption(
      new Option(
        "--tokenizer <name>",
        "of ROUGE: ascii reads a to z and digits, unicode all scripts (default: ascii)",
      ).choices(["ascii", "unicode"]),
    )
    .option("--name <name>", "name of a file in the table, in order (default: the file name; repeatable)", collect)
    .action(async (files: string[], flags: NewsEvaluateFlags) => {
      const { evaluateNews } = await import("./evaluate.js");
      await evaluateNews(files, flags, context);
    });
  explain(evaluate, context, EVALUATE);
}
