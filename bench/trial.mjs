// One process of the trial benchmark, through the library as callers use it; bench/trial_numpy.py takes the same setting:
//   node bench/trial.mjs '{"dim": 200, "samples": 2000, "trials": 100}'
// It may also name learner (ridge), verifier (bernoulli), precision (f32), solver (auto), lambda (.01), repeats (3), and cold, for a
// trial of seconds that need not be warmed up. Prints the milliseconds a trial of each repeat, those of the processor and of the
// clock, then the MiB of memory at most.
import { collect, load } from "../dist/index.js";

const VERIFIERS = {
  bernoulli: { kind: "bernoulli", phi: 0.8, psi: 0.2 },
  linear: { kind: "linear", angle: 0.5 },
  top: { kind: "top", angle: 0.5, keep: 0.25 },
};

const setting = JSON.parse(process.argv[2]);
const { dim, samples, trials, repeats = 3, lambda = 0.01, cold = false } = setting;
const { learner = "ridge", verifier = "bernoulli", precision = "f32", solver = "auto" } = setting;
const scenario = {
  data: { dim, meanNorm: 1.5 },
  generator: { errorRate: 0.3 },
  verifier: VERIFIERS[verifier],
  learner: {
    kind: learner,
    lambda,
    ...(learner === "ridge" && { solver }),
    ...(learner === "sgd" && { learningRate: 0.5 / dim }),
  },
  samples,
  precision,
  engine: "direct",
  trials,
};

const core = await load();
// the first trials run before the optimizing compiler is done
await collect(core, cold ? { ...scenario, data: { dim: 200, meanNorm: 1.5 }, samples: 2000, trials: 50 } : scenario);
for (let seed = 1; seed <= repeats; seed++) {
  const [wall, processor] = [performance.now(), process.cpuUsage()];
  await collect(core, { ...scenario, seed });
  const { user, system } = process.cpuUsage(processor);
  console.log((user + system) / 1000 / trials, (performance.now() - wall) / trials);
}
console.log(process.resourceUsage().maxRSS / 1024);
