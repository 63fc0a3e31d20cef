import { randomInt } from "node:crypto";
import type { Queue } from "bullmq";
import type { Core } from "../../core/core.js";
import { QueueError } from "../../core/errors.js";
import { printable, quote } from "../../core/printable.js";
import { besideTheory, summarize } from "../../engine/cell.js";
import type { CellResult } from "../../engine/result.js";
import type { Cell } from "../../model/cells.js";
import type { Store } from "../store/store.js";
import { boundedNames, boundedRange } from "./bounded.js";
import type { Connection } from "./connection.js";
import { planKeys } from "./plans.js";
import { arePossible } from "./possible.js";
import { note, type QueueNote, queueReason } from "./reasons.js";
import { decodeTrials, parseRange, RANGE_LENGTH, rangeText, resultBytes, type TrialRanges } from "./trialRanges.js";

/** Names of jobs read or removed in one go. */
const NAMES = 1000;
/** Bytes of results read in one go, about. */
const BYTES = 16 << 20;

/** How results are verified: a share of the ranges is computed again, and compared byte by byte. */
export interface Verification {
  /** In (0, 1]. */
  share: number;
  /** Computes a range here; its trials, as `encodeTrials` writes them. */
  compute: (range: { cell: Cell; first: number; count: number }) => Promise<string>;
  /** Called before each range that is computed: it may take long. */
  onCompute: () => Promise<void>;
  onNote: (note: QueueNote) => void;
}

/** Bytes of the name of a worker and of what stands before it in its digest, at most. */
const NAME_LENGTH = 150;
const DIGEST_LENGTH = 41;
const NAMELESS = "without a name";

/** A cell whose ranges are all computed. */
interface ReadyCell {
  cell: Cell;
  jobIds: string[];
  bytes: number;
}

/**
 * Brings the return values of completed jobs from Redis into the store: a cell when all of its ranges are there, in any order.
 *
 * It asks BullMQ's set of completed jobs instead of listening to QueueEvents, and reads their return values itself: an event
 * carries the whole return value, so that a hostile or broken worker could have this process read anything of any size, and
 * Redis would hold each result twice. Here the size is compared before anything is read.
 */
export class ResultCollector {
  readonly #connection: Connection;
  readonly #queue: Queue;
  readonly #store: Store;
  readonly #core: Core;
  readonly #ranges: TrialRanges;
  /** Completed jobs in Redis that were noted, and are to be removed when they are stored. */
  readonly #noted = new Set<string>();
  /** Ranges that arrived, of cells that lack others. */
  readonly #partial = new Map<number, Set<number>>();
  /** Jobs whose cells are in the store, and may not be on the disk yet. */
  #stored: string[] = [];
  /** How results are verified; undefined if they are not. */
  verification: Verification | undefined;
  readonly #distrusted = new Set<string>();
  /** The stored cells of this process to which each worker contributed. */
  readonly #cellsOf = new Map<string, Set<number>>();
  /** The ranges of the cells that were looked at, and by cell how many of them were computed again, and differed; each once, however often it is read. */
  #blocks = 0;
  readonly #verified = new Map<number, number>();
  readonly #differing = new Map<number, number>();
  #storedBefore = 0;

  constructor(connection: Connection, queue: Queue, store: Store, core: Core, ranges: TrialRanges) {
    this.#connection = connection;
    this.#queue = queue;
    this.#store = store;
    this.#core = core;
    this.#ranges = ranges;
  }

  /** Begins again with what is in Redis now. */
  restart(): void {
    this.#noted.clear();
    this.#partial.clear();
    this.#stored = [];
  }

  /** Whether the result of a range is known: no job is needed for it. */
  has(index: number, number: number): boolean {
    return this.#store.has(index) || (this.#partial.get(index)?.has(number) ?? false);
  }

