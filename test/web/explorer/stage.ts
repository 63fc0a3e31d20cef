import { readdirSync } from "node:fs";
import { cp, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFailed } from "vitest";
import { launchChromium, PATIENCE } from "../../support/chromium.js";
import { scratchFolder } from "../../support/folders.js";
import { serve } from "../../support/staticServer.js";
import { describeWith } from "../../support/tools.js";

/** The page as it is built together with the command line that its tests run. */
export const BUILT_PAGE = join(import.meta.dirname, "../../../dist/web");

/** A script of the built page, by the start of its name. */
export function builtFile(start: string, page = BUILT_PAGE): string {
  const folder = join(page, "assets");
  const found = readdirSync(folder).find((name) => name.startsWith(start) && name.endsWith(".js"));
  if (found === undefined) throw new Error(`the built page has no script ${start}….js`);
  return join(folder, found);
}

/** Where the page stands: in a folder of a folder, as on a static host. */
const FOLDER = "some/where";

/** The built page, its server and one browser for all tests. */
export interface Stage {
  browser: Browser;
  url: string;
  /** Opens the page in a context of its own, as somebody does who comes for the first time. */
  openFresh(fragment: string, options?: FreshOptions): Promise<Opened>;
  /** Follows a link in a page that is open already: all that is shown is made anew. */
  open(fragment: string, options?: OpenOptions): Promise<Opened>;
  /** Loads a page that stands elsewhere, each into the same tab: a tab of its own takes seconds of processor time. */
  visit(address: string): Promise<Page>;
  close(): Promise<void>;
}

/** How a page is opened anew. Its service worker is off, unless a test is about it: it would fetch every file of the page. */
export interface FreshOptions extends BrowserContextOptions {
  /** Done with the page before it is loaded. */
  before?: (page: Page) => Promise<unknown>;
}

/** How a page that is open is to be: its window, what it says of motion and forced colours can change there, anything else needs another page. */
export type OpenOptions = BrowserContextOptions & { viewport?: Size };

interface Size {
  width: number;
  height: number;
}

export interface Opened {
  page: Page;
  /** What the page complained of: errors, console messages, violations of its policy, requests that failed or went elsewhere. */
  complaints: string[];
  close(): Promise<void>;
}

/** The link of the phase transition as it opens, but with few trials a point: for tests that are not about the numbers drawn. */
export const FEW_TRIALS =
  "#v=1&view=transition&preset=phase-transition&x=generator.errorRate:0:1:21&series=verifier.kind:none,bernoulli,oracle" +
  "&trials=2&seed=1";

/** The same with few points a curve as well: for tests that are about something else than the curve. */
export const FEW_POINTS = FEW_TRIALS.replace("0:1:21", "0:1:5");

/** A page that waits for the next link: it computes nothing. */
const PARKED = "#v=1&view=data&parked=1";

const WINDOW = { width: 1200, height: 900 };

/** Runs groups of tests on the built page, all in one browser. */
export function testPage(...groups: ((stage: () => Stage) => void)[]): void {
  describeWith("chromium", "the page", () => {
    const root = scratchFolder();
    let stage: Stage;
    beforeAll(async () => {
      stage = await makeStage(root);
    });
    afterAll(() => stage?.close());
    for (const tests of groups) tests(() => stage);
  });
}

