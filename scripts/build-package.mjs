// src/, web/ and the built core → dist/: ESM with types, the four cores (core.wasm and so on), the command, one file for CDNs and static pages, and the explorer.
// dist/ is replaced only when everything succeeded.

import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { build as buildPage } from "vite";
import { bundleCommand, bundleWorkers } from "./bundle.mjs";
import { stampOf, writeStamp } from "./stamps.mjs";

process.chdir(dirname(import.meta.dirname));

const require = createRequire(import.meta.url);
const next = join("build", "dist");
const compiled = join("build", "compiled");
const { version } = JSON.parse(readFileSync("package.json", "utf8"));
const stamp = stampOf("package");

compile();
for (const core of ["core", "text", "transformer", "classes"])
  copyFileSync(join("build", `${core}.release.wasm`), join(next, `${core}.wasm`));
await bundleCommand(compiled, join(next, "cli"));
await bundleWorkers(compiled, next);
await build({
  entryPoints: [join(next, "index.js")],
  outfile: join(next, "pstar.min.js"),
  bundle: true,
  minify: true,
  format: "esm",
  platform: "browser",
  target: "es2022",
  legalComments: "eof",
  banner: { js: `/* pstar ${version}, MIT */` },
  logLevel: "warning",
});
await buildPage({
  root: "web",
  configFile: join("web", "vite.config.ts"),
  logLevel: "warn",
  build: { outDir: join("..", next, "web") },
});
chmodSync(join(next, "cli", "bin.js"), 0o755);
rmSync("dist", { recursive: true, force: true });
renameSync(next, "dist");
writeStamp("package", stamp);

/** src/ → JavaScript and types. tsc keeps what it has compiled in build/compiled, so that the next time it takes a third. */
function compile() {
  const state = join(compiled, ".tsbuildinfo");
  const options = [
    "--project",
    "tsconfig.build.json",
    "--outDir",
    compiled,
    "--incremental",
    "--tsBuildInfoFile",
    state,
  ];
  const tsc = require.resolve("typescript/lib/tsc.js");
  const { status } = spawnSync(process.execPath, [tsc, ...options], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
  // it leaves behind what was made of a source that has gone
  for (const file of readdirSync(compiled, { recursive: true })) {
    const source = join("src", file.replace(/\.(d\.ts|js)$/, ".ts"));
    if (/\.(d\.ts|js)$/.test(file) && !existsSync(source)) rmSync(join(compiled, file));
  }
  rmSync(next, { recursive: true, force: true });
  const left = [state, join(compiled, "cli")];
  cpSync(compiled, next, { recursive: true, filter: (file) => !left.includes(file) });
}
