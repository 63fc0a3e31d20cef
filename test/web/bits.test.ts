import { join } from "node:path";
import { build } from "esbuild";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium, resultOf } from "../support/chromium.js";
import { shortOrLong } from "../support/edition.js";
import { serve } from "../support/staticServer.js";
import { describeWith } from "../support/tools.js";
import { CALCULATOR, EIGEN, NEWS, runAll } from "./app/run.js";
import { scenarios } from "./app/scenarios.js";

const APP = join(import.meta.dirname, "app");
const PAGE = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><body>
  <script type="module" src="/page.js"></script>`;

let node: Record<string, string>;

beforeAll(async () => {
  node = await runAll();
});

/** The server of the page that runs all of this in a browser. */
async function servePage() {
  const { outputFiles } = await build({
    entryPoints: [join(APP, "page.ts"), join(APP, "worker.ts")],
    outdir: "/",
    bundle: true,
    format: "esm",
    platform: "browser",
    write: false,
  });
  const scripts = outputFiles.map(({ path, text }) => [path.slice(path.lastIndexOf("/")), text]);
  return serve({ root: APP, pages: { "/": PAGE, ...Object.fromEntries(scripts) } });
}

// Node 20 and Chromium have different versions of V8, and the page may compile the core with another tier.
describeWith("chromium", "in a browser", () => {
  let browser: Browser;
  let server: Awaited<ReturnType<typeof serve>>;

  beforeAll(async () => {
    browser = await launchChromium();
    server = await servePage();
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const places = [
    ["worker", "?worker"],
    ["page", ""],
  ];
  describe.each(shortOrLong(places.slice(0, 1), places))("a %s gives the bytes of Node", (_, query) => {
    let page: Record<string, string>;

    beforeAll(async () => {
      page = JSON.parse(await resultOf(browser, server.url + query));
    });

    it.each([...Object.keys(scenarios), CALCULATOR, NEWS, EIGEN])("for %s", (name) => {
      expect(page[name]).toBe(node[name]);
    });
  });
});

describe("the same seed", () => {
  // in `npm test` the browser's is the second time
  if (shortOrLong(false, true)) {
    it("gives the same bytes a second time", async () => {
      expect(await runAll()).toEqual(node);
    });
  }

  it.each(Object.keys(scenarios))("gives numbers for %s", (name) => {
    const { cells } = JSON.parse(node[name] ?? "{}");
    const statuses: string[] = cells.map(({ status }: { status: string }) => status);
    expect(statuses.filter((status) => status === "ok").length).toBeGreaterThan(5);
    expect(statuses.filter((status) => status !== "ok" && status !== "empty")).toEqual([]);
  });
});
