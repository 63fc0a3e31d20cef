/**
 * The slow twin of `select`: all rows in memory, sorted and filtered as the words of the documentation say. Numbers by lot
 * come from the oracle of the random streams.
 */
import { streamsOf } from "./streams.js";

export interface SelectRules {
  /** Fields with a number; the first alone, or all combined by rank. */
  fields: { name: string; lowest: boolean; weight: number }[];
  keep: { share: number } | { rows: number } | null;
  threshold: number | null;
  bestOf: string | null;
  by: string | null;
  dedupe: boolean;
  seed: number;
}

export interface TwinRow {
  line: number;
  bytes: Buffer;
  value: Record<string, unknown> | null;
  score: number;
  reason: string;
  random: boolean;
  tie: number;
  chance: number;
}

const TIE = 0x73656c54;
const BASELINE = 0x73656c42;

/** Uniform numbers of all rows: 53 bits, high 27 and low 26, 4096 rows a stream. */
function uniforms(seed: number, purpose: number, rows: number): number[] {
  const numbers: number[] = [];
  for (let chunk = 0; numbers.length < rows; chunk++) {
    const { scalar } = streamsOf({ seed: BigInt(seed), cell: BigInt(purpose), trial: BigInt(chunk) });
    for (let i = 0; i < 4096 && numbers.length < rows; i++) {
      const high = scalar.next().value >>> 5;
      const low = scalar.next().value >>> 6;
      numbers.push((high * 2 ** 26 + low) / 2 ** 53);
    }
  }
  return numbers;
}

/** The lines of a file as rows, in order; blank lines are left out. */
export function twinRows(file: Buffer, { fields, bestOf, by, seed }: SelectRules): TwinRow[] {
  const rows: TwinRow[] = [];
  let start = file.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? 3 : 0;
  for (let line = 1; start < file.length; line++) {
    const newline = file.indexOf("\n", start);
    const end = newline < 0 ? file.length : newline;
    const bytes = file.subarray(start, end);
    start = end + 1;
    if (/^[ \t\r]*$/.test(bytes.toString("latin1"))) continue;
    const value = parsed(bytes, [...fields.map(({ name }) => name)], bestOf, by);
    rows.push({ line, bytes, value, score: 0, reason: "", random: false, tie: 0, chance: 0 });
  }
  const [ties, chances] = [uniforms(seed, TIE, rows.length), uniforms(seed, BASELINE, rows.length)];
  for (const [i, row] of rows.entries()) [row.tie, row.chance] = [ties[i], chances[i]];
  return rows;
}

function parsed(bytes: Buffer, numbers: string[], bestOf: string | null, by: string | null): TwinRow["value"] {
  try {
    // a byte order mark in the midst of joined files belongs to no value
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const value = JSON.parse(text.replace(/^(\{"\w+":)NaN\}\s*$/, "$1null}"));
    if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
    for (const name of numbers) {
      const score = Object.hasOwn(value, name) ? value[name] : null;
      if (score === null) value[name] = Number.NaN;
      else if (typeof score === "string" && /^-?\d+(\.\d+)?(e[-+]?\d+)?$/.test(score)) value[name] = Number(score);
      else if (!Number.isFinite(score)) return null;
    }
    if (bestOf !== null && (!Object.hasOwn(value, bestOf) || value[bestOf] === null)) return null;
    if (by !== null && !(Object.hasOwn(value, by) && ["string", "number", "boolean"].includes(typeof value[by])))
      return null;
    return value;
  } catch {
    return null;
  }
}

/** Decides about every row; `reason` is empty for kept ones. */
export function selectSlowly(rows: TwinRow[], rules: SelectRules): void {
  const { fields, keep, threshold, bestOf, by, dedupe } = rules;
  const good = rows.filter(({ value }) => value !== null);
  for (const row of rows) if (row.value === null) row.reason = "malformed";
  const numberOf = (row: TwinRow, name: string) => (row.value as Record<string, number>)[name];
  if (fields.length === 1) for (const row of good) row.score = numberOf(row, fields[0].name);
  else {
    const total = fields.reduce((sum, { weight }) => sum + weight, 0);
    for (const { name, lowest, weight } of fields) {
      const sorted = good.map((row) => numberOf(row, name)).sort((a, b) => a - b);
      for (const row of good) {
        const x = numberOf(row, name);
        const beaten = sorted.filter((y) => y < x).length;
        const equal = sorted.filter((y) => y === x).length;
        const share = (beaten + beaten + equal) / (2 * sorted.length);
        row.score += (weight * (lowest ? 1 - share : share)) / total;
      }
    }
  }
  const sign = fields.length === 1 && fields[0].lowest ? -1 : 1;
  const merit = (row: TwinRow) => sign * row.score;
  let candidates = good;
  if (dedupe) {
    const seen = new Set<string>();
    for (const row of candidates) {
      const text = row.bytes.toString("latin1").replace(/\r$/, "");
      if (seen.has(text)) row.reason = "duplicate";
      seen.add(text);
    }
    candidates = candidates.filter(({ reason }) => reason === "");
  }
  for (const row of candidates) if (Number.isNaN(row.score)) row.reason = "no-score";
  candidates = candidates.filter(({ reason }) => reason === "");
  const open = candidates;
  const groupOf = (row: TwinRow) => (bestOf === null ? "" : JSON.stringify(row.value?.[bestOf]));
  const sliceOf = (row: TwinRow) => (by === null ? "" : String(row.value?.[by]));
  const winners = (order: (a: TwinRow, b: TwinRow) => number) =>
    bestOf === null ? open : [...grouped(open, groupOf).values()].map((group) => group.toSorted(order)[0]);
  const byMerit = (a: TwinRow, b: TwinRow) => merit(b) - merit(a) || b.tie - a.tie || a.line - b.line;
  const byChance = (a: TwinRow, b: TwinRow) => b.chance - a.chance || a.line - b.line;

  candidates = winners(byMerit);
  const best = new Set(candidates);
  for (const row of open) if (!best.has(row)) row.reason = "not-best";
  const slices = grouped(candidates, sliceOf);
  for (const [slice, members] of slices) {
    const sorted = members.toSorted(byMerit);
    const count = quota(keep, slices, slice, by !== null);
    for (const row of sorted.slice(count)) row.reason = "share";
  }
  const least = threshold === null ? Number.NEGATIVE_INFINITY : sign * threshold;
  for (const row of candidates) if (merit(row) < least) row.reason = "threshold";
  const kept = candidates.filter(({ reason }) => reason === "");
  const lots = grouped(winners(byChance), sliceOf);
  for (const [slice, members] of lots) {
    const size = kept.filter((row) => sliceOf(row) === slice).length;
    for (const row of members.toSorted(byChance).slice(0, size)) row.random = true;
  }
}

function quota(keep: SelectRules["keep"], slices: Map<string, TwinRow[]>, slice: string, sliced: boolean): number {
  const size = slices.get(slice)?.length ?? 0;
  if (keep === null) return size;
  if ("share" in keep) return Math.max(sliced ? 1 : 0, Math.round(keep.share * size));
  return Math.min(size, keep.rows); // of several slices only the sum is told here
}

function grouped(rows: readonly TwinRow[], keyOf: (row: TwinRow) => string): Map<string, TwinRow[]> {
  const groups = new Map<string, TwinRow[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}
