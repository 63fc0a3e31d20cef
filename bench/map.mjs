// `npm run bench -- map`: trials of every learner, verifier and precision over their sizes, beside numpy and scikit-learn; in
// processor time, so that a busy machine changes little. Writes bench/MAP.md.
import { writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { capture, median, numpy, python, trialTimes } from "./peers.mjs";

const DIMENSIONS = [10, 50, 200, 1000, 3000];
const ROWS_PER_DIMENSION = [0.5, 2, 10, 100];
const GRID = DIMENSIONS.flatMap((dim) => ROWS_PER_DIMENSION.map((ratio) => ({ dim, samples: dim * ratio })));
/** The sizes of all pairs of learner and verifier but ridge and Bernoulli, which has the whole grid. */
const ROW = [10, 50, 200, 1000].map((dim) => ({ dim, samples: 10 * dim }));
const LEARNERS = ["ridge", "mean", "logistic", "sgd"];
const VERIFIERS = ["bernoulli", "linear", "top"];
/** The idiomatic script holds all rows in f64, and a copy of those that it keeps. */
const MOST_VALUES = 1.2e8;
/** A choice of solver is right if the other one is not faster by more than this factor. */
const TOLERANCE = 1.25;
/** What a trial of more than a millisecond should be, at least: as fast as the peers, times these. */
const GOALS = { idiomatic: 3, expert: 1.5 };
/** Multiplications beyond which a trial takes seconds and is measured once, in a process that is not warmed up by it. */
const LONG = 2e10;

const cells = [];
for (const learner of LEARNERS) {
  for (const verifier of VERIFIERS) {
    const sizes = learner === "ridge" && verifier === "bernoulli" ? GRID : ROW;
    for (const size of sizes.filter(({ dim, samples }) => dim * samples <= MOST_VALUES)) {
      cells.push(measured({ learner, verifier, ...size }));
    }
  }
}

/** Medians of what all ways take for one setting. */
function measured(setting) {
  const { dim, samples, learner } = setting;
  // by the cost of a Gram matrix; other learners take some tens of passes at most
  const work = samples * dim * (learner === "ridge" ? dim + 40 : 100);
  const cold = work > LONG;
  const trials = Math.max(1, Math.min(2000, Math.round(1e9 / work)));
  const ours = (more) => [
    process.execPath,
    ["bench/trial.mjs", JSON.stringify({ ...setting, ...more, trials, cold, repeats: cold ? 1 : 3 })],
  ];
  const theirs = (style) => [
    python,
    [
      "bench/trial_numpy.py",
      style,
      JSON.stringify({ ...setting, trials: Math.ceil(trials / 10), cold, repeats: cold ? 1 : 3 }),
    ],
  ];
  const commands = {
    auto: ours({}),
    f64: ours({ precision: "f64" }),
    ...(learner === "ridge" && {
      cholesky: ours({ solver: "cholesky" }),
      "conjugate-gradients": ours({ solver: "conjugate-gradients" }),
    }),
    ...(numpy && { idiomatic: theirs("idiomatic"), expert: theirs("expert") }),
  };
  const found = Object.fromEntries(
    Object.keys(commands).map((name) => [name, { processor: [], wall: [], mebibytes: 0 }]),
  );
  for (let round = 0; round < (work > 2e9 ? 1 : 2); round++) {
    for (const [name, [command, args]] of Object.entries(commands)) {
      const out = capture(command, args);
      if (out === undefined) throw new Error(`${command} ${args.join(" ")} failed`);
      const { processor, wall, mebibytes } = trialTimes(out);
      found[name].processor.push(...processor);
      found[name].wall.push(...wall);
      found[name].mebibytes = Math.max(found[name].mebibytes, mebibytes);
    }
  }
  const times = (kind) => Object.fromEntries(Object.entries(found).map(([name, all]) => [name, median(all[kind])]));
  const memory = Object.fromEntries(
    Object.entries(found).map(([name, { mebibytes }]) => [name, Math.round(mebibytes)]),
  );
  const cell = { ...setting, ms: times("processor"), wall: times("wall"), memory };
  process.stderr.write(`${JSON.stringify(cell)}\n`);
  return cell;
}

const digits = (value, count = 3) => (value === undefined ? "–" : String(Number(value.toPrecision(count))));
const ratio = (over, under) => (over === undefined ? "–" : digits(over / under, 2));
const sizeOf = ({ dim, samples }) => `d = ${dim}, N = ${samples}`;
const settingOf = (cell) => `${cell.learner}, ${cell.verifier}, ${sizeOf(cell)}`;

function tableOf(learner) {
  const lines = cells
    .filter((cell) => cell.learner === learner)
    .map(({ verifier, dim, samples, ms, wall, memory }) =>
      [
        ...[verifier, dim, samples, digits(ms.auto), digits(wall.auto), digits(ms.f64)],
        ...[ratio(ms.idiomatic, ms.auto), ratio(ms.expert, ms.auto), ratio(ms.idiomatic, ms.f64)],
        ...[memory.auto, memory.idiomatic ?? "–", memory.expert ?? "–"],
      ].join(" | "),
    );
  return `## ${learner}

| verifier | d | N | ms, f32 | of the clock | ms, f64 | idiomatic ÷ f32 | expert ÷ f32 | idiomatic ÷ f64 | MiB | idiomatic | expert |
|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|
${lines.map((line) => `| ${line} |`).join("\n")}`;
}

/** Nanoseconds of the parts of a trial, from the sizes at which each of them is most of it. */
function constants() {
  const kept = 0.62; // of the Bernoulli verifier: .7 · .8 + .3 · .2
  const of = (choose, part) => median(cells.filter(choose).map((cell) => 1e6 * part(cell)));
  const rows = ({ samples }) => kept * samples;
  const blind = ({ verifier }) => verifier === "bernoulli";
  const isRidge = (cell) => cell.learner === "ridge" && blind(cell);
  const drawn = of(
    (cell) => cell.learner === "mean" && blind(cell) && cell.dim >= 200,
    (cell) => cell.ms.auto / (rows(cell) * cell.dim),
  );
  const drawing = (cell) => (drawn * rows(cell) * cell.dim) / 1e6;
  const multiplied = of(
    (cell) => isRidge(cell) && cell.dim >= 200 && cell.samples >= 10 * cell.dim,
    (cell) => (cell.ms.cholesky - drawing(cell)) / (rows(cell) * cell.dim ** 2),
  );
  const factored = of(
    (cell) => isRidge(cell) && cell.dim >= 1000 && cell.samples < cell.dim,
    (cell) => (cell.ms.cholesky - drawing(cell) - (multiplied * rows(cell) * cell.dim ** 2) / 1e6) / cell.dim ** 3,
  );
  const passed = of(
    (cell) => isRidge(cell) && cell.dim >= 200,
    (cell) => (cell.ms["conjugate-gradients"] - drawing(cell)) / (rows(cell) * cell.dim),
  );
  return { drawn, multiplied, factored, passed };
}

const ridge = cells.filter(({ learner }) => learner === "ridge");
const solvers = ridge
  .filter(({ verifier }) => verifier === "bernoulli")
  .map(
    ({ dim, samples, ms }) =>
      `| ${dim} | ${samples} | ${digits(ms.auto)} | ${ratio(ms.cholesky, ms.auto)} | ${ratio(ms["conjugate-gradients"], ms.auto)} |`,
  );
const list = (some) => some.map(settingOf).join("; ") || "none";
const wrong = ridge.filter(({ ms }) => ms.auto > TOLERANCE * Math.min(ms.cholesky, ms["conjugate-gradients"]));
const long = cells.filter(({ ms }) => numpy && ms.auto > 1);
const below = (idiomatic, expert) =>
  long.filter(({ ms }) => ms.idiomatic < idiomatic * ms.auto || ms.expert < expert * ms.auto);
const { drawn, multiplied, factored, passed } = constants();
const peers = numpy
  ? capture(python, [
      "-c",
      "import numpy, sklearn; from threadpoolctl import threadpool_info as t; print(f\"numpy {numpy.__version__}, scikit-learn {sklearn.__version__}, \" + \", \".join(sorted({f\"{i['internal_api']} {i['version']} ({i.get('architecture', '')})\" for i in t() if i['version']})))",
    ])
  : "no numpy";

const text = `# Trials over their sizes

Written by \`npm run bench -- map\` on ${new Date().toISOString().slice(0, 10)}: ${cpus()[0].model}, Node ${process.version}; ${peers}; one
thread each, load at the end ${loadavg()[0].toFixed(1)}. Direct engine, error rate .3, λ = .01; Bernoulli φ = .8, ψ = .2; linear and top at .5 rad
to the truth, top keeps .25. *idiomatic* is the script as one would write it, in f64; *expert* is in f32 and fills only the
rows that are kept (bench/trial_numpy.py). Milliseconds of a trial, of the processor unless they are of the clock; medians of
processes that take turns, of trials of seconds a single one. Sizes of more than ${MOST_VALUES.toExponential(1)} numbers are left out: the
idiomatic script does not fit into memory.

${LEARNERS.map(tableOf).join("\n\n")}

## Solvers of ridge, Bernoulli

| d | N | ms, chosen | Cholesky ÷ it | conjugate gradients ÷ it |
|---:|---:|---:|---:|---:|
${solvers.join("\n")}

The other solver would be faster by more than a quarter at: ${list(wrong)}.

Nanoseconds: a number drawn ${digits(drawn)}, a multiplication of a Gram matrix ${digits(multiplied)}, of a factorization (d³) ${digits(factored)}, a number in all steps
of conjugate gradients ${digits(passed)}.

## Where a trial takes more than a millisecond

Less than 2 × as fast as a peer: ${list(below(2, 2))}.

Less than ${GOALS.idiomatic} × as fast as the idiomatic script, or ${GOALS.expert} × as the expert's: ${list(below(GOALS.idiomatic, GOALS.expert))}.

Why, as far as it is known: SIMD of WebAssembly has 128 bits and no fused multiply-add, where numpy's kernel has 512 bits with it: in f64 numpy
is faster at d = 1000 and more. A top share draws all rows twice, where the expert's script fills only those that it keeps. Why logistic regression
at d = 1000 falls behind was not measured.
`;
writeFileSync("bench/MAP.md", text);
console.log(text);
