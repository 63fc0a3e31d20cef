// Biome over the whole checkout: `npm run lint`, and `npm run format` (--write) to let it mend what it can.
//
// AssemblyScript decorates functions (`@inline`), which no TypeScript parser accepts. So assembly/ is checked in a
// temporary copy in which those lines are comments; the line numbers stay.

import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

process.chdir(dirname(import.meta.dirname));

const biome = createRequire(import.meta.url).resolve("@biomejs/biome/bin/biome");
const options = ["check", "--error-on-warnings", "--max-diagnostics=100", ...process.argv.slice(2)];
const write = options.includes("--write");

const copy = mkdtempSync(join(tmpdir(), "pstar-lint-"));
try {
  writeFileSync(join(copy, "biome.json"), readFileSync("biome.json", "utf8").replace(/\s*"!assembly",/, ""));
  cpSync("assembly", join(copy, "assembly"), { recursive: true });
  const files = readdirSync(copy, { recursive: true }).filter((file) => file.endsWith(".ts"));
  for (const file of files) edit(join(copy, file), join(copy, file), /^@(\w+)$/gm, "// @$1");
  const failures = [check("."), check(copy)].filter((status) => status !== 0);
  if (write) for (const file of files) edit(join(copy, file), file, /^\/\/ @(\w+)$/gm, "@$1");
  process.exitCode = failures.length === 0 ? 0 : 1;
} finally {
  rmSync(copy, { recursive: true });
}

function check(cwd) {
  return spawnSync(process.execPath, [biome, ...options], { cwd, stdio: "inherit" }).status;
}

function edit(from, to, pattern, replacement) {
  const text = readFileSync(from, "utf8");
  const edited = text.replace(pattern, replacement);
  if (from !== to ? readFileSync(to, "utf8") !== edited : text !== edited) writeFileSync(to, edited);
}
