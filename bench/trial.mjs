// One process of the trial benchmark: milliseconds a trial, one line for each repeat, through the library as callers use it.
//   node bench/trial.mjs D N PHI PSI ERROR_RATE LAMBDA TRIALS REPEATS [SOLVER]
import { collect, load } from "../dist/index.js";

const [dim, samples, phi, psi, errorRate, lambda, trials, repeats] = process.argv.slice(2, 10).map(Number);
const solver = process.argv[10] ?? "auto";
const scenario = {
  data: { dim, meanNorm: 1.5 },
  generator: { errorRate },
  verifier: { kind: "bernoulli", phi, psi },
  learner: { kind: "ridge", lambda, solver },
  samples,
  engine: "direct",
  trials,
};

const core = await load();
await collect(core, scenario); // warm: the first trials run before the optimizing compiler is done
for (let seed = 1; seed <= repeats; seed++) {
  const start = performance.now();
  await collect(core, { ...scenario, seed });
  console.log((performance.now() - start) / trials);
}
