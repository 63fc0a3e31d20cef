/**
 * A trial as the words say it, one row at a time in all d coordinates: draw, label, judge, learn, evaluate. In double
 * precision, with its own random numbers and learners; only the settings are the core's.
 */
import type { CovarianceSetting } from "../../src/core/experiment.js";
import type { ExperimentSetting } from "../../src/model/experiment.js";
import { logistic, mean, perceptron, ridge, sgd } from "./learn.js";
import { dot, type Matrix, norm, squareRoot, times } from "./linalg.js";
import { normals, uniforms } from "./random.js";
import { normalCdfSlow } from "./special.js";

export interface SlowTrial {
  /** NaN where nothing was kept. */
  accuracy: number;
  cosine: number;
  wrong: number;
  kept: number;
  keptWrong: number;
}

interface Row {
  x: number[];
  /** The same in whitened coordinates. */
  xi: number[];
  truth: number;
}

export function simulate(setting: ExperimentSetting, trials: number, seed: number): SlowTrial[] {
  const uniform = uniforms(seed);
  const world = new World(setting, uniform);
  return Array.from({ length: trials }, () => world.trial());
}

class World {
  readonly #setting: ExperimentSetting;
  readonly #uniform: () => number;
  readonly #normal: () => number;
  readonly #root: Matrix;
  readonly #truth: number[];

  constructor(setting: ExperimentSetting, uniform: () => number) {
    const { dim, covariance } = setting.data;
    this.#setting = setting;
    this.#uniform = uniform;
    this.#normal = normals(uniform);
    this.#root = squareRoot(covarianceMatrix(covariance, dim));
    this.#truth = new Array(dim).fill(1 / Math.sqrt(dim));
  }

