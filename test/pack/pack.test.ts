import { createHash } from "node:crypto";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import type { Browser } from "playwright-core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import ts from "typescript";
import { build as vite } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium, resultOf } from "../support/chromium.js";
import { shortOrLong } from "../support/edition.js";
import { serve } from "../support/staticServer.js";
import { describeWith } from "../support/tools.js";
import { installTarball, output, type Project } from "./tarball.js";

const require = createRequire(import.meta.url);

let project: Project;
let expected: string;

beforeAll(async () => {
  project = await installTarball();
  expected = await output("node", ["node.js"], project.folder);
});

afterAll(() => project?.remove());

describe("the tarball", () => {
  it("runs under Node", () => {
    const [transition, linear] = JSON.parse(expected);
    expect(transition).toHaveLength(5);
    expect(linear).toHaveLength(1);
    for (const cell of [...transition, ...linear]) {
      expect(cell.status).toBe("ok");
      expect(cell.accuracy.mean).toBeGreaterThanOrEqual(0);
      expect(cell.accuracy.mean).toBeLessThanOrEqual(1);
    }
  });

  it("holds what a user needs and nothing else", () => {
    const needed = ["LICENSE", "README.md", "README.zh-CN.md", "CHANGELOG.md", "package.json"];
    const built = [
      "index.js",
      "index.d.ts",
      "core.wasm",
      "text.wasm",
      "transformer.wasm",
      "classes.wasm",
      "classes.js",
      "pstar.min.js",
      "cli/bin.js",
      "web/index.html",
    ].map((file) => `dist/${file}`);
    expect([...needed, ...built].filter((file) => !project.files.includes(file))).toEqual([]);
    expect(project.files.filter((file) => !file.startsWith("dist/") && !needed.includes(file))).toEqual([]);
    expect(
      project.files.filter((file) => !/\.(js|d\.ts|wasm|ttf|txt|md|json|html|css|svg)$|LICENSE/.test(file)),
    ).toEqual([]);
  });

  it("resolves its parts by name", async () => {
    const script = `
      import { readFile } from "node:fs/promises";
      import { fileURLToPath } from "node:url";
      const bytes = (name) => readFile(fileURLToPath(import.meta.resolve(name)));
      const valid = async (name) => WebAssembly.validate(await bytes(name));
      console.log(await valid("pstar/core.wasm"), await valid("pstar/text.wasm"), await valid("pstar/transformer.wasm"), await valid("pstar/classes.wasm"), import.meta.resolve("pstar/package.json").endsWith("package.json"));`;
    const printed = await output("node", ["--input-type=module", "--eval", script], project.folder);
    expect(printed.trim()).toBe("true true true true true");
  });

  it("has a command that runs and draws", async () => {
    const bin = join(project.folder, "node_modules/pstar/dist/cli/bin.js");
    const { version } = JSON.parse(await readFile(join(project.folder, "node_modules/pstar/package.json"), "utf8"));
    expect((await output("node", [bin, "--version"], project.folder)).trim()).toBe(version);

    const options = ["--set", "samples=300", "--trials", "2", "--format", "json", "--plot", "curve.png"];
    const printed = await output("node", [bin, "run", "phase-transition", ...options], project.folder);
    const { cells, provenance } = JSON.parse(printed);
    expect(cells).toHaveLength(63);
    expect(provenance.version).toBe(version);
    const png = await readFile(join(project.folder, "curve.png"));
    expect(png.subarray(1, 4).toString()).toBe("PNG");
  });

  it("needs the packages of a queue for a queue alone, and says which", async () => {
    const bin = join(project.folder, "node_modules/pstar/dist/cli/bin.js");
    const nodeOnly = `import { runOnQueue, Store } from "pstar/node"; console.log(typeof runOnQueue, typeof Store);`;
    const printed = await output("node", ["--input-type=module", "--eval", nodeOnly], project.folder);
    expect(printed.trim()).toBe("function function");
    const commands = [["run", "phase-transition", "--out", "queued"], ["worker"], ["queue", "status"]];
    for (const command of shortOrLong(commands.slice(0, 1), commands)) {
      const refused = output("node", [bin, ...command, "--queue", "redis://127.0.0.1:1"], project.folder);
      await expect(refused).rejects.toThrow("error: a queue needs two more packages: npm install bullmq@^6.7.0");
    }
  });

  /** Links what a user of Node has beside the package, and writes the code of README.md; what is to be compiled. */
  async function written(): Promise<string[]> {
    const types = join(project.folder, "node_modules/@types");
    await mkdir(types, { recursive: true });
    await symlink(dirname(require.resolve("@types/node/package.json")), join(types, "node")).catch(() => {}); // it is there
    const readme = await readFile(join(import.meta.dirname, "../../README.md"), "utf8");
    const [, code = ""] = /^```ts\n([\s\S]*?)^```$/m.exec(readme) ?? [];
    expect(code).not.toBe("");
    await writeFile(join(project.folder, "readme.ts"), code);
    return ["types.ts", "readme.ts"];
  }

  it("has types that compile, without the optional packages, and so does the code of README.md", async () => {
    const files = (await written()).map((name) => join(project.folder, name));
    const program = ts.createProgram(files, {
      strict: true,
      noEmit: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      lib: ["es2023", "dom", "dom.iterable", "dom.asynciterable"].map((name) => `lib.${name}.d.ts`),
      types: ["node"],
      typeRoots: [join(project.folder, "node_modules/@types")],
    });
    // the declarations of other packages are checked by `npm run test:long`, which takes as long as all of this file
    const own = program
      .getSourceFiles()
      .filter(({ fileName }) => files.includes(fileName) || fileName.includes("/node_modules/pstar/"));
    expect(own.length).toBeGreaterThan(50);
    // TypeScript before 5.7 knows no typed array with a parameter
    const late = own.filter(({ text }) => /\b[A-Z]\w*Array<(?:Shared)?ArrayBuffer/.test(text));
    expect(late.map(({ fileName }) => fileName)).toEqual([]);
    const faults = [
      ...program.getOptionsDiagnostics(),
      ...program.getGlobalDiagnostics(),
      ...own.flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]),
    ];
    expect(
      faults.map(({ file, messageText }) => [file?.fileName, ts.flattenDiagnosticMessageText(messageText, "\n")]),
    ).toEqual([]);
  });

  // Not TypeScript 5.4: a second one among the packages of the checkout would take the name tsc from the first.
  const compilers: [string, NodeJS.Require][] = [
    ["our TypeScript", require],
    [
      "the TypeScript 5.6 of attw",
      createRequire(
        createRequire(require.resolve("@arethetypeswrong/cli/package.json")).resolve("@arethetypeswrong/core"),
      ),
    ],
  ];
  it.each(shortOrLong([], compilers))(
    "has types that compile with %s and all that they name, without the optional packages",
    async (_, from) => {
      const files = await written();
      const tsc = join(dirname(from.resolve("typescript/package.json")), "lib/tsc.js");
      const options = [
        "--noEmit",
        "--strict",
        "--skipDefaultLibCheck",
        "--skipLibCheck",
        "false",
        "--target",
        "es2022",
        "--module",
        "nodenext",
      ];
      const libraries = ["--lib", "es2023,dom,dom.iterable,dom.asynciterable", "--types", "node"];
      expect(await output("node", [tsc, ...options, ...libraries, ...files], project.folder)).toBe("");
    },
  );

  it("passes publint", async () => {
    const bytes = await readFile(project.tarball);
    const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  // `npm test` has the compilation above, which resolves every entry as Node does
  if (shortOrLong(false, true)) {
    it("has types that resolve everywhere (attw)", async () => {
      const attw = join(dirname(require.resolve("@arethetypeswrong/cli/package.json")), "dist/index.js");
      const options = [
        "--profile",
        "esm-only",
        "--exclude-entrypoints",
        "core.wasm",
        "text.wasm",
        "transformer.wasm",
        "classes.wasm",
        "--no-color",
      ];
      expect(await output("node", [attw, project.tarball, ...options], project.folder)).toContain("pstar v");
    });
  }
});

