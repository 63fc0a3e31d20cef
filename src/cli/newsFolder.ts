import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { DataError } from "../core/errors.js";
import type { Article } from "../news/article.js";
import type { NewsStore } from "../news/experiment/run.js";
import { continuationOf } from "../news/llm/prompt.js";
import { makeFolder } from "../sweep/store/files.js";
import { exists, readText, writeWhole } from "./files.js";

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
  static async open(folder: string, fingerprint: string): Promise<NewsFolder> {
    await makeFolder(join(folder, PARTS));
    const file = join(folder, MANIFEST);
    if (await exists(file)) {
      const manifest = parsed(await readText(file), file) as { fingerprint?: unknown } | null;
      if (manifest?.fingerprint !== fingerprint) {
        throw new DataError(
          `${folder} holds another experiment, of other settings or articles: --out must name a folder of its own`,
        );
      }
    } else await writeWhole(file, json({ schema: SCHEMA, fingerprint, complete: false }));
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
    { fingerprint, seed, promptOf }: { fingerprint: string; seed: number; promptOf: (article: Article) => string },
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
    await put(MANIFEST, json({ schema: SCHEMA, fingerprint, complete: true, arms: files }));
    await rm(join(this.#folder, "result.partial.json"), { force: true });
    return written;
  }

  async finishPart(result: object): Promise<string[]> {
    const file = join(this.#folder, "result.partial.json");
    await writeWhole(file, json(result));
    return [file];
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

/**
 * The files of the arms in a folder that `pstar news --out` has written; null where it is another folder.
 *
 * @throws DataError where the experiment has not ended.
 */
export async function armFiles(folder: string): Promise<string[] | null> {
  const file = join(folder, MANIFEST);
  if (!(await exists(file))) return null;
  const manifest = parsed(await readText(file), file) as {
    schema?: unknown;
    complete?: unknown;
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
  if (names.length > 0 && names.length === arms.length && isPlain) return names;
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