  trial(): SlowTrial {
    const { data, samples, realSamples } = this.#setting;
    const { generator, verifier } = this.#directions();
    const rows = Array.from({ length: samples }, () => this.#row());
    const labels = rows.map((row) => this.#label(row, generator));
    const keep = this.#verdicts(rows, labels, verifier);
    const signed = rows.map(({ x }, i) => x.map((value) => labels[i] * value)).filter((_, i) => keep[i]);
    signed.push(...this.#clean(realSamples));
    const count = (test: (i: number) => boolean) => rows.filter((_, i) => test(i)).length;
    const isWrong = (i: number) => labels[i] !== rows[i].truth;
    const cosine = signed.length === 0 ? Number.NaN : this.#cosine(this.#learn(signed));
    return {
      accuracy: data.kind === "mixture" ? normalCdfSlow(data.meanNorm * cosine) : 1 - Math.acos(cosine) / Math.PI,
      cosine,
      wrong: count(isWrong),
      kept: count((i) => keep[i]),
      keptWrong: count((i) => keep[i] && isWrong(i)),
    };
  }

  #row(): Row {
    const { kind, meanNorm } = this.#setting.data;
    const noise = this.#truth.map(this.#normal);
    const y = this.#uniform() < 0.5 ? 1 : -1;
    const xi = kind === "mixture" ? noise.map((g, j) => g + y * meanNorm * this.#truth[j]) : noise;
    return { xi, x: times(this.#root, xi), truth: kind === "mixture" ? y : sign(dot(xi, this.#truth)) };
  }

  /** Rows with their own labels, each times its label. */
  #clean(count: number): Matrix {
    return Array.from({ length: count }, () => this.#row()).map(({ x, truth }) => x.map((value) => truth * value));
  }

  /** The directions of generator and verifier, whitened. Their errors lie along two Walsh patterns, and d is 2^k. */
  #directions(): { generator: number[]; verifier: number[] } {
    const { generator, verifier } = this.#setting;
    const pattern = (bit: number) => this.#truth.map((value, j) => (j & bit ? -value : value));
    const along = (a: number, b: number, c: number) =>
      this.#truth.map((value, j) => a * value + b * pattern(1)[j] + c * pattern(2)[j]);
    const trained = ({ samples, lambda }: { samples: number; lambda: number }) =>
      times(this.#root, ridge(this.#clean(samples), lambda));
    const [cosine, sine] = [Math.cos(verifier.angle), Math.sin(verifier.angle)];
    let [first, second] = [sine, 0];
    if (generator.kind === "linear") {
      const between = verifier.angleToGenerator;
      const excess = between === null ? 0 : Math.cos(between) - Math.cos(generator.angle) * cosine;
      first = excess / Math.sin(generator.angle);
      second = Math.sqrt(Math.max(0, sine * sine - first * first));
    }
    return {
      generator:
        generator.kind === "learned"
          ? trained(generator)
          : along(Math.cos(generator.angle), Math.sin(generator.angle), 0),
      verifier: verifier.kind === "learned" ? trained(verifier) : along(cosine, first, second),
    };
  }

  #label({ xi, truth }: Row, direction: number[]): number {
    const { kind, errorRate, errorRate0 = errorRate, errorRate1 = errorRate } = this.#setting.generator;
    if (kind === "noise-by-class") return this.#uniform() < (truth > 0 ? errorRate1 : errorRate0) ? -truth : truth;
    if (kind === "noise") return this.#uniform() < errorRate ? -truth : truth;
    return sign(dot(xi, direction));
  }

  #verdicts(rows: Row[], labels: number[], direction: number[]): boolean[] {
    const { kind, phi, psi, keep, poison, low = 0, high = Infinity } = this.#setting.verifier;
    const poisoned = rows.map(() => this.#uniform() < poison);
    const scores = rows.map(({ xi }, i) => labels[i] * dot(xi, direction));
    if (kind === "top") {
      const turned = scores.map((score, i) => (poisoned[i] ? -score : score));
      const best = [...turned.keys()].sort((i, k) => turned[k] - turned[i]).slice(0, Math.round(keep * rows.length));
      return rows.map((_, i) => best.includes(i));
    }
    const [hard, easy] = [keep, 1 - keep].map((share) => hardnessSlow(this.#setting, share));
    return rows.map(({ truth }, i) => {
      const correct = labels[i] === truth;
      const verdict = {
        none: () => true,
        random: () => this.#uniform() < keep,
        oracle: () => correct,
        bernoulli: () => this.#uniform() < (correct ? phi : psi),
        classwise: () => this.#uniform() < classRate(this.#setting.verifier, truth, correct),
        "keep-hard": () => Math.abs(scores[i]) <= hard,
        "keep-easy": () => Math.abs(scores[i]) > easy,
        slab: () => scores[i] > low && scores[i] <= high,
        linear: () => scores[i] > 0,
        learned: () => scores[i] > 0,
      }[kind]();
      return verdict !== poisoned[i];
    });
  }

  #learn(rows: Matrix): number[] {
    const { learner } = this.#setting;
    if (learner.kind === "mean") return mean(rows);
    if (learner.kind === "sgd") return sgd(rows, learner);
    if (learner.kind === "perceptron") return perceptron(rows);
    return (learner.kind === "ridge" ? ridge : logistic)(rows, learner.lambda);
  }

  #cosine(weights: number[]): number {
    const whitened = times(this.#root, weights);
    return dot(whitened, this.#truth) / norm(whitened);
  }
}

/** The probability of keeping a row of the class ±1. */
export function classRate(verifier: ExperimentSetting["verifier"], truth: number, correct: boolean): number {
  const { phi, psi, phi0 = phi, phi1 = phi, psi01 = psi, psi10 = psi } = verifier;
  if (truth > 0) return correct ? phi1 : psi10;
  return correct ? phi0 : psi01;
}

/** The distance from the verifier's boundary within which a share of all rows lies, by halving. */
export function hardnessSlow({ data, verifier }: ExperimentSetting, share: number): number {
  const centre = data.kind === "mixture" ? data.meanNorm * Math.cos(verifier.angle) : 0;
  let [low, high] = [0, 60];
  for (let i = 0; i < 60; i++) {
    const half = (low + high) / 2;
    if (normalCdfSlow(half - centre) - normalCdfSlow(-half - centre) < share) low = half;
    else high = half;
  }
  return low;
}

function sign(x: number): number {
  return x >= 0 ? 1 : -1;
}

/** Σ by what the scenario says of it. */
function covarianceMatrix(covariance: CovarianceSetting, dim: number): Matrix {
  if (covariance !== "identity" && covariance.kind === "matrix") return covariance.rows.map((row) => [...row]);
  let values = new Array<number>(dim).fill(1);
  if (covariance !== "identity" && covariance.kind === "diagonal") values = [...covariance.values];
  if (covariance !== "identity" && covariance.kind === "power-law") {
    const raw = values.map((_, j) => (j + 1) ** -covariance.exponent);
    values = raw.map((value) => (value * dim) / raw.reduce((sum, other) => sum + other, 0));
  }
  return values.map((value, i) => values.map((_, j) => (i === j ? value : 0)));
}
