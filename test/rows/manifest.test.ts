import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openManifest } from "../../src/rows/manifest.js";
import { writeNew } from "../../src/rows/write.js";
import { scratchFolder } from "../support/folders.js";

const OF = { schema: "pstar/test@1", what: "a test" };
const identity = (seed: number) => ({ settings: { seed }, core: "core" });

describe("the manifest of a folder", () => {
  it("is that of one experiment, if two begin in it at once", async () => {
    const folder = scratchFolder();
    const seeds = [1, 2, 1];
    const ends = await Promise.allSettled(seeds.map((seed) => openManifest(folder, OF, identity(seed))));
    const begun = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")).identity.settings.seed;
    for (const [i, seed] of seeds.entries()) {
      const message = `${folder} holds another experiment: seed was ${begun}, now ${seed}; choose another folder`;
      const refused = { status: "rejected", reason: expect.objectContaining({ message }) };
      expect(ends[i]).toMatchObject(seed === begun ? { status: "fulfilled" } : refused);
    }
    expect(readdirSync(folder)).toEqual(["manifest.json"]);
  });

  it("is written if nothing is in its place, and leaves what is there as it is", () => {
    const folder = scratchFolder();
    expect(writeNew(join(folder, "new"), "ours")).toBe(true);
    expect(writeNew(join(folder, "new"), "other")).toBe(false);
    symlinkSync("nowhere", join(folder, "link"));
    mkdirSync(join(folder, "folder"));
    writeFileSync(join(folder, "old"), "old");
    for (const name of ["link", "folder", "old"]) expect(writeNew(join(folder, name), "ours")).toBe(false);
    expect(() => writeNew(join(folder, "none/new"), "ours")).toThrow(
      `cannot write ${join(folder, "none/new")}: there is no such file or folder`,
    );
    expect(["new", "old"].map((name) => readFileSync(join(folder, name), "utf8"))).toEqual(["ours", "old"]);
    expect(readdirSync(folder).sort()).toEqual(["folder", "link", "new", "old"]);
  });
});
