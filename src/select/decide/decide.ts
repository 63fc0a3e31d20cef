import { nextTask } from "../../core/slices.js";
import { RowUniforms } from "../../core/streams.js";
import type { TextCore } from "../../core/textCore.js";
import { clustersOf } from "../../text/nearDuplicates.js";
import type { RowColumns } from "../score/columns.js";
import { type HashColumn, HashNumbers } from "../score/hashes.js";
import type { ResolvedSettings } from "../settings.js";
import { kindOf } from "../verifiers/kinds.js";
import {
  chooseTop,
  listed,
  type Members,
  type OfRow,
  present,
  type Quantiles,
  quantilesOf,
  quotas,
  type Values,
} from "./topK.js";

/** What becomes of a row. */
export const Decision = {
  kept: 0,
  malformed: 1,
  noScore: 2,
  duplicate: 3,
  notBest: 4,
  threshold: 5,
  share: 6,
  nearDuplicate: 7,
  /** Not decided yet. */
  open: 8,
} as const;

/** Rows that are left out before the best of a group is sought. */
const LEFT_OUT: ReadonlySet<number> = new Set([
  Decision.malformed,
  Decision.noScore,
  Decision.duplicate,
  Decision.nearDuplicate,
]);

const reasons = ["", "", "no-score", "duplicate", "not-best", "threshold", "share", "near-duplicate"];

/** Why a row is rejected, as files say it. */
export function reasonOf(decision: number): string {
  return reasons[decision];
}

/** What becomes of every row, and what was seen on the way. */
export interface Decided {
  /** A {@link Decision} for each row. */
  decisions: Uint8Array;
  /** By which rows were selected. */
  scores: Float64Array;
  /** 1 for the rows of the random selection; null if none was asked for. */
  random: Uint8Array | null;
  /** For the kept row of a group and its worst row the number of their pair, from 1; 0 for others. Null unless pairs are wanted. */
  pairs: Uint32Array | null;
  /** Kept rows that are in no pair as no row of their group is worse. */
  unpaired: number;
  /** Later copies of rows, whether left out or not. */
  duplicates: number;
  /** Rows that are nearly alike; null unless they were looked for. */
  near: NearRows | null;
  /** Where low scores are good. */
  lowest: boolean;
  quantiles: { all: Quantiles | null; kept: Quantiles | null; verifiers: (Quantiles | null)[] };
  /** Rows that share the score at the edge of the selection, summed over the slices, and how many of them chance has kept. */
  ties: { rows: number; kept: number };
  /** Rows that were well-formed, kept, and in the random selection, for each slice. */
  slices: { read: number; kept: number; random: number }[];
}

/** Rows whose texts are nearly alike. */
export interface NearRows {
  /** The number of the cluster that a row is in, from 1, in the order of their first rows; 0 for a row like none. */
  clusters: Uint32Array;
  /** How alike each row of a cluster is to its first one. */
  similarity: Float64Array;
  /** How many clusters there are, and well-formed rows without a letter or digit to compare. */
  count: number;
  empty: number;
}

/**
 * Decides about all rows: first malformed ones and those without a score are set aside, then later copies go (`dedupe`),
 * then all but the best of each group (`bestOf`). Those left are the candidates; of them the best share is kept, in each
 * slice (`by`), as far as it reaches the threshold. Equal scores are parted by lot: a number that the core draws for each
 * row from the seed, so that neither the place in the file nor what a row says decides.
 *
 * @param columns Used up.
 * @param sliceCount Slices that there are; 1 if there is no `by`.
 * @param signal Ends it soon: many rows take seconds.
 */
