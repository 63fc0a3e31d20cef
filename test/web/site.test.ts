import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { exportTests } from "./explorer/exports.js";
import { runningTests } from "./explorer/running.js";
import { BUILT_PAGE, testPage } from "./explorer/stage.js";
import { taskTests } from "./explorer/tasks.js";
import { transitionTests } from "./explorer/transition.js";

describe("the built page", () => {
  const files = () =>
    readdirSync(BUILT_PAGE, { recursive: true, encoding: "utf8" }).filter((file) => /\.\w+$/.test(file));

  it("weighs at most 250 kB, compressed", () => {
    const bytes = files().reduce((sum, file) => sum + gzipSync(readFileSync(join(BUILT_PAGE, file))).length, 0);
    console.log(`page weight: ${(bytes / 1000).toFixed(1)} kB gzipped, ${files().length} files`);
    expect(bytes).toBeLessThanOrEqual(250_000);
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
testPage(transitionTests, taskTests, exportTests, runningTests);
