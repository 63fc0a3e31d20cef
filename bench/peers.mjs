// What the benchmarks share: their peers, on equal terms, and the running of commands.
import { spawnSync } from "node:child_process";

export const python = process.env.PYTHON ?? "python3";
/** The version of numpy; undefined if there is none. */
export const numpy = capture(python, ["-c", "import numpy; print(numpy.__version__)"]);

/** What a command printed, trimmed; undefined if it is missing or failed. Libraries of linear algebra have one thread each. */
export function capture(command, args, extra = {}) {
  const env = { ...process.env, OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1", MKL_NUM_THREADS: "1", ...extra };
  // set on some machines against faults of older versions; they would hold numpy to a slower kernel
  delete env.OPENBLAS_CORETYPE;
  delete env.OPENBLAS_L2_SIZE;
  const { status, stdout } = spawnSync(command, args, { encoding: "utf8", env, stdio: ["ignore", "pipe", "inherit"] });
  return status === 0 ? stdout.trim() : undefined;
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** What a process of the trial benchmark printed: milliseconds of the processor and of the clock of each repeat, MiB of memory. */
export function trialTimes(text) {
  const lines = text.split("\n").map((line) => line.split(" ").map(Number));
  const repeats = lines.slice(0, -1);
  return {
    processor: repeats.map(([processor]) => processor),
    wall: repeats.map(([, wall]) => wall),
    mebibytes: lines.at(-1)[0],
  };
}
