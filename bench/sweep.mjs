// One process of the sweep benchmark: `node bench/sweep.mjs WHAT` prints milliseconds, one line for each repeat.
//   bare        the cells of a grid in a loop on this thread, by the class that the workers use
//   workers N   the same grid on N worker threads, from the start of the threads to their end
//   theory      10⁶ cells of theory planned, computed and stored with all final files, by the command line (once);
//               "memory" prints the MiB that it needed at most in place of the milliseconds
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [what, argument] = process.argv.slice(2);

if (what === "theory") theory();
else await direct(what === "bare" ? 0 : Number(argument));

/** 120 direct cells of 60 trials, d = 200, N = 2000. */
async function direct(workers) {
  const { parseScenario, planCells } = await import("../dist/index.js");
  const { load } = await import("../dist/core/simulationCore.js");
  const { CellTrials } = await import("../dist/engine/cell.js");
  const { runInWorkers } = await import("../dist/node.js");
  const scenario = parseScenario({
    data: { dim: 200, meanNorm: 1.5 },
    verifier: { kind: "bernoulli", phi: 0.8 },
    samples: 2000,
    engine: "direct",
    trials: 60,
    sweep: {
      "verifier.psi": [0.2, 0.4, 0.6, 0.8],
      "generator.errorRate": { from: 0, to: 0.9, steps: 30 },
    },
  });
  const core = await load();
  const run = async (of) => {
    if (workers > 0) {
      for await (const _cell of runInWorkers(of, { workers }));
      return;
    }
    for (const cell of planCells(of)) {
      const trials = new CellTrials(core, cell);
      trials.run(0, of.trials);
      trials.close();
    }
  };
  await run({ ...scenario, trials: 2 }); // warm
  for (let repeat = 0; repeat < 2; repeat++) {
    const start = performance.now();
    await run(scenario);
    console.log(performance.now() - start);
  }
}

function theory() {
  const folder = mkdtempSync(join(tmpdir(), "pstar-bench-"));
  const steps = "{from: 0, to: 1, steps: 1000}";
  const flags = ["--engine", "theory", "--set", `sweep={generator.errorRate: ${steps}, verifier.psi: ${steps}}`];
  const report = `process.on("exit", () => process.stderr.write(String(process.resourceUsage().maxRSS)))`;
  const args = ["--import", `data:text/javascript,${encodeURIComponent(report)}`, "dist/cli/bin.js"];
  const options = ["--set", "verifier.kind=bernoulli", "--out", join(folder, "out"), "--quiet"];
  try {
    const start = performance.now();
    const { status, stderr } = spawnSync(process.execPath, [...args, "run", "phase-transition", ...flags, ...options], {
      encoding: "utf8",
      stdio: ["ignore", "ignore", "pipe"],
    });
    if (status !== 0) throw new Error(stderr);
    console.log(argument === "memory" ? Number(stderr) / 1024 : performance.now() - start);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
