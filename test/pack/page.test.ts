import { createHash } from "node:crypto";
import type { Browser } from "playwright-core";
import { build as vite } from "vite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchChromium, resultOf } from "../support/chromium.js";
import { serve } from "../support/staticServer.js";
import { describeWith } from "../support/tools.js";
import { installTarball, output, type Project } from "./tarball.js";

// How a static page without a bundler finds the package and what it imports.
const UNBUNDLED = {
  pstar: "/node_modules/pstar/dist/index.js",
  "zod/mini": "/node_modules/zod/mini/index.js",
  yaml: "/node_modules/yaml/browser/index.js",
  "@noble/hashes/": "/node_modules/@noble/hashes/",
};
const CDN = { pstar: "/node_modules/pstar/dist/pstar.min.js" };

let project: Project;
let expected: string;
let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
  project = await installTarball();
  expected = (await output("node", ["node.js"], project.folder)).trim();
});

afterAll(async () => {
  await browser?.close();
  await project?.remove();
});

async function runPage(script: string, imports: Record<string, string>): Promise<string> {
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
  it("from the one file for CDNs", async () => {
    expect(await runPage("/page.js", CDN)).toBe(expected);
  });

  it("unbundled, by an import map", async () => {
    expect(await runPage("/page.js", UNBUNDLED)).toBe(expected);
  });

  it("bundled by Vite", async () => {
    const lib = { entry: `${project.folder}/page.js`, formats: ["es" as const], fileName: "page" };
    const outDir = `${project.folder}/out/page`;
    await vite({ root: project.folder, configFile: false, logLevel: "error", build: { lib, outDir } });
    expect(await runPage("/out/page/page.js", {})).toBe(expected);
  });
});
