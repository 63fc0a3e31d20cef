// Training of the copy model against the same model in C (bench/copy_model.c, gcc -O3), one thread each: the same pairs of
// the newswire in the same order, in fresh processes that take turns. `node bench/news.mjs` prints a table; it needs gcc
// (or CC). Times are of the processor, all threads of a process together, so a busy machine blurs them less.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CopyWeights } from "../dist/core/newsWeights.js";
import { loadText } from "../dist/core/textCore.js";
import { Encoder } from "../dist/news/encoder.js";
import { newswire } from "../dist/news/newswire.js";

const PROCESSES = 5;
const REPEATS = 3;
const PAIRS = 1000;
const EPOCHS = 3;
const SEED = 1;

if (process.argv[2] === "train") await train(process.argv[3]);
else await compare();

/** One process of ours: writes the pairs for C where it is told to, and prints milliseconds and nats a word. */
async function train(file) {
  const articles = newswire(await loadText(), { articles: PAIRS, seed: SEED });
  const encoder = Encoder.of(articles);
  const pairs = articles.map((article) => ({
    article: encoder.article(article).packed,
    summary: encoder.summary(article, article.summary).packed,
  }));
  const words = EPOCHS * pairs.reduce((sum, { summary }) => sum + sayable(summary), 0);
  const orders = [];
  for (let repeat = 0; repeat <= REPEATS; repeat++) {
    const training = new CopyWeights(await loadText()).training(pairs);
    const start = process.cpuUsage();
    let loss = 0;
    for (let epoch = 0; epoch < EPOCHS; epoch++) {
      training.shuffle(SEED, epoch);
      if (repeat === 0) orders.push(...training.order);
      for (let first = 0; first < PAIRS; first += 50) loss += training.run(first, 50, 0.1);
    }
    const { user, system } = process.cpuUsage(start);
    if (repeat > 0) console.log((user + system) / 1000, (loss / words).toFixed(5)); // the first run warms up
  }
  if (!file) return;
  const numbers = [PAIRS, EPOCHS, words, ...orders];
  for (const { article, summary } of pairs) numbers.push(article.length, ...article, summary.length, ...summary);
  writeFileSync(file, Int32Array.from(numbers));
}

/** Words of a packed summary that can be learned, and its end. */
function sayable(summary) {
  return 1 + Array.from({ length: summary[0] }, (_, t) => summary[1 + 3 * t]).filter((number) => number >= 0).length;
}

async function compare() {
  const folder = mkdtempSync(join(tmpdir(), "pstar-bench-"));
  try {
    const program = join(folder, "copy_model");
    const pairs = join(folder, "pairs.bin");
    const source = join(import.meta.dirname, "copy_model.c");
    run(process.env.CC ?? "gcc", ["-O3", "-o", program, source, "-lm"]);
    run(process.execPath, [import.meta.filename, "train", pairs]);
    const words = new Int32Array(readFileSync(pairs).buffer.slice(0, 12))[2];
    const ours = [];
    const theirs = [];
    for (let round = 0; round < PROCESSES; round++) {
      ours.push(...run(process.execPath, [import.meta.filename, "train"]));
      theirs.push(...run(program, [pairs, String(REPEATS)]));
    }
    const ratios = ours.map(([time], i) => time / theirs[i][0]);
    console.log(`## Training a copy model: ${PAIRS} pairs of the newswire, ${EPOCHS} epochs, ${words} words, one thread each

| | min ms | median ms | max ms | nats a word |
|---|---:|---:|---:|---:|
${row("pstar", ours)}
${row("C, gcc -O3 (bench/copy_model.c)", theirs)}

pstar ÷ C, process by process: ${spread(ratios)
      .map((ratio) => ratio.toFixed(2))
      .join(" | ")} (least, median, most).`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What a program printed: a time and a loss a line. */
function run(program, args) {
  const { status, stdout, error } = spawnSync(program, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (error || status !== 0) throw new Error(`${program} failed: ${error?.message ?? status}`);
  return stdout
    .trim()
    .split("\n")
    .map((line) => line.split(" ").map(Number));
}

function row(name, runs) {
  const times = spread(runs.map(([time]) => time)).map((time) => time.toFixed(0));
  return `| ${name} | ${times.join(" | ")} | ${runs[0][1]} |`;
}

function spread(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return [sorted[0], sorted[sorted.length >> 1], sorted[sorted.length - 1]];
}
