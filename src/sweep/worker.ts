import { workerData } from "node:worker_threads";
import { Core, type CoreModule } from "../core/core.js";
import { PstarError } from "../core/errors.js";
import type { Trial } from "../core/trials.js";
import { DirectCell } from "../engine/direct.js";
import type { Cell } from "../model/cells.js";

/** A block of one cell's trials. */
export interface Block {
  cell: Pick<Cell, "id" | "scenario">;
  first: number;
  count: number;
}

/** An error of pstar loses its class between threads; its name and details do not. */
export interface Failure {
  name: string;
  message: string;
  details: Pick<PstarError, "field" | "expected" | "got" | "line">;
}

const { module } = workerData as { module: CoreModule };
const core = Core.start(module);
let open: { id: string; direct: DirectCell } | undefined;

/** Computes a block. The cell stays open for the next block of the same cell. */
export default async function compute({ cell, first, count }: Block): Promise<Trial[] | Failure> {
  const instance = await core;
  try {
    if (open?.id !== cell.id) {
      open?.direct.close();
      open = undefined;
      open = { id: cell.id, direct: new DirectCell(instance, cell) };
    }
    return open.direct.run(first, count);
  } catch (error) {
    if (!(error instanceof PstarError)) throw error;
    const { name, message, field, expected, got, line } = error;
    return { name, message, details: { field, expected, got, line } };
  }
}
