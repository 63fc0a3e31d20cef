// The kernels against the same kernels in C (bench/kernels.c, gcc -O3 -msse4.2: vectors of the same width), one thread each, in
// fresh processes that take turns. `node bench/kernels.mjs` prints a table; it needs gcc (or CC), and build/test.release.wasm,
// which `npm test` builds. Times are of the processor, so a busy machine blurs them less; the ratios are taken round by round.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { Core } from "../dist/core/core.js";
import { median } from "./peers.mjs";

const PROCESSES = 7;
const REPEATS = 3;
/** What is timed: its name, how often it runs a repeat, and what it is. The sizes stand in bench/kernels.c as well. */
const KERNELS = [
  ["normals", 1000, "32,768 normals"],
  ["gram", 200, "products of 256 rows of 200 numbers with one another (the upper triangle)"],
  ["sgd", 400, "one pass of logistic SGD over 4,096 rows of 100 numbers"],
  ["passes", 100, "20 steps of conjugate gradients over 1,600 rows of 200 numbers"],
  ["logistic", 80, "logistic regression of 2,000 rows of 100 numbers, by truncated Newton steps"],
  ["top", 100, "the 10,000th largest of 100,000 numbers"],
];

const [, , what, rounds] = process.argv;
if (what === undefined) compare();
else await ours(what, Number(rounds));

function compare() {
  const folder = mkdtempSync(join(tmpdir(), "pstar-bench-"));
  const program = join(folder, "kernels");
  const compiler = process.env.CC ?? "gcc";
  try {
    run(compiler, ["-O3", "-msse4.2", "-o", program, "bench/kernels.c", "-lm"]);
    const version = run(compiler, ["--version"]).split("\n")[0];
    const load = loadavg()[0].toFixed(1);
    const lines = KERNELS.map(([name, count, text]) => {
      const times = { pstar: [], c: [] };
      const ratios = [];
      for (let process_ = 0; process_ < PROCESSES; process_++) {
        const [a, b] = [
          measured(process.execPath, ["bench/kernels.mjs", name, String(count)]),
          measured(program, [name, String(count), String(REPEATS + 1)]),
        ];
        if (Math.abs(a.check - b.check) > (name === "normals" ? 0.1 : 1e-3 * Math.abs(b.check)))
          throw new Error(`${name}: pstar has ${a.check}, C ${b.check}: not the same work`);
        times.pstar.push(a.best);
        times.c.push(b.best);
        ratios.push(b.best / a.best);
      }
      const [pstar, c] = [median(times.pstar), median(times.c)].map((ms) => ms.toPrecision(3));
      const spread = [Math.min(...ratios), median(ratios), Math.max(...ratios)].map((ratio) => ratio.toFixed(2));
      return `| ${text} | ${pstar} | ${c} | ${spread.join(" · ")} |`;
    });
    console.log(`## The kernels and the same kernels in C, one thread each

Measured by \`npm run bench -- kernels\`: ${cpus()[0].model}, Node ${process.version}, ${version}, -O3 -msse4.2;
load at the beginning ${load}. Processor time, the best of ${REPEATS} repeats, median of ${PROCESSES} processes that take turns.

| kernel, single precision | pstar ms | C ms | C ÷ pstar: least · median · most |
|---|---:|---:|---:|
${lines.join("\n")}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The best repeat of a process, but for the first, before which pstar's code is not compiled to its end; and what both compute. */
function measured(command, args) {
  const lines = run(command, args).trim().split("\n").slice(1);
  const pairs = lines.map((line) => line.split(" ").map(Number));
  return { best: Math.min(...pairs.map(([ms]) => ms)), check: pairs[0][1] };
}

function run(command, args) {
  const { status, stdout, error } = spawnSync(command, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw error ?? new Error(`${command} ${args.join(" ")} ended with ${status}`);
  return stdout;
}

async function ours(name, rounds) {
  const module = await WebAssembly.compile(readFileSync("build/test.release.wasm"));
  const core = await Core.start(module, "nextU32");
  const { round, check } = prepare(core, name);
  for (let repeat = 0; repeat <= REPEATS; repeat++) {
    const start = process.cpuUsage();
    for (let i = 0; i < rounds; i++) round();
    const { user, system } = process.cpuUsage(start);
    console.log(`${(user + system) / 1000 / rounds} ${check(rounds * (repeat + 1))}`);
  }
}

/** A kernel with its input in place: what one round calls, and a number that tells whether it did the same work as C. */
function prepare(core, name) {
  const { exports } = core;
  const f64 = (length) => core.place(new Float64Array(length));
  const f32 = (length) => core.place(new Float32Array(length));
  switch (name) {
    case "normals": {
      const out = f32(32768);
      exports.seedStreams(1, 0, 0, 0, 0);
      const square = () => core.f32(out, 32768).reduce((sum, x) => sum + (x * x) / 32768, 0);
      return { round: () => exports.fillNormals32(out, 4096), check: square };
    }
    case "gram": {
      const block = core.place(rowsOf(25 * 256, 8, 8, 0));
      const gram = f64(200 * 200);
      const round = () => exports.addGram32(block, 25, 256, 256 * 32, gram, 200);
      return { round, check: (rounds) => core.f64(gram, 1)[0] / rounds };
    }
    case "sgd": {
      const x = core.place(rowsOf(4096, 100, 104, 1));
      const weights = f32(104);
      const round = () => {
        core.f32(weights, 104).fill(0);
        exports.sgdRows32(x, 4 * 104, 4096, weights, 0, 0.01, 0.001);
      };
      return { round, check: () => core.f32(weights, 1)[0] };
    }
    case "passes": {
      const x = core.place(rowsOf(1600, 200, 200, 1));
      const b = core.place(Float64Array.from({ length: 200 }, (_, i) => i + 1));
      const [solution, scratch] = [f64(200), f64(200 * 6)];
      const round = () => exports.conjugateGradients32(x, 4 * 200, 1600, 1600, 0.01, b, solution, 200, 0, 20, scratch);
      return { round, check: () => core.f64(solution, 1)[0] };
    }
    case "logistic": {
      const x = core.place(rowsOf(2000, 100, 104, 1));
      const [weights, scratch] = [f64(104), f64(104 * 14 + 2000 + 64)];
      return {
        round: () => exports.fitLogistic32(x, 4 * 104, 2000, 0.001, weights, 104, scratch),
        check: () => core.f64(weights, 1)[0],
      };
    }
    case "top": {
      const numbers = rowsOf(100_000, 1, 1, 0);
      const copy = f32(100_000);
      let found = 0;
      const round = () => {
        core.f32(copy, 100_000).set(numbers);
        found = exports.kthLargest32(copy, 100_000, 10_000);
      };
      return { round, check: () => found };
    }
    default:
      throw new Error(`there is no kernel ${name}`);
  }
}

/** Rows of `dim` numbers, padded to `padded`: of unit variance, the first of them larger by `shift`. As bench/kernels.c draws them. */
function rowsOf(rows, dim, padded, shift) {
  const x = new Float32Array(rows * padded);
  let state = 1;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < dim; j++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      x[i * padded + j] = Math.fround(((state >>> 8) / 16777216 - 0.5) * 3.4641016151377544) + (j === 0 ? shift : 0);
    }
  }
  return x;
}
