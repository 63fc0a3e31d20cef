import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { build } from "vite";
import { expect } from "vitest";
import { launchChromium } from "../chromium.js";
import { serve } from "../server.js";

/** Where the page stands: in a folder of a folder, as on a static host. */
const FOLDER = "some/where";

/** The built page, its server and one browser for all tests. */
export interface Stage {
  browser: Browser;
  url: string;
  folder: string;
  /** Opens the page in a context of its own. */
  open(fragment: string, options?: BrowserContextOptions): Promise<Opened>;
  close(): Promise<void>;
}

export interface Opened {
  page: Page;
  /** What the page complained of: errors, console messages, violations of its policy, requests that failed or went elsewhere. */
  complaints: string[];
  close(): Promise<void>;
}

export async function makeStage(): Promise<Stage> {
  const [browser, root] = await Promise.all([launchChromium(), mkdtemp(join(tmpdir(), "pstar-site-"))]);
  const web = join(import.meta.dirname, "../../../web");
  const folder = join(root, FOLDER);
  await build({ root: web, configFile: join(web, "vite.config.ts"), logLevel: "error", build: { outDir: folder } });
  const server = await serve({ root });
  const url = `${server.url}${FOLDER}/`;
  const open = async (fragment: string, options: BrowserContextOptions = {}): Promise<Opened> => {
    const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => complaints.push(message.text()));
    page.on("dialog", (dialog) => complaints.push(`dialog: ${dialog.message()}`));
    page.on("requestfailed", (request) => complaints.push(`${request.url()}: ${request.failure()?.errorText}`));
    page.on("request", (request) => {
      if (!/^(blob|data):/.test(request.url()) && !request.url().startsWith(url)) complaints.push(request.url());
    });
    await page.addInitScript(() => {
      addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective}`));
    });
    await page.goto(url + fragment);
    return { page, complaints, close: () => context.close() };
  };
  const close = async () => {
    await browser.close();
    await server.close();
    await rm(root, { recursive: true });
  };
  return { browser, url, folder, open, close };
}

/** Waits until the points of the figure are there. */
export async function finished(page: Page, timeout = 20_000): Promise<string> {
  const status = page.locator(".panel .status").last();
  await expect.poll(() => status.textContent(), { timeout, interval: 20 }).toMatch(/\d+ (points|个点)/);
  return (await status.textContent()) ?? "";
}

/** Opens a `<details>` by its summary. */
export async function unfold(page: Page, selector: string): Promise<void> {
  await page.locator(`${selector} > summary`).last().click();
}

/** The field of a setting, by its path. */
export function field(page: Page, path: string) {
  return page.locator(`.field[data-path="${path}"]`);
}
