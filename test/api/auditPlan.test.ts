import { beforeAll, describe, expect, it } from "vitest";
import { shareInterval } from "../../src/audit/share.js";
import { type AuditPlanQuestion, planAudit } from "../../src/audit.js";
import { ArgumentError, type Core, load } from "../../src/index.js";
import { binomialLaw, exactInterval, quantities } from "../oracle/audit.js";
import { uniforms } from "../support/auditStudies.js";
import { shortOrLong } from "../support/edition.js";
import { thrown } from "./auditRecords.js";

let core: Core;

beforeAll(async () => {
  core = await load();
});

/** The chance that the exact interval of n rows lies on the share's side of `against`, from every outcome. */
function verdictPower(n: number, share: number, against: number, confidence = 0.95): number {
  const tail = (1 - confidence) / 2;
  const null_ = binomialLaw(n, against);
  let power = 0;
  for (const [x, mass] of binomialLaw(n, share).entries()) {
    const beyond = null_.reduce((sum, m, y) => sum + ((share > against ? y >= x : y <= x) ? m : 0), 0);
    if (beyond < tail) power += mass;
  }
  return power;
}

/** The chance that Newcombe's interval of the difference, here with exact limits, has the sign of a − b. */
function verificationPower(n: number, m: number, a: number, b: number): number {
  const first = Array.from({ length: n + 1 }, (_, x) => exactInterval(x, n, 0.95));
  const second = Array.from({ length: m + 1 }, (_, y) => exactInterval(y, m, 0.95));
  const [ofFirst, ofSecond] = [binomialLaw(n, a), binomialLaw(m, b)];
  let power = 0;
  for (const [x, p] of first.entries()) {
    for (const [y, q] of second.entries()) {
      const low = p.estimate - q.estimate - Math.hypot(p.estimate - p.low, q.high - q.estimate);
      const high = p.estimate - q.estimate + Math.hypot(p.high - p.estimate, q.estimate - q.low);
      if (a > b ? low > 0 : high < 0) power += ofFirst[x] * ofSecond[y];
    }
  }
  return power;
}

describe("a plan for below or above", () => {
  it.each([
    [0.7, 2, 0.8],
    [0.3, 2, 0.8],
    [0.62, 2, 0.9],
    [0.2, 10, 0.8],
    [0.03, 10, 0.8],
    [0.5, 5, 0.95],
    [1, 2, 0.8],
  ])(
    "of precision %d and %i classes is the smallest n from which on the power is %d",
    (keptPrecision, classes, power) => {
      const plan = planAudit(core, { keptPrecision, classes, power });
      const at = (n: number) => verdictPower(n, keptPrecision, 1 / classes);
      // the power has settled well before 150 rows more: it rises some √n · 0.01 in that many
      let last = plan.labels + 150;
      while (last > 0 && at(last) >= power) last--;
      expect(plan.labels).toBe(last + 1);
      expect(plan.power).toBeCloseTo(at(plan.labels), 9);
      expect(plan).toMatchObject({ goal: "verdict", kept: plan.labels, rejected: 0, verification: null });
      expect(plan.verdict?.expected).toBe(keptPrecision > 1 / classes ? "below" : "above");
    },
  );

  it("needs no rejected rows, unless rows are taken at random", () => {
    const simple = planAudit(core, { keptPrecision: 0.75, keepRate: 0.3, design: "simple" });
    const at = (n: number) =>
      binomialLaw(n, 0.3).reduce((sum, mass, kept) => sum + mass * verdictPower(kept, 0.75, 0.5), 0);
    // counts that hardly differ are taken together
    expect(simple.power).toBeCloseTo(at(simple.labels), 2);
    expect(at(simple.labels)).toBeGreaterThan(0.795);
    expect(at(simple.labels - 3)).toBeLessThan(0.8);
    expect(simple.kept + simple.rejected).toBe(simple.labels);
    expect(simple.kept).toBe(Math.round(0.3 * simple.labels));
  });

  it("asks for more labels at more power, more confidence, and a smaller margin", () => {
    const labels = (question: AuditPlanQuestion) =>
      planAudit(core, { phi: 0.8, psi: 0.3, ...question }).verdict?.labels;
    const base = labels({ margin: 0.1 }) ?? 0;
    expect(labels({ margin: 0.1, power: 0.95 })).toBeGreaterThan(base);
    expect(labels({ margin: 0.1, confidence: 0.99 })).toBeGreaterThan(base);
    expect(labels({ margin: 0.05 })).toBeGreaterThan(3 * base); // some 1 / margin²
    expect(labels({ margin: -0.1 })).toBeGreaterThan(0);
  });

  it("shows the interval to expect", () => {
    const { precisionInterval, labels } = planAudit(core, { keptPrecision: 0.8 });
    const whole = exactInterval(Math.round(0.8 * labels), labels, 0.95);
    expect(precisionInterval.estimate).toBeCloseTo(0.8, 12);
    expect(precisionInterval.low).toBeCloseTo(whole.low, 1);
    expect(precisionInterval.low).toBeGreaterThan(0.5);
  });
});

