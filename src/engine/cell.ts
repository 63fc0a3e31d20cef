import type { Core } from "../core/core.js";
import { type Trial, TrialRun } from "../core/trials.js";
import { type Cell, idWords } from "../model/cells.js";
import { kernelExperiment } from "../model/experiment.js";
import { chooseEngine } from "./choose.js";
import { withSolver } from "./solver.js";

/** The trials of one cell, by the direct or the reduced engine. Holds the core until `close()`. */
export class CellTrials {
  readonly #trials: TrialRun;
  readonly #key: { seed: number; cell: [number, number] };

  /** @throws MemoryLimitError where the cell does not fit into the core's memory. */
  constructor(core: Core, { id, scenario }: Pick<Cell, "id" | "scenario">) {
    const { engine } = chooseEngine(scenario);
    this.#key = { seed: scenario.seed, cell: idWords(id) };
    this.#trials =
      engine === "reduced"
        ? TrialRun.reduced(core, kernelExperiment(scenario))
        : TrialRun.direct(core, kernelExperiment(withSolver(scenario)));
  }

  /** Trials `first` … `first + count − 1`; each depends on the cell, the seed and its own number alone. */
  run(first: number, count: number): Trial[] {
    return this.#trials.run(this.#key, first, count);
  }

  close(): void {
    this.#trials.close();
  }
}
