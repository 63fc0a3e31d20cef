import { DataError } from "../../core/errors.js";
import type { BlocksFrom } from "../../rows/rowFiles.js";
import { selectReason } from "../reasons.js";
import type { ResolvedSettings } from "../settings.js";
import { addNotes, type ScoreNotes } from "../verifiers/scorer.js";
import { HashColumn } from "./hashes.js";
import type { BlockScores, FirstMalformed } from "./scoreBlock.js";

/** A block of the file, and what it holds. */
export interface BlockPlace {
  /** The number of its file. */
  file: number;
  offset: number;
  end: number;
  lines: number;
  rows: number;
}

/** Where a block lay, and what was found in it. */
export interface ScoredBlock {
  file: number;
  /** Where its file begins in the text of all files. */
  fileBegin: number;
  offset: number;
  end: number;
  scored: BlockScores;
}

/** What is known of all rows of a file, in columns. */
export interface RowColumns {
  rows: number;
  /** 1 for a malformed row. */
  malformed: Uint8Array;
  /** For each verifier; an empty list for `random`. */
  scores: Float64Array[];
  hashes: HashColumn;
  groups: HashColumn | null;
  slices: Uint32Array | null;
  /** Of near-duplicates: 128 bytes a row. */
  signatures: Uint8Array | null;
}

/** More values than these name rows, not slices. */
const SLICE_LIMIT = 100_000;

type Numbers = Uint8Array | Uint32Array | Float64Array;

/** A column that grows at its end. What is reserved and not yet written costs no memory on any usual system. */
class GrowingColumn<A extends Numbers> {
  readonly #make: (length: number) => A;
  #values: A;
  #length = 0;

  constructor(make: (length: number) => A) {
    this.#make = make;
    this.#values = make(0);
  }

  /** @param share The share of the file that is read, once these are added; 0 if it is not known. */
  add(values: ArrayLike<number>, share: number): void {
    const length = this.#length + values.length;
    if (length > this.#values.length) {
      // once the half was copied, both would be in memory: room for the whole file is reserved at once, if its size is known
      const longer = this.#make(Math.ceil(share > 0 ? (1.1 * length) / share : 2 * length));
      longer.set(this.#values.subarray(0, this.#length));
      this.#values = longer;
    }
    this.#values.set(values, this.#length);
    this.#length = length;
  }

  /** The whole column, which is given away. */
  taken(): A {
    const values = this.#values.subarray(0, this.#length) as A;
    this.#values = this.#make(0);
    this.#length = 0;
    return values;
  }
}

const bytes = () => new GrowingColumn((length) => new Uint8Array(length));
const words = () => new GrowingColumn((length) => new Uint32Array(length));
const doubles = () => new GrowingColumn((length) => new Float64Array(length));

/** Gathers the columns block by block: 9 bytes a row, 8 for each further verifier, 4 for slices. */
export class ColumnGatherer {
  readonly blocks: BlockPlace[] = [];
  /** The names of the slices, by number. */
  readonly names: string[] = [];
  rows = 0;
  lines = 0;
  blank = 0;
  malformed = 0;
  /** What there is to say of rows, summed. */
  readonly notes: ScoreNotes = {};
  firstMalformed: (FirstMalformed & { inFile: number }) | null = null;
  /** Where the next block begins; undefined before the first. */
  end: BlocksFrom | undefined;
  #fileLines = 0;
  readonly #settings: ResolvedSettings;
  readonly #numbers = new Map<string, number>();
  readonly #malformed = bytes();
  readonly #scores: GrowingColumn<Float64Array>[];
  readonly #hashes = new HashColumn();
  readonly #groups = new HashColumn();
  readonly #slices = words();
  readonly #signatures = bytes();

  constructor(settings: ResolvedSettings) {
    this.#settings = settings;
    this.#scores = settings.verifiers.map(doubles);
  }

  /** The line of a file that a line of its next block is. */
  lineOf(file: number, line: number): number {
    return (file === this.end?.file ? this.#fileLines : 0) + line;
  }

  /** @param share The share of all files that is read, with this block; 0 if it is not known. */
  add({ offset, end, file, fileBegin, scored }: ScoredBlock, share = 0): void {
    const rows = scored.malformed.length;
    const { firstMalformed } = scored;
    if (firstMalformed !== null) {
      this.firstMalformed ??= { ...firstMalformed, line: this.lineOf(file, firstMalformed.line), inFile: file };
    }
    this.#fileLines = this.lineOf(file, scored.lines);
    this.end = { file, fileBegin, end };
    this.blocks.push({ offset, end, file, lines: scored.lines, rows });
    this.rows += rows;
    this.lines += scored.lines;
    this.blank += scored.blank;
    addNotes(this.notes, scored.notes);
    for (const bad of scored.malformed) this.malformed += bad;
    this.#malformed.add(scored.malformed, share);
    for (const [v, scores] of scored.scores.entries()) this.#scores[v].add(scores, share);
    this.#hashes.add(scored.hashes);
    if (scored.groups !== null) this.#groups.add(scored.groups);
    if (scored.signatures !== null) this.#signatures.add(scored.signatures, share);
    if (scored.slices !== null) {
      const numbers = scored.names.map((name) => this.#number(name));
      this.#slices.add(
        scored.slices.map((local) => numbers[local] ?? 0),
        share,
      );
    }
  }

  /** Gives temporary files back. */
  close(): void {
    this.#hashes.close();
    this.#groups.close();
  }

  /** The columns, which the gatherer does not hold any more but for the hashes. */
  taken(): RowColumns {
    const { bestOf, by, nearDuplicates } = this.#settings;
    return {
      rows: this.rows,
      malformed: this.#malformed.taken(),
      scores: this.#scores.map((column) => column.taken()),
      hashes: this.#hashes,
      groups: bestOf === null ? null : this.#groups,
      slices: by === null ? null : this.#slices.taken(),
      signatures: nearDuplicates === null ? null : this.#signatures.taken(),
    };
  }

  #number(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    if (this.names.length === SLICE_LIMIT) {
      throw new DataError(selectReason("too-many-slices", { limit: SLICE_LIMIT }));
    }
    this.#numbers.set(name, this.names.length);
    return this.names.push(name) - 1;
  }
}
