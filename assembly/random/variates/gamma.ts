/**
 * Gamma, chi-square and chi variates for any real shape.
 *
 * Marsaglia & Tsang, "A simple method for generating gamma variables", ACM TOMS 26 (2000): with δ = shape − 1/3 and
 * t = x / √(9δ), x normal, δ(1 + t)³ is accepted when log u < x²/2 + δ(1 − (1 + t)³ + 3 log(1 + t)); at least 95 % are.
 * Shapes below 1: gamma(shape + 1) · U^(1/shape) (their section 6).
 *
 * The bound is evaluated as 3δ (log(1 + t) − t + t²/2 − t³/3), which is the same since x² = 9δt²: the terms of size δ
 * have gone, so the acceptance keeps full precision where theirs loses all of it (shape 1e12 and beyond).
 */
import { nextU32, uniform53, uniformOpen } from "../streams";
import { normal } from "./normal64";

const TWO_TO_MINUS_32: f64 = 2.3283064365386963e-10;

// @ts-ignore: decorator
@inline
/** 3 (log(1 + t) − t + t²/2 − t³/3), by its series where the difference would cancel. */
function excess(t: f64): f64 {
  if (abs(t) >= 0.01) return 3 * (Math.log1p(t) - t * (1 - t * (0.5 - t / 3)));
  const t2 = t * t;
  return -3 * t2 * t2 * (1.0 / 4 - t * (1.0 / 5 - t * (1.0 / 6 - t * (1.0 / 7 - t * (1.0 / 8)))));
}

/** Shape ≥ 1. */
function marsagliaTsang(shape: f64): f64 {
  const delta = shape - 1.0 / 3.0;
  const scale = 1 / Math.sqrt(9 * delta);
  while (true) {
    const x = normal();
    const t = scale * x;
    const root = 1 + t;
    if (root <= 0) continue;
    const x2 = x * x;
    // the squeeze sees 32 bits of u, rounded up; only where they do not settle it are the others drawn
    const bits = <f64>nextU32();
    if ((bits + 1) * TWO_TO_MINUS_32 < 1 - 0.0331 * x2 * x2) return delta * root * root * root;
    if (Math.log((bits + uniform53()) * TWO_TO_MINUS_32) < delta * excess(t)) return delta * root * root * root;
  }
}

/** A gamma variate of the given shape and scale 1; NaN unless shape > 0. */
export function gamma(shape: f64): f64 {
  if (!(shape > 0)) return NaN;
  if (shape >= 1) return marsagliaTsang(shape);
  return marsagliaTsang(shape + 1) * Math.exp(Math.log(uniformOpen()) / shape);
}

/** A chi-square variate with k ≥ 0 degrees of freedom, k real; 0 if k is 0. */
export function chiSquare(k: f64): f64 {
  return k == 0 ? 0 : 2 * gamma(0.5 * k);
}

/** The length of a vector of k independent standard normals, k ≥ 0 real. */
export function chi(k: f64): f64 {
  return Math.sqrt(chiSquare(k));
}
