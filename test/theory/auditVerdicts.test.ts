import { beforeAll, describe, expect, it } from "vitest";
import { type Core, load } from "../../src/index.js";
import { mostWrong, uselessScores } from "../support/auditStudies.js";

// Each study with few audits; with many they are in test/long. Seeds are fixed, and a verdict that is wrong as often as it may
// be exceeds these bounds with a chance of about 0.1 %.

let core: Core;

beforeAll(async () => {
  core = await load();
});

describe("verdicts that are wrong no more often than they may be", () => {
  it("of thresholds that the audit itself chose, by scores of no use", () => {
    const { below, bias } = uselessScores(core, 150, 1);
    expect(below).toBeLessThanOrEqual(mostWrong(0.025, 150));
    // 60 labels judge, of which at least some 20 are kept: a standard error of 0.11 / √150
    expect(Math.abs(bias)).toBeLessThan(3 * (0.11 / Math.sqrt(150)));
  });
});
