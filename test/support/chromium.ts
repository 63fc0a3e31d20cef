import { type Browser, chromium } from "playwright-core";
import { inject } from "vitest";

const ARGUMENTS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  // without a GPU what is drawn by way of one takes more
  "--disable-gpu-compositing",
  "--disable-accelerated-2d-canvas",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Milliseconds that a busy machine may take over a step which takes some hundred on an idle one. */
export const PATIENCE = 300_000;

/** Starts the browser of this machine, or the one that was fetched: for tests named with `describeWith("chromium", …)`. */
export async function launchChromium(): Promise<Browser> {
  const found = inject("chromium");
  if (found === null) throw new Error("there is no Chromium: such a test belongs into describeWith");
  const { executablePath, env } = found;
  return chromium.launch({ executablePath, args: ARGUMENTS, env: { ...process.env, ...env }, timeout: PATIENCE });
}

/** Opens a page that writes its result into `#result`, or its error into `#error`, and returns the result. */
export async function resultOf(browser: Browser, url: string): Promise<string> {
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE);
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("requestfailed", (request) => complaints.push(`${request.url()} ${request.failure()?.errorText}`));
  // a module that cannot be found stops the page without a word in it
  const broken = page.waitForEvent("pageerror").then((error) => Promise.reject(error));
  broken.catch(() => {}); // the page was closed
  try {
    await Promise.race([page.goto(url), broken]);
    await Promise.race([page.waitForSelector("#result, #error", { state: "attached" }), broken]);
  } catch (error) {
    throw new Error([`${url}: ${error}`, ...complaints].join("\n"));
  }
  const failed = await page.locator("#error").allTextContents();
  if (failed.length > 0) throw new Error([...failed, ...complaints].join("\n"));
  const text = (await page.locator("#result").textContent()) ?? "";
  await page.close();
  return text;
}
