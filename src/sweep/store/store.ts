import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { StoreError } from "../../core/errors.js";
import type { CellResult } from "../../engine/result.js";
import { type Part, Plan } from "../../model/cells.js";
import type { Scenario } from "../../model/scenario.js";
import { makeFolder } from "../../rows/files.js";
import { Lock, type LockOptions } from "../../rows/lock.js";
import { LogReader, recordText } from "../../rows/log.js";
import { Draft, syncFolder } from "../../rows/write.js";
import { sweepReason } from "../reasons.js";
import { checkedCell } from "../results/cell.js";
import { resultFile } from "../results/write.js";
import { partOf, type Shard } from "../shard.js";
import { cellHead, Journal, StoredCells } from "./cells.js";
import {
  differenceLines,
  type Manifest,
  manifestDifferences,
  manifestOf,
  readManifest,
  writeManifest,
} from "./manifest.js";

/** The file of a store that its cells are gathered in. */
export const JOURNAL = "journal.jsonl";

export interface StoreOptions extends LockOptions {
  /** The part of the plan that is kept here; left out, all of it. */
  shard?: Shard;
}

/**
 * The results of one run (or of one shard of it) in a folder, gathered cell by cell; they survive the end of the process.
 *
 * Cells may be added in any order, by their position in the plan; what is read, and the final files, are in plan order. So
 * it does not matter what computes them: threads of this machine, shards, or workers behind a queue that may deliver twice.
 *
 * @example
 * const store = await Store.open("results", scenario);
 * for await (const cell of runInWorkers(scenario, { part: store.missing })) store.append(cell);
 * await writeResults(store.folder, scenario, store.lines());
 * store.seal();
 * store.close();
 */
export class Store {
  readonly folder: string;
  readonly scenario: Scenario;
  readonly plan: Plan;
  /** The cells that belong here. */
  readonly part: Part;
  readonly manifest: Manifest;
  readonly #lock: Lock;
  #journal: Journal | undefined;
  #journalOpen: boolean;

  private constructor(folder: string, scenario: Scenario, manifest: Manifest, part: Part, lock: Lock) {
    this.folder = folder;
    this.scenario = scenario;
    this.manifest = manifest;
    this.part = part;
    this.plan = new Plan(scenario);
    this.#lock = lock;
    this.#journal = isSealed(folder) ? undefined : new Journal(join(folder, JOURNAL), this.plan.length);
    this.#journalOpen = this.#journal !== undefined;
  }

