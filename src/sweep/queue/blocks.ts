import { MemoryLimitError } from "../../core/errors.js";
import type { CellScenario } from "../../model/scenario.js";

/** Blocks that a plan is cut into, at the least, where it has trials enough: so many machines find work. */
const BLOCKS_WANTED = 128;
/** Records of a block, at most: of each trial one a generation. With 80 bytes each, a block's result stays below 1 MiB. */
const RECORDS = 12_000;

/** Some trials of one cell, named by the cell's id, its position in the plan and the block's own number in the cell. */
export interface BlockName {
  id: string;
  index: number;
  number: number;
}

/** The trials `first` … `first + count − 1` of a cell. */
export interface Stretch {
  first: number;
  count: number;
}

/**
 * How the cells of a plan are cut into blocks of trials: the jobs of a queue. Everybody who knows the plan cuts it alike, and
 * what the trials give does not depend on it.
 *
 * @param cells Of the whole plan.
 */
export class Blocks {
  readonly #trials: number;
  readonly #pieces: number;

  constructor(cells: number, trials: number) {
    this.#trials = trials;
    this.#pieces = Math.ceil(BLOCKS_WANTED / cells);
  }

  /** Blocks of a cell. */
  count(cell: CellScenario): number {
    return Math.ceil(this.#trials / this.#size(cell));
  }

  /** The trials of one block of a cell, counted from 0; undefined where it has no such block. */
  stretch(cell: CellScenario, number: number): Stretch | undefined {
    const size = this.#size(cell);
    const first = number * size;
    if (!Number.isSafeInteger(number) || number < 0 || first >= this.#trials) return undefined;
    return { first, count: Math.min(size, this.#trials - first) };
  }

  #size({ generations }: CellScenario): number {
    const most = Math.floor(RECORDS / generations);
    if (most === 0) throw new MemoryLimitError(`a queue takes at most ${RECORDS} generations, got ${generations}`);
    return Math.min(most, Math.ceil(this.#trials / this.#pieces));
  }
}

/** The name of a block as a text: `0123456789abcdef-12-0`. */
export function blockText({ id, index, number }: BlockName): string {
  return `${id}-${index}-${number}`;
}

/** Reads what {@link blockText} wrote; undefined where it is none. */
export function readBlock(text: unknown): BlockName | undefined {
  const found = typeof text === "string" ? /^([0-9a-f]{16})-(0|[1-9]\d{0,6})-(0|[1-9]\d{0,8})$/.exec(text) : null;
  return found ? { id: found[1], index: Number(found[2]), number: Number(found[3]) } : undefined;
}
