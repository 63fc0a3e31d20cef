import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

// What scripts/build-*.mjs make, of what, and where they note of which content it was made.
const ASSEMBLY = ["assembly", "asconfig.json", "scripts/asc.mjs", "package.json"];
const CORE = [...ASSEMBLY, "scripts/build-core.mjs"];
const TEST_CORE = [...ASSEMBLY, "scripts/build-test-core.mjs"];
const BUNDLERS = ["scripts/build-package.mjs", "scripts/bundle.mjs"];
const PACKAGE = ["src", "web", ...BUNDLERS, "tsconfig.json", "tsconfig.build.json"];
const BUILDS = {
  core: { sources: CORE, product: "src/core/classes.generated.ts", stamp: "build/.core-stamp" },
  "test-core": { sources: TEST_CORE, product: "build/test.release.wasm", stamp: "build/.test-core-stamp" },
  package: { sources: [...CORE, ...PACKAGE], product: "dist/index.js", stamp: "dist/.stamp" },
};

/** Whether a build was made from the sources as they are. Paths are those from the root of the checkout. */
export function isUpToDate(name) {
  const { product, stamp } = BUILDS[name];
  return existsSync(product) && existsSync(stamp) && readFileSync(stamp, "utf8") === stampOf(name);
}

/** What identifies the sources of a build: taken before it, since they may change meanwhile. */
export function stampOf(name) {
  const files = BUILDS[name].sources.flatMap(filesUnder).filter((path) => !path.endsWith(".generated.ts"));
  const digests = files.map((path) => `${path} ${hash(readFileSync(path))}`);
  return hash([process.version, ...digests].join("\n"));
}

/** Notes what a build was made from. */
export function writeStamp(name, stamp) {
  const file = BUILDS[name].stamp;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, stamp);
}

export function hash(content) {
  return createHash("sha256").update(content).digest("hex");
}

function filesUnder(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(`${path}/${name}`));
}