describe("a plan for better or worse", () => {
  it.each([
    [0.8, 0.3, 0.3],
    [0.3, 0.8, 0.4],
    [0.9, 0.2, 0.6],
  ])("at φ %d, ψ %d, p %d has the power it says, which fewer labels have not", (phi, psi, errorRate) => {
    const plan = planAudit(core, { phi, psi, errorRate, goal: "verification" });
    const { keptPrecision: a, rejectedPrecision: b } = plan.assumed;
    const power = verificationPower(plan.kept, plan.rejected, a, b ?? Number.NaN);
    expect(plan.power).toBeCloseTo(power, 7);
    expect(power).toBeGreaterThanOrEqual(0.8);
    const share = plan.kept / plan.labels;
    const fewer = Math.floor(plan.labels * 0.85);
    const kept = Math.round(fewer * share);
    expect(verificationPower(kept, fewer - kept, a, b ?? Number.NaN)).toBeLessThan(0.8);
    expect(plan.verification?.expected).toBe(phi > psi ? "better" : "worse");
    expect(plan.rejected).toBeGreaterThan(0);
  });

  it("finds no split that would do with far fewer labels", () => {
    const plan = planAudit(core, { phi: 0.8, psi: 0.3, errorRate: 0.3, goal: "verification" });
    const { keptPrecision: a, rejectedPrecision: b } = plan.assumed;
    const fewer = Math.floor(plan.labels * 0.85); // steps of single labels are coarse among so few
    for (let kept = 2; kept < fewer - 1; kept++) {
      expect(verificationPower(kept, fewer - kept, a, b ?? Number.NaN)).toBeLessThan(0.8);
    }
  });

  it.each([
    { phi: 0.8, psi: 0.3, errorRate: 0.5 },
    { phi: 0.4, psi: 0.7, errorRate: 0.55 },
  ])("has the chance of both verdicts together: $phi, $psi, $errorRate", (rates) => {
    const { kept, rejected, power, assumed, ...plan } = planAudit(core, { ...rates, goal: "both" });
    const { keptPrecision: a, rejectedPrecision } = assumed;
    const b = rejectedPrecision ?? Number.NaN;
    const [ofKept, ofRejected] = [binomialLaw(kept, a), binomialLaw(rejected, b)];
    const others = ofRejected.map((_, y) => exactInterval(y, rejected, 0.95));
    let both = 0;
    for (const [x, mass] of ofKept.entries()) {
      const share = exactInterval(x, kept, 0.95);
      if (a > 0.5 ? share.low <= 0.5 : share.high >= 0.5) continue;
      for (const [y, other] of others.entries()) {
        const low =
          share.estimate - other.estimate - Math.hypot(share.estimate - share.low, other.high - other.estimate);
        const high =
          share.estimate - other.estimate + Math.hypot(share.high - share.estimate, other.estimate - other.low);
        if (a > b ? low > 0 : high < 0) both += mass * (ofRejected[y] ?? 0);
      }
    }
    expect(power).toBeCloseTo(both, 6);
    expect(power).toBeGreaterThanOrEqual(0.8);
    expect(plan.goal).toBe("both");
  });

  it("says at p⋆ itself that no number of labels decides", () => {
    const { warnings, goal } = planAudit(core, { phi: 0.6, psi: 0.4, errorRate: 0.6 });
    expect(goal).toBe("verification");
    expect(warnings.map(({ code }) => code)).toContain("no-labels-decide");
  });

  it("says of φ = ψ that no number of labels shows a difference", () => {
    for (const rate of [1, 0.8]) {
      const { warnings, verification, goal } = planAudit(core, { phi: rate, psi: rate, errorRate: 0.3 });
      expect([verification, goal]).toEqual([null, "verdict"]);
      expect(warnings.map(({ code }) => code)).toContain("no-labels-compare");
    }
    const apart = planAudit(core, { phi: 0.8, psi: 0.3, errorRate: 0.3 });
    expect(apart.warnings.map(({ code }) => code)).not.toContain("no-labels-compare");
  });

  it("and for below or above takes no more labels than the two apart", () => {
    const plan = planAudit(core, { phi: 0.8, psi: 0.3, margin: 0.1 });
    expect(plan.goal).toBe("both");
    expect(plan.kept).toBeGreaterThanOrEqual(plan.verdict?.kept ?? Infinity);
    expect(plan.labels).toBeLessThanOrEqual((plan.verdict?.labels ?? 0) + (plan.verification?.labels ?? 0));
    const { keptPrecision: a, rejectedPrecision: b } = plan.assumed;
    expect(verificationPower(plan.kept, plan.rejected, a, b ?? Number.NaN)).toBeGreaterThanOrEqual(0.8);
  });
});

