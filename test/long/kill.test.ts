import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { scratchFolder } from "../support/folders.js";
import { pstar } from "../support/pstar.js";
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
