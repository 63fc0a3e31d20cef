import { type ChildProcess, spawnSync } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";
import { accessSync, constants, existsSync, mkdtempSync, readFileSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import type { TestProject } from "vitest/node";
import { canFetchChromium, fetchChromium, fetchedChromium } from "../../scripts/fetch.mjs";
import { type Browser, TOOLS } from "./tools.js";

const ROOT = join(import.meta.dirname, "../..");
/** First the one that has no window: the same engine, for two thirds of the processor time. */
const CHROMIUM = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"];

/**
 * Before the first test: builds what is stale of that which the files to be run import, and finds out what this machine has.
 * After the last: says what was left out, and why.
 */
export default async function prepare(project: TestProject): Promise<() => void> {
  const texts = textsOf(project.vitest.state.getPaths());
  const needs = { package: /\bdist\//, "test-core": /startTestCore|test\.debug/ };
  build([
    "core",
    ...Object.entries(needs).flatMap(([part, sign]) => (texts.some((text) => sign.test(text)) ? part : [])),
  ]);
  const browser = texts.some((text) => text.includes('"chromium"')) ? await findChromium() : null;
  project.provide("chromium", browser);
  project.provide("redis-server", onPath(["redis-server"]) !== undefined);
  project.provide("strace", spawnSync("strace", ["-o", "/dev/null", process.execPath, "--version"]).status === 0);
  project.provide("bash", onPath(["bash"]) !== undefined);
  project.provide("node-llama-cpp", isInstalled("node-llama-cpp"));
  project.provide("read-only", process.getuid?.() !== 0 || mayMount());
  endIfNothingHappens(project);
  return () => sayWhatWasLeftOut(project);
}

/** The test files, and what they import of test/. */
function textsOf(files: readonly string[]): string[] {
  const seen = new Map<string, string>();
  const visit = (file: string) => {
    if (seen.has(file) || !existsSync(file)) return;
    const text = readFileSync(file, "utf8");
    seen.set(file, text);
    for (const [, path = ""] of text.matchAll(/(?:from|import) "(\.[^"]+)\.js"/g)) {
      const imported = join(dirname(file), `${path}.ts`);
      if (imported.startsWith(join(ROOT, "test"))) visit(imported);
    }
  };
  for (const file of files) visit(file);
  return [...seen.values()];
}

function build(parts: string[]): void {
  const { status } = spawnSync(process.execPath, [join(ROOT, "scripts/setup.mjs"), ...parts], { stdio: "inherit" });
  if (status !== 0) throw new Error("the checkout could not be built: see above");
}

/** The browser that CHROMIUM names, or that is on the PATH, or that is fetched into build/; null if there is none. */
async function findChromium(): Promise<Browser | null> {
  const installed = process.env.CHROMIUM ?? onPath(CHROMIUM);
  if (installed !== undefined) return { executablePath: installed, env: {} };
  if (fetchedChromium() === null && canFetchChromium()) {
    console.error("pstar: fetching Chromium for the tests of the page …");
    await fetchChromium().catch(({ message }: Error) => console.error(`pstar: ${message}`));
  }
  return fetchedChromium();
}

function onPath(names: readonly string[]): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A package need not export its package.json, and one that is a module alone cannot be resolved as `require` does. */
function isInstalled(name: string): boolean {
  return existsSync(join(ROOT, "node_modules", name, "package.json"));
}

/** Whether this process may mount a tmpfs. */
function mayMount(): boolean {
  if (process.platform !== "linux") return false;
  const folder = mkdtempSync(join(tmpdir(), "pstar-mount-"));
  const run = (program: string, ...args: string[]) => spawnSync(program, [...args, folder], { stdio: "ignore" });
  const mounted = run("mount", "-t", "tmpfs", "tmpfs").status === 0;
  if (mounted) run("umount", "-l");
  rmdirSync(folder);
  return mounted;
}

function sayWhatWasLeftOut(project: TestProject): void {
  if (project.config.testNamePattern !== undefined) return; // those that it left out are skipped as well
  const skipped = project.vitest.state
    .getTestModules()
    .flatMap((module) => [...module.children.allTests("skipped")].map(({ fullName }) => fullName));
  for (const [tool, advice] of Object.entries(TOOLS)) {
    const count = skipped.filter((name) => name.includes(`[${tool}]`)).length;
    if (count > 0) console.error(`pstar: tests named [${tool}] were left out, ${count} of them; ${advice}`);
  }
}

/**
 * Ends the command when no test has ended for three times what the longest may take. A test that waits in vain fails by its
 * own limit; one that computes for ever blocks its process, in which no limit can be heard.
 */
function endIfNothingHappens(project: TestProject): void {
  const children = new Set<ChildProcess>();
  subscribe("child_process", (message) => {
    children.add((message as { process: ChildProcess }).process);
  });
  const modules = () => project.vitest.state.getTestModules();
  const countEnded = () =>
    modules().reduce((sum, { children: tests }) => {
      const ended = [...tests.allTests()].filter((test) => test.result().state !== "pending");
      return sum + ended.length;
    }, 0);
  const limit = 3 * project.config.testTimeout;
  let ended = -1;
  let since = performance.now();
  const timer = setInterval(() => {
    const now = countEnded();
    if (now !== ended) {
      ended = now;
      since = performance.now();
    }
    if (performance.now() - since < limit) return;
    const files = modules().filter((module) => module.state() === "pending" || module.state() === "queued");
    console.error(`pstar: no test has ended for ${limit / 60_000} minutes; still running:`);
    for (const { relativeModuleId } of files) console.error(`  ${relativeModuleId}`);
    for (const child of children) child.kill("SIGKILL");
    process.exit(1);
  }, limit / 20);
  timer.unref();
}
