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
import { cellText } from "../store/cells.js";
import type { Store } from "../store/store.js";
import { boundedNames, readBounded, readBoundedField } from "./bounded.js";
import { type Connection, isFull, isWrongType } from "./connection.js";
import { type FailedRange, failedCells, failedRanges, JobFeeder, jobCounts, jobsOf, removePlan } from "./jobs.js";
import { holdPlan, openPlan, planKeys, releasePlan, SHORT_LIMIT, wrongType } from "./plans.js";
import { note, type QueueNote, queueReason } from "./reasons.js";
import { registeredWorkers } from "./registry.js";
import { ResultCollector, type Verification } from "./results.js";
import { parseRange, RANGE_LENGTH, TrialRanges } from "./trialRanges.js";

/** Milliseconds after which a silent coordinator loses its right to the plan. */
const HOLD = 6_000;
/** Milliseconds between two attempts to take that right from another. */
const TAKE_EVERY = 500;
/** Milliseconds between two looks at what rarely changes. */
const LOOK_EVERY = 1000;
/** Looks that find too few jobs in a row before Redis must have lost some. */
const LOOKS_BEFORE_RESTART = 4;
/** Looks that find no worker in a row before a note says so. */
const LOOKS_BEFORE_NOTE = 3;
/** Milliseconds between two questions for results, while none arrive. */
const PACE = { first: 20, last: 250 };
/** Milliseconds before a full Redis is asked again. */
const FULL_PAUSE = 500;
/** Cells named in a message, at most. */
const NAMED = 20;

/** Puts a plan into the queue and brings the results into the store; one process at a time for each plan. */
export class Coordinator {
  readonly #connection: Connection;
  readonly #store: Store;
  readonly #queue: Queue;
  readonly #results: ResultCollector;
  readonly #feeder: JobFeeder;
  readonly #onNote: (note: QueueNote) => void;
  /** This process, as Redis has it while it coordinates the plan. */
  readonly #holder: string;
  #failed: FailedRange[] = [];
  #pace = PACE.first;
  #lookedAt = 0;
  #heldAt = 0;
  #looksWithoutJobs = 0;
  #looksWithoutWorkers = 0;
  #stopped = false;
  /** Redis was full at the last attempt to write. */
  #full = false;
  /** The plan is to be opened, since Redis may have lost it. */
  #mustBegin = false;

  constructor(connection: Connection, store: Store, core: Core, onNote: (note: QueueNote) => void) {
    this.#connection = connection;
    this.#store = store;
    this.#onNote = onNote;
    this.#queue = jobsOf(connection, this.#fingerprint);
    const ranges = new TrialRanges(store.plan.length, store.scenario.trials);
    this.#results = new ResultCollector(connection, this.#queue, store, core, ranges);
    this.#feeder = new JobFeeder(this.#queue, store, ranges, (index, number) => this.#results.has(index, number));
    const place = { host: hostname(), folder: realpathSync(store.folder) };
    this.#holder = JSON.stringify({ ...place, pid: process.pid, token: randomUUID() });
  }

