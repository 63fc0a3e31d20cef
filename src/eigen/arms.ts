import { drawnOrder, RowUniforms } from "../core/streams.js";
import type { TransformerCore } from "../core/transformerCore.js";
import { breakdownPoint } from "../model/breakdown.js";
import type { EigenSettings } from "./options.js";
import { noiseOf } from "./options.js";

/** One training set of the experiment, and the model that learns from it. */
export interface EigenArm {
  name: string;
  /** Null for exact eigenvalues. */
  verifier: string | null;
  /** `matrices`: answers to the pool, one each. `beams`: one of each matrix's beams. `exact`: the eigenvalues. */
  choice: "matrices" | "beams" | "exact";
}

/** The arms of every repetition, in the order in which they are reported. */
export function eigenArms({ verifiers, beams, pool, generatorRows, controls }: EigenSettings): EigenArm[] {
  const arms: EigenArm[] = [{ name: "generator", verifier: null, choice: "exact" }];
  if (controls) arms.push({ name: "clean", verifier: null, choice: "exact" });
  for (const verifier of verifiers) {
    const psi = noiseOf(verifier);
    if (psi !== null) arms.push({ name: `noisy-${psi}`, verifier, choice: "matrices" });
    else if (verifier === "self") arms.push({ name: "self", verifier, choice: "beams" });
    else if (verifier === "oracle") {
      arms.push({ name: "oracle", verifier, choice: "matrices" });
      if (beams > 1) arms.push({ name: "oracle-beams", verifier, choice: "beams" });
    } else if (verifier === "none") {
      arms.push({ name: "unverified", verifier, choice: "matrices" });
      if (controls) arms.push({ name: allName(pool, generatorRows), verifier, choice: "matrices" });
    } else arms.push({ name: verifier, verifier, choice: "matrices" });
  }
  return arms;
}

/** The arm that learns from the whole pool: `unverified-40x`. */
export function allName(pool: number, generatorRows: number): string {
  return `unverified-${Number((pool / generatorRows).toPrecision(3))}x`;
}

/** What the generator answered, and what an oracle says of it. Plain values, to be posted and stored. */
export interface EigenLabels {
  /** The generator's answer to every matrix of the pool, log p of it, and 1 if it is correct. */
  answers: Uint8Array;
  logs: Float32Array;
  correct: Uint8Array;
  /** How difficult every matrix is ({@link difficultyOf}). */
  difficulty: Uint8Array;
  beams: EigenBeams;
}

/** The same of the beams of the first matrices of the pool. */
export interface EigenBeams {
  /** The likeliest answer, and 1 if it is correct. */
  top: Uint8Array;
  topCorrect: Uint8Array;
  /** The likeliest correct answer, and 1 if there is one. */
  right: Uint8Array;
  found: Uint8Array;
  /** Correct beams among all. */
  correctBeams: number;
}

/** What an arm learns from: which matrices of the pool, and their answers; null for the eigenvalues themselves. */
export interface EigenRows {
  places: Int32Array;
  answers: Uint8Array | null;
}

/** A selection: its rows, and what the verifier did to correct and wrong answers. */
export interface EigenSelection extends EigenRows {
  /** The share of correct answers among the rows learned from. */
  correct: number;
  /** p, φ and ψ over all that there was to choose from; null if there is nothing of the kind. */
  p: number | null;
  phi: number | null;
  psi: number | null;
  /** p⋆ = φ/(φ + ψ). */
  breakdown: number | null;
}

/**
 * What an arm learns from: the first `rows` of what its verifier keeps, in the order of the pool. Only the arm of everything
 * has more, and an arm whose verifier kept fewer has those.
 *
 * @param rows As many as the oracle keeps, or fewer.
 */
