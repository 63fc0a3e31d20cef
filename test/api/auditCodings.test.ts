import { beforeAll, describe, expect, it } from "vitest";
import { type Core, load } from "../../src/index.js";
import { auditCodings, refused, understood } from "../support/auditCodings.js";

let core: Core;

beforeAll(async () => {
  core = await load();
});

const AUDITS = 40;
/** At most 2.5 % of half of the audits are wrong by chance; P(more than 5 of 20) is below 1e-5 for each coding. */
const MOST_WRONG = 5;

describe("labels as people write them", () => {
  it.each(understood)("$name: are understood, and no verdict is wrong beyond chance", async (coding) => {
    const { right, wrong, refused } = await auditCodings(core, coding, AUDITS, 1);
    expect(refused).toBe(0);
    expect(wrong).toBeLessThanOrEqual(MOST_WRONG);
    // of the half that is well off the point most are decided
    expect(right).toBeGreaterThanOrEqual(0.35 * AUDITS);
  });

  it.each(refused)("$name: are refused", async (coding) => {
    expect(await auditCodings(core, coding, 8, 1)).toEqual({ right: 0, wrong: 0, open: 0, refused: 8 });
  });
});
