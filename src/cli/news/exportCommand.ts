import { type Command, Option } from "commander";
import { rowForms } from "../../news/llm/trainingFiles.js";
import type { Context } from "../context.js";
import { collect } from "../run/command.js";
import { helpText } from "../terminal/help.js";
import type { NewsEvaluateFlags } from "./evaluate.js";
import type { NewsExportFlags } from "./export.js";

const EXPORT = `
<folder> is what pstar news --out has written, or any folder of .jsonl files with rows {id, text, summary} or
{prompt, completion}. Each file is an arm: what a model is to be trained on. For each of them there will be a folder with the
rows as {prompt, completion} and the settings for TRL and Axolotl: 1 epoch, batches of 32, blocks of 1,024 tokens, as in the
paper; the arm called generator learns at 5e-5, falling as a cosine, the others at a constant 2e-5. A file test.jsonl is no arm:
of it there will be the prompts to predict from, test/prompts.jsonl.

Training and predicting is theirs. pstar news evaluate reads what was predicted.

Examples:
  $ pstar news export results/ --out fine-tuning/
  $ cd fine-tuning/oracle-12.5 && trl sft --config trl.yaml
  A smaller model, another prompt
    $ pstar news export articles/ --model Qwen/Qwen2.5-0.5B --prompt "{text}\\n\\nTL;DR:"
  A model that chats
    $ pstar news export results/ --model Qwen/Qwen2.5-0.5B-Instruct --form messages

Exit codes: 0 written, 1 failed, 2 wrong usage, 3 data that cannot be used.`;

const EVALUATE = `
Predictions are JSON lines {id, prediction}; also called summary, completion, generated_text or predict. References are the
articles with their summaries, {id, text, summary}; or the folder that pstar news --out has written: then the held-out articles
are those of its test.jsonl, and an arm's row goes on with what the experiment knows of it (kept R1, p, p⋆ and the prediction,
means over its seeds). Each prediction is compared with the summary of the same id by ROUGE F, the
tokens as the reference implementation of ROUGE takes them.

Of several files each is compared with the first, article by article: the difference counts as one beyond two of its standard
errors.

Examples:
  $ pstar news evaluate predictions.jsonl --references test.jsonl
  Is the model of the kept rows better than the original one?
    $ pstar news evaluate original.jsonl oracle-12.5.jsonl --references results/

JSON: {schema, references, arms: [{name, rows, rouge1, rouge2, rougeL, words, experiment}], comparisons}, each measure
{mean, se}; experiment: {keptRouge1, errorRate, breakdown, prediction}.
Exit codes: 0 evaluated, 1 failed, 2 wrong usage, 3 data that cannot be used.`;

/** Adds `pstar news export`. */
export function addNewsExportCommand(news: Command, context: Context): void {
  news
    .command("export")
    .summary("write arms and settings for the training of language models elsewhere")
    .description("Writes the arms of the experiment for TRL and Axolotl, with the paper's settings.")
    .argument("<folder>", "folder of .jsonl files, one an arm")
    .option("--out <folder>", "write there (default: fine-tuning in <folder>)")
    .option("--model <name>", "the model that is trained (default: meta-llama/Llama-2-7b-hf, as in the paper)")
    .option("--prompt <text>", "what the model is told; {text} and {title} stand for the article's, \\n for a new line")
    .addOption(
      new Option("--form <form>", "rows as {prompt, completion}, or {messages} for models that chat")
        .choices(rowForms)
        .default("completion"),
    )
    .option("--quiet", "say nothing of what was written")
    .addHelpText("after", () => helpText(EXPORT, context.streams.out.columns))
    .action(async (folder: string, flags: NewsExportFlags) => {
      const { exportNews } = await import("./export.js");
      await exportNews(folder, flags, context);
    });
}

/** Adds `pstar news evaluate`. */
export function addNewsEvaluateCommand(news: Command, context: Context): void {
  news
    .command("evaluate")
    .summary("ROUGE of summaries that were predicted elsewhere")
    .description("Compares predicted summaries with those that humans wrote.")
    .argument("<predictions...>", "JSONL files, also .gz or .zst; of - one only")
    .requiredOption("--references <file>", "the articles with their summaries, or the folder of pstar news --out")
    .option("--format <form>", "table or json", "table")
    .option("--name <name>", "what a file is called in the table, in turn (default: its name)", collect)
    .addHelpText("after", () => helpText(EVALUATE, context.streams.out.columns))
    .action(async (files: string[], flags: NewsEvaluateFlags) => {
      const { evaluateNews } = await import("./evaluate.js");
      await evaluateNews(files, flags, context);
    });
}
