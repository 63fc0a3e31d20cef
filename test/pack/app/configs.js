const small = { data: { dim: 20 }, samples: 400, trials: 3, seed: 7 };

/** Two scenarios small enough to run in a second: a sweep over the paper's transition, and another learner. */
export default [
  {
    ...small,
    verifier: { kind: "bernoulli", phi: 0.8, psi: 0.3 },
    sweep: { "generator.errorRate": { from: 0, to: 1, steps: 5 } },
  },
  { ...small, generator: { kind: "linear", angle: "40deg" }, verifier: { kind: "linear", angle: "30deg" } },
];
