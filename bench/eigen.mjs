// A training step of the transformer against the same step in C (bench/eigen_transformer.c, gcc -O3 -msse4.2) and in jax-js
// (bench/eigen_jax.mjs, its wasm backend, compiled by its jit), one thread each: the same weights, examples and order, in fresh
// processes that take turns; and the products of a step. `node bench/eigen.mjs` prints tables; it needs gcc (or CC), and
// build/test.release.wasm, which `npx vitest run test/kernel` builds. Times are of the processor, all threads of a process
// together, so a busy machine blurs them less.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { Core } from "../dist/core/core.js";
import { drawMatrices } from "../dist/core/matrices.js";
import { drawnOrder } from "../dist/core/streams.js";
import { BATCH, Transformer } from "../dist/core/transformer.js";
import { loadTransformer } from "../dist/core/transformerCore.js";
import { eigenSettings, eigenShape, WARM_UP } from "../dist/eigen/options.js";

const PROCESSES = 3;
const REPEATS = 3;
/** Steps that are timed; fewer of jax-js, and the loss is that of so many. */
const STEPS = 500;
const JAX_STEPS = 100;
const EXAMPLES = 2500;
const SEED = 1;

const settings = eigenSettings();
const shape = eigenShape(settings);
const PLAN = { steps: settings.steps, warmUp: WARM_UP, rate: settings.learningRate, seed: SEED };

const [, , what, file] = process.argv;
if (what === "write") await write(file);
else if (what === "ours") await ours(Number(file));
else if (what === "jax") await jax(Number(file));
else if (what === "products") await products();
else await compare();

/** A transformer at its first weights, and what it learns from. */
async function begin() {
  const core = await loadTransformer();
  const transformer = new Transformer(await core.another(), shape);
  transformer.initialize(SEED);
  return { core, transformer, examples: drawMatrices(core, settings, EXAMPLES, SEED, 0) };
}

/** Which examples each step takes. */
function orderOf(core, steps) {
  const epochs = Array.from({ length: Math.ceil((steps * BATCH) / EXAMPLES) }, (_, epoch) =>
    drawnOrder(core, "exampleOrder", SEED, epoch, EXAMPLES),
  );
  return epochs.flat().slice(0, steps * BATCH);
}

/** The file that the program in C reads. */
async function write(name) {
  const { core, transformer, examples } = await begin();
  const order = orderOf(core, STEPS);
  const { width, heads, layers, inputs, parts, inputTokens, outputs, outputTokens } = shape;
  const head = [width, heads, layers, inputs, parts, inputTokens, outputs, outputTokens, BATCH, EXAMPLES];
  const numbers = Int32Array.from([...head, transformer.count, order.length]);
  const bytes = (list) => new Uint8Array(list.buffer, list.byteOffset, list.byteLength);
  const blocks = [numbers, transformer.state(), Int32Array.from(order), examples.inputs, examples.answers];
  writeFileSync(name, Buffer.concat(blocks.map(bytes)));
}

/** Processor milliseconds a step, and nats a token. */
async function ours(steps) {
  const { transformer, examples } = await begin();
  for (let repeat = 0; repeat <= REPEATS; repeat++) {
    transformer.initialize(SEED);
    const learning = transformer.learnFrom(examples);
    const start = process.cpuUsage();
    const loss = learning.train(PLAN, 0, steps);
    report(repeat, start, steps, loss);
  }
}

async function jax(steps) {
  const { batchOf, startJax, stepOf, treeOf } = await import("./eigen_jax.mjs");
  const { numpy } = await import("@jax-js/jax");
  await startJax();
  const { core, transformer, examples } = await begin();
  const order = orderOf(core, steps);
  const step = stepOf(shape);
  const width = shape.inputs * shape.parts;
  const rows = (list, size, chosen) =>
    Uint8Array.from(chosen.flatMap((i) => [...list.subarray(size * i, size * (i + 1))]));
  for (let repeat = 0; repeat <= REPEATS; repeat++) {
    let weights = treeOf(shape, transformer.state());
    let [first, second] = [0, 1].map(() => treeOf(shape, new Float32Array(transformer.count)));
    let loss = 0;
    // batches are made beforehand: only steps are timed
    const batches = Array.from({ length: steps }, (_, k) => {
      const chosen = order.slice(k * BATCH, (k + 1) * BATCH);
      return batchOf(shape, rows(examples.inputs, width, chosen), rows(examples.answers, shape.outputs, chosen));
    });
    const start = process.cpuUsage();
    for (let k = 1; k <= steps; k++) {
      const scalars = [rateOf(k), 1 / (1 - 0.9 ** k), 1 / (1 - 0.98 ** k)].map((value) => numpy.array(value));
      const out = step(weights, first, second, batches[k - 1], ...scalars);
      loss += out[0].item(); // waits for the step
      [, weights, first, second] = out;
    }
    report(repeat, start, steps, loss / steps);
  }
}

function rateOf(step) {
  if (step <= PLAN.warmUp) return (PLAN.rate * step) / PLAN.warmUp;
  const done = (step - PLAN.warmUp) / (PLAN.steps - PLAN.warmUp + 1);
  return PLAN.rate * (0.05 + 0.95 * 0.5 * (1 + Math.cos(Math.PI * done)));
}

/** The first run warms up. */
function report(repeat, start, steps, loss) {
  const { user, system } = process.cpuUsage(start);
  if (repeat > 0) console.log(((user + system) / 1000 / steps).toFixed(4), loss.toFixed(5));
}

