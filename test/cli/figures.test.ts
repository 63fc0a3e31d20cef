import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { scratchFolder } from "../support/folders.js";
import { pstar } from "../support/inProcess.js";

const SCENARIO = `
name: a <figure> & its words
description: ${"words that need more than one line of a small figure ".repeat(4).trim()}
samples: 400
trials: 3
data: {dim: 10}
sweep: {verifier.kind: [none, oracle], generator.errorRate: {from: 0, to: 1, steps: 5}}
`;

const root = scratchFolder();
const file = (name: string) => join(root, name);
const plot = (name: string, ...args: string[]) => pstar(["plot", file("run"), ...args, "--out", file(name)]);
const svg = (name: string) => readFileSync(file(name), "utf8");
const texts = (name: string) => [...svg(name).matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text);

beforeAll(async () => {
  writeFileSync(file("scenario.yaml"), SCENARIO);
  expect(await pstar(["run", file("scenario.yaml"), "--out", file("run")])).toMatchObject({ code: 0 });
});

describe("a figure for print", () => {
  it("as SVG has a title, and its words as text", async () => {
    await plot("a.svg");
    expect(svg("a.svg")).toContain("<title>A &lt;figure> &amp; its words</title>");
    expect(texts("a.svg").join(" ")).toContain("generator");
    // Φ(1): of numbers in the text no digit is cut off
    expect(texts("a.svg")).toContain("0.841");
    expect(svg("a.svg")).toMatch(/font-family="Inter[^"]*, sans-serif"/);
  });

  it("as PDF is a page of the size in points with its fonts in it, the same every time", async () => {
    await plot("a.pdf", "--size", "88mmx60mm");
    await plot("b.pdf", "--size", "88mmx60mm");
    const pdf = readFileSync(file("a.pdf"));
    expect(readFileSync(file("b.pdf")).equals(pdf)).toBe(true);
    const text = pdf.toString("latin1");
    expect(text).toMatch(/^%PDF-1/);
    const [, width, height] = /MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(text) ?? [];
    expect(Math.abs(Number(width) - (88 / 25.4) * 72)).toBeLessThan(1);
    expect(Math.abs(Number(height) - (60 / 25.4) * 72)).toBeLessThan(1);
    expect(text).toMatch(/FontName \/\w+\+Inter/);
  });

  it("has the size, dots and letters that were asked for, and no title if there is a caption", async () => {
    await plot("c.png", "--size", "3inx2in", "--dpi", "150");
    const png = readFileSync(file("c.png"));
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([450, 300]);
    await plot("d.svg", "--size", "150mmx100mm", "--font-size", "9");
    await plot("e.svg", "--size", "150mmx100mm", "--no-title");
    expect(svg("d.svg")).toContain('font-size="12"'); // 9 points
    expect(texts("d.svg").join(" ")).toContain("words that need more");
    expect(texts("e.svg").join(" ")).not.toContain("words that need more");
    // the lines of the subtitle fit: none begins beyond the figure's width
    const beyond = [...svg("d.svg").matchAll(/<text[^>]*translate\((\S+) /g)].filter(([, x]) => Number(x) > 567);
    expect(beyond).toEqual([]);
  });

  it("has the theory's lines through the points, and says if it cannot", async () => {
    await plot("f.svg");
    await plot("g.svg", "--theory");
    expect(texts("f.svg").join(" ")).not.toContain("theory");
    expect(texts("g.svg").join(" ")).toContain("theory");
    expect(await plot("h.svg", "--theory", "--heatmap")).toMatchObject({ code: 2 });
    const steps = ["--set", "learner.kind=perceptron", "--out", file("steps"), "--quiet"];
    await pstar(["run", file("scenario.yaml"), ...steps]);
    const refused = await pstar(["plot", file("steps"), "--theory", "--out", file("i.svg")]);
    expect(refused.code).not.toBe(0);
    expect(existsSync(file("i.svg"))).toBe(false);
  });

  it.each(["88x60", "88mm", "1mmx1mm", "9999mmx60mm", "88mm x 60mm"])("refuses --size %s", async (size) => {
    const { code, stderr } = await plot("no.png", "--size", size);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining("88mmx60mm") });
  });

  it("names letters that no font has, draws no boxes, and keeps the numbers", async () => {
    // of the private use area: no machine has a font for it
    writeFileSync(file("letters.yaml"), SCENARIO.replace("a <figure>", "\ue123\ue124"));
    const { code, stderr } = await pstar(["run", file("letters.yaml"), "--out", file("letters")]);
    expect(code).toBe(0);
    expect(stderr).toContain("no font at hand has the letters \ue123 \ue124");
    expect(existsSync(file("letters/results.parquet"))).toBe(true);
    expect(existsSync(file("letters/curve.png"))).toBe(false);
    const named = await pstar(["run", file("letters.yaml"), "--plot", file("named.png"), "--quiet"]);
    expect(named.code).toBe(1);
    expect(named.stderr).toContain("named.png: not drawn: no font at hand");
    expect(named.stdout).toContain("accuracy");
    expect(existsSync(file("named.png"))).toBe(false);
    const plotted = await pstar(["plot", file("letters"), "--out", file("letters.png")]);
    expect(plotted.code).toBe(1);
    expect(existsSync(file("letters.png"))).toBe(false);
    expect((await pstar(["plot", file("letters"), "--no-title", "--out", file("letters.png")])).code).toBe(0);
  });
});
