import { rm } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../core/errors.js";
import type { Article } from "../news/article.js";
import type { NewsStore } from "../news/experiment/run.js";
import { makeFolder } from "../sweep/store/files.js";
import { exists, readText, writeWhole } from "./files.js";

const PARTS = "parts";
const MANIFEST = "manifest.json";

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
    } else await writeWhole(file, json({ schema: "pstar/news-manifest@1", fingerprint, complete: false }));
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
  async finish(result: object, fingerprint: string, seed: number, arms: readonly ArmRows[]): Promise<string[]> {
    const written: string[] = [];
    const put = async (name: string, text: string) => {
      const file = join(this.#folder, name);
      await writeWhole(file, text);
      written.push(file);
    };
    for (const { name, rows } of arms) await put(`${name}.jsonl`, rows.map(row).join(""));
    await put("result.json", json(result));
    const files = arms.map(({ name, rows }) => ({ name, file: `${name}.jsonl`, rows: rows.length, seed }));
    await put(MANIFEST, json({ schema: "pstar/news-manifest@1", fingerprint, complete: true, arms: files }));
    await rm(join(this.#folder, "result.partial.json"), { force: true });
    return written;
  }

  async finishPart(result: object): Promise<string[]> {
    const file = join(this.#folder, "result.partial.json");
    await writeWhole(file, json(result));
    return [file];
  }

  get chart(): string {
    return join(this.#folder, "news.png");
  }

  #part(name: string): string {
    return join(this.#folder, PARTS, `${name}.json`);
  }
}

function row({ article, summary }: ArmRows["rows"][number]): string {
  return `${JSON.stringify({ id: article.id, prompt: `${article.text}\n\nSummary:`, completion: ` ${summary}` })}\n`;
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
