// `npm run bench -- map`: ridge regression over its sizes, by the solver that pstar chooses, by the other one, and by numpy; in
// processor time, so that a busy machine changes little. Writes bench/MAP.md.
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { capture, median, numpy, python } from "./peers.mjs";

const DIMENSIONS = [10, 50, 200, 1000, 3000];
const ROWS_PER_DIMENSION = [0.5, 2, 10, 100];
const PROCESSES = 3;
/** The idiomatic script holds all rows in f64, and their kept copy. */
const MOST_VALUES = 1.2e8;
/** A choice of solver is right if the other one is not faster by more than this factor. */
const TOLERANCE = 1.25;
const VERIFIER = ["0.8", "0.2", "0.3", "0.01"];

const lines = [];
const wrong = [];
const slow = [];
for (const dim of DIMENSIONS) {
  for (const ratio of ROWS_PER_DIMENSION) {
    const samples = dim * ratio;
    if (dim * samples > MOST_VALUES) continue;
    // about a tenth of a second of work a repeat, by the cost of a Gram matrix
    const trials = Math.max(1, Math.min(2000, Math.round(1e9 / (samples * dim * (dim + 40)))));
    const settings = [dim, samples, ...VERIFIER, trials, 3].map(String);
    const commands = {
      auto: [process.execPath, ["bench/trial.mjs", ...settings, "auto"]],
      cholesky: [process.execPath, ["bench/trial.mjs", ...settings, "cholesky"]],
      "conjugate-gradients": [process.execPath, ["bench/trial.mjs", ...settings, "conjugate-gradients"]],
      ...(numpy && {
        f64: [python, ["bench/trial_numpy.py", "f64", ...settings]],
        f32: [python, ["bench/trial_numpy.py", "f32", ...settings]],
      }),
    };
    const times = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
    for (let round = 0; round < PROCESSES; round++) {
      for (const [name, [command, args]] of Object.entries(commands)) {
        const out = capture(command, args, { CLOCK: "processor" });
        if (out === undefined) throw new Error(`${command} ${args.join(" ")} failed`);
        times[name].push(...out.split("\n").map(Number));
      }
    }
    const ms = Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]));
    const over = (name) => (ms[name] === undefined ? "–" : (ms[name] / ms.auto).toPrecision(2));
    const spread = (Math.max(...times.auto) / Math.min(...times.auto)).toPrecision(2);
    lines.push(
      `| ${dim} | ${samples} | ${ms.auto.toPrecision(3)} | ${spread} | ${over("cholesky")} | ${over("conjugate-gradients")} | ${over("f64")} | ${over("f32")} |`,
    );
    const size = `d = ${dim}, N = ${samples}`;
    if (ms.auto > TOLERANCE * Math.min(ms.cholesky, ms["conjugate-gradients"])) wrong.push(size);
    if (numpy && ms.auto > 1 && (ms.f64 < 3 * ms.auto || ms.f32 < 1.5 * ms.auto)) slow.push(size);
    process.stderr.write(`${lines.at(-1)}\n`);
  }
}

const text = `# Ridge regression over its sizes

Written by \`npm run bench -- map\`: ${cpus()[0].model}, Node ${process.version}, numpy ${numpy ?? "absent"}, one thread each.
Direct engine, Bernoulli verifier (φ 0.8, ψ 0.2), error rate 0.3, λ 0.01. Processor time of a trial, median of ${PROCESSES}
processes of three repeats that take turns; *spread* is the longest ÷ the shortest of pstar's. Larger sizes are left out: the
idiomatic script does not fit into memory.

| d | N | pstar ms | spread | Cholesky ÷ it | conjugate gradients ÷ it | numpy f64, idiomatic ÷ it | numpy f32, expert ÷ it |
|---:|---:|---:|---:|---:|---:|---:|---:|
${lines.join("\n")}

The other solver would be faster by more than a quarter at: ${wrong.join("; ") || "no size"}.
A trial of more than 1 ms is less than 3 × as fast as idiomatic numpy, or less than 1.5 × as fast as the expert's, at:
${slow.join("; ") || "no size"}.
`;
writeFileSync("bench/MAP.md", text);
console.log(text);
