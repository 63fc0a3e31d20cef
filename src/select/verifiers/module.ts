import { access } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { DataError, mustBe, rangeMessage } from "../../core/errors.js";
import { type FieldOf, fieldOf, type Row } from "../../rows/field.js";
import { fileError } from "../../rows/fileError.js";
import { selectReason } from "../reasons.js";
import type { Scorer, Weighted } from "./scorer.js";

/** A verifier of your own: an ES module whose default export is a {@link Verifier}. */
export interface ModuleSpec extends Weighted {
  kind: "module";
  /** Its path. */
  file: string;
}

/** What a verifier gets beside the rows. */
export interface VerifierContext {
  /** The seed of the selection. */
  seed: number;
  /** The number of the first of these rows in the file, from 0. Blank lines are not rows; malformed rows are left out. */
  firstRow: number;
}

/**
 * A verifier of your own: the default export of an ES module.
 *
 * Each worker thread loads the module once. How many rows come together is left open (at most 1024), and a score must
 * depend on its row alone.
 *
 * @example
 * // mine.js
 * export default {
 *   fields: ["answer"],
 *   score: (rows) => rows.map(({ answer }) => (answer.includes("I cannot") ? 0 : 1)),
 * };
 */
export interface Verifier {
  /** What results call it; by default the name of the file. */
  name?: string;
  /** The fields that a row must have; a row without one is malformed and does not reach `score`. */
  fields?: readonly string[];
  /** Gives a number for each row, high for good ones; NaN if there is nothing to say, and such rows are not kept. */
  score(rows: readonly Row[], context: VerifierContext): ArrayLike<number> | Promise<ArrayLike<number>>;
}

/** Rows that are handed over together. */
const BATCH = 1024;

/** A fault of a verifier's own code, at a row that is counted from the block's first. */
export class VerifierFault extends Error {
  override name = "VerifierFault";
  readonly row: number;
  /** The line of that row, counted from the block's first. */
  line = 0;
  /** The number of the block's file. */
  file = 0;
  /** Scores that were given before may be those of other rows. */
  isMixedUp = false;

  constructor(message: string, row: number) {
    super(message);
    this.row = row;
  }
}

/** Scores that were given before may be those of other rows: none is to be believed. */
export class MixedUpError extends DataError {
  override name = "DataError";
}

/** A verifier of the user's own, behind checks of all that it gives back. */
export class ModuleScorer implements Scorer {
  readonly #file: string;
  readonly #verifier: Verifier;
  readonly #fields: readonly [string, FieldOf][];
  readonly #seed: number;
  #taken: Row[] = [];
  #indices: number[] = [];

  private constructor(file: string, verifier: Verifier, seed: number) {
    this.#file = file;
    this.#verifier = verifier;
    this.#fields = (verifier.fields ?? []).map((path) => [path, fieldOf(path)]);
    this.#seed = seed;
  }

  static async load(file: string, seed: number): Promise<ModuleScorer> {
    return new ModuleScorer(file, await loadVerifier(file), seed);
  }

  problem(row: Row): string | undefined {
    for (const [path, of] of this.#fields) if (of(row) === undefined) return `field ${path} is missing`;
    return undefined;
  }

  take(row: Row, index: number): void {
    this.#taken.push(row);
    this.#indices.push(index);
  }

  async scores(firstRow: number): Promise<Float64Array> {
    const rows = this.#taken;
    const indices = this.#indices;
    this.#taken = [];
    this.#indices = [];
    const scores = new Float64Array(rows.length);
    for (let start = 0; start < rows.length; start += BATCH) {
      const end = Math.min(start + BATCH, rows.length);
      scores.set(await this.#batch(rows.slice(start, end), indices.slice(start, end), firstRow), start);
    }
    return scores;
  }

  async #batch(rows: readonly Row[], indices: readonly number[], firstRow: number): Promise<ArrayLike<number>> {
    const seed = this.#seed;
    let scores: ArrayLike<number>;
    try {
      scores = await this.#verifier.score(rows, { seed, firstRow: firstRow + indices[0] });
    } catch (error) {
      const culprit = await this.#culprit(rows, indices, firstRow);
      throw new VerifierFault(`${this.#file} failed: ${messageOf(error)}`, culprit);
    }
    if (scores?.length !== rows.length) {
      const expected = `one number for each of the ${rows.length} rows`;
      throw new VerifierFault(`${this.#file}: ${rangeMessage("score(rows)", expected, shown(scores))}`, indices[0]);
    }
    for (const [i, index] of indices.entries()) {
      if (typeof scores[i] === "number") continue;
      throw new VerifierFault(`${this.#file}: ${rangeMessage("the score of a row", "a number", scores[i])}`, index);
    }
    return scores;
  }

  /** The first row that fails alone too; the first of all if each does well alone. */
  async #culprit(rows: readonly Row[], indices: readonly number[], firstRow: number): Promise<number> {
    for (const [i, row] of rows.entries()) {
      try {
        await this.#verifier.score([row], { seed: this.#seed, firstRow: firstRow + indices[i] });
      } catch {
        return indices[i];
      }
    }
    return indices[0];
  }
}

/**
 * Loads a verifier of the user's own.
 *
 * @throws FileError if there is no such file, DataError if it is not a verifier.
 */
export async function loadVerifier(file: string): Promise<Verifier> {
  try {
    await access(file);
  } catch (error) {
    throw fileError("read", file, error);
  }
  let loaded: { default?: unknown };
  try {
    loaded = await import(pathToFileURL(resolve(file)).href);
  } catch (error) {
    throw new DataError(selectReason("module-cannot-load", { file, cause: messageOf(error) }), {}, { cause: error });
  }
  const verifier = loaded.default as Partial<Verifier> | undefined;
  if (typeof verifier !== "object" || verifier === null || typeof verifier.score !== "function") {
    const why = mustBe("its default export", selectReason("an-object-that-scores"), verifier);
    throw new DataError(selectReason("not-a-verifier", { file, why }));
  }
  const { fields } = verifier;
  if (fields !== undefined && !(Array.isArray(fields) && fields.every((field) => typeof field === "string"))) {
    const why = mustBe("fields", selectReason("a-list-of-names"), fields);
    throw new DataError(selectReason("not-a-verifier", { file, why }));
  }
  return verifier as Verifier;
}

function shown(scores: unknown): unknown {
  const length = (scores as ArrayLike<number> | undefined)?.length;
  return typeof length === "number" ? `${length} of them` : scores;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
