import { randomBytes } from "node:crypto";
import { availableParallelism, hostname } from "node:os";
import { CORE_HASH } from "../../core/bytes.generated.js";
import { ArgumentError, PstarError, rangeMessage } from "../../core/errors.js";
import { printable } from "../../core/printable.js";
import { VERSION } from "../../core/version.generated.js";
import { BlockPool } from "./blockPool.js";
import { Connection } from "./connection.js";
import { Roster } from "./roster.js";
import type { Task } from "./served.js";
import { settle } from "./settle.js";
import { atMost, orAborted } from "./waiting.js";
import { announce, leave } from "./workers.js";

export interface QueueWorkerOptions {
  /** `redis://host:port/db`, or `rediss://` with TLS. User name and password come from PSTAR_REDIS_USERNAME and PSTAR_REDIS_PASSWORD. */
  queue: string;
  /** Threads that compute; left out, one for each core of the machine. */
  workers?: number;
  /** The fingerprint of the only plan to serve; left out, all that are open, one after the other. */
  plan?: string;
  /** Seconds, ≥ 1: a worker that says nothing for so long is taken for dead, and its jobs go to others. By default 15. */
  lease?: number;
  /** Ends when nothing was to be done for so many seconds; left out, never. */
  exitAfter?: number;
  /** Ends the worker: what is being computed may end within `grace` and is given back else. */
  signal?: AbortSignal;
  /** Seconds; by default 10. */
  grace?: number;
  /** Told in a sentence what a person should know. */
  onNote?: (text: string) => void;
}

/** What a worker has done. */
export interface QueueWorkerSummary {
  /** Blocks whose results it brought. */
  blocks: number;
  /** Blocks that failed, each try counted. */
  failures: number;
}

const ANNOUNCE_EVERY = 3000;
/** Milliseconds between two questions for a job, while idle. */
const PACE = { first: 30, last: 500 };
/** Milliseconds that the farewell to a server that may be away takes, at most. */
const FAREWELL = 3000;

/**
 * Computes the jobs of plans that {@link runOnQueue} has put into a queue, on threads, until it is ended. Plans of another
 * version or core are refused. Needs the packages bullmq and ioredis.
 *
 * @throws QueueError where the server is not reached or the plan that was named cannot be served.
 * @example
 * const { blocks } = await workOnQueue({ queue: "redis://127.0.0.1:6379", exitAfter: 10 });
 */
export async function workOnQueue(options: QueueWorkerOptions): Promise<QueueWorkerSummary> {
  const { queue, signal, onNote, workers = availableParallelism(), lease = 15, plan } = options;
  if (!Number.isSafeInteger(workers) || workers < 1)
    throw outOfRange("workers", "a whole number of at least 1", workers);
  if (!(lease >= 1 && lease <= 3600)) throw outOfRange("lease", "a number of seconds in [1, 3600]", lease);
  if (plan !== undefined && !/^[0-9a-f]{16}$/.test(plan)) {
    throw outOfRange("plan", "the fingerprint of a plan, 16 hexadecimal digits", plan);
  }
  signal?.throwIfAborted();
  const connection = await Connection.open(queue, { signal, onNote });
  const pool = await BlockPool.start(workers);
  const server = new QueueServer(connection, pool, { ...options, workers, lease });
  try {
    return await server.serve();
  } finally {
    await pool.close();
    await atMost(FAREWELL, server.leave());
    await connection.close();
  }
}

type Settings = QueueWorkerOptions & { workers: number; lease: number };