/** Kilobytes that a page loads for what it imports: bundled for browsers, minified and gzipped. */
async function weightOf(contents: string): Promise<number> {
  const stdin = { contents, resolveDir: project.folder };
  const options = { bundle: true, minify: true, format: "esm", platform: "browser", write: false } as const;
  const { outputFiles } = await esbuild.build({ stdin, ...options, target: "es2022", legalComments: "none" });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length / 1000;
}

describe("a bundle holds what it imports, and nothing else", () => {
  const runs = `import { load, run } from "pstar"; for await (const cell of run(await load(), {})) console.log(cell);`;
  const rouges = `import { loadText, rouge } from "pstar/text"; console.log(rouge(await loadText(), "a", "a"));`;
  const audits = `import { audit, load } from "pstar/audit"; console.log(audit(await load(), []));`;

  it.each([
    ["a simulation", runs, 81],
    ["ROUGE", rouges, 27],
    ["an audit", audits, 62],
  ])("%s", async (what, contents, limit) => {
    const weight = await weightOf(contents);
    console.log(`${what}: ${weight.toFixed(1)} kB minified and gzipped`);
    expect(weight).toBeLessThanOrEqual(limit);
  });
});

// Each bundle is the one for the browser, where Node's modules are missing, and is then run under Node.
describe("bundled, with the same results", () => {
  it("by esbuild", async () => {
    const entryPoints = [join(project.folder, "node.js")];
    const outfile = join(project.folder, "out/esbuild.mjs");
    await esbuild.build({ entryPoints, outfile, bundle: true, format: "esm", platform: "browser", logLevel: "silent" });
    expect(await output("node", [outfile], project.folder)).toBe(expected);
  });

  // `npm test` has a bundle of Vite's in the browser below
  if (shortOrLong(false, true)) {
    it("by Vite", async () => {
      const lib = { entry: join(project.folder, "node.js"), formats: ["es" as const], fileName: "vite" };
      const outDir = join(project.folder, "out/vite");
      await vite({ root: project.folder, configFile: false, logLevel: "error", build: { lib, outDir } });
      expect(await output("node", [join(outDir, "vite.js")], project.folder)).toBe(expected);
    });

    it("by webpack", async () => {
      const { default: webpack } = await import("webpack");
      const path = join(project.folder, "out/webpack");
      const compiler = webpack({
        mode: "production",
        context: project.folder,
        entry: "./node.js",
        target: ["web", "es2022"],
        output: { path, filename: "webpack.mjs", module: true, chunkFormat: "module" },
        experiments: { outputModule: true },
        performance: false,
      });
      const errors = await new Promise<string[]>((resolve, reject) => {
        compiler?.run((error, stats) => {
          const { errors = [], warnings = [] } = stats?.toJson({ errors: true, warnings: true }) ?? {};
          compiler.close(() =>
            error ? reject(error) : resolve([...errors, ...warnings].map(({ message }) => message)),
          );
        });
      });
      expect(errors).toEqual([]);
      expect(await output("node", [join(path, "webpack.mjs")], project.folder)).toBe(expected);
    });
  }
});

