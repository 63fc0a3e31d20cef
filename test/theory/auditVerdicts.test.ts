import { beforeAll, describe, expect, it } from "vitest";
import { type Core, load } from "../../src/index.js";
import {
  clusteredRows,
  erringPeople,
  manySlices,
  mostWrong,
  peeking,
  promptsFile,
  uselessScores,
} from "../support/auditStudies.js";

// Each study with few audits; with many they are in test/long. Seeds are fixed, and a verdict that is wrong as often as it may
// be exceeds these bounds with a chance of about 0.1 %.

let core: Core;

beforeAll(async () => {
  core = await load();
});

describe("verdicts that are wrong no more often than they may be", () => {
  it("of thresholds that the audit itself chose, by scores of no use", () => {
    const { below, bias } = uselessScores(core, 12, 1);
    expect(below).toBeLessThanOrEqual(mostWrong(0.025, 12));
    // 60 labels judge, of which at least some 20 are kept: a standard error of 0.11 / √12
    expect(Math.abs(bias)).toBeLessThan(3 * (0.11 / Math.sqrt(12)));
  });

  it("of thresholds chosen by labels drawn within strata, by scores of no use", () => {
    const { below, bias } = uselessScores(core, 12, 16, "stratified");
    expect(below).toBeLessThanOrEqual(mostWrong(0.025, 12));
    expect(Math.abs(bias)).toBeLessThan(3 * (0.13 / Math.sqrt(12)));
  });

  it.each(["holm", "benjamini-hochberg"] as const)("of fifty slices, adjusted by %s", (adjust) => {
    const { plain, adjusted } = manySlices(core, 12, 2, adjust);
    expect(adjusted).toBeLessThanOrEqual(mostWrong(0.05, 12));
    expect(plain).toBeGreaterThan(6); // what an adjustment is for
  });

  it("of rows of one prompt, if the audit knows the prompts", () => {
    const setting = { clusters: 30, rows: 10, a: 0.5, b: 0.5 };
    const known = clusteredRows(core, 80, 3, { ...setting, told: true });
    for (const wrong of [known.below, known.above]) expect(wrong).toBeLessThanOrEqual(mostWrong(0.025, 80));
    expect(known.verification).toBeLessThanOrEqual(mostWrong(0.05, 80));
    for (const covered of Object.values(known.covered)) expect(80 - covered).toBeLessThanOrEqual(mostWrong(0.05, 80));
    const unequal = clusteredRows(core, 80, 13, { ...setting, clusters: 12, unequal: true, told: true });
    for (const wrong of [unequal.below, unequal.above]) expect(wrong).toBeLessThanOrEqual(mostWrong(0.025, 80));
    for (const covered of Object.values(unequal.covered)) {
      expect(80 - covered).toBeLessThanOrEqual(mostWrong(0.05, 80));
    }
    const unknown = clusteredRows(core, 80, 3, { ...setting, told: false });
    expect(unknown.below + unknown.above).toBeGreaterThan(9); // 4 are expected of an audit that is right
  });

  // the file is no larger than twice its audit, so that its keep rate is not that of more such rows
  it("of a file of prompts, audited in part within kept and rejected rows", () => {
    const setting = { prompts: 100, rows: 6, a: 0.95, b: 0.7, k: 0.5, labelsLean: 0.5, decisionsLean: 0.3 };
    for (const part of [
      { audited: [150, 150], design: "stratified" },
      { audited: [200, 200], design: "simple", decisionsLean: 0 },
    ] as const) {
      const { covered } = promptsFile(core, 30, 14, { ...setting, ...part });
      for (const [name, count] of Object.entries(covered)) {
        expect(30 - count, `${name}, ${part.design}`).toBeLessThanOrEqual(mostWrong(0.05, 30));
      }
    }
  });

  it("of people who err, if some rows have the labels of two", () => {
    // of ten classes 7 % of the kept rows are correct, and a tenth of the labels is wrong: 15.6 % seem correct
    const many = { a: 0.07, errors: 0.1, classes: 10 };
    expect(erringPeople(core, 50, 4, { ...many, told: true }).below).toBeLessThanOrEqual(mostWrong(0.025, 50));
    expect(erringPeople(core, 50, 4, { ...many, told: false }).below).toBeGreaterThan(30);
    const two = erringPeople(core, 50, 5, { a: 0.7, errors: 0.1, classes: 2, told: true });
    expect(50 - two.covered).toBeLessThanOrEqual(mostWrong(0.05, 50));
    expect(two.above).toBe(0);
  });

  it("of labels that are looked at after each of them", () => {
    const { below, above } = peeking(core, 40, 6, "betting");
    for (const wrong of [below, above]) expect(wrong).toBeLessThanOrEqual(mostWrong(0.025, 40));
    const fixed = peeking(core, 40, 6, "clopper-pearson");
    expect(fixed.below + fixed.above).toBeGreaterThan(4);
  });
});
