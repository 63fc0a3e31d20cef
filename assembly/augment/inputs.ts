/**
 * Real rows beside generated ones whose inputs have their own mean and covariance (docs/theory.md, section 13):
 *
 *     real        x | y ~ N(yμ, I),   ‖μ‖ = r;   a label is wrong with probability ε_r, and every row is kept
 *     generated   x | y ~ N(yν, C);   a label is wrong with probability ε, and kept with φ if it is right, with ψ if not
 *
 * ν and C are given, or those of n̂ signed real rows yx, which are not among the rows to learn from: ν their mean, and C their
 * covariance about it, with the divisor n̂. The learner is ridge on all kept rows, (XᵀX + cI) w = Xᵀt, c = λM of M kept rows or λ(n + m) of all.
 */
import { Experiment, EXPERIMENT_BYTES, IDENTITY, POWER_LAW } from "../experiment/experiment";

/** ν and C are given; ν is estimated; both are. */
export const GIVEN: f64 = 0;
export const MEAN: f64 = 1;
export const BOTH: f64 = 2;

/** The settings as the host writes them, f64 each, in this order. */
@unmanaged
export class Inputs {
  dim: f64;
  /** r. */
  meanNorm: f64;
  realRows: f64;
  realErrorRate: f64;
  /** m, before verification. */
  samples: f64;
  errorRate: f64;
  phi: f64;
  psi: f64;
  /** ‖ν‖/‖μ‖, and the angle between the two in radians; read if ν is given. */
  meanScale: f64;
  meanAngle: f64;
  /** C has the eigenvalues `variance`·i^−`exponent`, scaled to the mean `variance`; read unless it is estimated. */
  variance: f64;
  exponent: f64;
  /** GIVEN, MEAN or BOTH, and n̂. */
  estimate: f64;
  estimateRows: f64;
  lambda: f64;
  /** Whether λ counts every row, not the kept ones alone. */
  countsAll: f64;
}

export const INPUTS_FIELDS: i32 = 16;

/** ν without an estimate: its parts along μ and across. */
export function meanAlong(e: Inputs): f64 {
  return e.estimate == GIVEN ? e.meanNorm * e.meanScale * Math.cos(e.meanAngle) : e.meanNorm;
}

export function meanAcross(e: Inputs): f64 {
  return e.meanNorm * e.meanScale * Math.sin(e.meanAngle);
}

/** c/M, the penalty for each kept row. */
export function penaltyOf(e: Inputs, kept: f64): f64 {
  return e.countsAll != 0 ? e.lambda * ((e.realRows + e.samples) / kept) : e.lambda;
}

const SHAPE: usize = memory.data(EXPERIMENT_BYTES, 16);

/** C as experiment/directions.ts takes a covariance: it places μ evenly over the spectrum, and ν's other part as well. */
export function shapeOf(e: Inputs): Experiment {
  const shape = changetype<Experiment>(SHAPE);
  shape.dim = <i32>e.dim;
  shape.covarianceKind = e.exponent == 0 || e.estimate == BOTH ? IDENTITY : POWER_LAW;
  shape.covarianceExponent = e.exponent;
  shape.covarianceStarPtr = 0;
  return shape;
}
