import { MemoryLimitError } from "../../core/errors.js";
import { TRIAL_STATUS, type Trial } from "../../core/trials.js";
import type { CellScenario } from "../../model/scenario.js";
import { queueReason } from "./reasons.js";

/** Ranges that a plan is cut into, at least, if it has enough trials: so many machines find work. */
const WANTED = 128;
/** Records of a range, at most: of each trial one a generation. With 104 bytes each, a result stays below 1 MiB. */
const RECORDS = 10_000;

/** A range of one cell's trials, named by the cell's id, its position in the plan and the range's own number in the cell. */
export interface RangeName {
  id: string;
  index: number;
  number: number;
}

/**
 * How the cells of a plan are cut into ranges of trials: the jobs of a queue. Whoever knows the plan cuts it alike, and the
 * trials do not depend on it.
 *
 * @param cells Of the whole plan.
 */
export class TrialRanges {
  readonly #trials: number;
  readonly #perCell: number;

  constructor(cells: number, trials: number) {
    this.#trials = trials;
    this.#perCell = Math.ceil(WANTED / cells);
  }

  /** Ranges of a cell. */
  count(cell: CellScenario): number {
    return Math.ceil(this.#trials / this.#size(cell));
  }

  /** The trials of one range of a cell, counted from 0; undefined if the cell has no such range. */
  at(cell: CellScenario, number: number): { first: number; count: number } | undefined {
    const size = this.#size(cell);
    const first = number * size;
    if (!Number.isSafeInteger(number) || number < 0 || first >= this.#trials) return undefined;
    return { first, count: Math.min(size, this.#trials - first) };
  }

  #size({ generations }: CellScenario): number {
    const most = Math.floor(RECORDS / generations);
    if (most === 0)
      throw new MemoryLimitError(queueReason("too-many-generations", { most: RECORDS, got: generations }));
    return Math.min(most, Math.ceil(this.#trials / this.#perCell));
  }
}

/** Characters of the name of a range, at most. */
export const RANGE_LENGTH = 16 + 1 + 7 + 1 + 9;

/** The name of a range as text: `0123456789abcdef-12-0`. */
export function rangeText({ id, index, number }: RangeName): string {
  return `${id}-${index}-${number}`;
}

/** Reads what {@link rangeText} wrote; undefined if it is something else. */
export function parseRange(text: unknown): RangeName | undefined {
  const match = typeof text === "string" ? /^([0-9a-f]{16})-(0|[1-9]\d{0,6})-(0|[1-9]\d{0,8})$/.exec(text) : null;
  return match ? { id: match[1], index: Number(match[2]), number: Number(match[3]) } : undefined;
}

/** The numbers of a trial in the order in which they travel, the status before them. */
const SHARES = ["accuracy", "agreement"] as const;
const COUNTS = ["generated", "wrong", "kept", "keptWrong", "iterations"] as const;
const OF_WEIGHTS = ["norm", "risk", "calibration"] as const;
const FIELDS = 1 + SHARES.length + 1 + COUNTS.length + 1 + OF_WEIGHTS.length;
const RECORD = 8 * FIELDS;

/** Bytes that the result of so many trials of so many generations has in Redis: base64 in the quotation marks of JSON. */
export function resultBytes(trials: number, generations: number): number {
  return 2 + 4 * Math.ceil((RECORD * trials * generations) / 3);
}

/** The trials of a range in base64: doubles, little-endian, one record a trial or, of several generations, one for each. */
export function encodeTrials(trials: readonly Trial[]): string {
  const records = trials.flatMap((trial) => trial.generations ?? [trial]);
  const bytes = Buffer.alloc(RECORD * records.length);
  let at = 0;
  const put = (value: number) => {
    at = bytes.writeDoubleLE(value, at);
  };
  for (const record of records) {
    put(TRIAL_STATUS.indexOf(record.status));
    for (const field of SHARES) put(record[field]);
    put(record.cosine);
    for (const field of COUNTS) put(record[field]);
    put(record.gradientNorm);
    for (const field of OF_WEIGHTS) put(record[field]);
  }
  return bytes.toString("base64");
}

/** Reads what {@link encodeTrials} wrote, wherever it came from; undefined if it cannot be the result of such trials. */
export function decodeTrials(text: string, trials: number, generations: number): Trial[] | undefined {
  const bytes = Buffer.from(text, "base64");
  if (bytes.length !== RECORD * trials * generations) return undefined;
  const records: Trial[] = [];
  for (let at = 0; at < bytes.length; at += RECORD) {
    const record = readRecord(bytes, at);
    if (record === undefined) return undefined;
    records.push(record);
  }
  if (generations === 1) return records;
  return Array.from({ length: trials }, (_, i) => {
    const all = records.slice(i * generations, (i + 1) * generations);
    return { ...all[generations - 1], generations: all };
  });
}

function readRecord(bytes: Buffer, at: number): Trial | undefined {
  const value = (field: number) => bytes.readDoubleLE(at + 8 * field);
  const values = Array.from({ length: FIELDS }, (_, field) => value(field));
  const [code, accuracy, agreement, cosine, generated, wrong, kept, keptWrong, iterations, gradientNorm] = values;
  const [norm, risk, calibration] = values.slice(-OF_WEIGHTS.length);
  const status = TRIAL_STATUS[code];
  const areCounts = [generated, wrong, kept, keptWrong, iterations].every((n) => Number.isSafeInteger(n) && n >= 0);
  const areConsistent = wrong <= generated && kept <= generated && keptWrong <= Math.min(kept, wrong);
  const hasModel = status === "ok" || status === "not-converged";
  const isMeasured = [accuracy, agreement].every((share) => share >= 0 && share <= 1) && Math.abs(cosine) <= 1;
  if (
    status === undefined ||
    !areCounts ||
    !areConsistent ||
    (hasModel && !isMeasured) ||
    gradientNorm < 0 ||
    !(norm >= 0)
  ) {
    return undefined;
  }
  return {
    ...{ status, accuracy, agreement, cosine, generated, wrong, kept, keptWrong, iterations, gradientNorm },
    ...{ norm, risk, calibration },
  };
}
