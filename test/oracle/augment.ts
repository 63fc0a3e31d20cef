/** Real rows beside generated ones, as the words say it, and the theory with whole matrices in the normalisation of arXiv 2410.08942. */
import type { KernelInputs } from "../../src/core/augment.js";
import { ridge } from "./learn.js";
import { combination, dot, gram, type Matrix, norm, product, solve, squareRoot, times, transposed } from "./linalg.js";
import { normalCdfSlow } from "./special.js";

/** μ, ν and C of what is given, in coordinates in which C is diagonal. */
export function populationsOf(e: KernelInputs): { mean: number[]; generatedMean: number[]; covariance: Matrix } {
  const { dim, exponent, variance, meanNorm, meanScale, meanAngle } = e;
  const powers = Array.from({ length: dim }, (_, i) => (i + 1) ** -exponent);
  const scale = (variance * dim) / powers.reduce((sum, value) => sum + value, 0);
  const covariance = powers.map((value, i) => powers.map((_, j) => (i === j ? scale * value : 0)));
  const along = powers.map(() => 1 / Math.sqrt(dim));
  const across = powers.map((_, i) => (i % 2 === 0 ? 1 : -1) / Math.sqrt(dim)); // orthogonal to the other if d is even
  const mean = along.map((value) => meanNorm * value);
  const length = meanNorm * meanScale;
  const generatedMean = along.map(
    (value, i) => length * (Math.cos(meanAngle) * value + Math.sin(meanAngle) * across[i]),
  );
  return { mean, generatedMean, covariance };
}

export interface SlowTrial {
  accuracy: number;
  kept: number;
  keptWrong: number;
}

/** Classes, inputs, labels and verdicts one after the other; an estimate is computed by its definition. */
export function trialSlow(e: KernelInputs, uniform: () => number, normal: () => number): SlowTrial {
  const { mean, ...given } = populationsOf(e);
  let { generatedMean, covariance } = given;
  const draw = (centre: readonly number[], root?: Matrix) => {
    const y = uniform() < 0.5 ? -1 : 1;
    const z = mean.map(normal);
    const noise = root === undefined ? z : times(root, z);
    return { y, x: centre.map((value, j) => y * value + noise[j]) };
  };
  if (e.estimate > 0) {
    const sample = Array.from({ length: e.estimateRows }, () => draw(mean)).map(({ x, y }) => x.map((v) => y * v));
    const estimated = combination(sample, new Array(sample.length).fill(1 / sample.length), e.dim);
    generatedMean = estimated;
    if (e.estimate === 2) {
      const centred = sample.map((x) => x.map((v, j) => v - estimated[j]));
      covariance = gram(centred, e.dim).map((row) => row.map((v) => v / sample.length));
    }
  }
  // an estimate of fewer rows than dimensions needs a grain of variance everywhere; a given covariance is diagonal
  const grain = (row: number[], i: number) => row.map((v, j) => v + (i === j ? 1e-9 : 0));
  const root = e.estimate === 2 ? squareRoot(covariance.map(grain)) : covariance.map((row) => row.map(Math.sqrt));
  const signed: Matrix = [];
  for (let i = 0; i < e.realRows; i++) {
    const { x, y } = draw(mean);
    const label = uniform() < e.realErrorRate ? -y : y;
    signed.push(x.map((v) => label * v));
  }
  let [kept, keptWrong] = [0, 0];
  for (let i = 0; i < e.samples; i++) {
    const { x, y } = draw(generatedMean, root);
    const label = uniform() < e.errorRate ? -y : y;
    if (uniform() >= (label === y ? e.phi : e.psi)) continue;
    kept++;
    if (label !== y) keptWrong++;
    signed.push(x.map((v) => label * v));
  }
  const lambda = e.countsAll ? (e.lambda * (e.realRows + e.samples)) / signed.length : e.lambda;
  const w = ridge(signed, lambda);
  return { accuracy: normalCdfSlow(dot(w, mean) / norm(w)), kept, keptWrong };
}

/**
 * The theory with N = n + m and γ = cN⁻¹: Q̄ = (π(μμᵀ + I)/(1 + δ) + α(1 − π)(ννᵀ + C)/(1 + δ_S) + γI)⁻¹, δ = tr Q̄/N and
 * δ_S = (α or 1) tr CQ̄/N without the means; the risks of both populations by iteration.
 */
export function theorySlow(e: KernelInputs, isPublished: boolean): number {
  const { mean, generatedMean, covariance } = populationsOf(e);
  const all = e.realRows + e.samples;
  const pi = e.realRows / all;
  const alpha = e.phi * (1 - e.errorRate) + e.psi * e.errorRate;
  const signal = e.phi * (1 - e.errorRate) - e.psi * e.errorRate;
  const gamma = e.countsAll ? e.lambda : e.lambda * (pi + alpha * (1 - pi));
  const identity = mean.map((_, i) => mean.map((__, j) => (i === j ? 1 : 0)));
  const inverse = (a: Matrix) => transposed(identity.map((unit) => solve(a, unit)));
  const trace = (a: Matrix) => a.reduce((sum, row, i) => sum + row[i], 0) / all;
  const spiked = (c: Matrix, m: number[]) => c.map((row, i) => row.map((v, j) => v + m[i] * m[j]));
  const resolvent = (f: number, g: number, real: Matrix, other: Matrix) =>
    inverse(identity.map((row, i) => row.map((v, j) => f * real[i][j] + g * other[i][j] + gamma * v)));
  let [delta, deltaS] = [0, 0];
  for (let i = 0; i < 20_000; i++) {
    const q = resolvent(pi / (1 + delta), (alpha * (1 - pi)) / (1 + deltaS), identity, covariance);
    const next = [trace(q), (isPublished ? alpha : 1) * trace(product(covariance, q))];
    const change = Math.abs(next[0] - delta) + Math.abs(next[1] - deltaS);
    [delta, deltaS] = next;
    if (change < 1e-15) break;
  }
  const [f, g] = [pi / (1 + delta), (alpha * (1 - pi)) / (1 + deltaS)];
  const bulk = resolvent(f, g, identity, covariance);
  const q = resolvent(f, g, spiked(identity, mean), spiked(covariance, generatedMean));
  const cr = 1 - 2 * e.realErrorRate;
  const w = times(
    q,
    mean.map((v, i) => f * cr * v + ((signal * (1 - pi)) / (1 + deltaS)) * generatedMean[i]),
  );
  const base = [
    1 - 2 * cr * dot(mean, w) + dot(w, times(spiked(identity, mean), w)),
    alpha === 0
      ? 0
      : 1 - (2 * signal * dot(generatedMean, w)) / alpha + dot(w, times(spiked(covariance, generatedMean), w)),
  ];
  const square = (a: Matrix, b: Matrix) => trace(product(product(a, bulk), product(b, bulk)));
  const weights = [pi / (1 + delta) ** 2, (alpha * (1 - pi)) / (1 + deltaS) ** 2];
  const t = [
    [weights[0] * square(identity, identity), weights[1] * square(identity, covariance)],
    [weights[0] * square(covariance, identity), weights[1] * square(covariance, covariance)],
  ];
  let v = [0, 0];
  for (let i = 0; i < 20_000; i++) v = t.map((row) => row[0] * (base[0] + v[0]) + row[1] * (base[1] + v[1]));
  return normalCdfSlow(dot(mean, w) / Math.sqrt(dot(w, w) + v[0]));
}
