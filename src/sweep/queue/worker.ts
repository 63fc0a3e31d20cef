import { createHash, randomBytes } from "node:crypto";
import { availableParallelism, hostname } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import type { Job, Queue, Worker } from "bullmq";
import { CORE_HASH } from "../../core/bytes.generated.js";
import { MemoryLimitError, outOfRange, PstarError, QueueError, reasonOf } from "../../core/errors.js";
import type { Reason } from "../../core/reasons.js";
import { compileCore } from "../../core/simulationCore.js";
import type { Trial } from "../../core/trials.js";
import { VERSION } from "../../core/version.generated.js";
import { chooseEngine } from "../../engine/choose.js";
import { Plan } from "../../model/cells.js";
import type { Scenario } from "../../model/scenario.js";
import type { WorkerPool } from "../../threads/pool.js";
import { atMost, unlessAborted } from "../../threads/waiting.js";
import { trialPool } from "../trialPool.js";
import type { TrialRange, TrialRangeResult } from "../worker.js";
import { readBoundedField } from "./bounded.js";
import { Connection, causeOf, isFull, isWrongType } from "./connection.js";
import { ATTEMPTS, jobCounts, jobsOf, QUEUE_PREFIX, removeTraces } from "./jobs.js";
import {
  isFingerprint,
  openPlans,
  planKeys,
  readRecord,
  recordStamp,
  SHORT_LIMIT,
  scenarioOf,
  wrongType,
} from "./plans.js";
import { note, type QueueNote, queueReason } from "./reasons.js";
import { announceWorker, removeWorker } from "./registry.js";
import { encodeTrials, parseRange, TrialRanges } from "./trialRanges.js";

export interface QueueWorkerOptions {
  /** `redis://host:port/db`, or `rediss://` with TLS. User name and password come from PSTAR_REDIS_USERNAME and PSTAR_REDIS_PASSWORD. */
  queue: string;
  /** Threads that compute; left out, one for each core of the machine. */
  workers?: number;
  /** The fingerprint of the only plan to serve; left out, all open ones. */
  plan?: string;
  /** Seconds, in [1, 3600]: a worker silent for this long is considered dead, and its jobs go to others. By default 15. */
  lease?: number;
  /** Ends after so many seconds without work; left out, never. */
  exitAfter?: number;
  /** Ends the worker: what finishes within `grace` is kept, the rest is given back. */
  signal?: AbortSignal;
  /** Seconds; by default 10. */
  grace?: number;
  /** Told what a person should know. */
  onNote?: (note: QueueNote) => void;
}

/** What a worker has done. */
export interface QueueWorkerSummary {
  /** Blocks of trials that it computed. */
  blocks: number;
  /** Blocks that failed, each attempt counted. */
  failures: number;
}

/** Milliseconds between two looks at the plans, and between two announcements. */
const LOOK_EVERY = 500;
const ANNOUNCE_EVERY = 3000;
/** Milliseconds between two looks at the records of refused plans. */
const LOOK_AGAIN = 2000;
/** Milliseconds to take leave of a server that may be away, at most. */
const FAREWELL = 3000;
/** Milliseconds before a failed question for a job is asked again. */
const ASK_AGAIN = 1000;
/** Milliseconds before a full Redis is asked again, and before the same trouble is told again if it went away. */
const FULL_PAUSE = 1000;
const TOLD_FOR = 30_000;
/** Refused plans that a worker announces, at most. */
const REFUSED = 1000;

/**
 * Computes the jobs of plans that {@link runOnQueue} has put into a queue, on threads, until it is ended. Plans of another
 * version or core are refused. Needs the packages bullmq and ioredis.
 *
 * @throws QueueError if the server cannot be reached or `plan` cannot be served; ArgumentError if an option is out of range.
 * @example
 * const { blocks } = await workOnQueue({ queue: "redis://127.0.0.1:6379", exitAfter: 10 });
 */
export async function workOnQueue(options: QueueWorkerOptions): Promise<QueueWorkerSummary> {
  const { queue, signal, onNote, workers = availableParallelism(), lease = 15, plan } = options;
  if (!Number.isSafeInteger(workers) || workers < 1)
    throw outOfRange("workers", "a whole number of at least 1", workers);
  if (!(lease >= 1 && lease <= 3600)) throw outOfRange("lease", "a number of seconds in [1, 3600]", lease);
  if (plan !== undefined && !isFingerprint(plan)) {
    throw outOfRange("plan", "the fingerprint of a plan, 16 hexadecimal digits", plan);
  }
  signal?.throwIfAborted();
  const connection = await Connection.open(queue, { signal, onNote });
  const pool = trialPool(await compileCore(), workers);
  const worker = new QueueWorker(connection, pool, { ...options, lease });
  try {
    return await worker.run();
  } finally {
    await pool.close();
    await atMost(FAREWELL, worker.leave());
    await connection.close();
  }
}

