/**
 * Linear regression on rows that the model before has labelled (docs/theory.md, section 12): x ~ N(0, I_d),
 * y = xᵀθ_k + σε, ε ~ N(0, 1), least squares without a penalty. The truth is θ⋆ = 0 and the verifier's centre is B·e₁,
 * without loss of generality, as nothing but their distance B counts. A row is kept if |y − xᵀθ_c| ≤ b.
 *
 * Round 0 is trained on real rows, y = xᵀθ⋆ + σε; a later one, by its policy, on its own kept rows (REPLACE), on those
 * and as many fresh real ones as are asked for (MIX), or on all rows so far (ACCUMULATE).
 * Sources: Yi et al., arXiv 2510.16657 (the ball); Gerstgrasser et al., arXiv 2404.01413 (replace and accumulate).
 */
import { ACCUMULATE, MIX } from "../experiment/experiment";
import {
  drawRow, equationsBytes, forget, layOutEquations, rowPtr, rows, solveRows, takeRow, weightsPtr,
} from "../learn/equations";
import { at } from "../linalg/lanes";
import { seedStreams } from "../random/streams";
import { normal } from "../random/variates/normal64";
import { normalCdf, normalPdf } from "../special/normal";
import { OK, SINGULAR } from "../status";

/** f64 fields of a round's record: status; ‖θ − θ⋆‖²; ‖θ − θ_c‖²; synthetic rows that were kept. */
export const REGRESSION_FIELDS: i32 = 4;
const STATUS: i32 = 0;
const ERROR: i32 = 1;
const FROM_CENTRE: i32 = 2;
const KEPT: i32 = 3;

/** Bytes of scratch of `regressionTrials`. */
export function regressionBytes(dim: i32): f64 {
  return equationsBytes(dim);
}

function takeReal(count: i32, noise: f64): void {
  for (let i = 0; i < count; i++) {
    drawRow();
    takeRow(noise * normal());
  }
}

/** Least squares on the rows so far, which stay; SINGULAR with fewer rows than weights. */
function fit(dim: i32): i32 {
  return rows < <f64>dim ? SINGULAR : solveRows(0);
}

/**
 * Trials `first` … `first + count − 1`: f64[REGRESSION_FIELDS] for each of `rounds` + 1 rounds of each at `outPtr`. After a round without
 * weights those that follow have its status.
 *
 * @param ball b; Infinity keeps all.
 * @param centre B ≥ 0.
 */
export function regressionTrials(
  dim: i32, firstRows: i32, samples: i32, realSamples: i32, noise: f64, ball: f64, centre: f64, rounds: i32, policy: i32,
  seedLow: u32, seedHigh: u32, purpose: u32, first: i32, count: i32, scratchPtr: usize, outPtr: usize,
): void {
  layOutEquations(dim, scratchPtr);
  for (let trial = 0; trial < count; trial++) {
    seedStreams(seedLow, seedHigh, purpose, 0, first + trial);
    forget();
    let status = OK;
    for (let round = 0; round <= rounds; round++) {
      let kept: f64 = 0;
      if (status == OK) {
        if (round == 0) {
          takeReal(firstRows, noise);
        } else {
          if (policy != ACCUMULATE) forget();
          for (let i = 0; i < samples; i++) {
            drawRow();
            let label = noise * normal();
            for (let j = 0; j < dim; j++) label += load<f64>(at<f64>(rowPtr, j)) * load<f64>(at<f64>(weightsPtr, j));
            if (!(abs(label - centre * load<f64>(rowPtr)) <= ball)) continue;
            kept += 1;
            takeRow(label);
          }
          if (policy == MIX) takeReal(realSamples, noise);
        }
        status = fit(dim);
      }
      const recordPtr = outPtr + (<usize>((trial * (rounds + 1) + round) * REGRESSION_FIELDS) << 3);
      let square: f64 = 0;
      for (let j = 0; j < dim; j++) square += load<f64>(at<f64>(weightsPtr, j)) * load<f64>(at<f64>(weightsPtr, j));
      store<f64>(at<f64>(recordPtr, STATUS), <f64>status);
      store<f64>(at<f64>(recordPtr, ERROR), status == OK ? square : NaN);
      const fromCentre = square - 2 * centre * load<f64>(weightsPtr) + centre * centre;
      store<f64>(at<f64>(recordPtr, FROM_CENTRE), status == OK ? max(0, fromCentre) : NaN);
      store<f64>(at<f64>(recordPtr, KEPT), kept);
    }
  }
}

/**
 * The means of those records for REPLACE, and for ACCUMULATE with an infinite ball, which is exact. With θ_k − θ_c =
 * c_k (θ⋆ − θ_c) + e_k, s² = c²B² + E‖e‖², τ² = s² + σ², t = b/τ, P = 2Φ(t) − 1 and v = 1 − 2tφ(t)/P,
 *
 *     u = 1 − (s²/τ²)(1 − v),   ρ = v/u,   c ← ρc,   E‖e‖² ← ρ²E‖e‖² + d(τ²v − s²v²/u)/(nP − d − 1),
 *
 * and E‖θ − θ⋆‖² = (1 − c)²B² + E‖e‖². To leading order in 1/d and 1/n, and exact for an infinite ball.
 */
export function regressionTheory(
  dim: i32, firstRows: f64, samples: f64, noise: f64, ball: f64, centre: f64, rounds: i32, policy: i32, outPtr: usize,
): void {
  const d = <f64>dim, variance = noise * noise;
  let along: f64 = 1, all = firstRows;
  let spread = d * variance / (firstRows - d - 1);
  for (let round = 0; round <= rounds; round++) {
    let kept: f64 = round == 0 ? 0 : samples;
    if (round > 0 && ball == Infinity) {
      if (policy == ACCUMULATE) all += samples;
      else all = samples;
      spread += all > d + 1 ? (samples / all) * d * variance / (all - d - 1) : NaN;
    } else if (round > 0) {
      const square = along * along * centre * centre + spread;
      const total = square + variance;
      const t = ball / sqrt(total);
      const share = 1 - 2 * normalCdf(-t);
      const v = 1 - 2 * t * normalPdf(t) / share;
      const u = 1 - (square / total) * (1 - v);
      kept = samples * share;
      along *= v / u;
      const residual = total * v - square * v * (v / u);
      spread = (v / u) * (v / u) * spread + (kept > d + 1 ? d * residual / (kept - d - 1) : NaN);
    }
    const recordPtr = outPtr + (<usize>(round * REGRESSION_FIELDS) << 3);
    const error = (1 - along) * (1 - along) * centre * centre + spread;
    store<f64>(at<f64>(recordPtr, STATUS), isNaN(error) || !(firstRows > d + 1) ? <f64>SINGULAR : <f64>OK);
    store<f64>(at<f64>(recordPtr, ERROR), firstRows > d + 1 ? error : NaN);
    store<f64>(at<f64>(recordPtr, FROM_CENTRE), firstRows > d + 1 ? along * along * centre * centre + spread : NaN);
    store<f64>(at<f64>(recordPtr, KEPT), kept);
  }
}
