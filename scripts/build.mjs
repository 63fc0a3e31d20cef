// assembly/ → build/core.*.wasm → src/core/bytes.generated.ts → dist/ (ESM, types, core.wasm, and one file for CDNs).
// dist/ is replaced only when everything succeeded.

import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { build } from "esbuild";

process.chdir(dirname(import.meta.dirname));

const require = createRequire(import.meta.url);
const next = join("build", "dist");
const { version } = JSON.parse(readFileSync("package.json", "utf8"));

run(join("scripts", "build-core.mjs"));
rmSync(next, { recursive: true, force: true });
run(require.resolve("typescript/lib/tsc.js"), "--project", "tsconfig.build.json", "--outDir", next);
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
const bin = join(next, "cli", "bin.js");
if (existsSync(bin)) chmodSync(bin, 0o755);
rmSync("dist", { recursive: true, force: true });
renameSync(next, "dist");

function run(...args) {
  const { status } = spawnSync(process.execPath, args, { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
