// How long pstar takes to start, as a ratio of processor time to Node alone (`node -e 0`), in processes that take turns.
// `node bench/start.mjs` prints a table. Linux only: it reads what the kernel has counted of ended children.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { median } from "./peers.mjs";

const ROUNDS = 7;
/** Runs a round of each: the kernel counts in hundredths of a second. */
const RUNS = 5;
// of 100 cells of 20 trials: about 12 ms of work
const grid = join(mkdtempSync(join(tmpdir(), "pstar-bench-")), "grid.yaml");
writeFileSync(
  grid,
  "engine: direct\ndata: {dim: 10}\nsamples: 100\ntrials: 20\nsweep: {generator.errorRate: {from: 0, to: 0.5, steps: 100}}\n",
);
const COMMANDS = [
  ["node -e 0", ["-e", "0"]],
  ["pstar --help", ["dist/cli/bin.js", "--help"]],
  ["pstar breakdown --phi .8 --psi .3", ["dist/cli/bin.js", "breakdown", "--phi", ".8", "--psi", ".3"]],
  ["pstar presets", ["dist/cli/bin.js", "presets"]],
  ["pstar audit of no file", ["dist/cli/bin.js", "audit", "no-file.jsonl"]],
  ["pstar run of 100 small cells", ["dist/cli/bin.js", "run", grid]],
  ["the same on one thread", ["dist/cli/bin.js", "run", grid, "--workers", "1"]],
  ["the same on two threads", ["dist/cli/bin.js", "run", grid, "--workers", "2"]],
  ["pstar select of no file", ["dist/cli/bin.js", "select", "no-file.jsonl", "--field", "score"]],
];

const load = loadavg()[0].toFixed(1);
const times = COMMANDS.map(() => []);
for (let round = 0; round <= ROUNDS; round++) {
  for (const [i, [, args]] of COMMANDS.entries()) {
    const start = ofChildren();
    for (let k = 0; k < RUNS; k++) spawnSync(process.execPath, args, { stdio: "ignore" });
    if (round > 0) times[i].push((ofChildren() - start) / RUNS); // the first round reads the files from the disk
  }
}
rmSync(dirname(grid), { recursive: true });
const lines = COMMANDS.map(([name], i) => {
  const ratios = times[i].map((ms, round) => ms / times[0][round]);
  const spread = [Math.min(...ratios), median(ratios), Math.max(...ratios)].map((ratio) => ratio.toFixed(2));
  return `| ${name} | ${median(times[i]).toFixed(0)} | ${spread.join(" · ")} |`;
});
console.log(`## The start of the command

Measured by \`npm run bench -- start\`: ${cpus()[0].model}, Node ${process.version}; load at the beginning ${load}.
Processor time, median of ${ROUNDS} rounds of ${RUNS} processes that take turns.

| | ms | ÷ \`node -e 0\`: least · median · most |
|---|---:|---:|
${lines.join("\n")}`);

/** Processor milliseconds, user and system, of all children that have ended. */
function ofChildren() {
  const fields = readFileSync("/proc/self/stat", "utf8").split(") ")[1].split(" ");
  return (Number(fields[13]) + Number(fields[14])) * 10;
}
