import { outOfRange } from "../core/errors.js";
import type { CheckedRecord } from "./record.js";
import type { AuditCounts } from "./result.js";
import type { Counted } from "./share.js";

/** Audited rows of one verdict and label: how many, their weights, and the squares of these. */
export interface Cell {
  count: number;
  weight: number;
  square: number;
}

/** So many clusters are told apart among rows without a label: more of them make the keep rate of a file about as sure as it can be. */
export const MAX_CLUSTERS = 20_000;

/** A row as it is counted. */
export type CountedRow = Pick<CheckedRecord, "kept" | "correct" | "weight"> &
  Partial<Pick<CheckedRecord, "cluster" | "second" | "predicted">>;

export const CELLS = ["keptCorrect", "keptWrong", "rejectedCorrect", "rejectedWrong"] as const;
export type CellName = (typeof CELLS)[number];

/** Rows that two people labelled, by the second label: how often the first one is the same. */
export interface LabelledTwice {
  correct: { same: number; other: number };
  wrong: { same: number; other: number };
}

/** Sums over rows with a prediction of the label: of `audited` ones with the label y (1 or 0), and of all others. */
export interface Predictions {
  audited: { n: number; y: number; f: number; ff: number; yf: number };
  others: { n: number; f: number; ff: number };
}

/** What is known of the kept rows, or of the rejected ones, beside their counts. */
interface Stratum {
  twice: LabelledTwice;
  predictions: Predictions;
}

function emptyStratum(): Stratum {
  return {
    twice: { correct: { same: 0, other: 0 }, wrong: { same: 0, other: 0 } },
    predictions: { audited: { n: 0, y: 0, f: 0, ff: 0, yf: 0 }, others: { n: 0, f: 0, ff: 0 } },
  };
}

/** The rows of a file, or of a slice of it, as far as an audit needs them. */
export class Cells {
  rows = 0;
  keptRows = 0;
  readonly keptCorrect = emptyCell();
  readonly keptWrong = emptyCell();
  readonly rejectedCorrect = emptyCell();
  readonly rejectedWrong = emptyCell();
  readonly strata = { kept: emptyStratum(), rejected: emptyStratum() };
  /** Weights of the audited rows of each cluster, in the order of CELLS; empty without clusters. */
  readonly clusters = new Map<string, [number, number, number, number]>();
  /** Kept and rejected rows of each cluster, audited or not; of the first {@link MAX_CLUSTERS}. */
  readonly everyCluster = new Map<string, [number, number]>();

  add({ kept, correct, weight, cluster = null, second = null, predicted = null }: CountedRow): void {
    this.rows++;
    if (kept) this.keptRows++;
    const { twice, predictions } = this.strata[kept ? "kept" : "rejected"];
    if (cluster !== null) {
      const both = this.everyCluster.get(cluster);
      if (both !== undefined) both[kept ? 0 : 1]++;
      else if (this.everyCluster.size < MAX_CLUSTERS) this.everyCluster.set(cluster, kept ? [1, 0] : [0, 1]);
    }
    if (predicted !== null) predict(predictions, predicted, correct);
    if (correct === null) return;
    const place = (kept ? 0 : 2) + (correct ? 0 : 1);
    const cell = this[CELLS[place] as CellName];
    cell.count++;
    cell.weight += weight;
    cell.square += weight * weight;
    if (second !== null) twice[second ? "correct" : "wrong"][second === correct ? "same" : "other"]++;
    if (cluster === null) return;
    const sums = this.clusters.get(cluster) ?? [0, 0, 0, 0];
    sums[place] = (sums[place] as number) + weight;
    this.clusters.set(cluster, sums);
  }

  get audited(): number {
    return this.keptCorrect.count + this.keptWrong.count + this.rejectedCorrect.count + this.rejectedWrong.count;
  }