  /**
   * Opens the store in a folder, or begins one in a folder that is empty or not there; no other process can until `close()`.
   *
   * @throws StoreError if the folder holds another run (with the difference, path by path) or files that do not belong to a
   * store; FileError if another process has it open, or it cannot be written.
   */
  static async open(folder: string, scenario: Scenario, { shard, onWait }: StoreOptions = {}): Promise<Store> {
    const manifest = manifestOf(scenario, shard);
    await makeFolder(folder);
    const lock = await Lock.take(folder, { onWait });
    try {
      if (!checkManifest(folder, manifest)) {
        writeManifest(folder, manifest);
        syncFolder(folder);
      }
      const store = new Store(folder, scenario, manifest, partOf(scenario, shard), lock);
      store.#checkPart();
      return store;
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** Cells that are kept. */
  get count(): number {
    return this.#journal?.count ?? this.part.size;
  }

  /** Whether the final files are written and the journal is gone. */
  get sealed(): boolean {
    return !this.#journalOpen;
  }

  /** Lines of the journal that were damaged, as after a power cut; their cells count as missing. */
  get dropped(): number {
    return this.#journal?.dropped ?? 0;
  }

  has(index: number): boolean {
    return this.part.has(index) && (this.#journal?.has(index) ?? true);
  }

  /** The cells that are still to be computed: as they are now, so hand it on before any is added. */
  get missing(): Part {
    const size = this.part.size - this.count;
    return { size, has: (index) => this.part.has(index) && !this.has(index) };
  }

  /** Adds a cell that this process computed from this store's own plan. @returns Its JSON, good until the next is added. */
  append(cell: CellResult): Buffer {
    return this.#open().append(cell.index, JSON.stringify(cell));
  }

  /**
   * Adds a cell that came from elsewhere. A result that exists already is ignored.
   *
   * @returns Whether it is new.
   * @throws StoreError if the cell does not belong to this plan or part, or differs from the one that is kept.
   */
  accept(cell: CellResult): boolean {
    const { index, id } = cell;
    if (!Number.isInteger(index) || !this.part.has(index) || this.plan.id(index) !== id) {
      throw new StoreError(sweepReason("cell-of-other-run", { folder: this.folder, index, id }));
    }
    const json = JSON.stringify(cell);
    if (!this.has(index)) {
      this.#open().append(index, json);
      return true;
    }
    if (this.#open().json(index).toString("utf8") === json) return false;
    throw new StoreError(sweepReason("cell-differs", { folder: this.folder, index, id }));
  }

  /** Takes out cells that were computed wrongly: the journal is written anew without them, and they are missing again. */
  remove(indices: ReadonlySet<number>): void {
    const journal = this.#open();
    journal.sync();
    const draft = new Draft(journal.file, { durable: true });
    try {
      for (let index = 0; index < this.plan.length; index++) {
        if (journal.has(index) && !indices.has(index)) {
          draft.write(Buffer.from(recordText(journal.json(index).toString("utf8")), "utf8"));
        }
      }
      draft.publish();
    } finally {
      draft.discard();
    }
    journal.close();
    this.#journal = new Journal(journal.file, this.plan.length);
  }

  /** Writes what was added to the disk, and waits for that. */
  sync(): void {
    this.#open().sync();
  }

  /** The kept cells in the order of the plan, each as JSON that is good until the next is asked for. */
  *lines(part: Part = this.part): Generator<Buffer> {
    if (this.#journal === undefined || !this.#journalOpen) {
      for (const json of resultLines(resultFile(this.folder, "jsonl"))) {
        if (part === this.part || part.has(cellHead(json)?.index ?? -1)) yield json;
      }
      return;
    }
    for (let index = 0; index < this.plan.length; index++) {
      if (this.#journal.has(index) && part.has(index)) yield this.#journal.json(index);
    }
  }

  /** The kept cells in the order of the plan, of a part or all. */
  *cells(part?: Part): Generator<CellResult> {
    for (const line of this.lines(part)) yield cellIn(line, this.folder);
  }

  /** The JSON of one kept cell, good until the next is asked for. */
  json(index: number): Buffer {
    return this.#open().json(index);
  }

  /** One kept cell. */
  cell(index: number): CellResult {
    return cellIn(this.json(index), this.folder);
  }

  /** Removes the journal: everything that was to be written from it is there. */
  seal(): void {
    this.#closeJournal();
    rmSync(join(this.folder, JOURNAL), { force: true });
  }

  /** Writes to the disk what is not there yet, and lets others open the folder. */
  close(): void {
    try {
      this.#closeJournal();
    } finally {
      this.#lock.release();
    }
  }

  #closeJournal(): void {
    if (this.#journalOpen) this.#journal?.close();
    this.#journalOpen = false;
  }

  #open(): Journal {
    if (this.#journal === undefined) throw new StoreError(sweepReason("run-finished", { folder: this.folder }));
    return this.#journal;
  }

  /** A journal may have been put into the folder of another shard. */
  #checkPart(): void {
    const { length } = this.plan;
    for (let index = 0; index < length; index++) {
      if (this.#journal?.has(index) && !this.part.has(index)) {
        this.close();
        const file = join(this.folder, JOURNAL);
        throw new StoreError(sweepReason("cell-of-other-shard", { file, index, shard: this.manifest.shard }));
      }
    }
  }
}

/** Whether the final files of a whole run are there, and nothing else is to be done. */
export function isSealed(folder: string): boolean {
  return existsSync(resultFile(folder, "jsonl")) && !existsSync(join(folder, JOURNAL));
}

/** The cells that an unfinished store holds by now, in the order of the plan; nothing in it is changed. */
export function* peek(folder: string, scenario: Scenario): Generator<CellResult> {
  const file = join(folder, JOURNAL);
  if (!existsSync(file)) return;
  const { length } = new Plan(scenario);
  const cells = StoredCells.read(file, length, true);
  try {
    for (let index = 0; index < length; index++) {
      if (cells.has(index)) yield cellIn(cells.json(index), folder);
    }
  } finally {
    cells.close();
  }
}

/** The cell of a line. @throws StoreError if it is damaged */
export function cellIn(line: Buffer, folder: string): CellResult {
  let value: unknown;
  try {
    value = JSON.parse(line.toString("utf8"));
  } catch {
    value = undefined;
  }
  return checkedCell(value, folder);
}

/** The lines of a file, each good until the next is asked for. */
export function* resultLines(file: string): Generator<Buffer> {
  const reader = new LogReader(file, { checked: false });
  try {
    for (const { json } of reader.records()) yield json;
  } finally {
    reader.close();
  }
}

/** Whether a folder is a store of this run; throws if it is one of another, or holds results of unknown origin. */
function checkManifest(folder: string, manifest: Manifest): boolean {
  const there = readManifest(folder);
  if (there !== undefined) {
    const found = manifestDifferences(there, manifest);
    if (found.length === 0) return true;
    throw new StoreError(sweepReason("other-run", { folder, differences: differenceLines(found, "there", "now") }));
  }
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const own = names.find((name) => name === JOURNAL || /^results\.(jsonl|csv|parquet)$/.test(name));
  if (own !== undefined) {
    throw new StoreError(sweepReason("results-of-unknown-run", { folder, file: own }));
  }
  return false;
}