  /**
   * Takes what arrived since the last time.
   *
   * @param isStopped Asked before the store is written to.
   * @returns The jobs that arrived and the cells that are finished by them; `lost` if Redis has lost some of their results.
   * @throws QueueError naming the cell whose result cannot be one of this run.
   */
  async collect(isStopped: () => boolean): Promise<{ jobIds: string[]; cells: CellResult[]; lost: boolean }> {
    const jobIds = await this.#arrivals();
    const ready = jobIds.map((jobId) => this.#note(jobId)).filter((one) => one !== undefined);
    const cells: CellResult[] = [];
    while (ready.length > 0) {
      const batch: ReadyCell[] = [];
      for (let bytes = 0; ready.length > 0 && bytes < BYTES; bytes += batch[batch.length - 1].bytes) {
        batch.push(ready.shift() as ReadyCell);
      }
      const results = await this.#read(batch);
      if (isStopped()) break;
      if (results === undefined) return { jobIds, cells, lost: true };
      for (const [i, { cell, jobIds }] of batch.entries()) {
        const wrong = await this.#verify(cell, jobIds, results[i] as string[]);
        if (isStopped()) return { jobIds, cells, lost: false };
        if (wrong.size > 0) {
          // what was read is read again, and what those workers computed is computed here
          await this.#takeBack(wrong);
          return { jobIds, cells, lost: true };
        }
        const result = this.#summary(cell, results[i]);
        this.#store.append(result);
        for (const jobId of jobIds) this.#stored.push(jobId);
        this.#partial.delete(cell.index);
        cells.push(result);
      }
    }
    if (this.#stored.length >= NAMES && !isStopped()) await this.removeStored();
    return { jobIds, cells, lost: false };
  }

  /** Removes the jobs whose cells are stored from Redis, once those are on the disk. */
  async removeStored(): Promise<void> {
    const jobIds = this.#stored;
    if (jobIds.length === 0) return;
    this.#stored = [];
    this.#store.sync();
    for (let i = 0; i < jobIds.length; i += NAMES) {
      await Promise.all(jobIds.slice(i, i + NAMES).map((jobId) => this.#queue.remove(jobId)));
    }
    for (const jobId of jobIds) this.#noted.delete(jobId);
  }

  /** Begins to verify: the workers that were found to compute wrongly before are known to Redis. */
  async beginVerifying(verification: Verification): Promise<void> {
    const { distrusted } = planKeys(this.#queue.name);
    const { names } = await boundedNames(this.#connection.client, distrusted, "set", { longest: NAME_LENGTH });
    for (const name of names) this.#distrusted.add(name);
    this.#storedBefore = this.#store.count;
    this.verification = verification;
  }

  /** Tells how many ranges were verified. */
  noteVerified(): void {
    const [verified, differing] = [this.#verified, this.#differing].map((counts) =>
      [...counts.values()].reduce((sum, count) => sum + count, 0),
    ) as [number, number];
    this.verification?.onNote(note("blocks-verified", { verified, blocks: this.#blocks, differing }));
  }

  /**
   * Computes a random share of a cell's ranges again, and all of workers that are not trusted; `results` holds what was
   * computed here instead of theirs.
   *
   * @returns The workers that turn out to compute otherwise.
   */
  async #verify(cell: Cell, jobIds: readonly string[], results: string[]): Promise<Set<string>> {
    const wrong = new Set<string>();
    const { verification } = this;
    if (verification === undefined) return wrong;
    const workers = await this.#workersOf(jobIds);
    let verified = 0;
    let differing = 0;
    await Promise.all(
      results.map(async (result, number) => {
        const worker = workers[number] ?? NAMELESS;
        const isTrusted = !this.#distrusted.has(worker);
        // a worker must not foresee which; no result depends on it
        if (isTrusted && randomInt(2 ** 40) >= verification.share * 2 ** 40) return;
        const range = this.#ranges.at(cell.scenario, number);
        if (range === undefined) throw impossibleResult(cell);
        await verification.onCompute();
        const own = JSON.stringify(await verification.compute({ cell, ...range }));
        verified++;
        if (own === result) return;
        results[number] = own;
        differing++;
        if (!isTrusted) return;
        if (!wrong.has(worker)) verification.onNote(note("worker-differs", { worker, block: jobIds[number] ?? "" }));
        wrong.add(worker);
      }),
    );
    if (!this.#differing.has(cell.index)) this.#blocks += results.length;
    if (verified > 0) this.#verified.set(cell.index, verified);
    if (differing > 0) this.#differing.set(cell.index, differing);
    for (const worker of wrong.size > 0 ? [] : workers) {
      this.#cellsOf.set(worker, (this.#cellsOf.get(worker) ?? new Set()).add(cell.index));
    }
    return wrong;
  }

  /** The workers that say that they computed these jobs first. */
  async #workersOf(jobIds: readonly string[]): Promise<string[]> {
    const { client } = this.#connection;
    const { digests } = planKeys(this.#queue.name);
    const sizes = client.pipeline();
    for (const jobId of jobIds) sizes.hstrlen(digests, jobId);
    const lengths = ((await sizes.exec()) ?? []).map(([, size]) => Number(size));
    const values = client.pipeline();
    for (const [i, jobId] of jobIds.entries()) {
      // of what is too long a field that is not there is read
      values.hget(digests, (lengths[i] ?? 0) <= DIGEST_LENGTH + NAME_LENGTH ? jobId : "");
    }
    const texts = ((await values.exec()) ?? []).map(([, text]) => text);
    return texts.map((text) => (typeof text === "string" && printable(text.slice(DIGEST_LENGTH))) || NAMELESS);
  }

  /** Trusts workers no more, and takes all cells with ranges of theirs out of the store and out of Redis. */
  async #takeBack(workers: ReadonlySet<string>): Promise<void> {
    const { client } = this.#connection;
    const { distrusted, digests } = planKeys(this.#queue.name);
    const cells = new Set<number>();
    for (const worker of workers) {
      this.#distrusted.add(worker);
      for (const index of this.#cellsOf.get(worker) ?? []) if (this.#store.has(index)) cells.add(index);
      this.#cellsOf.delete(worker);
    }
    await client.sadd(distrusted, ...workers);
    const unknown = this.#storedBefore;
    this.verification?.onNote(note("cells-computed-anew", { cells: cells.size, unknown }));
    if (cells.size === 0) return;
    this.#store.remove(cells);
    for (const index of cells) {
      if (this.#differing.has(index)) continue;
      this.#blocks -= this.#ranges.count(this.#store.plan.cell(index).scenario);
      this.#verified.delete(index);
    }
    const jobIds = [...cells].flatMap((index) => {
      const { id, scenario } = this.#store.plan.cell(index);
      return Array.from({ length: this.#ranges.count(scenario) }, (_, number) => rangeText({ id, index, number }));
    });
    for (let i = 0; i < jobIds.length; i += NAMES) {
      const some = jobIds.slice(i, i + NAMES);
      await Promise.all(some.map((jobId) => this.#queue.remove(jobId)));
      await client.hdel(digests, ...some);
    }
  }

  /** The completed jobs that were not noted yet. */
  async #arrivals(): Promise<string[]> {
    const { client } = this.#connection;
    const key = this.#queue.toKey("completed");
    if ((await client.zcard(key)) === this.#noted.size) return [];
    const arrived: string[] = [];
    for (let start = 0; ; start += NAMES) {
      const { names, others } = await boundedRange(client, key, [start, start + NAMES - 1], RANGE_LENGTH);
      if (others > 0) throw new QueueError(queueReason("result-of-no-cell", { name: null }));
      for (const jobId of names) if (!this.#noted.has(jobId)) arrived.push(jobId);
      if (names.length < NAMES) break;
    }
    for (const jobId of arrived) this.#noted.add(jobId);
    return arrived;
  }

  /** Notes that a range arrived; returns its cell if that is the last one it waited for. */
  #note(jobId: string): ReadyCell | undefined {
    const range = parseRange(jobId);
    const { plan, part } = this.#store;
    if (range === undefined || !part.has(range.index) || plan.id(range.index) !== range.id) {
      throw new QueueError(queueReason("result-of-no-cell", { name: quote(jobId) }));
    }
    const { index, number } = range;
    const cell = plan.cell(index);
    const count = this.#ranges.count(cell.scenario);
    if (number >= count) throw impossibleResult(cell);
    if (this.#store.has(index)) this.#stored.push(jobId); // as after a crash between storing and removing
    if (this.has(index, number)) return undefined;
    const there = this.#partial.get(index) ?? new Set();
    this.#partial.set(index, there.add(number));
    if (there.size < count) return undefined;
    const jobIds = Array.from({ length: count }, (_, i) => rangeText({ ...range, number: i }));
    return { cell, jobIds, bytes: resultBytes(this.#store.scenario.trials, cell.scenario.generations) };
  }

  /** The results of all ranges, by cells; undefined if Redis has lost some. */
  async #read(batch: readonly ReadyCell[]): Promise<string[][] | undefined> {
    const { client } = this.#connection;
    const sizes = client.pipeline();
    for (const { jobIds } of batch) for (const jobId of jobIds) sizes.hstrlen(this.#queue.toKey(jobId), FIELD);
    const found = ((await sizes.exec()) ?? []).map(([error, size]) => (error ? 0 : Number(size)));
    for (const { cell, jobIds } of batch) {
      for (const [number, size] of found.splice(0, jobIds.length).entries()) {
        if (!(size > 0)) return undefined;
        if (size !== this.#size(cell, number)) throw impossibleResult(cell);
      }
    }
    const values = client.pipeline();
    for (const { jobIds } of batch) for (const jobId of jobIds) values.hget(this.#queue.toKey(jobId), FIELD);
    const texts = ((await values.exec()) ?? []).map(([, text]) => text as string | null);
    if (texts.includes(null)) return undefined;
    return batch.map(({ jobIds }) => texts.splice(0, jobIds.length) as string[]);
  }

  /** Bytes that the result of a range must have. */
  #size(cell: Cell, number: number): number {
    return resultBytes(this.#trials(cell, number), cell.scenario.generations);
  }

  #trials(cell: Cell, number: number): number {
    return this.#ranges.at(cell.scenario, number)?.count ?? 0;
  }

  #summary(cell: Cell, results: readonly string[]): CellResult {
    const trials = results.flatMap((json, number) => {
      const read = decodeTrials(json.slice(1, -1), this.#trials(cell, number), cell.scenario.generations);
      if (read === undefined) throw impossibleResult(cell);
      return read;
    });
    if (!arePossible(this.#core, cell, trials)) throw impossibleResult(cell);
    return besideTheory(this.#core, cell, summarize(cell, trials));
  }
}

/** Where BullMQ keeps the return value of a job, as JSON. */
const FIELD = "returnvalue";

function impossibleResult({ index, id }: Cell): QueueError {
  return new QueueError(queueReason("result-impossible", { index, id }));
}