/** GFLOP/s of the products of a step, as the program in C prints them. */
async function products() {
  const bytes = readFileSync(join(import.meta.dirname, "../build/test.release.wasm"));
  const core = await Core.start(await WebAssembly.compile(bytes), "nextU32");
  const { width, inputs, outputs, outputTokens } = shape;
  const [rows, answers, columns] = [BATCH * (inputs + outputs), BATCH * outputs, (outputTokens + 7) & ~7];
  const shapes = [
    [rows, 2 * width, width],
    [answers, 4 * width, width],
    [answers, width, 4 * width],
    [answers, columns, width],
  ];
  for (const [m, n, inner] of shapes) {
    core.scoped(() => {
      const [a, w, c] = [m * inner, (inner + 1) * n, m * n].map((count) => core.place(new Float32Array(count)));
      const { multiply, multiplyTransposed } = core.exports;
      const calls = [
        () => multiply(m, n, inner, a, 4 * inner, w, w + 4 * inner * n, c, 4 * n, 0),
        () => multiplyTransposed(m, n, inner, a, 4 * inner, c, 4 * n, w),
      ];
      for (const [transposed, call] of calls.entries()) {
        const times = Math.floor(4e9 / (2 * m * n * inner) / 3);
        const seconds = Array.from({ length: 4 }, () => {
          const start = process.cpuUsage();
          for (let t = 0; t < times; t++) call();
          const { user, system } = process.cpuUsage(start);
          return (user + system) / 1e6 / times;
        });
        console.log(transposed, m, n, inner, ((2e-9 * m * n * inner) / Math.min(...seconds)).toFixed(2));
      }
    });
  }
}

async function compare() {
  const folder = mkdtempSync(join(tmpdir(), "pstar-bench-"));
  try {
    const program = join(folder, "eigen_transformer");
    const data = join(folder, "examples.bin");
    const source = join(import.meta.dirname, "eigen_transformer.c");
    run(process.env.CC ?? "gcc", ["-O3", "-msse4.2", "-o", program, source, "-lm"]);
    run(process.execPath, [import.meta.filename, "write", data]);
    const self = (...args) => run(process.execPath, [import.meta.filename, ...args]);
    const runs = { ours: [], c: [], jax: [], oursShort: [], cShort: [] };
    const load = [];
    for (let round = 0; round < PROCESSES; round++) {
      load.push(loadavg()[0]);
      runs.ours.push(...self("ours", String(STEPS)));
      runs.c.push(...run(program, [data, String(STEPS), String(REPEATS)]));
      runs.jax.push(...self("jax", String(JAX_STEPS)));
      runs.oursShort.push(...self("ours", String(JAX_STEPS)));
      runs.cShort.push(...run(program, [data, String(JAX_STEPS), String(REPEATS)]));
      process.stderr.write(`transformer: round ${round + 1} of ${PROCESSES}\n`);
    }
    const { width, layers } = shape;
    const ratio = (a, b) =>
      spread(a.map(([time], i) => time / b[i][0]))
        .map((value) => value.toFixed(2))
        .join(" | ");
    console.log(`## A training step of the transformer: ${layers} layer of width ${width}, ${BATCH} examples, one thread each

Measured by \`npm run bench -- eigen\` on ${new Date().toISOString().slice(0, 10)}: ${cpus()[0].model}, ${cpus().length} processors, Node ${process.version}.

| | min ms | median ms | max ms | nats a token, ${STEPS} steps | ${JAX_STEPS} steps |
|---|---:|---:|---:|---:|---:|
${row("pstar", runs.ours, runs.oursShort)}
${row("C, gcc -O3 -msse4.2 (bench/eigen_transformer.c)", runs.c, runs.cShort)}
${row(`jax-js ${version("@jax-js/jax")}, jit, wasm (bench/eigen_jax.mjs)`, runs.jax, runs.jax, "")}

Processor time over that of pstar, run by run (least, median, most): C ${ratio(runs.c, runs.ours)}; jax-js ${ratio(runs.jax, runs.ours)}.
The load of the machine at the beginning of each round was ${load.map((value) => value.toFixed(1)).join(", ")}: above 2, others were running beside.

| product of a step (rows × columns × inner) | pstar, GFLOP/s | C |
|---|---:|---:|
${productRows(self("products"), run(program, [data, "products"]))}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function productRows(own, c) {
  return own
    .map(([transposed, m, n, inner, speed], i) => {
      const name = transposed === 1 ? `${inner} × ${n} × ${m}, transposed` : `${m} × ${n} × ${inner}`;
      return `| ${name} | ${speed.toFixed(1)} | ${c[i][4].toFixed(1)} |`;
    })
    .join("\n");
}

function version(name) {
  return JSON.parse(readFileSync(join(import.meta.dirname, "../node_modules", name, "package.json"), "utf8")).version;
}

/** What a program printed: numbers, a line each. */
function run(program, args) {
  const { status, stdout, error } = spawnSync(program, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (error || status !== 0) throw new Error(`${program} failed: ${error?.message ?? status}`);
  const lines = stdout.trim();
  return lines === "" ? [] : lines.split("\n").map((line) => line.split(" ").map(Number));
}

function row(name, runs, short, long = runs[0][1].toFixed(3)) {
  const times = spread(runs.map(([time]) => time)).map((time) => time.toFixed(3));
  return `| ${name} | ${times.join(" | ")} | ${long} | ${short[0][1].toFixed(3)} |`;
}

function spread(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return [sorted[0], sorted[sorted.length >> 1], sorted[sorted.length - 1]];
}
