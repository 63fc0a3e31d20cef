// How fast `pstar select` is, and how much memory it takes: `node bench/select.mjs [ROWS]` (10⁷ rows are 2 GB) writes a file of
// that many rows into a temporary folder, selects from it in fresh processes, prints a table and removes everything.
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

process.chdir(dirname(import.meta.dirname));

const rows = Number(process.argv[2] ?? 1e7);
const REPEATS = 3;
const COMMANDS = {
  "--field score --keep 12.5%": ["--field", "score", "--keep", "12.5%"],
  "the same, --workers 1": ["--field", "score", "--keep", "12.5%", "--workers", "1"],
  "the same, only the kept rows, to standard output": ["--field", "score", "--keep", "12.5%", "--quiet"],
};
/** Tells the largest memory of the process on its way out. */
const WITH_MEMORY = [
  "--import",
  "data:text/javascript,process.on('exit',()=>process.stderr.write('maxRSS '+process.resourceUsage().maxRSS))",
];

const folder = mkdtempSync(join(tmpdir(), "pstar-bench-"));
try {
  const input = join(folder, "rows.jsonl");
  writeRows(input);
  const megabytes = statSync(input).size / 1e6;
  const out = join(folder, "out");
  const lines = Object.entries(COMMANDS).map(([name, flags]) => {
    const runs = Array.from({ length: REPEATS }, () =>
      measure(input, flags, flags.includes("--quiet") ? undefined : out),
    );
    const speeds = runs.map(({ seconds }) => megabytes / seconds).sort((a, b) => a - b);
    const memory = Math.max(...runs.map((run) => run.memory));
    return `| ${name} | ${[speeds[0], speeds[speeds.length >> 1], speeds.at(-1), memory].map((x) => x.toFixed(0)).join(" | ")} |`;
  });
  console.log(`## pstar select: ${rows.toExponential(0).replace("e+", "·10^")} rows, ${megabytes.toFixed(0)} MB, from start to end

| | min MB/s | median MB/s | max MB/s | memory, MB |
|---|---:|---:|---:|---:|
${lines.join("\n")}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function measure(input, flags, out) {
  const args = [...WITH_MEMORY, "dist/cli/bin.js", "select", input, ...flags];
  if (out !== undefined) args.push("--out", out);
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
  });
  const seconds = (performance.now() - start) / 1000;
  if (status !== 0) throw new Error(stderr);
  if (out !== undefined) rmSync(out, { recursive: true });
  return { seconds, memory: Number(/maxRSS (\d+)/.exec(stderr)[1]) / 1000 };
}

/** Rows of some 200 bytes, by a linear congruential generator. */
function writeRows(file) {
  let state = 12_345;
  const uniform = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const handle = openSync(file, "w");
  let text = "";
  for (let id = 0; id < rows; id++) {
    const row = {
      id,
      prompt: `What is the capital of country number ${id}? Answer in a sentence.`,
      completion: `The capital is a city called Foo${Math.floor(uniform() * 1000)}, which lies on a river.`,
      score: uniform(),
      topic: "abc"[id % 3],
    };
    text += `${JSON.stringify(row)}\n`;
    if (text.length < 1 << 22 && id < rows - 1) continue;
    writeSync(handle, text);
    text = "";
  }
  closeSync(handle);
}
