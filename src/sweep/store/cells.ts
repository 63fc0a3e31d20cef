import { StoreError } from "../../core/errors.js";
import { quote } from "../../core/printable.js";
import type { Plan } from "../../model/cells.js";
import { Log, LogReader } from "../../rows/log.js";
import { sweepReason } from "../reasons.js";

/** Longest head of a cell's JSON, `{"index":999999,"id":"0123456789abcdef"`. */
const HEAD = 48;

/** The cells in a file of lines: eight bytes a cell say where each is, the cells themselves stay in the file. */
export class StoredCells {
  readonly file: string;
  readonly #log: LogReader;
  readonly #offsets: Float64Array;
  #found = 0;

  /**
   * @param log Is read through here, and closed if that fails.
   * @param cells The length of the plan.
   * @throws StoreError if a whole line is not a cell of such a plan, or two lines disagree on one.
   */
  constructor(log: LogReader, cells: number) {
    this.file = log.file;
    this.#log = log;
    this.#offsets = new Float64Array(cells).fill(-1);
    try {
      for (const { json, offset } of log.records()) this.#add(json, offset);
    } catch (error) {
      log.close();
      throw error;
    }
  }

  /**
   * Opens results.jsonl, or with `checked` a journal, for reading.
   *
   * @throws FileError if it cannot be read; StoreError as the constructor does.
   */
  static read(file: string, cells: number, checked: boolean): StoredCells {
    return new StoredCells(new LogReader(file, { checked }), cells);
  }

  /** Cells in the file. */
  get count(): number {
    return this.#found;
  }

  /** Lines that were damaged or not whole when the file was opened; their cells count as missing. */
  get dropped(): number {
    return this.#log.dropped;
  }

  has(index: number): boolean {
    return this.#offsets[index] >= 0;
  }

  /** The JSON of a cell, good until the next call. */
  json(index: number): Buffer {
    const offset = this.#offsets[index];
    const record = this.#log.at(offset);
    if (!record) throw new StoreError(sweepReason("file-damaged", { file: this.file, offset }));
    return record.json;
  }

  /** The id that the file gives a cell. */
  id(index: number): string | undefined {
    return cellHead(this.json(index))?.id;
  }

  close(): void {
    this.#log.close();
  }

  protected note(index: number, offset: number): void {
    this.#offsets[index] = offset;
  }

  #add(json: Buffer, offset: number): void {
    const head = cellHead(json);
    if (head === undefined || head.index >= this.#offsets.length) {
      const start = quote(json.toString("latin1", 0, HEAD));
      throw new StoreError(sweepReason("line-not-a-cell", { file: this.file, start, offset }));
    }
    const { index, id } = head;
    if (!this.has(index)) {
      this.note(index, offset);
      this.#found++;
      return;
    }
    const again = Buffer.from(json);
    if (!this.json(index).equals(again))
      throw new StoreError(sweepReason("cell-twice", { file: this.file, index, id }));
  }
}

/**
 * The finished cells of a run, in a log: each is in the file within 0.2 s and on the disk within about 2 s, so a killed
 * process loses at most the cells of its last 0.2 s, and a power cut those of its last seconds. They are computed again.
 */
export class Journal extends StoredCells {
  readonly #log: Log;

  /** Opens a journal, which is made if it is not there. @throws FileError and StoreError as {@link StoredCells.read} does. */
  constructor(file: string, cells: number) {
    const log = new Log(file, { delayed: true });
    super(log, cells);
    this.#log = log;
    log.cut();
  }

  /** Cells that are kept; if writing has failed, those that are in the file. */
  override get count(): number {
    return super.count + this.#log.added;
  }

  /**
   * Adds a cell.
   *
   * @returns Its JSON, good until the next is added.
   * @throws FileError if it, or an earlier one, could not be written; those that `count` counts stand.
   */
  append(index: number, json: string): Buffer {
    this.note(index, this.#log.append(json));
    return this.#log.last;
  }

  /** Writes everything to the disk, and waits for that. */
  sync(): void {
    this.#log.sync();
  }
}

/** The position and the id that a cell's JSON begins with; undefined if it is not a cell. */
export function cellHead(json: Buffer): { index: number; id: string } | undefined {
  const match = /^\{"index":(\d{1,7}),"id":"([0-9a-f]{16})"/.exec(json.toString("latin1", 0, HEAD));
  return match ? { index: Number(match[1]), id: match[2] } : undefined;
}

/** A cell as messages name it: `3 (id 0123456789abcdef, samples = 100)`. */
export function cellText(plan: Plan, index: number): string {
  const values = Object.entries(plan.params(index)).map(([path, value]) => `${path} = ${JSON.stringify(value)}`);
  return `${index} (${[`id ${plan.id(index)}`, ...values].join(", ")})`;
}