class QueueServer {
  readonly #connection: Connection;
  readonly #pool: BlockPool;
  readonly #settings: Settings;
  readonly #name = `${hostname()
    .replace(/[^\w.-]/g, "_")
    .slice(0, 100)}:${process.pid}:${randomBytes(3).toString("hex")}`;
  readonly #roster: Roster;
  readonly #running = new Map<Task, Promise<void>>();
  readonly #summary: QueueWorkerSummary = { blocks: 0, failures: 0 };
  #tokens = 0;
  #taking: Promise<unknown> = Promise.resolve();
  /** What the server said last when it would not do as it was asked. */
  #trouble = "";
  #wake = () => {};
  #woken = false;
  #announced = Number.NEGATIVE_INFINITY;

  constructor(connection: Connection, pool: BlockPool, settings: Settings) {
    this.#connection = connection;
    this.#pool = pool;
    this.#settings = settings;
    this.#roster = new Roster(connection, settings);
  }

  async serve(): Promise<QueueWorkerSummary> {
    const { signal, workers, lease, exitAfter } = this.#settings;
    const onAbort = () => this.#wakeUp();
    signal?.addEventListener("abort", onAbort);
    const locks = setInterval(() => void this.#prolong().catch(() => {}), (1000 * lease) / 3);
    let pace = PACE.first;
    let idleSince = performance.now();
    try {
      while (!signal?.aborted) {
        const took = await this.#round();
        if (took || this.#running.size > 0) idleSince = performance.now();
        if (exitAfter !== undefined && performance.now() - idleSince >= 1000 * exitAfter) {
          if (await orAborted(signal, this.#roster.hasWork())) idleSince = performance.now();
          else break;
        }
        pace = took ? PACE.first : Math.min(PACE.last, 1.5 * pace);
        if (!signal?.aborted) await this.#idle(this.#running.size < workers ? pace : 1000);
      }
      if (exitAfter !== undefined && !signal?.aborted && this.#summary.blocks === 0) this.#roster.checkFit();
      await this.#finish();
      return this.#summary;
    } finally {
      clearInterval(locks);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  /** Tells that it is there, looks for plans, and gives every free thread a job; says whether there was any. */
  async #round(): Promise<boolean> {
    const { signal, workers, onNote } = this.#settings;
    let took = false;
    try {
      await orAborted(signal, this.#tell());
      await orAborted(
        signal,
        this.#roster.look((plan) => [...this.#running.keys()].some((task) => task.plan === plan)),
      );
      while (!signal?.aborted && this.#running.size < workers) {
        this.#taking = this.#take();
        if (!(await orAborted(signal, this.#taking))) break;
        took = true;
      }
      this.#trouble = "";
    } catch (error) {
      if (error instanceof PstarError) throw error;
      const trouble = `${this.#connection.address.text} refuses: ${printable((error as Error).message).slice(0, 200)}`;
      if (trouble !== this.#trouble) onNote?.(trouble);
      this.#trouble = trouble;
    }
    return took;
  }

  async leave(): Promise<void> {
    await leave(this.#connection, this.#name);
    await this.#roster.close();
  }

  /** Lets what is being computed come to its end for a while; what does not is given back and computed elsewhere. */
  async #finish(): Promise<void> {
    await atMost(FAREWELL, this.#taking);
    if (this.#running.size === 0) return;
    const { grace = 10, onNote } = this.#settings;
    onNote?.(`stopping: blocks under way may end within ${grace} s, and are given back else`);
    await atMost(1000 * grace, Promise.all(this.#running.values()));
    if (this.#running.size === 0) return;
    const returned = [...this.#running.keys()];
    const ends = [...this.#running.values()];
    await this.#pool.close();
    await atMost(FAREWELL, Promise.all(ends));
    onNote?.(`gave ${returned.length} ${returned.length === 1 ? "block" : "blocks"} back`);
  }

  #start(task: Task): void {
    const end = settle(this.#connection, this.#pool, task, this.#name)
      .then((outcome) => {
        if (outcome.state === "delivered") this.#summary.blocks++;
        if (outcome.state === "failed") this.#summary.failures++;
        if (outcome.note) this.#settings.onNote?.(outcome.note);
      })
      .catch(() => {}) // its lock ends by itself
      .finally(() => {
        this.#running.delete(task);
        this.#wakeUp();
      });
    this.#running.set(task, end);
  }

  /** Starts a job of the first plan that has one. */
  async #take(): Promise<boolean> {
    for (const plan of this.#roster.plans()) {
      const task = await plan.take(`${this.#name}:${this.#tokens++}`);
      if (task === undefined) continue;
      if (this.#settings.signal?.aborted) await task.job.moveToWait(task.token);
      else this.#start(task);
      return true;
    }
    return false;
  }

  async #prolong(): Promise<void> {
    const tasks = [...this.#running.keys()];
    for (const plan of this.#roster.plans()) await plan.prolong(tasks.filter((task) => task.plan === plan));
  }

  async #tell(): Promise<void> {
    if (performance.now() - this.#announced < ANNOUNCE_EVERY) return;
    this.#announced = performance.now();
    await announce(this.#connection, {
      name: this.#name,
      host: hostname().slice(0, 100),
      pid: process.pid,
      version: VERSION,
      coreHash: CORE_HASH,
      threads: this.#settings.workers,
      busy: this.#running.size,
      refused: this.#roster.refused(),
    });
  }

  #wakeUp(): void {
    this.#woken = true;
    this.#wake();
  }

  /** Waits, but no longer than until a block is finished or the worker is to end. */
  async #idle(milliseconds: number): Promise<void> {
    if (!this.#woken) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#woken = false;
  }
}

function outOfRange(field: string, expected: string, got: unknown): ArgumentError {
  return new ArgumentError(rangeMessage(field, expected, got), { field, expected, got });
}