  /** The rows of these that are not of `part`. */
  without(part: Cells): Cells {
    const rest = new Cells();
    rest.rows = this.rows - part.rows;
    rest.keptRows = this.keptRows - part.keptRows;
    for (const name of CELLS) {
      const count = this[name].count - part[name].count;
      rest[name].count = count;
      // what rounding leaves of zero rows is not a weight
      rest[name].weight = count === 0 ? 0 : Math.max(0, this[name].weight - part[name].weight);
      rest[name].square = count === 0 ? 0 : Math.max(0, this[name].square - part[name].square);
    }
    for (const side of ["kept", "rejected"] as const) subtract(rest.strata[side], this.strata[side], part.strata[side]);
    for (const [cluster, sums] of this.clusters) {
      const out = part.clusters.get(cluster);
      rest.clusters.set(cluster, sums.map((sum, i) => Math.max(0, sum - (out?.[i] ?? 0))) as typeof sums);
    }
    for (const [cluster, sums] of this.everyCluster) {
      const out = part.everyCluster.get(cluster);
      rest.everyCluster.set(cluster, sums.map((sum, i) => sum - (out?.[i] ?? 0)) as typeof sums);
    }
    return rest;
  }

  counts(): AuditCounts {
    const [keptCorrect, keptWrong, rejectedCorrect, rejectedWrong] = CELLS.map((name) => this[name].count);
    return {
      rows: this.rows,
      kept: this.keptRows,
      rejected: this.rows - this.keptRows,
      audited: this.audited,
      keptCorrect,
      keptWrong,
      rejectedCorrect,
      rejectedWrong,
    };
  }
}

function predict({ audited, others }: Predictions, f: number, correct: boolean | null): void {
  const sums = correct === null ? others : audited;
  sums.n++;
  sums.f += f;
  sums.ff += f * f;
  if (!correct) return;
  audited.y++;
  audited.yf += f;
}

/** Each number of `rest` becomes that of `whole` less that of `part`. */
function subtract<T extends object>(rest: T, whole: T, part: T): void {
  for (const name of Object.keys(rest) as (keyof T)[]) {
    const [now, all, some] = [rest[name], whole[name], part[name]];
    if (typeof all === "number") Object.assign(rest, { [name]: all - (some as number) });
    else subtract(now as object, all as object, some as object);
  }
}

function emptyCell(): Cell {
  return { count: 0, weight: 0, square: 0 };
}

/** Rows of several cells together. */
export function union(...cells: readonly Cell[]): Cell {
  const all = emptyCell();
  for (const { count, weight, square } of cells) {
    all.count += count;
    all.weight += weight;
    all.square += square;
  }
  return all;
}

/**
 * The weighted (Hájek) share of `ones` among all, as so many successes of an effective number of rows: those that would
 * make the variance of an unweighted share what it is here, yet at most Kish's (Σw)²/Σw², and the rows.
 *
 * @see Korn, Graubard, Survey Methodology 24 (1998), without the correction for degrees of freedom, as rows are no clusters
 * @see Kish, Survey Sampling (1965), section 11.7
 */
export function effective(ones: Cell, zeros: Cell): Counted {
  const all = union(ones, zeros);
  if (all.count === 0 || all.weight === 0) return { successes: 0, n: 0 };
  const share = ones.weight / all.weight;
  const kish = (all.weight / all.square) * all.weight;
  const scaled = (1 - share) ** 2 * ones.square + share ** 2 * zeros.square;
  const alike = scaled > 0 ? share * (1 - share) * (all.weight / scaled) * all.weight : all.count;
  const n = Math.min(all.count, kish, alike);
  // equal weights: exactly the counts, whatever the rounding
  if (n >= all.count * (1 - 1e-9)) return { successes: ones.count, n: all.count };
  return { successes: Math.min(n, share * n), n };
}

/** Slices beyond this are no groups: each would cost memory and a look of its own. */
const MAX_SLICES = 10_000;

/** All rows, and those of each slice. */
export class SlicedCells {
  readonly all = new Cells();
  readonly slices = new Map<string, Cells>();
  /** Whether all audited rows so far have one weight. */
  equalWeights = true;
  #weight = 0;

  add(record: CheckedRecord): void {
    const { correct, weight, slice } = record;
    if (slice !== null) this.#sliceOf(slice).add(record);
    this.all.add(record);
    if (correct === null) return;
    this.equalWeights &&= this.#weight === 0 || weight === this.#weight;
    this.#weight = weight;
  }

  #sliceOf(slice: string): Cells {
    let cells = this.slices.get(slice);
    if (cells === undefined) {
      if (this.slices.size === MAX_SLICES) {
        throw outOfRange("slice", `one of at most ${MAX_SLICES} values`, slice, ` (row ${this.all.rows + 1})`);
      }
      cells = new Cells();
      this.slices.set(slice, cells);
    }
    return cells;
  }
}
