import type { Core } from "../../core/core.js";
import { QueueError } from "../../core/errors.js";
import type { CellResult } from "../../engine/result.js";
import { summarize } from "../../engine/summary.js";
import { besideTheory } from "../../engine/theoryCell.js";
import type { Cell } from "../../model/cells.js";
import type { Store } from "../store/store.js";
import { type Blocks, blockText, readBlock } from "./blocks.js";
import type { Connection } from "./connection.js";
import { planKeys } from "./plans.js";
import { readRecords, recordBytes } from "./records.js";

/** Names of blocks read in one go. */
const NAMES = 1000;
/** Bytes of results read in one go, about. */
const BYTES = 16 << 20;

/** A cell whose blocks are all there. */
interface Ready {
  cell: Cell;
  names: string[];
  bytes: number;
}

/** Brings the results of blocks from Redis into the store: a cell when all of its blocks are there, in any order. */
export class Inbox {
  readonly #connection: Connection;
  readonly #store: Store;
  readonly #core: Core;
  readonly #blocks: Blocks;
  readonly #keys: ReturnType<typeof planKeys>;
  /** Blocks that came of cells that want others still. */
  readonly #partial = new Map<number, Set<number>>();
  /** Blocks of cells that are in the store and may not be on the disk yet. */
  #stored: string[] = [];
  #cursor = 0;

  constructor(connection: Connection, store: Store, core: Core, blocks: Blocks) {
    this.#connection = connection;
    this.#store = store;
    this.#core = core;
    this.#blocks = blocks;
    this.#keys = planKeys(store.manifest.fingerprint);
  }

  /** Begins again with what is in Redis now. */
  restart(): void {
    this.#cursor = 0;
    this.#partial.clear();
  }

  /** Whether the result of a block is known: no job is needed for it. */
  has(index: number, number: number): boolean {
    return this.#store.has(index) || (this.#partial.get(index)?.has(number) ?? false);
  }

  /**
   * Takes what came since the last time.
   *
   * @param isStopped Asked before the store is written to.
   * @returns The blocks that came and the cells that are finished by them; no names where nothing came.
   * @throws QueueError naming the cell whose result cannot be one of this run.
   */
  async collect(isStopped: () => boolean): Promise<{ names: string[]; cells: CellResult[]; lost: boolean }> {
    const { client } = this.#connection;
    const names = await client.lrange(this.#keys.done, this.#cursor, this.#cursor + NAMES - 1);
    this.#cursor += names.length;
    const ready = names.map((name) => this.#note(name)).filter((one) => one !== undefined);
    const cells: CellResult[] = [];
    while (ready.length > 0) {
      const batch: Ready[] = [];
      for (let bytes = 0; ready.length > 0 && bytes < BYTES; bytes += batch[batch.length - 1].bytes) {
        batch.push(ready.shift() as Ready);
      }
      const results = await this.#read(batch);
      if (isStopped()) break;
      if (results === undefined) return { names, cells, lost: true };
      for (const [i, { cell, names }] of batch.entries()) {
        const result = this.#finished(cell, results[i]);
        this.#store.append(result);
        this.#stored.push(...names);
        this.#partial.delete(cell.index);
        cells.push(result);
      }
    }
    return { names, cells, lost: false };
  }

  /** Removes from Redis what the store has, once that is on the disk. */
  async forget(): Promise<void> {
    const names = this.#stored;
    if (names.length === 0) return;
    this.#stored = [];
    this.#store.sync();
    for (let i = 0; i < names.length; i += NAMES) {
      await this.#connection.client.hdel(this.#keys.results, ...names.slice(i, i + NAMES));
    }
  }

  /** Notes that a block came; gives its cell where that is the last one that it waited for. */
  #note(name: string): Ready | undefined {
    const block = readBlock(name);
    const { plan, part } = this.#store;
    if (block === undefined || !part.has(block.index) || plan.id(block.index) !== block.id) {
      throw new QueueError(
        `the queue holds a result that is of no cell of this run: ${JSON.stringify(name.slice(0, 60))}`,
      );
    }
    const { index, number } = block;
    if (this.has(index, number)) return undefined;
    const cell = plan.cell(index);
    const count = this.#blocks.count(cell.scenario);
    if (number >= count) throw wrong(cell);
    const there = this.#partial.get(index) ?? new Set();
    this.#partial.set(index, there.add(number));
    if (there.size < count) return undefined;
    const names = Array.from({ length: count }, (_, i) => blockText({ ...block, number: i }));
    return { cell, names, bytes: recordBytes(this.#store.scenario.trials, cell.scenario.generations) };
  }

  /** The bytes of all blocks, by cells; undefined where Redis has lost some. */
  async #read(batch: readonly Ready[]): Promise<Buffer[][] | undefined> {
    const { client } = this.#connection;
    // the sizes first: nobody makes this process read more than there can be
    const asked = client.pipeline();
    for (const { names } of batch) for (const name of names) asked.hstrlen(this.#keys.results, name);
    const sizes = ((await asked.exec()) ?? []).map(([error, size]) => (error ? Number.NaN : Number(size)));
    let at = 0;
    for (const { cell, names } of batch) {
      for (const number of names.keys()) {
        const size = sizes[at++];
        if (!(size > 0)) return undefined;
        if (size !== this.#bytes(cell, number)) throw wrong(cell);
      }
    }
    const found = await client.hmgetBuffer(this.#keys.results, ...batch.flatMap(({ names }) => names));
    at = 0;
    const all = batch.map(({ names }) => names.map(() => found[at++]));
    return all.flat().includes(null) ? undefined : (all as Buffer[][]);
  }

  #bytes(cell: Cell, number: number): number {
    const { count } = this.#blocks.stretch(cell.scenario, number) ?? { count: 0 };
    return recordBytes(count, cell.scenario.generations);
  }

  #finished(cell: Cell, results: readonly Buffer[]): CellResult {
    const trials = results.flatMap((bytes, number) => {
      const { count } = this.#blocks.stretch(cell.scenario, number) ?? { count: 0 };
      const read = readRecords(bytes, count, cell.scenario.generations);
      if (read === undefined) throw wrong(cell);
      return read;
    });
    return besideTheory(this.#core, cell, summarize(cell, trials));
  }
}

function wrong({ index, id }: Cell): QueueError {
  return new QueueError(`the queue holds for cell ${index} (id ${id}) what cannot be a result of its trials`);
}
