import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { transformSync } from "esbuild";
import { describe, expect, it } from "vitest";
import { argumentsOf } from "../support/commandLine.js";
import { scratchFolder } from "../support/folders.js";
import { shown } from "../support/inProcess.js";

const ROOT = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const README = read("README.md");

/** The code blocks of a page in one language. */
function blocks(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(([, code = ""]) => code);
}

describe("README.md", () => {
  it("has at most 200 lines", () => {
    expect(README.trimEnd().split("\n").length).toBeLessThanOrEqual(200);
  });

  it("says the same in Chinese: heading by heading, and every block of code", () => {
    const chinese = read("README.zh-CN.md");
    const levels = (text: string) => [...text.matchAll(/^(#+) /gm)].map(([, level]) => level);
    const code = (text: string) =>
      text.match(/^```[\s\S]*?^```$/gm)?.map((block) => block.replace(/\s+(#|\/\/) .*$/gm, ""));
    const links = (text: string) => [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link).toSorted();
    expect(levels(chinese)).toEqual(levels(README));
    expect(code(chinese)).toEqual(code(README));
    expect(links(chinese).filter((link) => link !== "README.md")).toEqual(
      links(README).filter((link) => link !== "README.zh-CN.md"),
    );
  });

  // test/pack/pack.test.ts compiles it
  it("has TypeScript that prints what it says", () => {
    const [code = ""] = blocks(README, "ts");
    // within the checkout `pstar` is the package itself
    const folder = join(ROOT, "build/readme");
    mkdirSync(folder, { recursive: true });
    const script = join(folder, "readme.mjs");
    writeFileSync(script, transformSync(code, { loader: "ts", format: "esm", target: "es2022" }).code);
    const { stdout, stderr } = spawnSync(process.execPath, [script], { encoding: "utf8" });
    const promised = [...code.matchAll(/^\/\/ (.*)$/gm)].map(([, line]) => line);
    expect(stderr + stdout).toBe(`${promised.join("\n")}\n`);
  });
});

describe("the documentation", () => {
  const pages = ["README.md", "README.zh-CN.md", "CONTRIBUTING.md", "CHANGELOG.md"].concat(
    readdirSync(join(ROOT, "docs")).flatMap((name) => (name.endsWith(".md") ? [`docs/${name}`] : [])),
  );

  it.each(pages)("has no link into nothing: %s", (page) => {
    const links = [...read(page).matchAll(/\]\((?!https?:|mailto:)([^)#]*)(?:#([^)]*))?\)/g)];
    const broken = links.filter(([, path = "", anchor]) => {
      const target = path === "" ? page : join(dirname(page), path);
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && !anchorsOf(read(target)).includes(anchor);
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });

  it("has a page of every command for the site, and a title on every page", () => {
    const { status, stderr } = spawnSync(process.execPath, [join(ROOT, "scripts/docs.mjs")], { encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const commands = read("build/docs/commands.md");
    for (const name of ["audit", "label draw", "news convert", "queue retry", "run", "select"]) {
      expect(commands).toContain(`## pstar ${name}\n`);
    }
    expect(commands).toContain("Exit codes: ");
    const { projectDocuments } = JSON.parse(read("typedoc.json")) as { projectDocuments: string[] };
    expect(projectDocuments.map((path) => path.replace("build/", "")).toSorted()).toEqual(
      ["docs/commands.md", ...pages.filter((path) => path.startsWith("docs/"))].toSorted(),
    );
    for (const path of projectDocuments) expect(read(path)).toMatch(/^---\ntitle: ".+"\n---\n\n# /);
  });

  for (const page of ["README.md", "docs/audit.md", "docs/augment.md", "docs/scenarios.md", "docs/select.md"]) {
    it(`shows what its commands print: ${page}`, async () => {
      const folder = scratchFolder();
      const run = (command: string) => {
        const args = argumentsOf(command);
        if (args === undefined) throw new Error(`${page} must have commands of pstar alone, got ${command}`);
        return shown(args, { cwd: folder, env: { COLUMNS: "96" } });
      };
      if (!read(page).includes("$ npx pstar example")) await run("npx pstar example");
      for (const block of blocks(read(page), "console")) {
        for (const [, command = "", printed = ""] of block.matchAll(/^\$ (.*)\n((?:(?!\$ ).*\n)*)/gm)) {
          expect({ command, printed: await run(command) }).toEqual({ command, printed });
        }
      }
    });
  }
});

/** The anchors of a page's headings, as they are made from their words. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
