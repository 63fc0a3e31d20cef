import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { DataError } from "../../core/errors.js";
import { checkOutputs, checkPlaces, makeFolder } from "../../rows/files.js";
import { KeyedLog } from "../../rows/keyedLog.js";
import { Lock, type LockOptions } from "../../rows/lock.js";
import { jsonText, MANIFEST, openManifest, readManifest } from "../../rows/manifest.js";
import { writeWhole } from "../../rows/write.js";
import type { Article } from "../interfaces.js";
import { continuationOf, prompter } from "../llm/prompt.js";
import { newsReason } from "../reasons.js";
import type { NewsExperiment, NewsStore } from "./run.js";
import type { ArmTask } from "./work.js";

const PARTS = "parts";
const RESULT = "result.json";
const CHART = "news.png";
/** The name of the held-out articles among the arms. */
const TEST = "test";
const PARTIAL = "result.partial.json";
const SCHEMA = "pstar/news-manifest@1";
const OF_NEWS = { schema: SCHEMA, what: "a news experiment" };

/** A folder that keeps an experiment as it grows: finished tasks in a log in `parts`, and all else when it ends. */
export class NewsFolder implements NewsStore {
  readonly #folder: string;
  readonly #lock: Lock;
  readonly #tasks: KeyedLog;

  private constructor(folder: string, lock: Lock) {
    this.#folder = folder;
    this.#lock = lock;
    this.#tasks = new KeyedLog(join(folder, PARTS, "tasks.log"), "pstar/news-tasks@1", "a log of finished tasks");
  }

  /** Finds out before any article is read that a file of the folder could not be written. @throws FileError */
  static check(folder: string): void {
    checkPlaces(folder, [MANIFEST, RESULT, PARTIAL, CHART, `${TEST}.jsonl`]);
  }

  /**
   * No other process can open it until `close()`.
   *
   * @param inputs The files that the experiment reads.
   * @throws DataError if the folder holds another experiment; FileError if another process has it open, it cannot be written, or an
   * input would be overwritten.
   */
  static async open(
    folder: string,
    { identity, arms }: NewsExperiment,
    inputs: readonly string[],
    { onWait }: LockOptions = {},
  ): Promise<NewsFolder> {
    const outputs = [MANIFEST, RESULT, PARTIAL, CHART, `${TEST}.jsonl`, ...arms.map(({ name }) => `${name}.jsonl`)];
    checkOutputs(
      outputs.map((name) => join(folder, name)),
      inputs,
    );
    checkPlaces(folder, outputs);
    await makeFolder(folder, PARTS);
    const lock = await Lock.take(folder, { onWait });
    try {
      await openManifest(folder, OF_NEWS, identity, { complete: false });
      return new NewsFolder(folder, lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  async read(name: string): Promise<unknown> {
    return this.#tasks.get(name);
  }

  async write(name: string, value: unknown): Promise<void> {
    this.#tasks.put(name, value);
  }

  /**
   * Writes the result, and of the first seed the rows of every arm and the held-out articles.
   *
   * @param tasks What the arms of that seed have learned from.
   * @returns The files.
   */
  async finish(result: object, experiment: NewsExperiment, tasks: readonly ArmTask[]): Promise<string[]> {
    const { identity, settings } = experiment;
    const promptOf = prompter({ prompt: settings.prompt ?? undefined });
    const written: string[] = [];
    const put = (name: string, text: string) => {
      const file = join(this.#folder, name);
      writeWhole(file, text);
      written.push(file);
    };
    const arms = armRows(experiment, tasks);
    for (const { name, rows } of arms) {
      const lines = rows.map(({ article, summary }) => {
        return `${JSON.stringify({ id: article.id, prompt: promptOf(article), completion: continuationOf(summary) })}\n`;
      });
      put(`${name}.jsonl`, lines.join(""));
    }
    put(RESULT, jsonText(result));
    const [seed] = settings.seeds;
    const files = arms.map(({ name, rows }) => ({ name, file: `${name}.jsonl`, rows: rows.length, seed }));
    put(MANIFEST, jsonText({ schema: SCHEMA, complete: true, identity, arms: files }));
    await rm(join(this.#folder, PARTIAL), { force: true });
    return written;
  }

  /** Writes the result of an experiment that was stopped. */
  finishPart(result: object): string {
    const file = join(this.#folder, PARTIAL);
    writeWhole(file, jsonText(result));
    return file;
  }

  /** The file of the answers of models from outside. */
  get answers(): string {
    return join(this.#folder, PARTS, "answers.jsonl");
  }

  get chart(): string {
    return join(this.#folder, CHART);
  }

  close(): void {
    this.#tasks.close();
    this.#lock.release();
  }
}

/** The rows of an arm, in a file of its name. */
interface ArmRows {
  name: string;
  rows: { article: Article; summary: string }[];
}

/** What the arms of the first repetition learned from, and the held-out articles with their own summaries. */
function armRows(experiment: NewsExperiment, tasks: readonly ArmTask[]): ArmRows[] {
  const { arms, settings } = experiment;
  const { train, generator, test } = experiment.repetition(settings.seeds[0]);
  // what a generator from outside has learned from is not here
  const learned = arms.filter(({ kind }) => kind !== "generator" || settings.generator === null);
  return [
    ...learned.map(({ name, kind }) => {
      const rows = tasks.find((task) => task.arm.name === name)?.rows;
      if (rows) return { name, rows: rows.map(({ place, summary }) => ({ article: train[place], summary })) };
      return { name, rows: ownRows(kind === "generator" ? generator : train) };
    }),
    { name: TEST, rows: ownRows(test) },
  ];
}

function ownRows(articles: readonly Article[]): ArmRows["rows"] {
  return articles.map((article) => ({ article, summary: article.summary }));
}

/**
 * The files of the arms in the folder of a finished experiment, and its settings; null if the folder is another one.
 *
 * @throws DataError if the experiment has not ended.
 */
export async function finishedExperiment(folder: string): Promise<{ files: string[]; settings: unknown } | null> {
  const manifest = await readManifest(folder, OF_NEWS);
  if (manifest?.schema !== SCHEMA) return null;
  if (manifest.complete !== true) throw new DataError(newsReason("experiment-not-ended", { folder }));
  const arms: ({ file?: unknown } | null)[] = Array.isArray(manifest.arms) ? manifest.arms : [];
  const names = arms.flatMap((arm) => (typeof arm?.file === "string" ? [arm.file] : []));
  const isPlain = names.every((name) => basename(name) === name);
  if (names.length > 0 && names.length === arms.length && isPlain)
    return { files: names, settings: manifest.identity?.settings };
  throw new DataError(newsReason("arms-not-named", { file: join(folder, MANIFEST) }));
}
