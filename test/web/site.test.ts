import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium } from "./chromium.js";
import { serve } from "./server.js";

let browser: Browser;
let server: Awaited<ReturnType<typeof serve>>;
let folder: string;

beforeAll(async () => {
  browser = await launchChromium();
  folder = await mkdtemp(join(tmpdir(), "pstar-site-"));
  const root = join(import.meta.dirname, "../../web");
  await build({ root, configFile: join(root, "vite.config.ts"), logLevel: "error", build: { outDir: folder } });
  server = await serve({ root: folder });
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  if (folder) await rm(folder, { recursive: true });
});

describe("the static page", () => {
  it("draws the whole phase transition and complains of nothing", { timeout: 120_000 }, async () => {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => complaints.push(message.text()));
    await page.goto(server.url);
    await page.waitForSelector("progress", { state: "hidden", timeout: 110_000 });
    expect(await page.textContent("#status")).toBe("63 points, 10 trials of 50000 rows each, seed 1");
    // A canvas with nothing on it compresses to almost nothing; axes, three curves and their letters do not.
    const drawn = await page.$eval("canvas", (canvas) => (canvas as HTMLCanvasElement).toDataURL().length);
    expect(drawn).toBeGreaterThan(20_000);
    expect(complaints).toEqual([]);
  });
});
