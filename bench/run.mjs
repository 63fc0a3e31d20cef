// The benchmarks: `npm run bench` measures everything, in fresh processes that alternate with their peers, and writes
// bench/RESULTS.md; `npm run bench -- eigen`, `kernels` or `start` measures the transformer, the kernels beside C or the start of the
// command alone, and renews its section; `npm run bench -- map` measures trials over their sizes, and writes bench/MAP.md. numpy is
// looked for in PYTHON, python3; without it the peers are left out, and the table says so.
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { dirname } from "node:path";
import { capture, median, numpy, python, trialTimes } from "./peers.mjs";

process.chdir(dirname(import.meta.dirname));

if (process.argv[2] === "map") {
  await import("./map.mjs");
  process.exit();
}

/** Sections of bench/RESULTS.md that are measured on their own, by a program that prints them. */
const SECTIONS = { eigen: "bench/eigen.mjs", kernels: "bench/kernels.mjs", start: "bench/start.mjs" };

const program = SECTIONS[process.argv[2]];
if (program !== undefined) {
  const section = capture(process.execPath, [program]);
  if (section === undefined) throw new Error(`${program} failed`);
  const title = section.slice(0, section.indexOf("\n"));
  const [before, ...others] = readFileSync("bench/RESULTS.md", "utf8")
    .trimEnd()
    .split(/\n+(?=## )/);
  const kept = others.filter((other) => !other.startsWith(title));
  writeFileSync("bench/RESULTS.md", `${[before, ...kept, section].join("\n\n")}\n`);
  console.log(section);
  process.exit();
}

const PROCESSES = 5;
const ENGINE_PROCESSES = 3;

/** The trial of the README's claim: d = 200, N = 2000, φ = 0.8, ψ = 0.2, p = 0.3, λ = 0.01. */
const SIZE = { dim: 200, samples: 2000 };
const ours = (more) => [process.execPath, ["bench/trial.mjs", JSON.stringify({ ...SIZE, trials: 100, ...more })]];
const theirs = (style, more) => [
  python,
  ["bench/trial_numpy.py", style, JSON.stringify({ ...SIZE, trials: 50, ...more })],
];

const rows = compare("One trial: d = 200, N = 2000, ridge, Bernoulli verifier (φ 0.8, ψ 0.2), one thread each", [
  ["pstar, f32 (the default solver: conjugate gradients here)", ...ours({})],
  ["pstar, f32, Cholesky", ...ours({ solver: "cholesky" })],
  ["numpy f64, idiomatic (bench/trial_numpy.py)", ...theirs("idiomatic")],
  ["numpy f32, expert (bench/trial_numpy.py)", ...theirs("expert")],
]);

const LARGE = { dim: 1000, samples: 100_000, trials: 1, repeats: 1 };
const engine = (what) => [process.execPath, ["bench/engines.mjs", what]];
const engines = [
  compare(
    "One trial with label noise: d = 1000, ridge, Bernoulli verifier; reduced engine at growing N, numpy at N = 10⁵",
    [
      ["pstar reduced, N = 10³", ...engine("reduced-1e3")],
      ["pstar reduced, N = 10⁵", ...engine("reduced-1e5")],
      ["pstar reduced, N = 10⁹", ...engine("reduced-1e9")],
      ["pstar reduced, N = 10¹²", ...engine("reduced-1e12")],
      ["numpy f64, idiomatic, N = 10⁵", ...theirs("idiomatic", LARGE)],
    ],
    ENGINE_PROCESSES,
  ),
  compare(
    "1000 generations at d = 1000, N = 1000 (reduced, one trial)",
    [["pstar reduced", ...engine("generations")]],
    ENGINE_PROCESSES,
  ),
  compare(
    "A phase diagram of 100 × 100 cells over p and ψ, through the library, one thread",
    [
      ["theory, its answers alone (`theory`)", ...engine("diagram-answers")],
      ["theory, as a run with ids and results", ...engine("diagram-theory")],
      ["reduced, 20 trials a cell, d = 200", ...engine("diagram-reduced")],
    ],
    ENGINE_PROCESSES,
  ),
].join("\n\n");

const rougeOf = (what) => [process.execPath, ["bench/rouge.mjs", what]];
const rouge = compare(
  "ROUGE-1, -2, -L of 1000 pairs of 25 words against 25, one thread; pstar gives -Lsum, precision and recall as well",
  [
    ["pstar, all pairs in one call", ...rougeOf("batch")],
    ["pstar, pair by pair", ...rougeOf("single")],
    ["pstar, one call, Porter stems", ...rougeOf("stemmed")],
    ["pstar, one call, tokenizer unicode", ...rougeOf("unicode")],
    ["js-rouge 3.2.3: n 1, n 2 and l, F alone", ...rougeOf("peer")],
  ],
);

const selecting = capture(process.execPath, ["bench/select.mjs", "1000000"]);
const parquet = capture(process.execPath, ["bench/parquet.mjs", "1000000"]);
const compiler = capture(process.env.CC ?? "gcc", ["--version"]);
const news = compiler
  ? capture(process.execPath, ["bench/news.mjs"])
  : "## Training a copy model\n\nLeft out: no C compiler.";

const transformer = compiler
  ? capture(process.execPath, ["bench/eigen.mjs"])
  : "## A training step of the transformer\n\nLeft out: no C compiler.";

const kernels = compiler
  ? capture(process.execPath, ["bench/kernels.mjs"])
  : "## The kernels\n\nLeft out: no C compiler.";
const start = capture(process.execPath, ["bench/start.mjs"]);

const sweep = (...what) => [process.execPath, ["bench/sweep.mjs", ...what]];
const sweeps = [
  compare(
    "A sweep of 120 direct cells of 60 trials (d = 200, N = 2000), with the start of the worker threads",
    [
      ["a bare loop on one thread", ...sweep("bare")],
      ["one worker", ...sweep("workers", "1")],
      ["two workers", ...sweep("workers", "2")],
    ],
    ENGINE_PROCESSES,
  ),
  compare(
    "10⁶ cells of theory planned, computed and stored as JSONL, CSV, Parquet and figure (`pstar run --out`)",
    [["pstar run", ...sweep("theory")]],
    1,
  ),
  `Its memory at most: ${Math.round(Number(capture(...sweep("theory", "memory"))))} MiB.`,
].join("\n\n");

const text = `# Benchmarks

Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: ${cpus()[0].model}, ${cpus().length} processors,
${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, numpy ${numpy ?? "absent"}.
Each figure comes from ${PROCESSES} fresh processes (${ENGINE_PROCESSES} where engines are compared) that take turns with their peers,
warm, three repeats each.
Absolute figures drift with the machine; the ratios were taken side by side.

${rows}

${engines}

${rouge}

${selecting}
${parquet}

${news}

${sweeps}

${transformer}

${kernels}

${start}
`;
writeFileSync("bench/RESULTS.md", text);
console.log(text);

/** Runs every command once a round, for all rounds, and tables the minimum, median and maximum and the ratio of medians. */
function compare(title, commands, processes = PROCESSES) {
  const present = commands.filter(([, command]) => command !== python || numpy);
  const figures = present.map(() => []);
  for (let round = 0; round < processes; round++) {
    for (const [i, [name, command, args]] of present.entries()) {
      const out = capture(command, args);
      if (out === undefined) throw new Error(`${name} failed: ${command} ${args.join(" ")}`);
      // a trial also prints its processor time and its memory
      const isTrial = args[0].startsWith("bench/trial");
      figures[i].push(...(isTrial ? trialTimes(out).wall : out.split("\n").map(Number)));
    }
    process.stderr.write(`${title}: round ${round + 1} of ${processes}\n`);
  }
  const base = median(figures[0]);
  const lines = present.map(([name], i) => {
    const cells = [Math.min(...figures[i]), median(figures[i]), Math.max(...figures[i])].map((x) =>
      Number(x.toPrecision(3)),
    );
    return `| ${name} | ${cells.join(" | ")} | ${Number((median(figures[i]) / base).toPrecision(3))} |`;
  });
  return `## ${title}

| | min ms | median ms | max ms | median ÷ first row |
|---|---:|---:|---:|---:|
${lines.join("\n")}`;
}
