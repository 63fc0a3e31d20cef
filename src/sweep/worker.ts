import { workerData } from "node:worker_threads";
import { Core, type CoreModule } from "../core/core.js";
import { PstarError } from "../core/errors.js";
import type { Trial } from "../core/trials.js";
import { CellTrials } from "../engine/cell.js";
import { chooseEngine } from "../engine/choose.js";
import type { CellResult } from "../engine/result.js";
import { theoryCells } from "../engine/theoryCell.js";
import type { Cell } from "../model/cells.js";

/** A block of one cell's trials. */
export interface Block {
  cell: Cell;
  first: number;
  count: number;
}

/** What a block gave. */
export interface BlockResult {
  done: Trial[] | CellResult;
  /** Milliseconds that it took. */
  took: number;
}

/** An error of pstar loses its class between threads; its name and details do not. */
export interface Failure {
  name: string;
  message: string;
  details: Pick<PstarError, "field" | "expected" | "got" | "line">;
}

const { module } = workerData as { module: CoreModule };
const core = Core.start(module);
let open: { id: string; trials: CellTrials } | undefined;

/** Computes a block, or by the theory a whole cell. The cell stays open for the next block of the same cell. */
export default async function compute({ cell, first, count }: Block): Promise<BlockResult | Failure> {
  const instance = await core;
  const start = performance.now();
  const result = (done: Trial[] | CellResult): BlockResult => ({ done, took: performance.now() - start });
  try {
    if (chooseEngine(cell.scenario).engine === "theory") return result(theoryCells(instance, [cell])[0]);
    if (open?.id !== cell.id) {
      open?.trials.close();
      open = undefined;
      open = { id: cell.id, trials: new CellTrials(instance, cell) };
    }
    return result(open.trials.run(first, count));
  } catch (error) {
    if (!(error instanceof PstarError)) throw error;
    const { name, message, field, expected, got, line } = error;
    return { name, message, details: { field, expected, got, line } };
  }
}
