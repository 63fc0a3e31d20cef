import type { Job, Queue, Worker } from "bullmq";
import { CORE_HASH } from "../../core/bytes.generated.js";
import { VERSION } from "../../core/version.generated.js";
import { chooseEngine } from "../../engine/choose.js";
import { type Cell, Plan } from "../../model/cells.js";
import type { Scenario } from "../../model/scenario.js";
import type { TrialRange } from "../worker.js";
import { Blocks, readBlock } from "./blocks.js";
import type { Connection } from "./connection.js";
import { jobCounts, jobsOf } from "./jobs.js";
import { type PlanRecord, QUEUE_PREFIX } from "./plans.js";
import { tidy } from "./scripts.js";

/** Why a worker does not serve a plan, or undefined where nothing stands against it. */
export function misfit({ fingerprint, provenance: { version, coreHash } }: PlanRecord): string | undefined {
  if (version === VERSION && coreHash === CORE_HASH) return undefined;
  return (
    `plan ${fingerprint} is of pstar ${version} (core ${coreHash.slice(0, 8)}), this worker is pstar ${VERSION} ` +
    `(core ${CORE_HASH.slice(0, 8)}): it is not served, since its bits could differ`
  );
}

/** A job that a worker has taken, and the block it asks for; without a block, it asks for none of this plan. */
export interface Task {
  plan: ServedPlan;
  job: Job;
  token: string;
  block: TrialRange | undefined;
  generations: number;
}

/** A plan whose jobs a worker takes. */
export class ServedPlan {
  readonly fingerprint: string;
  readonly #connection: Connection;
  readonly #plan: Plan;
  readonly #blocks: Blocks;
  readonly #worker: Worker;
  readonly #queue: Queue;
  readonly #lease: number;

  /** @param lease Milliseconds for which a job is this worker's without a word from it. */
  constructor(connection: Connection, fingerprint: string, scenario: Scenario, lease: number) {
    this.#connection = connection;
    this.fingerprint = fingerprint;
    this.#lease = lease;
    this.#plan = new Plan(scenario);
    this.#blocks = new Blocks(this.#plan.length, scenario.trials);
    this.#queue = jobsOf(connection, fingerprint);
    // Without a processor of BullMQ's: jobs are taken one by one when a thread is free, so that none waits here.
    this.#worker = new connection.peers.Worker(fingerprint, null, {
      connection: connection.client,
      prefix: QUEUE_PREFIX,
      skipVersionCheck: true,
      autorun: false,
      lockDuration: lease,
      stalledInterval: Math.ceil(lease / 2),
      maxStalledCount: STALLS,
    });
    this.#worker.on("error", () => {}); // the connection tells what is wrong with it
    void this.#worker.startStalledCheckTimer();
  }

  /** Takes a job, if one waits. */
  async take(token: string): Promise<Task | undefined> {
    const job: Job | undefined = await this.#worker.getNextJob(token, { block: false });
    if (!job) return undefined;
    const cell = this.#cellOf(job.id);
    const stretch = cell && this.#blocks.stretch(cell.scenario, readBlock(job.id)?.number ?? -1);
    const block = cell && stretch && { cell, ...stretch };
    return { plan: this, job, token, block, generations: cell?.scenario.generations ?? 1 };
  }

  /** Prolongs the right to jobs that are being computed. One that is lost all the same is computed to its end: it harms nobody. */
  async prolong(tasks: readonly Task[]): Promise<void> {
    const names = tasks.map(({ job }) => String(job.id));
    if (names.length > 0)
      await this.#worker.extendJobLocks(
        names,
        tasks.map(({ token }) => token),
        this.#lease,
      );
  }

  /** Whether jobs are waiting, or with any worker. */
  async hasWork(): Promise<boolean> {
    const { waiting, active, delayed } = await jobCounts(this.#queue);
    return waiting + active + delayed > 0;
  }

  async close(): Promise<void> {
    await this.#worker.close(true);
    await this.#queue.close();
    await tidy(this.#connection, this.fingerprint);
  }

  #cellOf(jobId: string | undefined): Cell | undefined {
    const block = readBlock(jobId);
    if (block === undefined || block.index >= this.#plan.length) return undefined;
    const cell = this.#plan.cell(block.index);
    return cell.id === block.id && chooseEngine(cell.scenario).engine !== "theory" ? cell : undefined;
  }
}

/** How often a job may lose its worker before it counts as failed at the next. */
const STALLS = 2;
