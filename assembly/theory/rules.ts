/**
 * What ridge and the class mean find on M rows in d dimensions, to leading order as both grow (docs/theory.md, section 3), in
 * whitened coordinates ω = Σ^½ w. Of the kept rows only c = E[tz | kept] and D = E[zzᵀ | kept] − I matter, z ∈ R³.
 *
 * Ridge: with ρ the effective penalty, and S, G, G₂, df₂ at ρ (spectrum.ts),
 *
 *     q = (I + D G)⁻¹ c,   ω̄ = S B q,   t = df₂/M,
 *     E‖ω‖² = qᵀG₂q + t/(1 − t) · [1 − 2 cᵀGq + qᵀG₂q + (Gq)ᵀD(Gq)].
 *
 * It is the usual deterministic equivalent, with the low-rank part of the rows' covariance eliminated by Woodbury's
 * identity; it needs no limit at λ = 0, nor for M < d. Sources: Marchenko & Pastur 1967; Dobriban & Wager, "High-
 * dimensional asymptotics of prediction", Ann. Statist. 46 (2018); Hastie, Montanari, Rosset & Tibshirani, "Surprises
 * in high-dimensional ridgeless least squares interpolation", Ann. Statist. 50 (2022).
 *
 * Class mean: ω̄ = Σ B c and E‖ω‖² = ‖ω̄‖² + [tr Σ² + tr(BᵀΣ²B D) − ‖ω̄‖²]/M, exact.
 */
import { Experiment } from "../experiment/experiment";
import { df2, effectivePenalty, G, G2, resolveSpectrum } from "./spectrum";
import { apply3, dot3, form3, get, put, solve } from "./triples";

/** uᵀω̄ and E‖ω‖² of the last rule. */
export let alongStar: f64 = 0;
export let square: f64 = 0;

const SYSTEM: usize = memory.data(72, 16);
const Q: usize = memory.data(24, 16);
const GQ: usize = memory.data(24, 16);

export function setRule(along: f64, squaredLength: f64): void {
  alongStar = along;
  square = squaredLength;
}

/** uᵀω̄ / √E‖ω‖², 0 if that diverges (M = d, λ = 0) or there is no direction. */
export function cosineOfRule(): f64 {
  return square > 0 && square < Infinity ? max(-1.0, min(1.0, alongStar / sqrt(square))) : 0;
}

/** `c` f64[3], `d` f64[9]. */
export function ridgeRule(e: Experiment, rows: f64, c: usize, d: usize, lambda: f64): void {
  resolveSpectrum(e, effectivePenalty(e, rows, lambda));
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      let sum: f64 = i == j ? 1 : 0;
      for (let l = 0; l < 3; l++) sum += get(d, 3 * i + l) * get(G, 3 * l + j);
      put(SYSTEM, 3 * i + j, sum);
    }
    put(Q, i, get(c, i));
  }
  solve(SYSTEM, 3, Q);
  apply3(G, Q, GQ);
  alongStar = get(GQ, 0);
  const mean = form3(G2, Q);
  const residual = 1 - 2 * dot3(c, GQ) + mean + form3(d, GQ);
  const t = df2 / rows;
  square = t < 1 ? mean + (t / (1 - t)) * residual : Infinity;
}

/** The ridge rule's mean ω̄ in the coordinates of B (Σ = I), f64[3] at `out`. */
export function meanWeights(out: usize): void {
  memory.copy(out, GQ, 24);
}

export function meanRule(e: Experiment, rows: f64, c: usize, d: usize): void {
  resolveSpectrum(e, Infinity);
  alongStar = dot3(G, c);
  const mean = form3(G2, c);
  let spread = df2;
  for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) spread += get(G2, 3 * i + j) * get(d, 3 * j + i);
  square = mean + (spread - mean) / rows;
}

/** Cosine with u of least squares on endless rows, C⁻¹c, whatever Σ. */
export function limitCosine(c: usize, d: usize): f64 {
  for (let i = 0; i < 9; i++) put(SYSTEM, i, get(d, i) + (i % 4 == 0 ? 1.0 : 0.0));
  memory.copy(Q, c, 24);
  solve(SYSTEM, 3, Q);
  const length = sqrt(dot3(Q, Q));
  return length > 0 ? get(Q, 0) / length : 0;
}
