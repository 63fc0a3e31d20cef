import { expect, it } from "vitest";
import { load } from "../../src/index.js";
import { mostWrong, uselessScores } from "../support/auditStudies.js";

const core = await load();
const AUDITS = 2000;

it("thresholds that the audit itself chose, by scores of no use, are not called below too often", () => {
  const { below, bias } = uselessScores(core, AUDITS, 7);
  expect(below).toBeLessThanOrEqual(mostWrong(0.025, AUDITS));
  expect(Math.abs(bias)).toBeLessThan(3 * (0.11 / Math.sqrt(AUDITS)));
});