describe("a plan", () => {
  it("follows from rates as from the precision that they give", () => {
    const { assumed } = planAudit(core, { phi: 0.8, psi: 0.3, errorRate: 0.3 });
    const rates = quantities(assumed.keepRate ?? 0, assumed.keptPrecision, assumed.rejectedPrecision ?? 0, 2);
    expect(rates.phi).toBeCloseTo(0.8, 12);
    expect(rates.psi).toBeCloseTo(0.3, 12);
    expect(rates.errorRate).toBeCloseTo(0.3, 12);
    expect(assumed.margin).toBeCloseTo(rates.margin, 12);
    const { keptPrecision, keepRate } = assumed;
    const again = planAudit(core, { keptPrecision, keepRate: keepRate ?? 0, errorRate: 0.3 });
    expect(again.assumed.phi).toBeCloseTo(0.8, 12);
    expect(again.labels).toBe(planAudit(core, { phi: 0.8, psi: 0.3, errorRate: 0.3 }).labels);
  });

  it("warns of peeking", () => {
    for (const question of [{ keptPrecision: 0.7 }, { phi: 0.8, psi: 0.3, errorRate: 0.3 }]) {
      expect(planAudit(core, question).warnings[0]?.message).toMatch(/fix the number of labels first/);
    }
  });

  it("refuses what cannot be planned", () => {
    for (const [question, message] of [
      [{}, "phi must be given with psi, or keptPrecision instead, got undefined"],
      [{ phi: 0.8, psi: 0.3 }, "errorRate must be given, or margin instead of it, got undefined"],
      [
        { phi: 0.8, psi: 0.3, errorRate: 0.2, margin: 0.1 },
        "errorRate must be given, or margin instead of it, got 0.2",
      ],
      [{ phi: 1.2, psi: 0.3, errorRate: 0.2 }, "phi must be in [0, 1], got 1.2"],
      [{ phi: 0, psi: 0, errorRate: 0.2 }, "phi must be above 0 when psi is 0: otherwise nothing is kept, got 0"],
      [
        { keptPrecision: 0.5 },
        "keptPrecision must be other than 1/2: no number of labels tells on which side p⋆ itself is, got 0.5",
      ],
      [{ keptPrecision: 0.7, phi: 0.8 }, "phi must be left out if keptPrecision is given, got 0.8"],
      [{ keptPrecision: 0.7, power: 2 }, "power must be in [0.5, 0.999], got 2"],
      [
        { keptPrecision: 0.7, design: "simple" },
        "keepRate must be given for a simple design with keptPrecision, got null",
      ],
      [
        { keptPrecision: 0.7, goal: "both" },
        'goal must be verdict, or phi and psi given: better or worse rests on rejected rows as well, got "both"',
      ],
      [
        { keptPrecision: 0.50001 },
        'the plan must be one of at most 10^8 labels (2·10^6 for better or worse): what is to be told is too close, got "more"',
      ],
      [
        { keptPrecision: 0.9, keepRate: 0.5, errorRate: 0.01 },
        "errorRate must be in [0.05, 0.55], what keptPrecision and keepRate allow, got 0.01",
      ],
      [
        { phi: 0.5, psi: 0.5, errorRate: 0.2, goal: "verification" },
        'goal must be verdict: phi equals psi, and no number of labels tells whether the verifier is better than none, got "verification"',
      ],
    ] as const) {
      const error = thrown(() => planAudit(core, question as AuditPlanQuestion));
      expect(error).toBeInstanceOf(ArgumentError);
      expect(error.message).toBe(message);
    }
  });
});

