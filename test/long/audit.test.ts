import { describe, expect, it } from "vitest";
import { load } from "../../src/index.js";
import { auditCodings, byAudit, byCheck, refused, understood } from "../support/auditCodings.js";
import { scratchFolder } from "../support/folders.js";
import { missesOf, mostMisses } from "../support/sheetStudies.js";

const audited = byAudit(await load());
const checked = byCheck(scratchFolder());
const AUDITS = 1000;
/** A verdict near the point is wrong with at most 2.5 %: 12.5 of 500, with a deviation of 3.5; P(more than 30) is 1e-5. */
const MOST_WRONG = 30;

describe("1,000 audits of each coding of labels", () => {
  it.each(understood)("$name: no verdict is wrong beyond the nominal rate", async (coding) => {
    const { wrong, refused } = await auditCodings(audited, coding, AUDITS, 7);
    expect(refused).toBe(0);
    expect(wrong).toBeLessThanOrEqual(MOST_WRONG);
  });

  it.each(refused)("$name: all are refused", async (coding) => {
    expect((await auditCodings(audited, coding, AUDITS, 7)).refused).toBe(AUDITS);
  });

  it.each(understood.slice(0, 6))("$name: by check as well", async (coding) => {
    const { wrong, refused } = await auditCodings(checked, coding, AUDITS, 8);
    expect(refused).toBe(0);
    expect(wrong).toBeLessThanOrEqual(MOST_WRONG);
  });
});

it.each(["simple", "stratified", "slices"] as const)(
  "1,000 sheets of design %s cover kept precision and error rate",
  async (design) => {
    const missed = await missesOf(design, 1000);
    expect(Math.max(missed.precision, missed.errorRate)).toBeLessThanOrEqual(mostMisses(1000));
  },
);
