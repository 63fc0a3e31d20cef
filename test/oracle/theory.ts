/** Slow twins of the theory's populations: rows drawn by the words of the model, and integrals as sums over a plane. */
import type { ExperimentSetting } from "../../src/model/experiment.js";
import { classRate, hardnessSlow } from "./direct.js";
import { dot, type Matrix } from "./linalg.js";
import { normals, uniforms } from "./random.js";
import { normalCdfSlow } from "./special.js";

type Triple = [number, number, number];

/** A generated row: label times input in the coordinates u, b₁, b₂, and what became of it. */
export interface SignedRow {
  row: number[];
  correct: boolean;
  kept: boolean;
}

/** Coordinates of a linear generator's and verifier's direction. */
export function directionsSlow({ generator, verifier }: ExperimentSetting): { generator: Triple; verifier: Triple } {
  const [cosine, sine] = [Math.cos(verifier.angle), Math.sin(verifier.angle)];
  let first = sine;
  if (generator.kind === "linear") {
    const between = verifier.angleToGenerator;
    const excess = between === null ? 0 : Math.cos(between) - Math.cos(generator.angle) * cosine;
    first = excess / Math.sin(generator.angle);
  }
  const second = Math.sqrt(Math.max(0, sine * sine - first * first));
  return { generator: [Math.cos(generator.angle), Math.sin(generator.angle), 0], verifier: [cosine, first, second] };
}

/** Generated rows of an experiment in three coordinates, none of its directions learned. */
export function drawRowsSlow(setting: ExperimentSetting, count: number, seed: number): SignedRow[] {
  const { data, verifier } = setting;
  const uniform = uniforms(seed);
  const normal = normals(uniform);
  const directions = directionsSlow(setting);
  const rows = Array.from({ length: count }, () => {
    const xi = [normal(), normal(), normal()];
    let truth = Math.sign(xi[0]);
    if (data.kind === "mixture") {
      truth = uniform() < 0.5 ? 1 : -1;
      xi[0] += truth * data.meanNorm;
    }
    const flipped = uniform() < setting.generator.errorRate ? -truth : truth;
    const label = setting.generator.kind === "noise" ? flipped : Math.sign(dot(xi, directions.generator));
    const turned = uniform() < verifier.poison;
    const row = xi.map((x) => label * x);
    const margin = dot(row, directions.verifier);
    return { row, truth, correct: label === truth, turned, margin, score: turned ? -margin : margin };
  });
  const scores = rows.map(({ score }) => score).sort((a, b) => b - a);
  const least = verifier.kind === "top" ? (scores[Math.round(verifier.keep * count) - 1] as number) : 0;
  const { low = 0, high = Infinity, keep } = verifier;
  const [hard, easy] = [hardnessSlow(setting, keep), hardnessSlow(setting, 1 - keep)];
  return rows.map(({ row, truth, correct, turned, margin, score }) => {
    const judge = {
      none: () => true !== turned,
      random: () => uniform() < verifier.keep !== turned,
      oracle: () => correct !== turned,
      bernoulli: () => uniform() < (correct ? verifier.phi : verifier.psi) !== turned,
      classwise: () => uniform() < classRate(verifier, truth, correct) !== turned,
      linear: () => score > 0,
      slab: () => (margin > low && margin <= high) !== turned,
      "keep-hard": () => Math.abs(margin) <= hard !== turned,
      "keep-easy": () => Math.abs(margin) > easy !== turned,
      learned: () => false, // not asked of it
      top: () => score >= least,
    }[verifier.kind];
    return { row, correct, kept: judge() };
  });
}

/** Moments of N(shift·u, I) on two half-spaces through 0: mass, first, second; midpoint sums over polar coordinates. */
export function wedgeMomentsSlow(
  shift: number,
  a: Triple,
  b: Triple,
): { mass: number; first: number[]; second: Matrix } {
  // axes of the plane of a and b; what is orthogonal to it is normal, whatever the wedge
  const along = dot(a, b);
  const rest = b.map((x, i) => x - along * a[i]);
  const length = Math.sqrt(dot(rest, rest));
  const side = length > 1e-9 ? rest.map((x) => x / length) : perpendicular(a);
  const third = [a[1] * side[2] - a[2] * side[1], a[2] * side[0] - a[0] * side[2], a[0] * side[1] - a[1] * side[0]];
  const centre = [a, side, third].map((axis) => shift * axis[0]);
  // the wedge in the plane: angles within a quarter turn of both normals, at 0 and at `turn`
  const turn = Math.atan2(length > 1e-9 ? length : 0, along);
  const [low, high] = [turn - Math.PI / 2, Math.PI / 2];
  const sums = { mass: 0, first: [0, 0, 0], second: [0, 1, 2].map(() => [0, 0, 0]) };
  const [angles, radii, reach] = [400, 400, Math.abs(shift) + 9];
  for (let i = 0; i < angles; i++) {
    const [angle, angleWeight] = gauss(i, angles, low, high);
    for (let j = 0; j < radii; j++) {
      const [radius, radiusWeight] = gauss(j, radii, 0, reach);
      const [x, y] = [radius * Math.cos(angle), radius * Math.sin(angle)];
      const square = (x - centre[0]) ** 2 + (y - centre[1]) ** 2;
      const weight = ((angleWeight * radiusWeight * radius) / (2 * Math.PI)) * Math.exp(-square / 2);
      const row = [0, 1, 2].map((l) => x * a[l] + y * side[l] + centre[2] * third[l]);
      sums.mass += weight;
      for (let l = 0; l < 3; l++) {
        sums.first[l] += weight * row[l];
        for (let m = 0; m < 3; m++) sums.second[l][m] += weight * (row[l] * row[m] + third[l] * third[m]);
      }
    }
  }
  return sums;
}

/** Node and weight i of n of the two-point Gauss rule on n/2 equal panels. */
function gauss(i: number, n: number, low: number, high: number): [number, number] {
  const width = (high - low) / (n / 2);
  const place = (i >> 1) + 0.5 + (i % 2 === 0 ? -0.5 : 0.5) / Math.sqrt(3);
  return [low + place * width, width / 2];
}

function perpendicular([x, y, z]: Triple): number[] {
  const other = Math.abs(z) < 0.9 ? [-y, x, 0] : [0, -z, y];
  const length = Math.sqrt(dot(other, other));
  return other.map((value) => value / length);
}

/** P(aᵀξ ≥ 0, bᵀξ ≥ 0, cᵀξ ≥ h), by two sums over the plane of c and a and Φ for the rest. */
export function orthantSlow(a: Triple, b: Triple, c: Triple, h: number): number {
  const ac = dot(a, c);
  const rest = a.map((x, i) => x - ac * c[i]);
  const length = Math.sqrt(dot(rest, rest));
  const side = rest.map((x) => x / length);
  const [bc, bs] = [dot(b, c), dot(b, side)];
  const left = Math.sqrt(1 - bc * bc - bs * bs);
  let sum = 0;
  const n = 300;
  for (let i = 0; i < n; i++) {
    const [x, xWeight] = gauss(i, n, h, 9);
    const least = Math.max(-9, (-ac * x) / length);
    for (let j = 0; j < n && least < 9; j++) {
      const [y, yWeight] = gauss(j, n, least, 9);
      const weight = (xWeight * yWeight * Math.exp(-(x * x + y * y) / 2)) / (2 * Math.PI);
      if (weight > 1e-14) sum += weight * normalCdfSlow((bc * x + bs * y) / left);
    }
  }
  return sum;
}
