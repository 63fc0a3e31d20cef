import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Whole numbers in [0, n) from a seed (mulberry32). */
export function dice(seed: number): (n: number) => number {
  let state = seed >>> 0;
  return (n) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * n);
  };
}

/** Ordinary rows with a score, a topic and a text. */
export function plainRows(count: number, seed = 1): string {
  const roll = dice(seed);
  const rows = Array.from({ length: count }, (_, i) => {
    const text = `row ${i} ${"lorem ipsum ".repeat(roll(8))}`;
    return `${JSON.stringify({ id: i, score: roll(1e6) / 1e6, topic: `t${roll(5)}`, text })}\n`;
  });
  return rows.join("");
}

/** The hash of each file of a folder, by name; without those that `leave` names. */
export function contentsOf(folder: string): Record<string, string> {
  const names = readdirSync(folder).sort();
  return Object.fromEntries(
    names.map((name) => [
      name,
      createHash("sha256")
        .update(readFileSync(join(folder, name)))
        .digest("hex"),
    ]),
  );
}
