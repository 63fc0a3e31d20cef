import type { Experiment } from "./experiment.js";
import type { ExperimentView } from "./state.js";

/** Changes that follow one another faster than this are one: a slider that is dragged, a number that is typed. */
const ONE_CHANGE = 700;
const MOST = 100;

/** The experiments that a view showed before, the latest last. */
export class Undo {
  readonly #before = new Map<ExperimentView, Experiment[]>();
  #last = { view: "" as string, at: Number.NEGATIVE_INFINITY };

  /** @param now Milliseconds, of a clock that only runs forward. */
  note(view: ExperimentView, before: Experiment, after: Experiment, now = performance.now()): void {
    if (before === after) return;
    const goesOn = view === this.#last.view && now - this.#last.at < ONE_CHANGE;
    this.#last = { view, at: now };
    if (goesOn && this.has(view)) return;
    const stack = [...(this.#before.get(view) ?? []), before];
    this.#before.set(view, stack.slice(-MOST));
  }

  has(view: ExperimentView): boolean {
    return (this.#before.get(view)?.length ?? 0) > 0;
  }

  /** Takes back the last change; undefined if there is none. */
  take(view: ExperimentView): Experiment | undefined {
    this.#last = { view: "", at: Number.NEGATIVE_INFINITY };
    return this.#before.get(view)?.pop();
  }
}