describe("the price of looking after every label", () => {
  it.each([
    [0.7, 2],
    [0.3, 2],
    [0.3, 10],
    [0.9, 2],
  ])("if %f of the kept labels are correct, of %i classes, is what simulated audits take", (keptPrecision, classes) => {
    const plan = planAudit(core, { keptPrecision, classes, interval: "betting" });
    const { labels, expected, power } = plan.sequential ?? { labels: 0, expected: 0, power: 0 };
    expect(power).toBeGreaterThanOrEqual(0.8);
    const uniform = uniforms(21);
    const audits = shortOrLong(100, 300);
    let [taken, squares, decided] = [0, 0, 0];
    for (let audit = 0; audit < audits; audit++) {
      let [n, successes, told] = [0, 0, false];
      while (n < labels && !told) {
        n++;
        if (uniform() < keptPrecision) successes++;
        const { low, high } = shareInterval(core, { successes, n }, 0.95, "betting");
        told = keptPrecision > 1 / classes ? low > 1 / classes : high < 1 / classes;
      }
      if (told) decided++;
      taken += n;
      squares += n * n;
    }
    const mean = taken / audits;
    // four standard errors
    expect(Math.abs(mean - expected)).toBeLessThan(4 * Math.sqrt((squares / audits - mean * mean) / audits));
    expect(Math.abs(decided / audits - power)).toBeLessThan(4 * Math.sqrt((power * (1 - power)) / audits));
    expect(labels).toBeGreaterThan(plan.verdict?.kept ?? 0);
    expect(plan.warnings.map(({ code }) => code)).not.toContain("look-once");
  });

  it("is said only if it is asked for, and of a verdict", () => {
    expect(planAudit(core, { keptPrecision: 0.7 }).sequential).toBeNull();
    const rates = { phi: 0.8, psi: 0.3, errorRate: 0.4, interval: "betting" } as const;
    expect(planAudit(core, { ...rates, goal: "verification" }).sequential).toBeNull();
    expect(planAudit(core, { keptPrecision: 0.501, interval: "betting" }).sequential).toBeNull(); // beyond 5000 labels
  });
});
