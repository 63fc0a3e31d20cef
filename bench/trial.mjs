// One process of the trial benchmark: milliseconds a trial, one line for each repeat, through the library as callers use it.
//   node bench/trial.mjs D N PHI PSI ERROR_RATE LAMBDA TRIALS REPEATS [SOLVER]
// CLOCK=processor in the environment measures processor time: a busy machine does not make it longer.
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
  const start = now();
  await collect(core, { ...scenario, seed });
  console.log((now() - start) / trials);
}

function now() {
  if (process.env.CLOCK !== "processor") return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
