import { StoreError } from "../../core/errors.js";
import { bodyOf, cellHead } from "./line.js";
import { LineReader } from "./lineReader.js";

/** Where in a file of lines each cell is: eight bytes a cell, the cells themselves stay in the file. */
export class CellIndex {
  readonly file: string;
  /** Cells found. */
  count = 0;
  /** Lines passed over, because they are damaged or not whole. */
  dropped = 0;
  /** Bytes up to the end of the last whole line. */
  end = 0;
  /** Whether anything stands behind that. */
  torn = false;
  readonly #bodyOf: (line: Buffer) => Buffer | undefined;
  readonly #reader: LineReader;
  readonly #offsets: Float64Array;

  /**
   * @param cells The length of the plan.
   * @param checked Whether each line begins with its checksum, as in a journal.
   * @throws StoreError where a whole line is no cell of such a plan, or two lines disagree on one.
   */
  constructor(file: string, descriptor: number, cells: number, checked: boolean) {
    this.file = file;
    this.#offsets = new Float64Array(cells).fill(-1);
    this.#reader = new LineReader(file, descriptor);
    this.#bodyOf = checked ? bodyOf : (line) => line;
    this.#scan();
  }

  has(index: number): boolean {
    return this.#offsets[index] >= 0;
  }

  /** Notes where the line of a cell begins that was written since. */
  note(index: number, offset: number): void {
    this.#offsets[index] = offset;
  }

  offset(index: number): number {
    return this.#offsets[index];
  }

  /** The JSON of a cell, good until the next call. */
  read(index: number): Buffer {
    const line = this.#reader.at(this.#offsets[index]);
    const body = line && this.#bodyOf(line);
    if (!body) throw new StoreError(`${this.file} is damaged at byte ${this.#offsets[index]}: the disk may be failing`);
    return body;
  }

  /** The id that the file gives a cell. */
  id(index: number): string | undefined {
    return cellHead(this.read(index))?.id;
  }

  /** The file has grown: what was read of its end may not be all. */
  refresh(): void {
    this.#reader.forget();
  }

  #scan(): void {
    for (let offset = 0; ; ) {
      const line = this.#reader.at(offset);
      if (line === undefined) {
        this.torn = this.#reader.holds(offset) || offset > this.end;
        if (this.#reader.holds(offset)) this.dropped++;
        break;
      }
      const next = offset + line.length + 1;
      const body = this.#bodyOf(line);
      if (body === undefined) this.dropped++;
      else {
        this.#found(body, offset);
        this.end = next;
      }
      offset = next;
    }
    this.#reader.forget();
  }

  #found(body: Buffer, offset: number): void {
    const head = cellHead(body);
    if (head === undefined || head.index >= this.#offsets.length) {
      const start = body.toString("latin1", 0, 60);
      throw new StoreError(`${this.file} holds what is no cell of this plan: ${start}… (byte ${offset})`);
    }
    const { index, id } = head;
    if (!this.has(index)) {
      this.#offsets[index] = offset;
      this.count++;
      return;
    }
    const again = Buffer.from(body);
    if (!this.read(index).equals(again))
      throw new StoreError(`${this.file} disagrees with itself on cell ${index} (id ${id})`);
  }
}
