import { once } from "node:events";
import { mkdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { isMainThread, Worker, workerData } from "node:worker_threads";
import asc from "assemblyscript/asc";

/**
 * Compiles each assembly/<entry>.ts into build/<name>.<target>.wasm, as many at a time as there are processors, and returns the
 * bytes in this order; ends the process if one cannot be compiled.
 *
 * @param parts {{ entry: string, target: string, name?: string }[]}
 */
export async function compile(parts) {
  mkdirSync("build", { recursive: true });
  const waiting = parts.map((part) => ({ name: part.entry, ...part }));
  const files = waiting.map(fileOf);
  const compileNext = async () => {
    for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
      const [code] = await once(new Worker(new URL(import.meta.url), { workerData: part }), "exit");
      if (code !== 0) process.exit(1);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, compileNext));
  return files.map((file) => readFileSync(file));
}

function fileOf({ name, target }) {
  return join("build", `${name}.${target}.wasm`);
}

/** In a thread of its own: the compiler computes for ten seconds without a pause. */
async function compileOne(part) {
  const file = fileOf(part);
  const options = ["--config", "asconfig.json", "--target", part.target, "--outFile", file];
  const { error, stderr } = await asc.main([`assembly/${part.entry}.ts`, ...options]);
  if (!error) return;
  console.error(`${stderr}asc could not build ${file}: ${error.message}`);
  process.exitCode = 1;
}

if (!isMainThread) await compileOne(workerData);