export function selectRows(
  core: TransformerCore,
  arm: EigenArm,
  labels: EigenLabels,
  settings: EigenSettings,
  seed: number,
  rows: number,
): EigenSelection {
  const { pool, beamPool, beams, generatorRows } = settings;
  if (arm.choice === "exact") {
    return { places: first(rows, pool), answers: null, correct: 1, p: null, phi: null, psi: null, breakdown: null };
  }
  if (arm.choice === "beams") {
    const isOracle = arm.verifier === "oracle";
    const { top, right, found, topCorrect, correctBeams } = labels.beams;
    const kept = isOracle ? where(beamPool, (i) => found[i] === 1) : first(beamPool, beamPool);
    const keptCorrect = isOracle ? kept.length : count(topCorrect);
    const all = beamPool * beams;
    const places = kept.subarray(0, rows);
    const right_ = isOracle ? places.length : places.reduce((sum, i) => sum + topCorrect[i], 0);
    return {
      places,
      answers: answersAt(isOracle ? right : top, places, beamPool),
      correct: right_ / places.length,
      ...rates(all, correctBeams, kept.length, keptCorrect),
    };
  }
  const kept = keptPlaces(core, arm, labels, settings, seed, rows);
  const isCorrect = (i: number) => labels.correct[i];
  const keptCorrect = kept.reduce((sum, i) => sum + isCorrect(i), 0);
  const places = arm.name === allName(pool, generatorRows) ? kept : kept.subarray(0, rows);
  return {
    places,
    answers: answersAt(labels.answers, places, pool),
    correct: places.reduce((sum, i) => sum + isCorrect(i), 0) / places.length,
    ...rates(pool, count(labels.correct), kept.length, keptCorrect),
  };
}

/** The matrices whose answer a verifier keeps. */
function keptPlaces(
  core: TransformerCore,
  { verifier }: EigenArm,
  { correct, logs }: EigenLabels,
  { pool }: EigenSettings,
  seed: number,
  rows: number,
): Int32Array {
  const psi = noiseOf(verifier ?? "");
  if (psi !== null) {
    const uniform = new RowUniforms(core, seed, "noisyVerdict");
    // one number a row, for every ψ the same: a verifier of more noise keeps what one of less does, and more
    return where(pool, (i) => uniform.at(i) < psi || correct[i] === 1);
  }
  if (verifier === "oracle") return where(pool, (i) => correct[i] === 1);
  if (verifier === "none") return first(pool, pool);
  const order =
    verifier === "random"
      ? drawnOrder(core, "randomRows", seed, 0, pool)
      : [...first(pool, pool)].sort((a, b) => logs[b] - logs[a] || a - b);
  return Int32Array.from(order.slice(0, rows)).sort();
}

function rates(all: number, correct: number, kept: number, keptCorrect: number) {
  const wrong = all - correct;
  const phi = correct === 0 ? null : keptCorrect / correct;
  const psi = wrong === 0 ? null : (kept - keptCorrect) / wrong;
  const breakdown = phi === null || psi === null ? null : breakdownPoint({ phi, psi });
  return { p: wrong / all, phi, psi, breakdown };
}

function where(length: number, keeps: (i: number) => boolean): Int32Array {
  return first(length, length).filter((i) => keeps(i));
}

function first(count: number, length: number): Int32Array {
  return Int32Array.from({ length: Math.min(count, length) }, (_, i) => i);
}

export function count(flags: Uint8Array): number {
  return flags.reduce((sum, flag) => sum + flag, 0);
}

/** The answers at some places of a table of `length` answers. */
function answersAt(answers: Uint8Array, places: Int32Array, length: number): Uint8Array {
  const width = answers.length / length;
  const out = new Uint8Array(width * places.length);
  for (const [i, place] of places.entries()) out.set(answers.subarray(width * place, width * (place + 1)), width * i);
  return out;
}

/** Where the bins of a difficulty begin, and of the last one no end: the smallest |λ|, and the gap between the largest two λ. */
export const DIFFICULTY = { smallest: [0, 1, 3, 6], gap: [0, 5, 10, 15] } as const;

/** The number of a matrix's bins: that of its smallest |λ| times 4, and that of its gap. @param values The largest first. */
export function difficultyOf(values: ArrayLike<number>): number {
  const smallest = Math.min(...Array.from(values, Math.abs));
  const bin = (edges: readonly number[], value: number) => edges.filter((edge) => edge <= value).length - 1;
  return 4 * bin(DIFFICULTY.smallest, smallest) + bin(DIFFICULTY.gap, values[0] - values[1]);
}
