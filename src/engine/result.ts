import type { Scenario } from "../model/scenario.js";
import type { Moments } from "../model/statistics.js";
import type { EngineName } from "./choose.js";

/** How a cell ended: `empty` kept no row in any trial; `singular` and `diverged` name a learner that gave no weights. */
export type CellStatus = "ok" | "empty" | "singular" | "diverged";

/** How far an iterative learner came, over the trials of a cell. */
export interface Convergence {
  /** Trials that reached the tolerance: 1e-5 in f32, 1e-10 in f64 (logistic); 1e-6 and 1e-12 (conjugate gradients). */
  converged: number;
  /** Mean number of iterations: Newton steps and conjugate-gradient steps together. */
  iterations: number | null;
  /** The largest gradient norm at the end, relative to that at the start. */
  gradientNorm: number;
}

/** What the trials of a cell, or of one of its generations, say together. */
export interface Measures {
  /** Of a generation that was drawn: the accuracy that the theory gives it, where it has an answer. */
  theory?: number | null;
  /** Test accuracy against the true labels, signed: below one half past the breakdown. */
  accuracy: Moments;
  /** Probability of agreeing with the Bayes rule. */
  agreement: Moments;
  /** Cosine with the Bayes direction, in the inner product of the covariance. */
  cosine: Moments;
  /** Kept synthetic rows per trial; `share` is the kept fraction of all generated rows. */
  kept: Moments & { share: number };
  /** Realised error rate of the generator, p. */
  errorRate: number | null;
  /** Realised share of correct labels that the verifier keeps, φ. */
  phi: number | null;
  /** Realised share of wrong labels that the verifier keeps, ψ. */
  psi: number | null;
  /** The breakdown point p⋆ = φ / (φ + ψ). */
  breakdown: number | null;
  /** `below` the breakdown point (p < p⋆) or `above` it. */
  verdict: "below" | "above" | null;
}

/** What one cell of a sweep (or the only cell of a run) gave. */
export interface CellResult extends Measures {
  /** Position in the plan, from 0. */
  index: number;
  /** Hash of the cell's own parameters and seed. */
  id: string;
  /** The swept paths and their values here. */
  params: Record<string, unknown>;
  /** The engine that computed the cell, and why that one. */
  engine: EngineName;
  reason: string;
  status: CellStatus;
  /** Trials computed; 0 for the theory. */
  trials: number;
  /** Trials in which the verifier kept no row. */
  emptyTrials: number;
  /** The trajectory of repeated generations, the first first; what stands above is the last. Left out where there is one. */
  generations?: GenerationResult[];
  /** How far an iterative learner came; left out for the others. */
  convergence?: Convergence;
  /** In words, what went wrong where `status` is not `ok`. */
  message?: string;
}

/** One round of repeated generations, over the trials of a cell. */
export interface GenerationResult extends Measures {
  /** From 1. */
  generation: number;
}

/** The whole of a run: enough, by its `config`, to run again. */
export interface RunResult {
  schema: "pstar/result@1";
  config: Scenario;
  cells: CellResult[];
  provenance: Provenance;
}

/** Where a result comes from. */
export interface Provenance {
  version: string;
  /** SHA-256 of the WebAssembly core. */
  coreHash: string;
  engine: string;
  seed: number;
}