  get #fingerprint(): string {
    return this.#store.manifest.fingerprint;
  }

  /**
   * Opens the plan, and goes on with what an earlier coordinator left; what was set aside is tried again.
   *
   * @throws QueueError if another process coordinates the plan.
   */
  async open(): Promise<void> {
    await this.#checkKeys();
    const steps = [
      () => this.#take(),
      async () => {
        const failed = await failedRanges(this.#connection, this.#queue);
        await Promise.all(failed.map(({ jobId }) => this.#queue.remove(jobId)));
      },
      () => this.#begin(),
    ];
    for (const step of steps) while (!(await this.#hasRoom(step))) await pause(FULL_PAUSE);
  }

  /**
   * One round: takes the results that arrived and fills the queue, or waits a moment if none did.
   *
   * @returns The cells that were finished; undefined if there is nothing more to wait for.
   * @throws StoreError if two workers disagree on a cell; FailedCellsError at the end if some were set aside.
   */
  async round(): Promise<CellResult[] | undefined> {
    const isHeld = await this.#hasRoom(() => this.#keepHold());
    // what arrives is taken also from a full Redis: that makes room
    const { jobIds, cells, lost } = await this.#results.collect(() => this.#stopped);
    for (const jobId of jobIds) this.#feeder.arrived(jobId);
    this.#mustBegin ||= lost;
    const isFilled = await this.#hasRoom(async () => {
      if (this.#mustBegin) await this.#begin();
      await this.#feeder.fill(this.#failed.length);
      if (performance.now() - this.#lookedAt >= LOOK_EVERY) await this.#look(jobIds.length > 0);
    });
    if (!isHeld || !isFilled) {
      await pause(FULL_PAUSE);
      return cells;
    }
    if (jobIds.length > 0) {
      this.#pace = PACE.first;
      return cells;
    }
    if (this.#feeder.exhausted && this.#feeder.size === this.#failed.length) {
      // workers may disagree, and someone may have had failed jobs tried again
      const hasLooked = await this.#hasRoom(() => this.#look(false));
      if (this.#feeder.size === 0) return undefined;
      if (hasLooked && this.#feeder.size === this.#failed.length) throw this.#failure();
    }
    await pause(this.#pace);
    this.#pace = Math.min(PACE.last, 1.5 * this.#pace);
    return cells;
  }

  /** Verifies results from now on. */
  async verify(verification: Omit<Verification, "onCompute" | "onNote">): Promise<void> {
    const onCompute = async () => void (await this.#hasRoom(() => this.#keepHold()));
    await this.#results.beginVerifying({ ...verification, onCompute, onNote: this.#onNote });
  }

  /** Nothing more is put into the store, even by a round that is under way. */
  stop(): void {
    this.#stopped = true;
  }

  /** Gives the plan back, or removes it if everything is stored. */
  async close(finished: boolean): Promise<void> {
    if (!this.#stopped) await this.#results.removeStored();
    this.#results.noteVerified();
    if (finished) await removePlan(this.#connection, this.#fingerprint);
    await releasePlan(this.#connection, this.#fingerprint, this.#holder);
    await this.#queue.close();
  }

  /** Does what writes to Redis; false if there is no room, and then it has to be done again. */
  async #hasRoom(step: () => Promise<void>): Promise<boolean> {
    if (this.#stopped) throw new QueueError(queueReason("run-stopped"));
    const { text: address } = this.#connection.address;
    try {
      await step();
      if (this.#full) this.#onNote(note("server-has-room", { address }));
      this.#full = false;
    } catch (error) {
      if (!isFull(error)) throw error;
      if (!this.#full) this.#onNote(note("server-full", { address }));
      this.#full = true;
    }
    return !this.#full;
  }

  /** @throws QueueError if a key of the plan holds what pstar does not put there. */
  async #checkKeys(): Promise<void> {
    const { client } = this.#connection;
    const { digests, conflicts, coordinator, progress } = planKeys(this.#fingerprint);
    const lists = ["wait", "active", "paused"].map((part) => [this.#queue.toKey(part), "list"]);
    const sorted = ["completed", "failed", "delayed", "prioritized"].map((part) => [this.#queue.toKey(part), "zset"]);
    const expected = [
      [digests, "hash"],
      [conflicts, "hash"],
      [coordinator, "string"],
      [progress, "string"],
      [this.#queue.toKey("meta"), "hash"],
      ...lists,
      ...sorted,
    ] as [string, string][];
    for (const [key, type] of expected) {
      if (!["none", type].includes(await client.type(key))) throw wrongType(this.#fingerprint);
    }
  }

  async #take(): Promise<void> {
    const deadline = performance.now() + HOLD + 2000;
    for (let noted = false; ; noted = true) {
      const { coordinator } = planKeys(this.#fingerprint);
      const before = (await readBounded(this.#connection.client, coordinator, SHORT_LIMIT))?.text ?? null;
      const [other, own] = [holderOf(before), holderOf(this.#holder)];
      // the lock of the folder is ours, so a process that coordinated the plan from this folder has ended
      const hasEnded = other?.host === own?.host && other?.folder === own?.folder;
      const replaced = hasEnded ? (before ?? "") : "";
      const { state, by } = await holdPlan(this.#connection, this.#fingerprint, this.#holder, HOLD, replaced);
      this.#heldAt = performance.now();
      if (state !== "taken") return;
      const taker = holderOf(by);
      const whom = taker ? `process ${taker.pid} on ${taker.host}, into ${taker.folder}` : "another process";
      if (performance.now() > deadline) {
        throw new QueueError(queueReason("plan-taken", { plan: this.#fingerprint, by: whom }));
      }
      if (!noted) this.#onNote(note("plan-coordinated", { by: whom }));
      await pause(TAKE_EVERY);
    }
  }

  async #keepHold(): Promise<void> {
    if (performance.now() - this.#heldAt < HOLD / 4) return;
    const { state } = await holdPlan(this.#connection, this.#fingerprint, this.#holder, HOLD);
    this.#heldAt = performance.now();
    if (state === "taken") throw new QueueError(queueReason("plan-lost", { plan: this.#fingerprint }));
    if (state === "new") await this.#begin(); // this process slept, or Redis lost what it held
  }

  /** Makes sure that Redis holds the plan, and begins with what it has. */
  async #begin(): Promise<void> {
    await openPlan(this.#connection, this.#store.manifest);
    // BullMQ notes every result in its stream of events as well, where none would ever be read
    await this.#connection.client.hset(this.#queue.toKey("meta"), "opts.maxLenEvents", 0);
    await this.#queue.resume();
    this.#results.restart();
    this.#feeder.restart();
    this.#looksWithoutJobs = 0;
    this.#mustBegin = false;
  }

  async #look(busy: boolean): Promise<void> {
    this.#lookedAt = performance.now();
    await this.#results.removeStored();
    await this.#checkConflicts();
    const counts = await jobCounts(this.#queue);
    const failed = counts.failed === 0 ? [] : await failedRanges(this.#connection, this.#queue);
    this.#failed = failed.filter(({ jobId }) => this.#feeder.has(jobId));
    const jobs = counts.waiting + counts.active + counts.delayed + counts.failed + counts.completed;
    this.#looksWithoutJobs = busy || jobs >= this.#feeder.size ? 0 : this.#looksWithoutJobs + 1;
    if (this.#looksWithoutJobs >= LOOKS_BEFORE_RESTART) await this.#begin();
    const unserved = !busy && counts.active === 0 && counts.waiting > 0;
    this.#looksWithoutWorkers = unserved ? this.#looksWithoutWorkers + 1 : 0;
    if (this.#looksWithoutWorkers === LOOKS_BEFORE_NOTE) await this.#noteMissingWorkers();
    await this.#publish();
  }

  async #checkConflicts(): Promise<void> {
    const { client } = this.#connection;
    const { conflicts } = planKeys(this.#fingerprint);
    const { names, others } = await boundedNames(client, conflicts, "hash", { longest: RANGE_LENGTH, most: 1 });
    const [name] = names;
    if (name === undefined && others === 0) return;
    const range = parseRange(name);
    if (name === undefined || range === undefined) throw wrongType(this.#fingerprint);
    const text = (await readBoundedField(client, conflicts, name, SHORT_LIMIT))?.text ?? "workers without a name";
    const workers = printable(text).slice(0, 300).replace(" ", " and ");
    throw new StoreError(queueReason("results-differ", { index: range.index, id: range.id, workers }));
  }

  /** For whoever asks how far it is. */
  async #publish(): Promise<void> {
    const progress = JSON.stringify({ stored: this.#store.count, failed: failedCells(this.#failed).length });
    await this.#connection.client.set(planKeys(this.#fingerprint).progress, progress);
  }

  async #noteMissingWorkers(): Promise<void> {
    const workers = await registeredWorkers(this.#connection).catch((error) => {
      if (isWrongType(error)) return [];
      throw error;
    });
    if (workers.some(({ version, coreHash }) => version === VERSION && coreHash === CORE_HASH)) return;
    this.#onNote(note("no-workers", { address: this.#connection.address.text, others: workers.length }));
  }

  #failure(): FailedCellsError {
    const { plan } = this.#store;
    const cells = failedCells(this.#failed);
    const named = cells.slice(0, NAMED);
    const reason = queueReason("cells-failed", {
      failed: cells.length,
      all: plan.length,
      cells: named.map(({ index, error }) => `${cellText(plan, index)}: ${error}`),
      more: cells.length - named.length,
    });
    return new FailedCellsError(reason, cells);
  }
}

/** The process that coordinates a plan, as Redis has it. */
export function holderOf(text: string | null): { host: string; pid: number; folder: string } | undefined {
  try {
    const { host, pid, folder } = JSON.parse(text ?? "") as Record<string, unknown>;
    if (typeof host !== "string" || typeof folder !== "string" || !Number.isInteger(pid)) return undefined;
    return { host: printable(host).slice(0, 100), pid: pid as number, folder: printable(folder).slice(0, 300) };
  } catch {
    return undefined;
  }
}
