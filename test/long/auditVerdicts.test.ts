import { expect, it } from "vitest";
import { load } from "../../src/index.js";
import {
  clusteredRows,
  erringPeople,
  manySlices,
  mostWrong,
  peeking,
  promptsFile,
  uselessScores,
} from "../support/auditStudies.js";

// The studies of test/theory/auditVerdicts.test.ts with many audits: verdicts are wrong no more often than they may be, and
// three standard errors; intervals cover 94 % at least.

const core = await load();
const AUDITS = 2000;

it("thresholds that the audit itself chose, by scores of no use", () => {
  const { below, bias } = uselessScores(core, AUDITS, 7);
  expect(below).toBeLessThanOrEqual(mostWrong(0.025, AUDITS));
  expect(Math.abs(bias)).toBeLessThan(3 * (0.11 / Math.sqrt(AUDITS)));
});

it("thresholds chosen by labels drawn within strata, by scores of no use", () => {
  const { below, bias } = uselessScores(core, AUDITS, 17, "stratified");
  expect(below).toBeLessThanOrEqual(mostWrong(0.025, AUDITS));
  expect(Math.abs(bias)).toBeLessThan(3 * (0.13 / Math.sqrt(AUDITS)));
});

it.each(["holm", "benjamini-hochberg"] as const)("fifty slices, adjusted by %s", (adjust) => {
  expect(manySlices(core, 500, 8, adjust).adjusted).toBeLessThanOrEqual(mostWrong(0.05, 500));
});

it.each([
  { clusters: 30, rows: 10, a: 0.5, b: 0.5 },
  { clusters: 20, rows: 6, a: 0.8, b: 0.5 },
  { clusters: 100, rows: 4, a: 0.7, b: 0.3 },
  { clusters: 6, rows: 20, a: 0.5, b: 0.5, unequal: true },
  { clusters: 12, rows: 10, a: 0.5, b: 0.5, unequal: true },
  { clusters: 40, rows: 8, a: 0.8, b: 0.5, unequal: true },
])("$clusters prompts of $rows rows, unequal: $unequal", (setting) => {
  const found = clusteredRows(core, AUDITS, 9, { ...setting, told: true });
  if (setting.a === 0.5) {
    for (const wrong of [found.below, found.above]) expect(wrong).toBeLessThanOrEqual(mostWrong(0.025, AUDITS));
    expect(found.verification).toBeLessThanOrEqual(mostWrong(0.05, AUDITS));
  }
  for (const covered of Object.values(found.covered)) expect(covered / AUDITS).toBeGreaterThan(0.94);
});

it.each([
  { prompts: 100, rows: 8, audited: [200, 200], design: "simple", labelsLean: 0.4, decisionsLean: 0 },
  { prompts: 100, rows: 8, audited: [150, 150], design: "stratified", labelsLean: 0.65, decisionsLean: 0.4 },
  { prompts: 60, rows: 5, audited: [150, 150], design: "simple", labelsLean: 0.65, decisionsLean: 0.4 },
  { prompts: 200, rows: 10, audited: [150, 150], design: "stratified", labelsLean: 0.65, decisionsLean: 0.6 },
  { prompts: 30, rows: 20, audited: [100, 60], design: "stratified", labelsLean: 0.65, decisionsLean: 0.3 },
] as const)("a file of $prompts prompts of $rows rows, $audited audited, $design", (setting) => {
  for (const [a, b] of [
    [0.95, 0.7],
    [0.6, 0.5],
  ] as const) {
    const { covered } = promptsFile(core, 1000, 15, { ...setting, a, b, k: 0.5 });
    for (const [name, count] of Object.entries(covered)) {
      expect(1000 - count, `${name}, a ${a}`).toBeLessThanOrEqual(mostWrong(0.05, 1000));
    }
  }
});

it("people who err", () => {
  const many = { a: 0.07, errors: 0.1, classes: 10 };
  expect(erringPeople(core, AUDITS, 10, { ...many, told: true }).below).toBeLessThanOrEqual(mostWrong(0.025, AUDITS));
  const two = erringPeople(core, AUDITS, 11, { a: 0.7, errors: 0.1, classes: 2, told: true });
  expect(two.covered / AUDITS).toBeGreaterThan(0.94);
});

it("labels that are looked at after each of them", () => {
  const { below, above } = peeking(core, 500, 12, "betting");
  for (const wrong of [below, above]) expect(wrong).toBeLessThanOrEqual(mostWrong(0.025, 500));
});
