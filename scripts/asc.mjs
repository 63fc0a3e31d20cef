import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import asc from "assemblyscript/asc";

/** Compiles assembly/<entry>.ts into build/<name>.<target>.wasm, and returns the bytes; ends the process if it cannot. */
export async function compile(entry, target, name = entry) {
  mkdirSync("build", { recursive: true });
  const file = join("build", `${name}.${target}.wasm`);
  const options = ["--config", "asconfig.json", "--target", target, "--outFile", file];
  const { error, stderr } = await asc.main([`assembly/${entry}.ts`, ...options]);
  if (error) {
    process.stderr.write(stderr.toString());
    console.error(`asc could not build ${file}: ${error.message}`);
    process.exit(1);
  }
  return readFileSync(file);
}