export async function decide(
  core: TextCore,
  columns: RowColumns,
  settings: ResolvedSettings,
  sliceCount: number,
  signal?: AbortSignal,
): Promise<Decided> {
  const rest = async () => {
    await nextTask();
    signal?.throwIfAborted();
  };
  const { rows, groups, slices } = columns;
  const decisions = columns.malformed;
  for (let row = 0; row < rows; row++) decisions[row] = decisions[row] === 1 ? Decision.malformed : Decision.open;
  const duplicates = await markCopies(columns.hashes, decisions, settings.dedupe, rest);
  columns.hashes.close();
  await rest();
  const { scores, lowest, verifiers } = combinedScores(core, columns, settings);
  await rest();
  const merit: OfRow = lowest ? (row) => -scores[row] : (row) => scores[row];
  const uniforms = new RowUniforms(core, settings.seed, "tie");
  const lot: OfRow = (row) => uniforms.at(row);
  for (let row = 0; row < rows; row++) {
    if (decisions[row] === Decision.open && Number.isNaN(scores[row])) decisions[row] = Decision.noScore;
  }
  await rest();
  const near = nearRows(columns, decisions, settings);
  const eligible = settings.baseline ? decisions.slice() : null;
  if (groups !== null) await keepBest(groups, decisions, merit, lot, rest);

  const candidates = membersOf(decisions, slices, sliceCount);
  const sizes = candidates.map(({ length }) => length);
  const quota = quotas(settings.keep, sizes, settings.by !== null);
  const ties = { rows: 0, kept: 0 };
  await rest();
  for (const [slice, members] of candidates.entries()) {
    const edge = chooseTop(members, quota[slice], merit, lot, (row) => {
      decisions[row] = Decision.share;
    });
    if (edge === null || edge.taken === edge.equal) continue;
    ties.rows += edge.equal;
    ties.kept += edge.taken;
  }
  const { threshold } = settings;
  const least = threshold === null ? Number.NEGATIVE_INFINITY : lowest ? -threshold : threshold;
  const counts = Array.from({ length: sliceCount }, () => ({ read: 0, kept: 0, random: 0 }));
  await rest();
  for (let row = 0; row < rows; row++) {
    if ((decisions[row] === Decision.share || decisions[row] === Decision.open) && merit(row) < least)
      decisions[row] = Decision.threshold;
    else if (decisions[row] === Decision.open) decisions[row] = Decision.kept;
    if (decisions[row] === Decision.malformed) continue;
    const count = counts[slices === null ? 0 : slices[row]];
    count.read++;
    if (decisions[row] === Decision.kept) count.kept++;
  }
  await rest();
  const ofKept = quantilesOf((visit) => {
    for (let row = 0; row < rows; row++) if (decisions[row] === Decision.kept) visit(scores[row]);
  });
  await rest();
  const all = verifiers.length === 1 ? verifiers[0] : quantilesOf(present(scores));
  const quantiles = { all, kept: ofKept, verifiers };
  await rest();
  const { pairs, unpaired } = pairsOf(groups, decisions, merit, settings.export?.form === "dpo");
  const random = eligible === null ? null : await chooseRandom(core, columns, settings, eligible, counts, rest);
  return { decisions, scores, random, pairs, unpaired, duplicates, near, lowest, quantiles, ties, slices: counts };
}

/** Counts the later copies of rows, and marks them where they are to go. */
async function markCopies(
  hashes: HashColumn,
  decisions: Uint8Array,
  dedupe: boolean,
  rest: () => Promise<void>,
): Promise<number> {
  let copies = 0;
  for (const part of hashes.parts()) {
    const numbers = new HashNumbers();
    for (const rows of part) {
      await rest();
      for (let i = 0; i < rows.length; i += 3) {
        if (decisions[rows[i]] === Decision.malformed) continue;
        const { count } = numbers;
        if (numbers.of(rows[i + 1], rows[i + 2]) === count) continue;
        copies++;
        if (dedupe) decisions[rows[i]] = Decision.duplicate;
      }
    }
  }
  return copies;
}

/** Finds the rows that are nearly alike, and marks all but the first open one of each cluster if they are to go. */
function nearRows(
  { rows, signatures }: RowColumns,
  decisions: Uint8Array,
  { nearDuplicates: asked }: ResolvedSettings,
): NearRows | null {
  if (signatures === null || asked === null) return null;
  const { first, similarity, empty } = clustersOf(signatures, asked);
  let bad = 0;
  for (const decision of decisions) if (decision === Decision.malformed) bad++;
  const isShared = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) if (first[row] !== row) isShared[first[row]] = 1;
  const clusters = new Uint32Array(rows);
  /** By cluster: whether the row that stands for it has been met. */
  const hasOne = new Uint8Array(rows + 1);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    const one = first[row];
    if (isShared[one] === 0) continue;
    clusters[row] = one === row ? ++count : clusters[one];
    if (decisions[row] !== Decision.open) continue;
    if (hasOne[clusters[row]] === 1 && asked.action === "drop") decisions[row] = Decision.nearDuplicate;
    hasOne[clusters[row]] = 1;
  }
  return { clusters, similarity, count, empty: empty - bad };
}

