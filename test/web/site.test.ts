// In a process of its own: it drives a browser.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { exportTests } from "./explorer/exports.js";
import { runningTests } from "./explorer/running.js";
import { BUILT_PAGE, testPage } from "./explorer/stage.js";
import { transitionTests } from "./explorer/transition.js";

describe("the built page", () => {
  const files = () =>
    readdirSync(BUILT_PAGE, { recursive: true, encoding: "utf8" }).filter((file) => /\.\w+$/.test(file));

  it("weighs at most 250 kB, compressed, until another view or a file is opened", () => {
    // what the page names, its worker too, and what that imports at once
    const first = new Set(["index.html"]);
    for (const file of first) {
      const text = readFileSync(join(BUILT_PAGE, file), "utf8");
      const named = file.endsWith(".html")
        ? text.matchAll(/(?:src|href|content)="\.\/([^"]+\.\w+)"/g)
        : text.matchAll(/(?:from|import)"\.\/([^"]+\.js)"/g);
      for (const [, name = ""] of named) first.add(join(dirname(file), name));
    }
    const weight = (names: Iterable<string>) =>
      [...names].reduce((sum, file) => sum + gzipSync(readFileSync(join(BUILT_PAGE, file))).length, 0);
    const [at, all] = [weight(first), weight(files())];
    console.log(
      `page weight: ${(at / 1000).toFixed(1)} kB gzipped of ${(all / 1000).toFixed(1)} kB, ${first.size} files`,
    );
    expect([...first].filter((file) => /worker-.*\.js$/.test(file))).toHaveLength(1);
    expect(at).toBeLessThanOrEqual(250_000);
    expect(all).toBeLessThanOrEqual(600_000);
  });

  it("holds nothing of Node's, and names no other host but in words", () => {
    for (const file of files().filter((name) => name.endsWith(".js"))) {
      const text = readFileSync(join(BUILT_PAGE, file), "utf8");
      expect(text).not.toMatch(/from\s*"node:|require\("node:|import\("node:/);
      expect(text).not.toMatch(/(fetch|import|importScripts)\(\s*["'`]https?:/);
    }
  });
});

// The other half is in siteViews.test.ts: two files run side by side.
testPage(transitionTests, exportTests, runningTests);
