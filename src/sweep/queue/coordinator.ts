import { randomUUID } from "node:crypto";
import { realpathSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import type { Queue } from "bullmq";
import { CORE_HASH } from "../../core/bytes.generated.js";
import type { Core } from "../../core/core.js";
import { FailedCellsError, QueueError, StoreError } from "../../core/errors.js";
import { printable } from "../../core/printable.js";
import { VERSION } from "../../core/version.generated.js";
import type { CellResult } from "../../engine/result.js";
import type { Store } from "../store/store.js";
import { Blocks, readBlock } from "./blocks.js";
import type { Connection } from "./connection.js";
import { Inbox } from "./inbox.js";
import { type FailedBlock, failedBlocks, failedCells, jobCounts, jobsOf } from "./jobs.js";
import { Outbox } from "./outbox.js";
import { planKeys, recordText } from "./plans.js";
import { hold, letGo, openPlan, removePlan } from "./scripts.js";
import { presentWorkers } from "./workers.js";

/** Milliseconds after which the right to coordinate ends with its silent holder. */
const HOLD = 6_000;
/** Milliseconds between two looks at what is rarely new. */
const LOOK_EVERY = 1000;
/** Looks without any job for what is missing after which Redis must have lost some. */
const LOOKS_BEFORE_RESTART = 4;
/** Looks without a worker after which it is told that there is none. */
const LOOKS_BEFORE_NOTE = 3;
/** Milliseconds between two questions for results, where none came. */
const PACE = { first: 20, last: 250 };

/** Puts a plan into the queue and brings the results into the store; one process at a time for each plan. */
export class Coordinator {
  readonly #connection: Connection;
  readonly #store: Store;
  readonly #queue: Queue;
  readonly #inbox: Inbox;
  readonly #outbox: Outbox;
  readonly #note: (text: string) => void;
  readonly #holder: string;
  #failed: FailedBlock[] = [];
  #pace = PACE.first;
  #looked = 0;
  #held = 0;
  #idleLooks = 0;
  #lonelyLooks = 0;
  #stopped = false;
  /** Whether all results were looked at that were there when the plan was opened. */
  #knowsAll = false;

  constructor(connection: Connection, store: Store, core: Core, note: (text: string) => void) {
    this.#connection = connection;
    this.#store = store;
    this.#note = note;
    this.#queue = jobsOf(connection, this.#fingerprint);
    const blocks = new Blocks(store.plan.length, store.scenario.trials);
    this.#inbox = new Inbox(connection, store, core, blocks);
    this.#outbox = new Outbox(this.#queue, store, blocks, (index, number) => this.#inbox.has(index, number));
    const place = { host: hostname(), folder: realpathSync(store.folder) };
    this.#holder = JSON.stringify({ ...place, pid: process.pid, token: randomUUID() });
  }

  get #fingerprint(): string {
    return this.#store.manifest.fingerprint;
  }

  /**
   * Opens the plan. What a coordinator before left there is gone on with; what it set aside is tried again.
   *
   * @throws QueueError where another process coordinates the plan.
   */
  async open(): Promise<void> {
    await this.#take();
    for (;;) if ((await this.#queue.clean(0, 1000, "failed")).length === 0) break;
    await this.#begin();
  }

  /**
   * One round: fills the queue and takes the results that came, or waits a moment where none did.
   *
   * @returns The cells that were finished; undefined where there is nothing more to wait for.
   * @throws StoreError where two workers disagree on a cell; FailedCellsError at the end, where some were set aside.
   */
  async round(): Promise<CellResult[] | undefined> {
    await this.#keepHold();
    const { names, cells, lost } = await this.#inbox.collect(() => this.#stopped);
    for (const name of names) this.#outbox.arrived(name);
    if (lost) await this.#begin();
    this.#knowsAll ||= names.length === 0;
    if (this.#knowsAll) await this.#outbox.fill(this.#failed.length); // before, it would ask for what is there
    if (performance.now() - this.#looked >= LOOK_EVERY) await this.#look(names.length > 0);
    if (names.length > 0) {
      this.#pace = PACE.first;
      return cells;
    }
    if (this.#outbox.exhausted && this.#outbox.size === this.#failed.length) {
      if (this.#outbox.size === 0) return undefined;
      await this.#look(false); // someone may have had them tried again
      if (this.#outbox.size === this.#failed.length) throw this.#failure();
    }
    await pause(this.#pace);
    this.#pace = Math.min(PACE.last, 1.5 * this.#pace);
    return cells;
  }

  /** Nothing more is put into the store, whatever is under way. */
  stop(): void {
    this.#stopped = true;
  }

  /** Gives the plan back, or removes it where everything is stored. */
  async close(finished: boolean): Promise<void> {
    if (!this.#stopped) await this.#inbox.forget();
    if (finished) await removePlan(this.#connection, this.#fingerprint);
    await letGo(this.#connection, this.#fingerprint, this.#holder);
    await this.#queue.close();
  }

  async #take(): Promise<void> {
    const patience = performance.now() + HOLD + 2000;
    for (let told = false; ; told = true) {
      const there = await this.#connection.client.get(planKeys(this.#fingerprint).coordinator);
      const before = holderOf(there);
      const own = holderOf(this.#holder);
      // the lock of the folder is ours: whoever coordinated it from here is gone
      const gone = before?.host === own?.host && before?.folder === own?.folder;
      const { state, by } = await hold(
        this.#connection,
        this.#fingerprint,
        this.#holder,
        HOLD,
        gone ? (there ?? "") : "",
      );
      this.#held = performance.now();
      if (state !== "taken") return;
      const other = holderOf(by);
      const whom = other ? `process ${other.pid} on ${other.host}, into ${other.folder}` : "another process";
      if (performance.now() > patience) {
        throw new QueueError(
          `plan ${this.#fingerprint} is coordinated by ${whom}: its results go there. Stop it, or wait for it`,
        );
      }
      if (!told) this.#note(`this plan is coordinated by ${whom}: waiting for a sign of life`);
      await pause(500);
    }
  }

  async #keepHold(): Promise<void> {
    if (performance.now() - this.#held < HOLD / 4) return;
    const { state } = await hold(this.#connection, this.#fingerprint, this.#holder, HOLD);
    this.#held = performance.now();
    if (state === "taken") throw new QueueError(`another process coordinates plan ${this.#fingerprint} now`);
    if (state === "new") await this.#begin(); // this process slept, or Redis lost what it held
  }

  /** Sees to it that Redis holds the plan, and begins with what it has. */
  async #begin(): Promise<void> {
    await openPlan(this.#connection, this.#fingerprint, recordText(this.#store.manifest));
    await this.#queue.resume();
    this.#inbox.restart();
    this.#outbox.restart();
    this.#idleLooks = 0;
    this.#knowsAll = false;
  }

  async #look(busy: boolean): Promise<void> {
    this.#looked = performance.now();
    await this.#inbox.forget();
    await this.#checkConflicts();
    const counts = await jobCounts(this.#queue);
    const known = counts.failed === 0 ? [] : await failedBlocks(this.#queue);
    this.#failed = known.filter(({ name }) => this.#outbox.holds(name));
    await this.#publish();
    const jobs = counts.waiting + counts.active + counts.delayed + counts.failed;
    this.#idleLooks = busy || jobs >= this.#outbox.size ? 0 : this.#idleLooks + 1;
    if (this.#idleLooks >= LOOKS_BEFORE_RESTART) await this.#begin();
    const unserved = !busy && counts.active === 0 && counts.waiting > 0;
    this.#lonelyLooks = unserved ? this.#lonelyLooks + 1 : 0;
    if (this.#lonelyLooks === LOOKS_BEFORE_NOTE) await this.#askForWorkers();
  }

  async #checkConflicts(): Promise<void> {
    const { conflicts } = planKeys(this.#fingerprint);
    const [name] = await this.#connection.client.hkeys(conflicts);
    if (name === undefined) return;
    const block = readBlock(name);
    const who = printable((await this.#connection.client.hget(conflicts, name)) ?? "").slice(0, 300);
    throw new StoreError(
      `cell ${block?.index} (id ${block?.id}) was computed twice with different results, by ${who.replace(" ", " and ")}: ` +
        "one of these machines computes wrongly. Find out which, remove the plan (pstar queue clear), and compute it anew " +
        "into another folder",
    );
  }

  /** For those who ask how far it is. */
  async #publish(): Promise<void> {
    const progress = JSON.stringify({ stored: this.#store.count, failed: failedCells(this.#failed).length });
    await this.#connection.client.set(planKeys(this.#fingerprint).progress, progress);
  }

  async #askForWorkers(): Promise<void> {
    const workers = await presentWorkers(this.#connection);
    const fitting = workers.filter(({ version, coreHash }) => version === VERSION && coreHash === CORE_HASH);
    if (fitting.length > 0) return;
    const others = workers.length === 0 ? "" : `; the ${workers.length} there are of another version`;
    this.#note(
      `no worker takes these jobs${others}: start some with pstar worker --queue ${this.#connection.address.text}`,
    );
  }

  #failure(): FailedCellsError {
    const { plan } = this.#store;
    const cells = failedCells(this.#failed);
    const lines = cells.slice(0, NAMED).map(({ index, id, error }) => {
      const values = Object.entries(plan.params(index)).map(([path, value]) => `${path} = ${JSON.stringify(value)}`);
      return `\n  cell ${index} (${[`id ${id}`, ...values].join(", ")}): ${error}`;
    });
    const more = cells.length > NAMED ? `\n  and ${cells.length - NAMED} more: pstar queue status lists them` : "";
    return new FailedCellsError(
      `${cells.length} of ${plan.length} cells failed and were set aside; the others are stored${lines.join("")}${more}`,
      cells,
    );
  }
}

/** Cells named in a message, at most. */
const NAMED = 20;

/** Who coordinates a plan, as Redis has it. */
export function holderOf(text: string | null): { host: string; pid: number; folder: string } | undefined {
  try {
    const { host, pid, folder } = JSON.parse(text ?? "") as Record<string, unknown>;
    if (typeof host !== "string" || typeof folder !== "string" || !Number.isInteger(pid)) return undefined;
    return { host: printable(host).slice(0, 100), pid: pid as number, folder: printable(folder).slice(0, 300) };
  } catch {
    return undefined;
  }
}