// How a static page without a bundler finds the package and what it imports.
const UNBUNDLED = {
  pstar: "/node_modules/pstar/dist/index.js",
  "zod/mini": "/node_modules/zod/mini/index.js",
  yaml: "/node_modules/yaml/browser/index.js",
  "@noble/hashes/": "/node_modules/@noble/hashes/",
};
const CDN = { pstar: "/node_modules/pstar/dist/pstar.min.js" };

async function runPage(browser: Browser, script: string, imports: Record<string, string>): Promise<string> {
  const map = JSON.stringify({ imports });
  const inline = [`'sha256-${createHash("sha256").update(map).digest("base64")}'`];
  const page = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><body>
    <script type="importmap">${map}</script>
    <script type="module" src="${script}"></script>`;
  const server = await serve({ root: project.folder, pages: { "/": page }, inline });
  try {
    return await resultOf(browser, server.url);
  } finally {
    await server.close();
  }
}

describeWith("chromium", "in a browser, under a strict content security policy, with Node's results", () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchChromium();
  });

  afterAll(() => browser?.close());

  it("from the one file for CDNs", async () => {
    expect(await runPage(browser, "/page.js", CDN)).toBe(expected.trim());
  });

  it("unbundled, by an import map", async () => {
    expect(await runPage(browser, "/page.js", UNBUNDLED)).toBe(expected.trim());
  });

  it("bundled by Vite", async () => {
    const lib = { entry: `${project.folder}/page.js`, formats: ["es" as const], fileName: "page" };
    const outDir = `${project.folder}/out/page`;
    await vite({ root: project.folder, configFile: false, logLevel: "error", build: { lib, outDir } });
    expect(await runPage(browser, "/out/page/page.js", {})).toBe(expected.trim());
  });
});
