// One process of the engines' benchmark: `node bench/engines.mjs WHAT` prints milliseconds, one line for each repeat.
import { collect, load, theory } from "../dist/index.js";

const REPEATS = 3;
const noise = (samples) => ({
  data: { dim: 1000, meanNorm: 1.5 },
  generator: { errorRate: 0.3 },
  verifier: { kind: "bernoulli", phi: 0.8, psi: 0.2 },
  samples,
  engine: "reduced",
});
const diagram = {
  verifier: { kind: "bernoulli", phi: 1 },
  sweep: { "generator.errorRate": { from: 0, to: 1, steps: 100 }, "verifier.psi": { from: 0, to: 1, steps: 100 } },
};

/** Each: a scenario, and by what its time is divided. */
const WHAT = {
  "reduced-1e3": [{ ...noise(1e3), trials: 500 }, 500],
  "reduced-1e5": [{ ...noise(1e5), trials: 500 }, 500],
  "reduced-1e9": [{ ...noise(1e9), trials: 500 }, 500],
  "reduced-1e12": [{ ...noise(1e12), trials: 500 }, 500],
  generations: [{ ...noise(1e3), generations: 1000, trials: 1 }, 1],
  "diagram-theory": [{ ...diagram, engine: "theory" }, 1],
  "diagram-reduced": [{ ...diagram, data: { dim: 200 }, engine: "reduced", trials: 20 }, 1],
};

const core = await load();
if (process.argv[2] === "diagram-answers") {
  theory(core, diagram);
  for (let i = 0; i < REPEATS; i++) {
    const start = performance.now();
    theory(core, diagram);
    console.log(performance.now() - start);
  }
  process.exit();
}
const [scenario, divisor] = WHAT[process.argv[2]];
await collect(core, { ...scenario, seed: 0 });
for (let seed = 1; seed <= REPEATS; seed++) {
  const start = performance.now();
  await collect(core, { ...scenario, seed });
  console.log((performance.now() - start) / divisor);
}
