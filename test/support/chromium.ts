import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];
const ARGUMENTS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts the machine's own Chromium; its absence is an error, so that no run passes without the browser's part. */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(), args: ARGUMENTS });
}

function findChromium(): string {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const folders = (process.env.PATH ?? "").split(delimiter);
  const found = NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
  if (found) return found;
  throw new Error(
    `the browser tests need Chromium, and none of ${NAMES.join(", ")} is on the PATH. ` +
      "Install it (Debian, Ubuntu: apt-get install chromium), or name one: CHROMIUM=/path/to/chrome npm test",
  );
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Opens a page that writes its result into `#result`, or its error into `#error`, and returns the result. */
export async function resultOf(browser: Browser, url: string): Promise<string> {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("requestfailed", (request) => complaints.push(`${request.url()} ${request.failure()?.errorText}`));
  try {
    await page.goto(url);
    await page.waitForSelector("#result, #error", { state: "attached", timeout: 25_000 });
  } catch (error) {
    throw new Error([`${url}: ${error}`, ...complaints].join("\n"));
  }
  const failed = await page.locator("#error").allTextContents();
  if (failed.length > 0) throw new Error([...failed, ...complaints].join("\n"));
  const text = (await page.locator("#result").textContent()) ?? "";
  await page.close();
  return text;
}
