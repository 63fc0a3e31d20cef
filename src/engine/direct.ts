import type { Core } from "../core/core.js";
import { ConfigError, rangeMessage } from "../core/errors.js";
import { DirectTrials, type Trial } from "../core/trials.js";
import { type Cell, idWords } from "../model/cells.js";
import { withSolver } from "./solver.js";

/** Rows are counted in 32 bits: past that a direct run would take days. */
const ROW_LIMIT = 2 ** 31 - 1;
const MAX_DRAWN_DIM = 20_000;

/** The direct engine on one cell: every row is really drawn. Holds the core until `close()`. */
export class DirectCell {
  readonly #trials: DirectTrials;
  readonly #key: { seed: number; cell: [number, number] };

  /**
   * @throws ConfigError where the cell is too large to be drawn.
   * @throws MemoryLimitError where it does not fit into the core's memory.
   */
  constructor(core: Core, { id, scenario }: Pick<Cell, "id" | "scenario">) {
    const rows = scenario.samples + scenario.realSamples;
    if (rows > ROW_LIMIT)
      throw tooLarge("samples", `with realSamples at most ${ROW_LIMIT} for the direct engine`, rows);
    if (scenario.data.dim > MAX_DRAWN_DIM) {
      throw tooLarge("data.dim", `at most ${MAX_DRAWN_DIM} for the direct engine`, scenario.data.dim);
    }
    this.#key = { seed: scenario.seed, cell: idWords(id) };
    this.#trials = new DirectTrials(core, withSolver(scenario));
  }

  /** Trials `first` … `first + count − 1`; each depends on the cell, the seed and its own number alone. */
  run(first: number, count: number): Trial[] {
    return this.#trials.run(this.#key, first, count);
  }

  close(): void {
    this.#trials.close();
  }
}

function tooLarge(field: string, expected: string, got: number): ConfigError {
  return new ConfigError(rangeMessage(field, expected, got), { field, expected, got });
}
