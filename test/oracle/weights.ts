/** Weighted rows as the words say it, and their theory by a grid in three dimensions. */
import type { KernelWeighting } from "../../src/core/weights.js";
import { dot, type Matrix, norm, solve } from "./linalg.js";
import { normalCdfSlow } from "./special.js";

/** u, and the directions of generator and verifier, whose other parts are orthogonal. */
function directionsOf({
  dim,
  generatorAngle,
  verifierAngle,
}: Pick<KernelWeighting, "dim" | "generatorAngle" | "verifierAngle">) {
  const axis = (along: number, place: number, across: number) =>
    Array.from({ length: dim }, (_, i) => (i === 0 ? along : i === place ? across : 0));
  return {
    star: axis(1, 0, 0),
    generator: axis(Math.cos(generatorAngle), 1, Math.sin(generatorAngle)),
    verifier: axis(Math.cos(verifierAngle), 2, Math.sin(verifierAngle)),
  };
}

function weightOf({ rule, width, phi, psi }: KernelWeighting, margin: number, isRight: boolean): number {
  const hard = Math.exp(-(margin ** 2) / (2 * width ** 2));
  return [1 / (1 + Math.exp(-margin / width)), hard, 1 - hard, isRight ? phi : psi][rule] as number;
}

export function trialSlow(e: KernelWeighting, uniform: () => number, normal: () => number) {
  const { star, generator, verifier } = directionsOf(e);
  const signed: Matrix = [];
  let weight = 0;
  for (let i = 0; i < e.samples; i++) {
    const y = uniform() < 0.5 ? 1 : -1;
    const x = star.map((u) => y * e.meanNorm * u + normal());
    const label = e.generator === 1 ? Math.sign(dot(generator, x)) : uniform() < e.errorRate ? -y : y;
    let q = weightOf(e, label * dot(verifier, x), label === y);
    if (e.isDrawn) q = uniform() < q ? 1 : 0;
    weight += q;
    if (q > 0) signed.push([...x.map((value) => Math.sqrt(q) * label * value), Math.sqrt(q)]);
  }
  // rows √q(tx, 1): the normal equations Σ q xxᵀ + λ(Σ q)I and Σ q tx
  if (signed.length === 0) return { accuracy: Number.NaN, weight };
  const rows = signed.map((row) => row.slice(0, -1));
  const gram = star.map((_, i) =>
    star.map((__, j) => rows.reduce((sum, x) => sum + x[i] * x[j], 0) + (i === j ? e.lambda * weight : 0)),
  );
  const w = solve(
    gram,
    star.map((_, j) => signed.reduce((sum, row) => sum + row[j] * row[e.dim], 0)),
  );
  return { accuracy: normalCdfSlow((e.meanNorm * w[0]) / norm(w)), weight };
}

/** With the expectations as sums over midpoints of a grid, and κ by iteration. */
export function theorySlow(e: KernelWeighting, points: number, reach = 7): number {
  const { star, generator, verifier } = directionsOf({ ...e, dim: 3 });
  const step = (2 * reach) / points;
  const line = Array.from({ length: points }, (_, i) => -reach + (i + 0.5) * step);
  const rows: { x: number[]; q: number; chance: number }[] = [];
  for (const a of line) {
    for (const b of line) {
      for (const c of line) {
        const chance = (step / Math.sqrt(2 * Math.PI)) ** 3 * Math.exp(-(a * a + b * b + c * c) / 2);
        if (chance < 1e-12) continue;
        const input = [a + e.meanNorm, b, c]; // of the class y = 1; the other is its mirror image
        const labels: [number, number][] = [
          [1, e.generator === 1 ? Number(dot(generator, input) > 0) : 1 - e.errorRate],
          [-1, e.generator === 1 ? Number(dot(generator, input) <= 0) : e.errorRate],
        ];
        for (const [label, share] of labels) {
          const x = input.map((value) => label * value);
          if (share > 0) rows.push({ x, q: weightOf(e, dot(verifier, x), label === 1), chance: chance * share });
        }
      }
    }
  }
  const expected = (f: (row: (typeof rows)[number]) => number) =>
    rows.reduce((sum, row) => sum + row.chance * f(row), 0);
  const gamma = e.dim / e.samples;
  const penalty = e.lambda * expected(({ q }) => q);
  let kappa = 0;
  const once = (q: number) => (e.isDrawn ? q / (1 + kappa) : q / (1 + kappa * q));
  const twice = (q: number) => (e.isDrawn ? q / (1 + kappa) ** 2 : (q / (1 + kappa * q)) ** 2);
  for (let i = 0; i < 60; i++) kappa = gamma / (expected(({ q }) => once(q)) + penalty);
  const matrix = star.map((_, i) =>
    star.map((__, j) => expected(({ x, q }) => once(q) * x[i] * x[j]) + (i === j ? penalty : 0)),
  );
  const w = solve(
    matrix,
    star.map((_, i) => expected(({ x, q }) => once(q) * x[i])),
  );
  const trace = gamma / (expected(({ q }) => once(q)) + penalty) ** 2;
  const base = expected(({ x, q }) => twice(q) * (1 - dot(x, w)) ** 2);
  const level = expected(({ q }) => twice(q));
  let spread = 0;
  for (let i = 0; i < 400; i++) spread = trace * (base + level * spread);
  return normalCdfSlow((e.meanNorm * dot(star, w)) / Math.sqrt(dot(w, w) + spread));
}
