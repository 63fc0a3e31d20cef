import { DivergedError, SingularSystemError } from "../../core/errors.js";
import type { CellResult } from "../../engine/result.js";

const KINDS = [
  ["singular", SingularSystemError],
  ["diverged", DivergedError],
] as const;

/** Counts the cells that gave no weights. */
export class FailedCells {
  readonly #counts = new Map<string, { count: number; message: string }>();

  note({ status, message }: CellResult): void {
    if (status !== "singular" && status !== "diverged") return;
    const entry = this.#counts.get(status) ?? { count: 0, message: message ?? status };
    entry.count++;
    this.#counts.set(status, entry);
  }

  /** The other cells stand, but a run with such cells has not done what was asked. */
  throwIfAny(cells: number): void {
    for (const [status, kind] of KINDS) {
      const entry = this.#counts.get(status);
      if (entry) throw new kind(`${entry.count} of ${cells} cells: ${entry.message}`);
    }
  }
}
