import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, it } from "vitest";
import { uniforms } from "../oracle/random.js";
import { scratchFolder } from "../support/folders.js";
import { ending, pstar, start } from "../support/pstar.js";
import { filesOf, GRID, killAndResume } from "../support/runKills.js";

const root = scratchFolder();

it("a hundred kill -9 of the coordinator lose nothing, double nothing, and change no byte", async () => {
  const config = join(root, "grid.yaml");
  writeFileSync(config, GRID);
  const whole = join(root, "whole");
  expect((await pstar(["run", config, "--out", whole, "--quiet"])).code).toBe(0);
  const expected = filesOf(whole);
  const { killed, finished } = await killAndResume(config, join(root, "killed"), expected, {
    kills: 100,
    seed: 2,
    growth: 0.6,
  });
  console.log(`${killed} kills, ${finished} runs came to their end in between`);
  expect(killed).toBe(100);
});

it("two hundred kill -9 of commands that write one file leave it whole, or as it was", async () => {
  const rows = join(root, "rows.jsonl");
  const words = (i: number) => Array.from({ length: 12 }, (_, k) => `w${(i * (k + 7)) % 997}`).join(" ");
  writeFileSync(
    rows,
    Array.from({ length: 20_000 }, (_, i) => `${JSON.stringify({ id: i, text: words(i) })}\n`).join(""),
  );
  const grid = join(root, "theory.yaml");
  writeFileSync(grid, "engine: theory\nsweep:\n  generator.errorRate: {from: 0, to: 1, steps: 2000}\n");
  const results = join(root, "theory");
  expect((await pstar(["run", grid, "--out", results, "--quiet"])).code).toBe(0);
  const out = join(root, "one");
  const commands = [
    ["export", results, "--to", "csv", "--out", out],
    ["export", results, "--to", "parquet", "--out", out],
    ["lm", "train", rows, "--field", "text", "--memory", "200MB", "--out", out],
  ];
  const seed = 16;
  const random = uniforms(seed);
  let whole = 0;
  for (const args of commands) {
    rmSync(out, { force: true });
    const begun = performance.now();
    const { code, stderr } = await pstar(args);
    expect([code, args.join(" ")], stderr).toEqual([0, args.join(" ")]);
    const lasted = performance.now() - begun;
    const expected = readFileSync(out);
    for (let kills = 0; kills < 67; kills++) {
      const before = Buffer.from("as it was");
      writeFileSync(out, before);
      const child = start(args);
      const end = ending(child);
      child.stdin.end();
      await Promise.race([end, setTimeout(lasted * (0.2 + random()))]);
      child.kill("SIGKILL");
      await end;
      const found = readFileSync(out);
      if (found.equals(expected)) whole++;
      else expect(found.equals(before), `${args.join(" ")}, kill ${kills}, seed ${seed}`).toBe(true);
    }
    expect((await pstar(args)).code).toBe(0); // what a kill has left does not stand in the way
    expect(readFileSync(out).equals(expected)).toBe(true);
    expect(readdirSync(root).filter((name) => name.endsWith(".part"))).toEqual([]);
  }
  console.log(`201 kills (seed ${seed}), ${whole} of them after the file was in its place`);
});
