import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

// Each folder imports only from rows above its own. `src/index.ts` gathers everything that also runs in a page,
// `src/node.ts` what needs files or threads.
const LAYERS = [
  ["src/core"],
  ["src/model"],
  ["src/text"],
  ["src/rows"],
  ["src/threads"],
  ["src/engine"],
  ["src/sweep", "src/audit", "src/select", "src/news"],
  ["src/figure"],
  ["src/pstar.ts"],
  ["src/index.ts"],
  ["src/node.ts"],
  ["src/cli", "web"],
];
const OF_THE_CORE = /^(WebAssembly|memory|ptr|\w+Ptr)$/;
const NODE_ONLY = /^(node:.*|piscina|commander|cli-progress|picocolors|bullmq|ioredis|@napi-rs\/.*)$/;

const files = [...sourcesUnder("src"), ...sourcesUnder("web")];

function sourcesUnder(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .map((file) => join(folder, file).replaceAll("\\", "/"))
    .filter((file) => /\.ts$/.test(file) && !/\.(generated|d)\.ts$/.test(file));
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), "utf8");
}

/** The specifiers that a file imports, and those of the checkout as paths from its root. */
function importsOf(file: string): { packages: string[]; files: string[] } {
  const names = ts.preProcessFile(read(file), true, true).importedFiles.map((imported) => imported.fileName);
  const own = names.filter((name) => name.startsWith("."));
  return {
    packages: names.filter((name) => !name.startsWith(".")),
    files: own.map((name) =>
      relative(ROOT, join(ROOT, dirname(file), name.replace(/\.js$/, ".ts"))).replaceAll("\\", "/"),
    ),
  };
}

/** The entry of LAYERS that a file belongs to. */
function areaOf(file: string): string | undefined {
  return LAYERS.flat().find((area) => file === area || file.startsWith(`${area}/`));
}

function rankOf(area: string | undefined): number {
  return LAYERS.findIndex((areas) => areas.some((known) => known === area));
}

describe("layers", () => {
  it("knows the layer of every source file", () => {
    expect(files.filter((file) => areaOf(file) === undefined)).toEqual([]);
  });

  it("imports only downwards", () => {
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .files.filter((target) => areaOf(target) !== areaOf(file) && rankOf(areaOf(target)) >= rankOf(areaOf(file)))
        .map((target) => `${file} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it("keeps the words of the boundary in src/core", () => {
    const outside = files.filter((file) => !file.startsWith("src/core/"));
    const wrong = outside.flatMap((file) => {
      const found: string[] = [];
      const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true);
      const visit = (node: ts.Node): void => {
        if (ts.isIdentifier(node) && OF_THE_CORE.test(node.text)) found.push(`${file} says ${node.text}`);
        node.forEachChild(visit);
      };
      visit(source);
      return found;
    });
    expect(wrong).toEqual([]);
  });

  it("reaches nothing of Node's from src/index.ts", () => {
    const reached = new Set(["src/index.ts"]);
    for (const file of reached) {
      for (const target of importsOf(file).files) if (!target.endsWith(".generated.ts")) reached.add(target);
    }
    const wrong = [...reached].flatMap((file) =>
      importsOf(file)
        .packages.filter((name) => NODE_ONLY.test(name))
        .map((name) => `${file} imports ${name}`),
    );
    expect(wrong).toEqual([]);
  });
});
