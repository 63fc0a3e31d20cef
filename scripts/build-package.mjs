// src/, web/ and the built core → dist/: ESM with types, core.wasm, one file for CDNs and static pages, and the explorer.
// dist/ is replaced only when everything succeeded.

import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { build as buildPage } from "vite";

process.chdir(dirname(import.meta.dirname));

const require = createRequire(import.meta.url);
const next = join("build", "dist");
const { version } = JSON.parse(readFileSync("package.json", "utf8"));

rmSync(next, { recursive: true, force: true });
const tsc = [require.resolve("typescript/lib/tsc.js"), "--project", "tsconfig.build.json", "--outDir", next];
const { status } = spawnSync(process.execPath, tsc, { stdio: "inherit" });
if (status !== 0) process.exit(status ?? 1);
copyFileSync(join("build", "core.release.wasm"), join(next, "core.wasm"));
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
