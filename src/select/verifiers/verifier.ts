import type { Row } from "../../rows/field.js";

/** What a verifier is told beside the rows. */
export interface VerifierContext {
  /** The seed of the selection. */
  seed: number;
  /** The number of the first of these rows in the file, from 0. Blank lines are no rows; malformed rows are left out. */
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
  /** What results call it; left out, the name of the file. */
  name?: string;
  /** The fields that a row must have; a row without one is malformed and does not reach `score`. */
  fields?: readonly string[];
  /** Gives a number for each row, high for good ones; NaN where there is nothing to say, and such rows are not kept. */
  score(rows: readonly Row[], context: VerifierContext): ArrayLike<number> | Promise<ArrayLike<number>>;
}

/** A verifier at work: it is shown the rows of a block one by one, and then gives their scores. */
export interface Scorer {
  /** Why a row cannot be scored; undefined where it can. */
  problem(row: Row): string | undefined;
  /** Takes a row without a problem. @param index Its number in the block, from 0. @param exact The row with integers beyond 2^53 as `bigint`. */
  take(row: Row, index: number, exact: () => Row): void;
  /** Gives the scores of the rows taken since it was last asked; NaN where there is none. @param firstRow The number of the block's first row in the file. */
  scores(firstRow: number): ArrayLike<number> | Promise<ArrayLike<number>>;
  /** How many of the rows scored since this was last asked have a score that says little. */
  doubtful?(): number;
}
