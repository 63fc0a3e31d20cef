import { describe, expect, it } from "vitest";
import { load } from "../../src/index.js";
import {
  auditCodings,
  byAudit,
  byCheck,
  type Coding,
  type Judge,
  refused,
  type Tally,
  understood,
} from "../support/auditCodings.js";
import { scratchFolder } from "../support/folders.js";
import { missesOf, mostMisses } from "../support/sheetStudies.js";

const audited = byAudit(await load());
const checked = byCheck(scratchFolder());
const AUDITS = 1000;
/** A verdict near the point is wrong with at most 2.5 %: 12.5 of 500, with a deviation of 3.5; P(more than 30) is 1e-5. */
const MOST_WRONG = 30;

/** By `check`, which reads files and says how many labels more it takes. */
const CHECKS = 200;
/** 2.5 of 100 at most, with a deviation of 1.6; P(more than 11) is 1e-5. */
const MOST_WRONG_CHECKS = 11;

/** Says what came of a coding, as soon as it did. */
async function tallied(verdictOf: Judge, coding: Coding, audits: number): Promise<Tally> {
  const tally = await auditCodings(verdictOf, coding, audits, 7 + understood.indexOf(coding));
  const { right, wrong, open, refused, marks } = tally;
  const counts = `${right} right, ${wrong} wrong, ${open} open, ${refused + marks} refused`;
  process.stdout.write(`${verdictOf === checked ? "check" : "audit"} ${JSON.stringify(coding.name)}: ${counts}\n`);
  return tally;
}

describe("1,000 audits of each coding of labels", () => {
  it.each(understood)("$name: no verdict is wrong beyond the nominal rate", async (coding) => {
    const { right, wrong, refused } = await tallied(audited, coding, AUDITS);
    expect(refused).toBe(0);
    expect(wrong).toBeLessThanOrEqual(MOST_WRONG);
    expect(right).toBeGreaterThan(0.4 * AUDITS);
  });

  it.each(refused)("$name: all are refused", async (coding) => {
    expect((await tallied(audited, coding, AUDITS)).refused).toBe(AUDITS);
  });

  it.each(understood.slice(0, 6))("$name: 200 by check as well", async (coding) => {
    const { wrong, refused } = await tallied(checked, coding, CHECKS);
    expect(refused).toBe(0);
    expect(wrong).toBeLessThanOrEqual(MOST_WRONG_CHECKS);
  });
});

it.each(["simple", "stratified", "slices"] as const)(
  "1,000 sheets of design %s cover kept precision and error rate",
  async (design) => {
    const missed = await missesOf(design, 1000);
    expect(Math.max(missed.precision, missed.errorRate)).toBeLessThanOrEqual(mostMisses(1000));
  },
);
