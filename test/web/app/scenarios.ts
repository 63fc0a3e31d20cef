import { generatorKinds, learnerKinds, namesOf, verifierKinds } from "../../../src/model/kinds.js";
import type { ScenarioInput } from "../../../src/model/schema.js";

const small = {
  data: { dim: 21, meanNorm: 1.2 },
  samples: 301,
  trials: 2,
  seed: 20240611,
  engine: "direct",
} satisfies ScenarioInput;

/** Every kind of everything, and the preset that the README shows, in a size that takes seconds. */
export const scenarios: Record<string, ScenarioInput> = {
  "the phase transition": {
    data: { dim: 50, meanNorm: 1.5 },
    verifier: { phi: 0.8, psi: 0.3 },
    samples: 2_000,
    trials: 1,
    engine: "direct",
    sweep: {
      "verifier.kind": ["none", "bernoulli", "oracle"],
      "generator.errorRate": { from: 0, to: 1, steps: 21 },
    },
  },
  "every generator, verifier and learner": {
    ...small,
    sweep: {
      "generator.kind": namesOf(generatorKinds),
      "verifier.kind": namesOf(verifierKinds),
      "learner.kind": namesOf(learnerKinds),
    },
  },
  "the same in double precision": {
    ...small,
    precision: "f64",
    sweep: {
      "generator.kind": ["noise", "linear", "learned"],
      "verifier.kind": ["none", "bernoulli", "linear", "top"],
      "learner.kind": ["ridge", "mean", "sgd", "logistic"],
    },
  },
  "isotropic inputs, clean rows and a poisoned verifier": {
    ...small,
    data: { kind: "isotropic", dim: 21 },
    generator: { kind: "linear", angle: "50deg" },
    verifier: { kind: "linear", angle: "35deg", angleToGenerator: "60deg" },
    realSamples: 40,
    sweep: { "verifier.poison": [0, 0.25, 1], "learner.kind": ["ridge", "sgd"] },
  },
  "a power-law covariance and both solvers": {
    ...small,
    data: { dim: 21, meanNorm: 1.2, covariance: { kind: "power-law", exponent: 1 } },
    verifier: { kind: "oracle" },
    sweep: {
      "learner.solver": ["cholesky", "conjugate-gradients"],
      samples: { from: 10, to: 1_000, steps: 4, scale: "log" },
    },
  },
  "every generator, verifier and learner that has a theory, by all its means": {
    ...small,
    engine: "theory",
    sweep: {
      "data.kind": ["mixture", "isotropic"],
      "generator.kind": ["noise", "linear", "learned"],
      "verifier.kind": ["none", "random", "oracle", "bernoulli", "linear", "learned", "top"],
      "learner.kind": ["ridge", "mean", "logistic"],
    },
  },
  "the theory of a power-law covariance, with and without a penalty": {
    ...small,
    engine: "theory",
    data: { dim: 21, meanNorm: 1.2, covariance: { kind: "power-law", exponent: 1 } },
    generator: { kind: "linear" },
    sweep: {
      "verifier.kind": ["none", "linear", "top"],
      "learner.lambda": [0.001, 0.1],
      samples: [25, 1_000],
    },
  },
  "the reduced engine": {
    ...small,
    engine: "reduced",
    sweep: {
      "generator.kind": ["noise", "linear", "learned"],
      "verifier.kind": ["none", "random", "oracle", "bernoulli", "linear", "learned", "top"],
      "learner.kind": ["ridge", "mean", "sgd"],
    },
  },
  "generations, with the theory beside them": {
    ...small,
    engine: "auto",
    generator: { kind: "linear", angle: "50deg" },
    generations: 5,
    realSamples: 40,
    sweep: { policy: ["replace", "mix", "accumulate"], "verifier.kind": ["none", "linear", "learned"] },
  },
};
