import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { DataError } from "../../core/errors.js";
import { formatNumber } from "../../model/format.js";
import { finishedExperiment } from "../../news/experiment/folder.js";
import { continuationOf, DEFAULT_PROMPT, prompter } from "../../news/llm/prompt.js";
import {
  axolotlConfig,
  PAPER_MODEL,
  PAPER_SETTINGS,
  type RowForm,
  TRAINING_ROWS,
  trlConfig,
} from "../../news/llm/trainingFiles.js";
import type { Row } from "../../rows/field.js";
import { fileError } from "../../rows/fileError.js";
import { checkOutputs, checkPlaces, makeFolder } from "../../rows/files.js";
import { readRows } from "../../rows/read.js";
import { FileWriter, writeWhole } from "../../rows/write.js";
import type { Context } from "../context.js";
import { UsageError } from "../failure.js";

/** The options of `pstar news export`. */
export interface NewsExportFlags {
  out?: string;
  model?: string;
  prompt?: string;
  form?: RowForm;
  quiet?: boolean;
}

const TEST = "test";
const PACKED = /\.jsonl(\.gz|\.zst)?$/;
const BLOCK = 1 << 18;

/** Writes rows and settings for the training of each arm elsewhere. */
export async function exportNews(folder: string, flags: NewsExportFlags, context: Context): Promise<void> {
  const { out = join(folder, "fine-tuning"), model = PAPER_MODEL, form = "completion" } = flags;
  const promptOf = prompter({ prompt: flags.prompt?.replaceAll("\\n", "\n") ?? DEFAULT_PROMPT });
  const own = await finishedExperiment(folder);
  if (own && flags.prompt !== undefined)
    throw new UsageError(
      "the rows that pstar news wrote already have their prompts: set --prompt when running pstar news instead",
    );
  const files = own?.files ?? (await rowFiles(folder));
  await checkOut(out, files, folder);
  const arms: object[] = [];
  for (const file of files) {
    const name = basename(file).replace(PACKED, "");
    const from = join(folder, file);
    const target = join(out, name);
    if (name === TEST) {
      await copyRows(from, join(target, "prompts.jsonl"), (row, where) => {
        const prompt = textOf(promptIn(row, promptOf), "prompt", where);
        return form === "completion" ? { id: row.id, prompt } : { id: row.id, messages: [user(prompt)] };
      });
      continue;
    }
    const settings = name === "generator" ? PAPER_SETTINGS.generator : PAPER_SETTINGS.retrained;
    const rows = await copyRows(from, join(target, TRAINING_ROWS), (row, where) => {
      const prompt = textOf(promptIn(row, promptOf), "prompt", where);
      const completion = textOf(completionIn(row), "completion", where);
      if (form === "completion") return { prompt, completion };
      return { messages: [user(prompt), { role: "assistant", content: completion.trim() }] };
    });
    writeWhole(join(target, "trl.yaml"), trlConfig(model, settings, form));
    writeWhole(join(target, "axolotl.yaml"), axolotlConfig(model, settings, form));
    arms.push({ name, rows, ...settings });
    if (!flags.quiet) context.streams.err.print(`${target}: ${formatNumber(rows)} rows\n`);
  }
  if (arms.length === 0) throw new DataError(`${folder} contains no .jsonl file of an arm`);
  const manifest = { schema: "pstar/news-export@1", model, form, experiment: own?.settings, arms };
  writeWhole(join(out, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Makes the folders of the arms, before any row is read, if all files can be written. @throws FileError */
async function checkOut(out: string, files: readonly string[], folder: string): Promise<void> {
  const arms = files.map((file) => basename(file).replace(PACKED, ""));
  const names = arms.flatMap((arm) => namesOf(arm).map((name) => join(arm, name)));
  const outputs = ["manifest.json", ...names];
  checkPlaces(out, outputs);
  checkOutputs(
    outputs.map((name) => join(out, name)),
    [folder],
  );
  for (const arm of arms) await makeFolder(join(out, arm), arm === TEST ? undefined : "data");
}

/** What is written of an arm. */
function namesOf(arm: string): string[] {
  return arm === TEST ? ["prompts.jsonl"] : [TRAINING_ROWS, "trl.yaml", "axolotl.yaml"];
}

async function rowFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw fileError("read", folder, error);
  });
  return names.filter((name) => PACKED.test(name)).sort((a, b) => (a < b ? -1 : 1));
}

interface Where {
  file: string;
  line: number;
}

/** Writes what is made of each row, and says how many they are. */
async function copyRows(from: string, to: string, make: (row: Row, where: Where) => object): Promise<number> {
  const file = await FileWriter.open(to);
  try {
    let count = 0;
    let block = "";
    for await (const { rows, malformed } of readRows(from)) {
      for (const { line, reason } of malformed) throw new DataError(`${reason} (${from}, line ${line})`, { line });
      for (const { line, row } of rows) {
        block += `${JSON.stringify(make(row, { file: from, line }))}\n`;
        count++;
        if (block.length < BLOCK) continue;
        await file.write(Buffer.from(block));
        block = "";
      }
    }
    if (count === 0) throw new DataError(`${from} has no rows`);
    await file.write(Buffer.from(block));
    await file.close();
    file.publish();
    return count;
  } catch (error) {
    file.discard();
    throw error;
  }
}

function textOf(text: string | undefined, field: string, { file, line }: Where): string {
  if (text !== undefined) return text;
  throw new DataError(
    `a row must be {id, text, summary} or {prompt, completion}: no ${field} (${file}, line ${line})`,
    {
      line,
    },
  );
}

function promptIn({ prompt, id, title, text }: Row, promptOf: ReturnType<typeof prompter>): string | undefined {
  if (typeof prompt === "string") return prompt;
  if (typeof text !== "string") return undefined;
  return promptOf({ id: String(id), title: typeof title === "string" ? title : "", text, summary: "" });
}

function completionIn({ completion, summary }: Row): string | undefined {
  if (typeof completion === "string") return completion;
  return typeof summary === "string" ? continuationOf(summary) : undefined;
}

function user(content: string) {
  return { role: "user", content };
}
