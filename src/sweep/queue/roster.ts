import { QueueError } from "../../core/errors.js";
import type { Connection } from "./connection.js";
import { openPlans, readRecord, scenarioOf } from "./plans.js";
import { misfit, ServedPlan } from "./served.js";

/** Milliseconds between two looks for plans. */
const LOOK_EVERY = 1000;
/** Refused plans that a worker tells of, at most. */
const TOLD = 1000;

export interface RosterSettings {
  /** The fingerprint of the only plan to serve. */
  plan?: string;
  /** Seconds. */
  lease: number;
  onNote?: (text: string) => void;
}

/** The plans that a worker serves, and those that it refuses. */
export class Roster {
  readonly #connection: Connection;
  readonly #settings: RosterSettings;
  readonly #served = new Map<string, ServedPlan>();
  readonly #refused = new Map<string, string>();
  #looked = Number.NEGATIVE_INFINITY;

  constructor(connection: Connection, settings: RosterSettings) {
    this.#connection = connection;
    this.#settings = settings;
  }

  plans(): ServedPlan[] {
    return [...this.#served.values()];
  }

  refused(): string[] {
    return [...this.#refused.keys()].slice(0, TOLD);
  }

  /**
   * Looks, now and then, which plans are open.
   *
   * @param isBusy Whether jobs of a plan are being computed here: it is left when they are done.
   * @throws QueueError where the only plan to serve is refused.
   */
  async look(isBusy: (plan: ServedPlan) => boolean): Promise<void> {
    if (performance.now() - this.#looked < LOOK_EVERY) return;
    this.#looked = performance.now();
    const open = (await openPlans(this.#connection)).filter((name) => (this.#settings.plan ?? name) === name);
    for (const [name, plan] of this.#served) {
      if (open.includes(name) || isBusy(plan)) continue;
      this.#served.delete(name);
      await plan.close();
    }
    for (const name of this.#refused.keys()) if (!open.includes(name)) this.#refused.delete(name);
    for (const name of open) if (!this.#served.has(name) && !this.#refused.has(name)) await this.#meet(name);
  }

  /** Whether jobs of the plans served are waiting, or with any worker. */
  async hasWork(): Promise<boolean> {
    for (const plan of this.#served.values()) if (await plan.hasWork()) return true;
    return false;
  }

  /** @throws QueueError where there are plans, and all are refused. */
  checkFit(): void {
    const [first] = this.#refused.values();
    if (first !== undefined && this.#served.size === 0) throw new QueueError(first);
  }

  async close(): Promise<void> {
    for (const plan of this.#served.values()) await plan.close();
  }

  async #meet(name: string): Promise<void> {
    const { onNote, lease, plan } = this.#settings;
    try {
      const record = await readRecord(this.#connection, name);
      if (record === undefined) return;
      const reason = misfit(record);
      if (reason !== undefined) throw new QueueError(reason);
      this.#served.set(name, new ServedPlan(this.#connection, name, scenarioOf(record), 1000 * lease));
    } catch (error) {
      if (!(error instanceof QueueError) || plan !== undefined) throw error;
      this.#refused.set(name, error.message);
      onNote?.(error.message);
    }
  }
}
