import { sha256Hex16 } from "../../model/digest.js";
import type { Row } from "../../rows/field.js";
import type { SheetDesign } from "../options.js";

/**
 * The key of a row: `r` and 16 hexadecimal digits of the SHA-256 of its content, so that it is the same wherever the row is
 * in its file, and no spreadsheet takes it for a number.
 */
export function rowKey(row: Row): string {
  return `r${sha256Hex16(textOf(row))}`;
}

/** A row as JSON, with integers of 64 bits as `7n`. */
function textOf(row: Row): string {
  try {
    return JSON.stringify(row);
  } catch {
    return JSON.stringify(row, (_, value) => (typeof value === "bigint" ? `${value}n` : value));
  }
}

/** The keys of rows, of which equal rows share one: the second of them is `key-2`, and so on. */
export class KeyNumbers {
  readonly #seen = new Map<string, number>();

  next(key: string): string {
    const count = (this.#seen.get(key) ?? 0) + 1;
    this.#seen.set(key, count);
    return count === 1 ? key : `${key}-${count}`;
  }
}

/** The key of a row without the number of its copy; undefined if it is not a key. */
export function baseKey(key: string): string | undefined {
  return /^(r[0-9a-f]{16})(-[1-9]\d*)?$/.exec(key)?.[1];
}

/** What tells whether a file has the same rows, in any order. */
export class Fingerprint {
  rows = 0;
  #low = 0;
  #high = 0;

  /** @param key Of the next row. */
  add(key: string): void {
    this.rows++;
    const low = this.#low + Number.parseInt(key.slice(9, 17), 16);
    this.#low = low % 2 ** 32;
    this.#high = (this.#high + Number.parseInt(key.slice(1, 9), 16) + (low >= 2 ** 32 ? 1 : 0)) % 2 ** 32;
  }

  /** Eight hexadecimal digits. */
  get digits(): string {
    return digest(`${this.rows} ${this.#high} ${this.#low}`, 8);
  }
}

/** What the column `stratum` says: nothing of the verifier to people, and to the audit how the row was drawn. */
export interface StratumCode {
  design: SheetDesign;
  /** Rows drawn from the stratum. */
  drawn: number;
  /** Of the draw. */
  seed: number;
  /** Of the file, see {@link Fingerprint}. */
  file: string;
  /** Tells the strata of a sheet apart. */
  stratum: string;
}

/** @param name Of the stratum, which the code does not show. */
export function stratumCode({ design, drawn, seed, file }: Omit<StratumCode, "stratum">, name: string): string {
  return `${design}-${drawn}-${seed}-${file}${digest(`${file} ${name}`, 6)}`;
}

/** Reads a code back; undefined if it is not one. */
export function readStratumCode(code: string): StratumCode | undefined {
  const [, design, drawn, seed, file, stratum] =
    /^(simple|stratified|slices)-([1-9]\d{0,8})-(\d{1,16})-([0-9a-f]{8})([0-9a-f]{6})$/.exec(code) ?? [];
  if (design === undefined || file === undefined || stratum === undefined) return undefined;
  return { design: design as SheetDesign, drawn: Number(drawn), seed: Number(seed), file, stratum };
}

function digest(text: string, digits: number): string {
  return sha256Hex16(text).slice(0, digits);
}
