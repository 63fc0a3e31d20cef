import type { Queue } from "bullmq";
import type { Store } from "../store/store.js";
import { type Blocks, blockText } from "./blocks.js";
import { JOB, jobOptions } from "./jobs.js";
import { recordBytes } from "./records.js";

/** Jobs that wait or run at a time, at most, and the bytes of their results: what Redis must hold at a time is bounded. */
const JOBS = 10_000;
const BYTES = 256 << 20;
/** Jobs added in one go. */
const BATCH = 1000;

/** Puts the blocks of the cells that are missing into the queue, as many ahead as Redis can hold. */
export class Outbox {
  readonly #queue: Queue;
  readonly #store: Store;
  readonly #blocks: Blocks;
  readonly #has: (index: number, number: number) => boolean;
  /** Blocks in the queue, and the bytes that each will give. */
  readonly #queued = new Map<string, number>();
  #bytes = 0;
  #source: Iterator<[string, number]>;
  #exhausted = false;

  /** @param has Whether the result of a block is known. */
  constructor(queue: Queue, store: Store, blocks: Blocks, has: (index: number, number: number) => boolean) {
    this.#queue = queue;
    this.#store = store;
    this.#blocks = blocks;
    this.#has = has;
    this.#source = this.#missing();
  }

  /** Begins again: what Redis has lost is put there once more, and what it has stays as it is. */
  restart(): void {
    this.#queued.clear();
    this.#bytes = 0;
    this.#source = this.#missing();
    this.#exhausted = false;
  }

  /** Blocks in the queue. */
  get size(): number {
    return this.#queued.size;
  }

  /** Whether all blocks were put into the queue. */
  get exhausted(): boolean {
    return this.#exhausted;
  }

  holds(name: string): boolean {
    return this.#queued.has(name);
  }

  /** Notes that the result of a block came. */
  arrived(name: string): void {
    this.#bytes -= this.#queued.get(name) ?? 0;
    this.#queued.delete(name);
  }

  /** @param failed Blocks in the queue that nobody computes any more: others may take their place. */
  async fill(failed: number): Promise<void> {
    const batch: string[] = [];
    while (batch.length < BATCH && this.#queued.size - failed < JOBS && this.#bytes < BYTES) {
      const next = this.#source.next();
      this.#exhausted = next.done === true;
      if (next.done) break;
      const [name, bytes] = next.value;
      batch.push(name);
      this.#queued.set(name, bytes);
      this.#bytes += bytes;
    }
    if (batch.length > 0) {
      await this.#queue.addBulk(batch.map((name) => ({ name: JOB, data: {}, opts: jobOptions(name) })));
    }
  }

  *#missing(): Generator<[string, number]> {
    const { plan, part } = this.#store;
    for (let index = 0; index < plan.length; index++) {
      if (!part.has(index) || this.#store.has(index)) continue;
      const scenario = plan.scenario(index);
      const id = plan.id(index);
      for (let number = 0; ; number++) {
        const stretch = this.#blocks.stretch(scenario, number);
        if (stretch === undefined) break;
        if (this.#has(index, number)) continue;
        yield [blockText({ id, index, number }), recordBytes(stretch.count, scenario.generations)];
      }
    }
  }
}