async function makeStage(root: string): Promise<Stage> {
  const browser = await launchChromium();
  const folder = join(root, FOLDER);
  await mkdir(dirname(folder), { recursive: true });
  await cp(BUILT_PAGE, folder, { recursive: true });
  const server = await serve({ root });
  const url = `${server.url}${FOLDER}/`;
  const openFresh = async (fragment: string, { before, ...options }: FreshOptions = {}): Promise<Opened> => {
    const context = await browser.newContext({
      viewport: WINDOW,
      serviceWorkers: "block",
      ...options,
    });
    context.setDefaultTimeout(PATIENCE);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => {
      if (message.text() !== "Service Worker registration blocked by Playwright") complaints.push(message.text());
    });
    page.on("dialog", (dialog) => complaints.push(`dialog: ${dialog.message()}`));
    page.on("requestfailed", (request) => {
      const reason = request.failure()?.errorText;
      // A worker that is not needed any more may be ended before its scripts or its core are there; an icon goes with its page.
      if (reason === "net::ERR_ABORTED" && /\/[^/]+\.(js|wasm|svg)$/.test(request.url())) return;
      complaints.push(`${request.url()}: ${reason}`);
    });
    page.on("request", (request) => {
      if (!/^(blob|data):/.test(request.url()) && !request.url().startsWith(url)) complaints.push(request.url());
    });
    await page.addInitScript(() => {
      addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective}`));
    });
    await before?.(page);
    await page.goto(url + fragment);
    // What a failed test leaves open would compute on, and slow those after it down.
    onTestFailed(() => context.close());
    return { page, complaints, close: () => context.close() };
  };
  const parked = new Map<string, Opened[]>();
  const open = async (
    fragment: string,
    { viewport = WINDOW, reducedMotion, forcedColors, ...options }: OpenOptions = {},
  ): Promise<Opened> => {
    const key = JSON.stringify(options);
    const opened = parked.get(key)?.pop() ?? (await openFresh(PARKED, { ...options, viewport }));
    const { page, complaints } = opened;
    await page.setViewportSize(viewport);
    await page.emulateMedia({ reducedMotion: reducedMotion ?? null, forcedColors: forcedColors ?? null });
    const view = new URLSearchParams(fragment.slice(1)).get("view") ?? "story";
    await expect.poll(() => page.locator(".notice").count()).toBe(1);
    await page.goto(url + fragment);
    // The notice of the parked page goes with it.
    await page.locator(`nav [aria-current][data-view="${view}"]`).waitFor();
    await page.waitForFunction(() => !document.querySelector(".notice")?.textContent?.includes("parked"));
    await page.locator("main h2").waitFor();
    const close = async () => {
      complaints.length = 0;
      await page.goto(url + PARKED);
      parked.set(key, [...(parked.get(key) ?? []), opened]);
    };
    return { page, complaints, close };
  };
  let visitor: Page | undefined;
  const visit = async (address: string): Promise<Page> => {
    if (visitor === undefined) {
      const context = await browser.newContext({ serviceWorkers: "block" });
      context.setDefaultTimeout(PATIENCE);
      visitor = await context.newPage();
    }
    await visitor.goto(address);
    return visitor;
  };
  const close = async () => {
    await browser.close();
    await server.close();
  };
  return { browser, url, openFresh, open, visit, close };
}

/** Waits until no part of the page is busy: its sentences, tables and figures then belong to one another. */
export async function settled(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(restingStatus)).not.toBeNull();
}

/** Waits until the points of the figure are there and all that is said of them. */
export async function finished(page: Page, status: string | RegExp = /\d+ (points|个点)/): Promise<void> {
  const poll = expect.poll(() => page.evaluate(restingStatus));
  await (typeof status === "string" ? poll.toBe(status) : poll.toMatch(status));
}

/** In the page: the status of its last figure, empty if there is none; null while any part is busy. */
function restingStatus(): string | null {
  if (document.querySelector("main") === null || document.querySelector('[aria-busy="true"]') !== null) return null;
  return [...document.querySelectorAll(".panel .status")].at(-1)?.textContent ?? "";
}

/**
 * Plays the generations and pauses at the third round. The page itself presses Pause, as soon as it shows that round: whoever
 * asks it from outside may come too late on a busy machine.
 */
export async function playSomeRounds(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Play" }).waitFor();
  const paused = page.locator(".player").evaluate(
    (player) =>
      new Promise<void>((resolve) => {
        const observer = new MutationObserver(() => {
          if (!player.querySelector(".status")?.textContent?.startsWith("round 3 ")) return;
          observer.disconnect();
          const pause = [...player.querySelectorAll("button")].find(({ textContent }) => textContent === "Pause");
          pause?.click();
          resolve();
        });
        observer.observe(player, { subtree: true, childList: true, characterData: true });
      }),
  );
  await page.getByRole("button", { name: "Play" }).click();
  await paused;
  await page.getByRole("button", { name: "Play" }).waitFor();
}

/**
 * Where an element is in the window, once it stands still there and nothing covers its middle. A page that still scrolls or lays
 * itself out would move it from under the pointer or the finger.
 */
export async function placeOf(element: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  await element.scrollIntoViewIfNeeded();
  return element.evaluate(async (one) => {
    const look = () => {
      const { x, y, width, height } = one.getBoundingClientRect();
      const there = document.elementFromPoint(x + width / 2, y + height / 2);
      return { x, y, width, height, free: there !== null && (one.contains(there) || there.contains(one)) };
    };
    let seen = look();
    for (let same = 0; same < 4; ) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const now = look();
      // what came in after it was scrolled to may have moved it below the figure that stays in sight
      if (!now.free) one.scrollIntoView({ block: "center", behavior: "instant" });
      same = now.free && now.x === seen.x && now.y === seen.y && now.width === seen.width ? same + 1 : 0;
      seen = now;
    }
    return { x: seen.x, y: seen.y, width: seen.width, height: seen.height };
  });
}

/** Opens a `<details>` by its summary. */
export async function unfold(page: Page, selector: string): Promise<void> {
  await page.locator(`${selector} > summary`).last().click();
}

/** Opens every `<details>`, and waits for what they then show. */
export async function unfoldAll(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (const details of document.querySelectorAll("details")) details.open = true;
    // A table is made when its `toggle` comes, in a task of its own.
    await new Promise((resolve) => setTimeout(resolve));
    await new Promise((resolve) => requestAnimationFrame(resolve));
  });
}

/** Opens all groups of settings. */
export async function openGroups(page: Page): Promise<void> {
  await page.locator(".groups:not(.unready)").waitFor();
  await page.evaluate(() => {
    for (const group of document.querySelectorAll<HTMLDetailsElement>("details.group")) group.open = true;
  });
}

/** The field of a setting, by its path. */
export function field(page: Page, path: string) {
  return page.locator(`.field[data-path="${path}"]`);
}