/** Leaves the best row of each group, and marks the others. */
async function keepBest(
  groups: HashColumn,
  decisions: Uint8Array,
  merit: OfRow,
  lot: OfRow,
  rest: () => Promise<void>,
): Promise<void> {
  for (const part of groups.parts()) {
    const numbers = new HashNumbers();
    // of each group: its best row so far, and that row's merit and lot
    const best: number[] = [];
    const merits: number[] = [];
    const lots: number[] = [];
    for (const rows of part) {
      await rest();
      for (let i = 0; i < rows.length; i += 3) {
        const row = rows[i];
        if (decisions[row] !== Decision.open) continue;
        const { count } = numbers;
        const group = numbers.of(rows[i + 1], rows[i + 2]);
        const its = merit(row);
        const drawn = lot(row);
        const isNew = group === count;
        if (!isNew && (its < merits[group] || (its === merits[group] && drawn <= lots[group]))) {
          decisions[row] = Decision.notBest;
          continue;
        }
        if (!isNew) decisions[best[group]] = Decision.notBest;
        best[group] = row;
        merits[group] = its;
        lots[group] = drawn;
      }
    }
  }
}

/** Pairs each kept row with the worst row of its group: the first of the lowest merit, if that is below its own. */
function pairsOf(
  groups: HashColumn | null,
  decisions: Uint8Array,
  merit: OfRow,
  wanted: boolean,
): { pairs: Uint32Array | null; unpaired: number } {
  if (groups === null || !wanted) return { pairs: null, unpaired: 0 };
  /** Of a kept row first 1 + the worst of its group, then the number of the pair. */
  const pairs = new Uint32Array(decisions.length);
  for (const part of groups.parts()) {
    const numbers = new HashNumbers();
    const worst: number[] = [];
    /** Of each group its kept row; -1 if it has none. */
    const kept: number[] = [];
    for (const rows of part) {
      for (let i = 0; i < rows.length; i += 3) {
        const row = rows[i];
        if (LEFT_OUT.has(decisions[row])) continue;
        const { count } = numbers;
        const group = numbers.of(rows[i + 1], rows[i + 2]);
        if (group === count) kept.push(-1);
        if (group === count || merit(row) < merit(worst[group])) worst[group] = row;
        if (decisions[row] === Decision.kept) kept[group] = row;
      }
    }
    for (const [group, row] of kept.entries()) if (row >= 0) pairs[row] = worst[group] + 1;
  }
  let count = 0;
  let unpaired = 0;
  for (let row = 0; row < pairs.length; row++) {
    if (decisions[row] !== Decision.kept) continue;
    const rival = pairs[row] - 1;
    if (merit(rival) < merit(row)) {
      count++;
      pairs[row] = count;
      pairs[rival] = count;
    } else {
      pairs[row] = 0;
      unpaired++;
    }
  }
  return { pairs, unpaired };
}

/** The open rows of each slice, in order: if there are no slices, those that are open when they are gone through. */
function membersOf(decisions: Uint8Array, slices: Uint32Array | null, sliceCount: number): Members[] {
  const sizes = new Array<number>(sliceCount).fill(0);
  const sliceOf: OfRow = slices === null ? () => 0 : (row) => slices[row];
  for (let row = 0; row < decisions.length; row++) if (decisions[row] === Decision.open) sizes[sliceOf(row)]++;
  if (slices === null) {
    const each: Members["each"] = (visit) => {
      for (let row = 0; row < decisions.length; row++) if (decisions[row] === Decision.open) visit(row);
    };
    return [{ length: sizes[0], each }];
  }
  const members = sizes.map((size) => new Uint32Array(size));
  const filled = new Array<number>(sliceCount).fill(0);
  for (let row = 0; row < decisions.length; row++) {
    if (decisions[row] !== Decision.open) continue;
    const slice = sliceOf(row);
    members[slice][filled[slice]++] = row;
  }
  return members.map(listed);
}

