import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { DataError } from "../../core/errors.js";
import type { Article } from "../../news/article.js";
import type { NewsIdentity, NewsStore } from "../../news/experiment/run.js";
import { continuationOf } from "../../news/llm/prompt.js";
import { makeFolder } from "../../sweep/store/files.js";
import { exists, readText, writeWhole } from "../files.js";

const PARTS = "parts";
const MANIFEST = "manifest.json";
const SCHEMA = "pstar/news-manifest@1";

/** The rows of an arm, in a file of its name. */
export interface ArmRows {
  name: string;
  rows: { article: Article; summary: string }[];
}

/** A folder that keeps an experiment as it grows: finished arms in `parts`, and all else when it ends. */
export class NewsFolder implements NewsStore {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws DataError where the folder holds another experiment, FileError where it cannot be written. */
  static async open(folder: string, identity: NewsIdentity): Promise<NewsFolder> {
    await makeFolder(join(folder, PARTS));
    const file = join(folder, MANIFEST);
    if (await exists(file)) {
      const manifest = parsed(await readText(file), file) as { identity?: NewsIdentity } | null;
      const [first] = differences(manifest?.identity, identity);
      if (first !== undefined) {
        throw new DataError(`${folder} holds another experiment: ${first}; --out must name a folder of its own`);
      }
    } else await writeWhole(file, json({ schema: SCHEMA, complete: false, identity }));
    return new NewsFolder(folder);
  }

  async read(name: string): Promise<unknown> {
    const file = this.#part(name);
    return (await exists(file)) ? parsed(await readText(file), file) : undefined;
  }

  async write(name: string, value: unknown): Promise<void> {
    await writeWhole(this.#part(name), JSON.stringify(value));
  }

  /** Writes the result, and of the first seed the rows of every arm and the held-out articles. */
  async finish(
    result: object,
    { identity, seed, promptOf }: { identity: NewsIdentity; seed: number; promptOf: (article: Article) => string },
    arms: readonly ArmRows[],
  ): Promise<string[]> {
    const written: string[] = [];
    const put = async (name: string, text: string) => {
      const file = join(this.#folder, name);
      await writeWhole(file, text);
      written.push(file);
    };
    for (const { name, rows } of arms) {
      const lines = rows.map(({ article, summary }) => {
        return `${JSON.stringify({ id: article.id, prompt: promptOf(article), completion: continuationOf(summary) })}\n`;
      });
      await put(`${name}.jsonl`, lines.join(""));
    }
    await put("result.json", json(result));
    const files = arms.map(({ name, rows }) => ({ name, file: `${name}.jsonl`, rows: rows.length, seed }));
    await put(MANIFEST, json({ schema: SCHEMA, complete: true, identity, arms: files }));
    await rm(join(this.#folder, "result.partial.json"), { force: true });
    return written;
  }

  async finishPart(result: object): Promise<string> {
    const file = join(this.#folder, "result.partial.json");
    await writeWhole(file, json(result));
    return file;
  }

  /** The file of the answers of models from outside. */
  get answers(): string {
    return join(this.#folder, PARTS, "answers.jsonl");
  }

  get chart(): string {
    return join(this.#folder, "news.png");
  }

  #part(name: string): string {
    return join(this.#folder, PARTS, `${name}.json`);
  }
}

/** In words, what another experiment has otherwise. */
function differences(was: NewsIdentity | undefined, now: NewsIdentity): string[] {
  if (was?.settings == null) return ["its manifest is not that of pstar news"];
  const settings = (Object.keys(now.settings) as (keyof NewsIdentity["settings"])[]).flatMap((name) => {
    const [before, after] = [JSON.stringify(was.settings[name]), JSON.stringify(now.settings[name])];
    return before === after ? [] : [`${name} was ${before}, now ${after}`];
  });
  const articles = was.articles === now.articles ? [] : ["its articles are others"];
  return [...settings, ...articles, ...(was.core === now.core ? [] : ["it is of another version of pstar"])];
}

/**
 * The files of the arms in a folder that `pstar news --out` has written, and what it was told; null where it is another folder.
 *
 * @throws DataError where the experiment has not ended.
 */
export async function finishedExperiment(folder: string): Promise<{ files: string[]; settings: unknown } | null> {
  const file = join(folder, MANIFEST);
  if (!(await exists(file))) return null;
  const manifest = parsed(await readText(file), file) as {
    schema?: unknown;
    complete?: unknown;
    identity?: Partial<NewsIdentity>;
    arms?: unknown;
  } | null;
  if (manifest?.schema !== SCHEMA) return null;
  if (manifest.complete !== true)
    throw new DataError(
      `${folder} holds an experiment that has not ended: pstar news with the same --out goes on with it`,
    );
  const arms: ({ file?: unknown } | null)[] = Array.isArray(manifest.arms) ? manifest.arms : [];
  const names = arms.flatMap((arm) => (typeof arm?.file === "string" ? [arm.file] : []));
  const isPlain = names.every((name) => basename(name) === name);
  if (names.length > 0 && names.length === arms.length && isPlain)
    return { files: names, settings: manifest.identity?.settings };
  throw new DataError(`${file} must name the files of the arms, as pstar news writes it`);
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new DataError(`${file} must be JSON, as pstar news writes it`);
  }
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