type TrialPool = WorkerPool<TrialRange, TrialRangeResult>;
type Settings = QueueWorkerOptions & { lease: number };

/** Serves the open plans, each with a BullMQ worker; all of them share the threads. */
class QueueWorker {
  readonly #connection: Connection;
  readonly #pool: TrialPool;
  readonly #settings: Settings;
  readonly #name = uniqueName();
  readonly #served = new Map<string, PlanWorker>();
  /** Plans that cannot be served, and why; if that was the record, its stamp, so that a record that was mended is seen. */
  readonly #refused = new Map<string, { why: Reason; stamp?: string }>();
  readonly #summary: QueueWorkerSummary = { blocks: 0, failures: 0 };
  #announcedAt = Number.NEGATIVE_INFINITY;
  #lookedAgainAt = Number.NEGATIVE_INFINITY;
  /** What the server refused, and when it did last. */
  readonly #troubles = new Map<string, number>();

  constructor(connection: Connection, pool: TrialPool, settings: Settings) {
    this.#connection = connection;
    this.#pool = pool;
    this.#settings = settings;
  }

  async run(): Promise<QueueWorkerSummary> {
    const { signal, exitAfter } = this.#settings;
    try {
      for (let idleSince = performance.now(), done = 0; ; await pause(LOOK_EVERY, undefined, { signal })) {
        await unlessAborted(signal, this.#look());
        const { blocks, failures } = this.#summary;
        if (this.#active > 0 || blocks + failures > done) idleSince = performance.now();
        done = blocks + failures;
        if (exitAfter === undefined || performance.now() - idleSince < 1000 * exitAfter) continue;
        if (!(await unlessAborted(signal, this.#hasWork()))) break;
        idleSince = performance.now();
      }
      if (this.#summary.blocks === 0) this.#checkServed();
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
    await this.#finish();
    return this.#summary;
  }

  async leave(): Promise<void> {
    const plans = [...this.#served.values()].map((plan) => plan.close());
    await Promise.allSettled([removeWorker(this.#connection, this.#name), ...plans]);
  }

  /** Jobs that are being computed, or wait for a thread. */
  get #active(): number {
    return [...this.#served.values()].reduce((sum, { running }) => sum + running.size, 0);
  }

  /** Announces this worker, and serves exactly the plans that are open. */
  async #look(): Promise<void> {
    await this.#announce().catch((error) => this.#onTrouble(error));
    try {
      const { plan } = this.#settings;
      const open = (await openPlans(this.#connection)).filter((name) => (plan ?? name) === name);
      for (const [name, served] of this.#served) {
        if (open.includes(name) || served.running.size > 0) continue;
        this.#served.delete(name);
        await served.close();
      }
      for (const name of this.#served.keys()) {
        if ((await this.#connection.client.sismember(planKeys(name).distrusted, this.#name)) === 0) continue;
        this.#refuse(name, queueReason("plan-distrusts-worker", { plan: name }));
      }
      for (const name of this.#refused.keys()) if (!open.includes(name)) this.#refused.delete(name);
      await this.#lookAgain();
      for (const name of open) if (!this.#served.has(name) && !this.#refused.has(name)) await this.#serve(name);
    } catch (error) {
      if (error instanceof RefusedPlan) throw error;
      this.#onTrouble(error as Error);
    }
  }

  /** Forgets the refusal of plans whose record is another one than it was. */
  async #lookAgain(): Promise<void> {
    if (performance.now() - this.#lookedAgainAt < LOOK_AGAIN) return;
    this.#lookedAgainAt = performance.now();
    for (const [name, { stamp }] of this.#refused) {
      if (stamp !== undefined && (await recordStamp(this.#connection, name)) !== stamp) this.#refused.delete(name);
    }
  }

  /** @throws QueueError if this is the only plan to serve and it is refused. */
  async #serve(name: string): Promise<void> {
    const stamp = await recordStamp(this.#connection, name);
    try {
      const record = await readRecord(this.#connection, name);
      if (record === undefined) return;
      const onTrouble = (error: Error) => this.#onPlanTrouble(name, error);
      const settings = { ...this.#settings, onTrouble };
      const plan = new PlanWorker(this.#connection, this.#pool, name, scenarioOf(record), this.#name, settings);
      plan.worker.on("completed", () => this.#summary.blocks++);
      plan.worker.on("failed", (job, error) => {
        this.#summary.failures++;
        this.#settings.onNote?.(note("block-failed", { block: job?.id ?? "", cause: causeOf(error) }));
      });
      plan.worker.on("error", onTrouble);
      this.#served.set(name, plan);
    } catch (error) {
      if (!(error instanceof QueueError)) throw error;
      if (this.#settings.plan !== undefined) throw new RefusedPlan(reasonOf(error));
      this.#refuse(name, reasonOf(error), stamp);
    }
  }

  /** Serves a plan no more, until it was removed and opened again or, given a stamp, its record has another one. */
  #refuse(name: string, why: Reason, stamp?: string): void {
    const plan = this.#served.get(name);
    this.#served.delete(name);
    void plan?.close().catch(() => {});
    this.#refused.set(name, { why, stamp });
    this.#settings.onNote?.(note("plan-refused", { why: why.message }));
  }

  #onPlanTrouble(name: string, error: Error): void {
    if (error.name !== "ReplyError") return; // the connection tells
    if (!isWrongType(error)) this.#onTrouble(error);
    else if (this.#served.has(name)) this.#refuse(name, reasonOf(wrongType(name)));
  }

  /** Whether jobs of the served plans wait, or are with any worker. */
  async #hasWork(): Promise<boolean> {
    for (const [name, plan] of this.#served) {
      try {
        if (await plan.hasWork()) return true;
      } catch (error) {
        if (!isWrongType(error)) throw error;
        this.#onPlanTrouble(name, error as Error);
      }
    }
    return false;
  }

  /** @throws QueueError if there are plans, and all are refused. */
  #checkServed(): void {
    const [first] = this.#refused.values();
    if (first !== undefined && this.#served.size === 0) throw new QueueError(first.why);
  }

  /** Lets what is being computed finish for a while; the rest is given back and computed elsewhere. */
  async #finish(): Promise<void> {
    const { grace = 10, onNote } = this.#settings;
    const plans = [...this.#served.values()];
    const closed = Promise.all(plans.map((plan) => plan.close()));
    closed.catch(() => {});
    if (this.#active > 0) {
      onNote?.(note("stopping", { grace }));
      await atMost(1000 * grace, Promise.all(plans.flatMap(({ running }) => [...running])));
      const left = this.#active;
      await this.#pool.close();
      if (left > 0) onNote?.(note("gave-back", { blocks: left }));
    }
    await atMost(FAREWELL, closed);
  }

  async #announce(): Promise<void> {
    if (performance.now() - this.#announcedAt < ANNOUNCE_EVERY) return;
    this.#announcedAt = performance.now();
    await announceWorker(this.#connection, {
      name: this.#name,
      host: hostname().slice(0, 100),
      pid: process.pid,
      version: VERSION,
      coreHash: CORE_HASH,
      threads: this.#pool.threads,
      busy: Math.min(this.#active, this.#pool.threads),
      refused: [...this.#refused.keys()].slice(0, REFUSED),
    });
  }

  /** Tells what the server refuses, once as long as it goes on. */
  #onTrouble(error: Error): void {
    const address = this.#connection.address.text;
    const trouble =
      error instanceof PstarError
        ? note("plan-refused", { why: error.message })
        : isFull(error)
          ? note("server-full", { address })
          : note("server-refuses", { address, cause: causeOf(error) });
    const now = performance.now();
    const last = this.#troubles.get(trouble.message);
    if (last === undefined || now - last > TOLD_FOR) this.#settings.onNote?.(trouble);
    this.#troubles.set(trouble.message, now);
  }
}

/** The only plan that a worker was to serve cannot be served. */
class RefusedPlan extends QueueError {
  override name = "QueueError";
}

/** Computes the jobs of one plan: BullMQ takes them, renews their locks, and stores what {@link #process} returns. */
class PlanWorker {
  readonly worker: Worker;
  /** The jobs under way; each promise resolves, whatever becomes of its job. */
  readonly running = new Set<Promise<unknown>>();
  readonly #connection: Connection;
  readonly #pool: TrialPool;
  readonly #plan: Plan;
  readonly #ranges: TrialRanges;
  readonly #queue: Queue;
  readonly #workerName: string;
  readonly #onTrouble: (error: Error) => void;
  #closing: Promise<void> | undefined;

  constructor(
    connection: Connection,
    pool: TrialPool,
    fingerprint: string,
    scenario: Scenario,
    workerName: string,
    { lease, onTrouble }: Settings & { onTrouble: (error: Error) => void },
  ) {
    this.#onTrouble = onTrouble;
    this.#connection = connection;
    this.#pool = pool;
    this.#workerName = workerName;
    this.#plan = new Plan(scenario);
    this.#ranges = new TrialRanges(this.#plan.length, scenario.trials);
    this.#queue = jobsOf(connection, fingerprint);
    const processor = (job: Job, token?: string) => {
      const process = this.#process(job, token ?? "");
      const settled = process.catch(() => {}).finally(() => this.running.delete(settled));
      this.running.add(settled);
      return process;
    };
    this.worker = new connection.peers.Worker(fingerprint, processor, {
      connection: connection.client,
      prefix: QUEUE_PREFIX,
      skipVersionCheck: true,
      concurrency: pool.threads,
      lockDuration: 1000 * lease,
      stalledInterval: 500 * lease,
      maxStalledCount: ATTEMPTS - 1,
      runRetryDelay: ASK_AGAIN,
    });
    this.worker.on("error", () => {}); // the connection tells what is wrong with it
  }

  async hasWork(): Promise<boolean> {
    const { waiting, active, delayed } = await jobCounts(this.#queue);
    return waiting + active + delayed > 0;
  }

  /** Takes no more jobs, and resolves when those under way are finished or given back. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.worker.close();
    await removeTraces(this.#connection, this.#queue).catch(this.#onTrouble);
    await this.#queue.close();
  }

  /** Computes the range of a job; returns its trials, as {@link encodeTrials} writes them. */
  async #process(job: Job, token: string): Promise<string> {
    const { UnrecoverableError } = this.#connection.peers;
    const range = this.#rangeOf(job.id);
    if (range === undefined) throw new UnrecoverableError("the job is not of its plan");
    if (this.#closing !== undefined) return this.#giveBack(job, token);
    try {
      const { done } = await this.#pool.run(range);
      const result = encodeTrials(done as Trial[]);
      if (await this.#agrees(String(job.id), result)) return result;
    } catch (error) {
      this.#onTrouble(error as Error);
      if (this.#pool.closed || isFull(error) || isWrongType(error)) return this.#giveBack(job, token);
      throw this.#jobError(error as Error);
    }
    throw new UnrecoverableError("an earlier worker computed another result");
  }

  /** Puts a job back for others, which does not count as an attempt. */
  async #giveBack(job: Job, token: string): Promise<never> {
    await job.moveToWait(token).catch(() => {}); // if that fails, its lock expires
    throw new this.#connection.peers.WaitingError();
  }

  /** The trials that a job asks for; undefined if it asks for none of this plan. */
  #rangeOf(jobId: string | undefined): TrialRange | undefined {
    const name = parseRange(jobId);
    if (name === undefined || name.index >= this.#plan.length) return undefined;
    const cell = this.#plan.cell(name.index);
    if (cell.id !== name.id || chooseEngine(cell.scenario).engine === "theory") return undefined;
    const range = this.#ranges.at(cell.scenario, name.number);
    return range && { cell, ...range };
  }

  /**
   * Whether no worker computed another result of a range. BullMQ keeps one return value and drops that of a worker whose lock
   * was lost, so without this a machine that computes wrongly would never be noticed.
   */
  async #agrees(jobId: string, result: string): Promise<boolean> {
    const { client } = this.#connection;
    const { digests, conflicts } = planKeys(this.#queue.name);
    const digest = createHash("sha1").update(result).digest("hex");
    const isFirst = () => client.hsetnx(digests, jobId, `${digest} ${this.#workerName}`);
    if (await this.#whenRoom(isFirst)) return true;
    const found = await readBoundedField(client, digests, jobId, SHORT_LIMIT);
    if (found !== undefined && found.text === undefined) throw new QueueError(queueReason("digest-too-long"));
    const [earlier, worker] = (found?.text ?? digest).split(" ");
    if (earlier === digest) return true;
    await client.hset(conflicts, jobId, `${worker} ${this.#workerName}`);
    return false;
  }

  /** Waits for room in Redis rather than computing the block again; gives up when the worker is stopped. */
  async #whenRoom<T>(write: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await write();
      } catch (error) {
        if (!isFull(error) || this.#closing !== undefined) throw error;
        this.#onTrouble(error as Error);
        await pause(FULL_PAUSE);
      }
    }
  }

  /**
   * An error of the core comes again wherever it is computed, so one attempt is enough; except for memory, of which another
   * machine may have more. Any other error is tried again.
   */
  #jobError(error: Error): Error {
    const isFinal = error instanceof PstarError && !(error instanceof MemoryLimitError);
    const text = error instanceof PstarError ? `${error.name}: ${error.message}` : causeOf(error);
    return new (isFinal ? this.#connection.peers.UnrecoverableError : Error)(text.slice(0, 500));
  }
}

function uniqueName(): string {
  const host = hostname().replace(/[^\w.-]/g, "_");
  return `${host.slice(0, 100)}:${process.pid}:${randomBytes(3).toString("hex")}`;
}
