import { describe, expect, it } from "vitest";
import { load } from "../../src/index.js";
import { auditCodings, byAudit, byCheck, marked, refused, understood } from "../support/auditCodings.js";
import { scratchFolder } from "../support/folders.js";

const audited = byAudit(await load());
const checked = byCheck(scratchFolder());

// 1,000 audits of each coding are in test/long
const AUDITS = 4;
/** At most 2.5 % of half of the audits are wrong by chance; P(2 of 2) is 6e-4 at most for each coding. */
const MOST_WRONG = 1;
const NONE = { right: 0, wrong: 0, open: 0, refused: 0, marks: 0 };

describe("labels as people write them", () => {
  it.each(understood)("$name: are understood, and no verdict is wrong beyond chance", async (coding) => {
    const { right, wrong, refused } = await auditCodings(audited, coding, AUDITS, 1);
    expect(refused).toBe(0);
    expect(wrong).toBeLessThanOrEqual(MOST_WRONG);
    // of the half that is well off the point most are decided
    expect(right).toBeGreaterThanOrEqual(0.35 * AUDITS);
  });

  it.each(refused)("$name: are refused", async (coding) => {
    expect(await auditCodings(audited, coding, 2, 1)).toEqual({ ...NONE, refused: 2 });
  });

  it.each(marked)("$name: are not taken for a sample", async (coding) => {
    expect(await auditCodings(audited, coding, 2, 1)).toEqual({ ...NONE, marks: 2 });
  });

  it("are read by check as by audit", async () => {
    for (const coding of [...understood.slice(0, 2), ...refused.slice(0, 2)]) {
      expect(await auditCodings(checked, coding, 3, 1), coding.name).toEqual(await auditCodings(audited, coding, 3, 1));
    }
  });
});
