import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "vitest";
import { dice } from "../select/rows.js";
import { BIN } from "./pstar.js";

/** How a selection is to be killed. */
export interface Kills {
  /** The command line, without --out and --workers. */
  args: readonly string[];
  out: string;
  /** How many times. */
  count: number;
  seed: number;
  /** Bytes of the journal and of the rejected rows when they are whole. */
  sizes: { "select.journal": number; "rejected.jsonl.part": number };
}

function start({ args, out }: Kills, workers: number) {
  const command = [BIN, "select", ...args, "--out", out, "--quiet", "--workers", `${workers}`];
  return spawn(process.execPath, command, { stdio: "ignore" });
}

/**
 * Starts a selection again and again, and kills it when the journal, or the draft of the rejected rows, has grown to a size
 * by lot; at last lets it come to its end.
 *
 * @returns How many times it was killed before its end.
 */
export async function killAgainAndAgain(kills: Kills): Promise<number> {
  const roll = dice(kills.seed);
  const moments = Array.from({ length: kills.count }, (_, i) => {
    const isLate = i % 4 === 3 || i === kills.count - 1;
    const name: keyof Kills["sizes"] = isLate ? "rejected.jsonl.part" : "select.journal";
    return { name, size: roll(kills.sizes[name]) };
  });
  // those in the journal in rising order, since each run goes on from the one before
  const inJournal = moments.filter(({ name }) => name === "select.journal").sort((a, b) => a.size - b.size);
  let killed = 0;
  for (const { name, size } of [...inJournal, ...moments.filter((moment) => !inJournal.includes(moment))]) {
    const child = start(kills, killed % 4 === 0 ? 2 : 1);
    const ended = once(child, "exit");
    const file = join(kills.out, name);
    while (child.exitCode === null && !(existsSync(file) && statSync(file).size > size)) await pause(1);
    child.kill("SIGKILL");
    const [code, signal] = await ended;
    if (signal !== "SIGKILL") {
      expect(code).toBe(0); // it was quicker
      break;
    }
    killed++;
  }
  expect(await once(start(kills, 2), "exit")).toEqual([0, null]);
  return killed;
}
