import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe } from "vitest";
import { Core } from "../../src/core/core.js";

const FOLDER = join(import.meta.dirname, "../../build");

const builds = await Promise.all(
  ["debug", "release"].map(async (name) => {
    const module = await WebAssembly.compile(readFileSync(join(FOLDER, `core.${name}.wasm`)));
    return { name, core: await Core.start(module) };
  }),
);

/** Runs the same tests against the debug and the release build of the core. */
export function eachBuild(title: string, body: (core: Core, build: string) => void): void {
  for (const { name, core } of builds) describe(`${title} (${name})`, () => body(core, name));
}
