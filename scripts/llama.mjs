// Installs llama.cpp for the tests of `llama:FILE.gguf`: `npm run setup:llama`. As a dependency node-llama-cpp would bring its
// builds for graphics cards as well, 0.8 GB; here it comes with that for the processor alone, into build/llama.
import { spawnSync } from "node:child_process";
import { rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";

const VERSION = "3.22.1";
const FOLDER = "build/llama";
const LINK = "node_modules/node-llama-cpp";

process.chdir(dirname(import.meta.dirname));
const binary = { darwin: "mac", win32: "win", linux: "linux" }[process.platform];
const metal = process.platform === "darwin" && process.arch === "arm64" ? "-metal" : "";
const packages = [`node-llama-cpp@${VERSION}`, `@node-llama-cpp/${binary}-${process.arch}${metal}@${VERSION}`];
const flags = ["--prefix", FOLDER, "--omit=optional", "--ignore-scripts", "--no-save"];
const { status } = spawnSync("npm", ["install", ...flags, ...packages], { stdio: "inherit" });
if (status !== 0) process.exit(status ?? 1);
rmSync(LINK, { recursive: true, force: true });
symlinkSync(join("..", FOLDER, LINK), LINK, "junction");
