import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";

const DIST = join(import.meta.dirname, "../../dist");
const { exports, peerDependencies } = JSON.parse(readFileSync(join(DIST, "../package.json"), "utf8"));

// Whoever checks the types of libraries would otherwise have to install packages that they do not use.
it("the public types name no optional package", () => {
  const entries = Object.values<{ types?: string } | string>(exports).flatMap((entry) =>
    typeof entry === "string" ? [] : (entry.types ?? []),
  );
  expect(entries.length).toBeGreaterThan(1);
  const files = new Set(entries.map((entry) => join(DIST, "..", entry)));
  const wrong: string[] = [];
  for (const file of files) {
    for (const { fileName } of ts.preProcessFile(readFileSync(file, "utf8"), true, true).importedFiles) {
      if (fileName.startsWith(".")) files.add(join(dirname(file), fileName.replace(/\.js$/, ".d.ts")));
      else if (fileName.split("/")[0] in peerDependencies) wrong.push(`${file.slice(DIST.length)} imports ${fileName}`);
    }
  }
  expect(wrong).toEqual([]);
});
