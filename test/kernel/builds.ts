import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe } from "vitest";
import { Core } from "../../src/core/core.js";
import { shortOrLong } from "../support/edition.js";
import type { TestExports } from "./testExports.js";

/** Either build of assembly/test.ts; scripts/build-core.mjs makes them before the first test (vitest.config.ts). */
export type TestCore = Core<TestExports>;

const FOLDER = join(import.meta.dirname, "../../build");

/** A fresh instance of a build, which nothing has called. */
export async function startTestCore(build: string): Promise<TestCore> {
  const module = await WebAssembly.compile(readFileSync(join(FOLDER, `test.${build}.wasm`)));
  return Core.start<TestExports>(module, "nextU32");
}

const builds = await Promise.all(["debug", "release"].map(async (name) => ({ name, core: await startTestCore(name) })));

/** Runs the same tests against the debug and the release build of the kernels. */
export function eachBuild(title: string, body: (core: TestCore, build: string) => void): void {
  for (const { name, core } of builds) describe(`${title} (${name})`, () => body(core, name));
}

/**
 * The same of the release build alone in `npm test`, and of each in `npm run test:long`: for files that take a second or more.
 * What a build does to a kernel shows in the short ones as well.
 */
export function buildsOfEdition(title: string, body: (core: TestCore, build: string) => void): void {
  for (const { name, core } of shortOrLong(builds.slice(1), builds))
    describe(`${title} (${name})`, () => body(core, name));
}
