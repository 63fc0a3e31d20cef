// Makes a bare clone ready: checks Node, installs what is missing, builds what is stale. Says nothing when all is well.
// Runs before `npm start`, `npm test` and their like, at the end of `npm install` (prepare), before a test file that needs it
// (test/support/globalSetup.ts), and by itself as `npm run setup`. Needs nothing but Node and npm.
//
//   node scripts/setup.mjs [core | test-core | package …]     the package, or what is named; with each the cores

import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { npm } from "./npm.mjs";
import { hash, isUpToDate } from "./stamps.mjs";

const OLDEST_NODE = [20, 19];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);
const { npm_lifecycle_event: script, npm_command: command } = process.env;

checkNode();
// `npm install` and `npm ci` have installed everything when they call prepare, except with --omit=dev.
const justInstalled = script === "prepare" && (command === "install" || command === "ci");
if (justInstalled && !["typescript", "assemblyscript", "vite"].every((name) => existsSync(`node_modules/${name}`))) {
  console.log("pstar: not built, since the development dependencies were left out (npm run setup installs and builds)");
  process.exit(0);
}
const parts = process.argv.slice(2);
const asked = (parts.length === 0 ? ["package"] : parts).filter((part) => part !== "core");
const changed = [await installIfChanged(), await buildStale(["core"]), await buildStale(asked)];
linkCommand();
if (script === "setup" && !changed.includes(true)) console.log("pstar: everything is up to date");

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  console.error(`pstar needs Node.js ${OLDEST_NODE.join(".")} or newer, this is ${process.versions.node} (nodejs.org)`);
  process.exit(1);
}

async function installIfChanged() {
  const { dependencies, devDependencies } = JSON.parse(readFileSync("package.json", "utf8"));
  const wanted = { dependencies, devDependencies, lock: readFileSync("package-lock.json", "utf8") };
  const stamp = hash(JSON.stringify([wanted, process.platform, process.arch]));
  const file = join("node_modules", ".pstar-install");
  if (existsSync(file) && readFileSync(file, "utf8") === stamp) return false;
  if (!justInstalled) {
    // `npm ci` installs the lock exactly; over an existing folder it would throw everything away, `install` only repairs.
    // Without scripts: no dependency needs its own, and ours (prepare) is this file.
    const install = existsSync("node_modules") ? ["install", "--no-save"] : ["ci"];
    const flags = ["--include=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=warn"];
    await step("installing the dependencies", [npm([...install, ...flags])]);
  }
  writeFileSync(file, stamp);
  return true;
}

/** Runs scripts/build-<name>.mjs at once for each that is not there already, made of the sources as they are. */
async function buildStale(names) {
  const stale = names.filter((name) => !isUpToDate(name));
  if (stale.length === 0) return false;
  const what = stale.map((name) => `the ${name.replace("-", " ")}`).join(" and ");
  const commands = stale.map((name) => [process.execPath, [join("scripts", `build-${name}.mjs`)]]);
  await step(`building ${what}`, commands);
  return true;
}

/** `npx pstar` finds the checkout's own command only if it stands where an installed one would. */
function linkCommand() {
  const folder = join("node_modules", ".bin");
  const target = join("..", "..", "dist", "cli", "bin.js");
  mkdirSync(folder, { recursive: true });
  if (process.platform === "win32") {
    writeFileSync(join(folder, "pstar.cmd"), `@node "%~dp0\\${target}" %*\r\n`);
  } else if (!existsSync(join(folder, "pstar"))) {
    rmSync(join(folder, "pstar"), { force: true });
    symlinkSync(target, join(folder, "pstar"));
  }
}

/** Runs the commands of one step at once and quietly, on one line; everything that one printed follows only if it failed. */
async function step(name, commands) {
  // npm's own lines go to standard error as well: what a script prints may be read, as that of `npm pack --json` is
  process.stderr.write(`pstar: ${name} … `);
  const start = performance.now();
  const failed = (await Promise.all(commands.map(run))).filter(({ status }) => status !== 0);
  if (failed.length === 0) {
    process.stderr.write(`${((performance.now() - start) / 1000).toFixed(1)} s\n`);
    return;
  }
  process.stderr.write("failed\n");
  for (const { printed } of failed) process.stderr.write(printed);
  process.exit(failed[0].status || 1);
}

/** Runs a command to its end. */
function run([program, args, shell]) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { shell, stdio: ["ignore", "pipe", "pipe"] });
    let printed = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (text) => {
        printed += text;
      });
    }
    child.on("error", ({ message }) => resolve({ status: 1, printed: `${printed}${message}\n` }));
    child.on("close", (status) => resolve({ status, printed }));
  });
}
