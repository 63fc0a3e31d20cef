import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import { describe, expect, it } from "vitest";
import { scratchFolder } from "../support/folders.js";
import { pstar } from "../support/inProcess.js";
import { SMALL } from "../support/pstar.js";

const folder = scratchFolder();
const small = { stdin: SMALL };
const STORE = ["config.yaml", "results.csv", "results.jsonl", "results.parquet", "store.json"];

describe("--out", () => {
  it("writes the results, the figure and a scenario that gives them again", async () => {
    const out = join(folder, "deep", "er");
    const { code, stdout, stderr } = await pstar(["run", "-", "--format", "json", "--out", out], small);
    expect(code).toBe(0);
    expect(readdirSync(out).sort()).toEqual([...STORE, "curve.png"].sort());
    const lines = readFileSync(join(out, "results.jsonl"), "utf8").trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual(JSON.parse(stdout).cells);
    expect(stderr).toContain(`wrote ${join(out, "results.jsonl")}`);
    for (const source of ["config.yaml", "results.jsonl", "results.parquet", "store.json"]) {
      const again = await pstar(["run", join(out, source), "--format", "json"]);
      expect(again.stdout).toBe(stdout);
      expect(again.stderr).toBe("");
    }
    const csv = await pstar(["run", join(out, "config.yaml"), "--format", "csv"]);
    expect(readFileSync(join(out, "results.csv"), "utf8")).toBe(csv.stdout);
  });

  it("has no figure where nothing is swept", async () => {
    const out = join(folder, "single");
    const { code } = await pstar(["run", "-", "--out", out], { stdin: "samples: 50\ndata: {dim: 2}\n" });
    expect(code).toBe(0);
    expect(readdirSync(out).sort()).toEqual(STORE);
  });

  it("refuses a file before anything is computed", async () => {
    const out = join(folder, "taken");
    writeFileSync(out, "mine");
    const { code, stdout, stderr } = await pstar(["run", "-", "--out", out], small);
    expect(stderr).toContain(`error: cannot write to ${out}: it is a file, not a folder`);
    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(readFileSync(out, "utf8")).toBe("mine");
  });

  // /proc says of whatever is to be made in it that it does not exist: Node's recursive mkdir spins on that for ever
  it("refuses a place where no folder can be made, at once", async () => {
    const out = process.platform === "linux" ? "/proc/nowhere/x" : join(folder, "taken", "x");
    const run = await pstar(["run", "-", "--out", out], small);
    const select = await pstar(["select", "-", "--field", "score", "--keep", "50%", "--out", out], { stdin: "{}" });
    for (const { code, stdout, stderr } of [run, select]) {
      expect(stderr).toContain(`error: cannot write to ${out}: `);
      expect([code, stdout]).toEqual([1, ""]);
    }
  });
});

describe("--plot", () => {
  it("draws a PNG of 1200 × 750 at twice the pixels, on white, with the colour of every series", async () => {
    const file = join(folder, "curve.png");
    const { code } = await pstar(["run", "-", "--plot", file], small);
    expect(code).toBe(0);
    const image = await loadImage(file);
    expect([image.width, image.height]).toEqual([2400, 1500]);
    const context = createCanvas(image.width, image.height).getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    const pixels = new DataView(data.buffer);
    const counts = new Map<number, number>();
    for (let i = 0; i < data.length; i += 4) {
      const color = pixels.getUint32(i);
      counts.set(color, (counts.get(color) ?? 0) + 1);
    }
    // The colours of the first two series, opaque: a line across the figure covers thousands of pixels.
    expect(counts.get(0x0072b2ff)).toBeGreaterThan(1000);
    expect(counts.get(0xd55e00ff)).toBeGreaterThan(1000);
    expect(counts.get(0xffffffff)).toBeGreaterThan(0.8 * 2400 * 1500);
    expect([...counts.keys()].every((color) => (color & 0xff) === 0xff)).toBe(true);
  });

  it("draws an SVG with its words as text", async () => {
    const file = join(folder, "curve.svg");
    const { code } = await pstar(["run", "-", "--plot", file], small);
    expect(code).toBe(0);
    const svg = readFileSync(file, "utf8");
    expect(svg).toMatch(/^<\?xml version="1\.0"[^>]*\?>\s*<svg viewBox="0 0 1200 750"[^>]*>/);
    expect(svg.trimEnd().endsWith("</svg>")).toBe(true);
    expect(svg).toContain("<text");
    expect(svg).toContain("#0072B2");
    const opened = svg.match(/<[a-z]+[^>]*[^/]>/gi)?.length;
    const closed = svg.match(/<\/[a-z]+>/gi)?.length;
    expect(opened).toBe(closed);
  });

  it("refuses a place where no file can be, before anything is computed", async () => {
    mkdirSync(join(folder, "folder.png"));
    for (const [file, reason] of [
      [join(folder, "nowhere", "x.png"), "there is no such file or folder"],
      [join(folder, "folder.png"), "it is a folder"],
    ]) {
      const { code, stdout, stderr } = await pstar(["run", "-", "--plot", file], small);
      expect(stderr).toContain(`error: cannot write ${file}: ${reason}`);
      expect(code).toBe(1);
      expect(stdout).toBe("");
    }
  });
});

describe("files", () => {
  it("are whole: no draft is left beside them", () => {
    const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
    expect(names.filter((name) => name.endsWith(".part"))).toEqual([]);
    for (const name of names)
      expect(existsSync(join(folder, name)) && statSync(join(folder, name)).size > 0).toBe(true);
  });
});
