import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { NewsResult } from "../../src/news.js";
import { pstar } from "../support/pstar.js";

const BBC = join(import.meta.dirname, "../../../shared/data/bbc_lead_pairs.jsonl");

async function run(...args: string[]): Promise<NewsResult> {
  const { code, stdout, stderr } = await pstar(["news", ...args, "--quiet", "--format", "json"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout);
}

function verdict({ comparisons }: NewsResult, arm: string, against: string, measure = "rouge1") {
  return comparisons.find((c) => c.arm === arm && c.against === against && c.measure === measure)?.verdict;
}

describe("pstar news", () => {
  it("shows collapse, and that an oracle is better than chance, on the newswire", async () => {
    const result = await run("--preset", "fast");
    expect(verdict(result, "unselected", "original", "nll")).toBe("worse");
    expect(verdict(result, "oracle-12.5", "random-12.5")).toBe("better");
  });

  it.skipIf(!existsSync(BBC))("does so on BBC articles, as the paper has it [../shared]", async () => {
    const result = await run(BBC, "--preset", "paper");
    expect(verdict(result, "unselected", "original", "nll")).toBe("worse");
    expect(verdict(result, "oracle-12.5", "random-12.5")).toBe("better");
    expect(result.arms.find(({ name }) => name === "original")?.rouge1.mean).toBeGreaterThan(0.23);
  });

  it.skipIf(!existsSync(BBC))("has the headline where references are noisy [../shared]", async () => {
    const result = await run(BBC, "--preset", "noisy");
    expect(verdict(result, "oracle-12.5", "original")).toBe("better");
    expect(verdict(result, "random-12.5", "original")).not.toBe("better");
  });
});