/** A random selection of as many rows as were kept, in each slice, from what the verifier could choose from. */
async function chooseRandom(
  core: TextCore,
  { groups, slices }: RowColumns,
  settings: ResolvedSettings,
  open: Uint8Array,
  counts: Decided["slices"],
  rest: () => Promise<void>,
): Promise<Uint8Array> {
  const uniforms = new RowUniforms(core, settings.seed, "baseline");
  const chance: OfRow = (row) => uniforms.at(row);
  if (groups !== null) await keepBest(groups, open, chance, chance, rest);
  await rest();
  for (const [slice, members] of membersOf(open, slices, counts.length).entries()) {
    chooseTop(members, counts[slice].kept, chance, chance, (row) => {
      open[row] = Decision.share;
    });
  }
  const random = new Uint8Array(open.length);
  for (let row = 0; row < random.length; row++) {
    if (open[row] !== Decision.open) continue;
    random[row] = 1;
    counts[slices === null ? 0 : slices[row]].random++;
  }
  return random;
}

/** One number for each row, NaN if it has none, and how it came about. */
interface CombinedScores {
  scores: Float64Array;
  /** Low scores are good. */
  lowest: boolean;
  /** Of each verifier's own scores. */
  verifiers: (Quantiles | null)[];
}

/**
 * The scores by which rows are selected. A single verifier's are left as they are. Several speak in scales that cannot be
 * compared (a perplexity of 30, a ROUGE of 0.4), so that each row gets from each verifier the share of rows that it beats,
 * equal ones by half; its score is the weighted mean of these, in [0, 1]. Neither the unit of a verifier nor any
 * other rising transformation of it changes the selection, and an outlier counts for no more than the best rank.
 */
function combinedScores(core: TextCore, columns: RowColumns, settings: ResolvedSettings): CombinedScores {
  const { verifiers, seed } = settings;
  const single = verifiers.length === 1;
  const total = verifiers.reduce((sum, { weight }) => sum + weight, 0);
  const combined = new Float64Array(single ? 0 : columns.rows);
  const room = new Float64Array(combined.length);
  const quantiles: (Quantiles | null)[] = [];
  for (const [v, verifier] of verifiers.entries()) {
    const scores = verifier.kind === "random" ? randomScores(core, columns, seed) : columns.scores[v];
    const there = present(scores);
    quantiles.push(quantilesOf(there));
    if (single) return { scores, lowest: kindOf(verifier).isLowest?.(verifier) ?? false, verifiers: quantiles };
    const sorted = sortedOf(there, room);
    const turned = kindOf(verifier).isLowest?.(verifier) ?? false;
    for (let row = 0; row < scores.length; row++) {
      const beaten = shareBeaten(sorted, scores[row]);
      combined[row] += (verifier.weight * (turned ? 1 - beaten : beaten)) / total;
    }
    columns.scores[v] = new Float64Array(0); // gives its memory back
  }
  return { scores: combined, lowest: false, verifiers: quantiles };
}

/** @param room Is filled. */
function sortedOf(values: Values, room: Float64Array): Float64Array {
  let filled = 0;
  values((value) => {
    room[filled++] = value + 0;
  });
  return room.subarray(0, filled).sort();
}

function randomScores(core: TextCore, { rows, malformed }: RowColumns, seed: number): Float64Array {
  const uniforms = new RowUniforms(core, seed, "randomScore");
  const scores = new Float64Array(rows);
  for (let row = 0; row < rows; row++)
    scores[row] = malformed[row] === Decision.malformed ? Number.NaN : uniforms.at(row);
  return scores;
}

/** The share of the scores that one is above, equal ones by half; NaN for NaN. */
function shareBeaten(sorted: Float64Array, score: number): number {
  if (Number.isNaN(score)) return Number.NaN;
  return (countBelow(sorted, score, false) + countBelow(sorted, score, true)) / (2 * sorted.length);
}

/** How many scores are below one, or with `equal` not above it. */
function countBelow(sorted: Float64Array, score: number, equal: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < score || (equal && sorted[middle] === score)) low = middle + 1;
    else high = middle;
  }
  return low;
}
