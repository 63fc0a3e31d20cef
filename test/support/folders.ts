import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** A folder of the test file's own, removed after its last test. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "pstar-test-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What writes files of texts and of rows into a folder, and gives their paths. */
export function filesIn(folder: string) {
  const write = (name: string, text: string): string => {
    const file = join(folder, name);
    writeFileSync(file, text);
    return file;
  };
  const jsonl = (name: string, rows: readonly object[]): string =>
    write(name, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return { write, jsonl };
}
