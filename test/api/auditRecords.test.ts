import { beforeAll, describe, expect, it } from "vitest";
import { effective, union } from "../../src/audit/cells.js";
import { RowReader, Unusable } from "../../src/audit/row.js";
import { type AuditOptions, type AuditRecord, AuditTally, audit } from "../../src/audit.js";
import { ArgumentError, type Core, load } from "../../src/index.js";
import { uniforms } from "../oracle/random.js";
import { type Counts, records, thrown } from "./auditRecords.js";

let core: Core;

beforeAll(async () => {
  core = await load();
});

const INTERVALS = ["errorRate", "phi", "psi", "breakdown", "keptPrecision", "keepRate", "margin"] as const;

describe("clusters of a file", () => {
  it("are of one row each if a labelled row names none", () => {
    const reader = new RowReader({ correct: "right", kept: "kept", cluster: "user" });
    const clusters = [{ user: "a" }, {}, { user: "a" }, { user: null }].map((row, i) => {
      const record = reader.record({ right: 1, kept: 1, ...row }, i + 1);
      return record instanceof Unusable ? undefined : record.cluster;
    });
    expect(clusters.every((cluster) => typeof cluster === "string")).toBe(true);
    expect(clusters[0]).toBe(clusters[2]);
    expect(new Set(clusters).size).toBe(3);
  });
});

describe("weights", () => {
  it.each([0.99e-100, 1.01e100, 0, -1])("of a file are refused beyond the limits that records have: %d", (weight) => {
    const read = (value: number) => {
      const reader = new RowReader({ correct: "right", kept: "kept", weight: "w" });
      const record = reader.record({ right: 1, kept: 1, w: value }, 1);
      return { record, check: () => reader.check("rows: ") };
    };
    for (const sound of [1e-100, 1e100]) expect(read(sound).record).toMatchObject({ correct: true, weight: sound });
    const { record, check } = read(weight);
    expect(record).toBeInstanceOf(Unusable);
    expect(check).toThrow("rows: ");
  });

  it("estimate the file where chances to be audited differ (Hájek), with Kish's number of rows or fewer", () => {
    // 20 of 40 rows stand for one row each, all correct; 20 for four each, half of them correct
    const rows = Array.from({ length: 40 }, (_, i): AuditRecord => {
      const weight = i < 20 ? 1 : 4;
      return { kept: true, correct: i < 20 || i % 2 === 0, weight };
    });
    const { errorRate, keptPrecision, counts, methods } = audit(core, rows);
    expect(errorRate.estimate).toBeCloseTo(40 / 100, 14);
    expect(errorRate.high - errorRate.low).toBeGreaterThan(0.35); // that of 40 rows is 0.32, of 27.8 0.39
    expect(keptPrecision.estimate).toBeCloseTo(0.6, 14);
    expect(counts.audited).toBe(40);
    expect(methods.errorRate).toContain("Korn & Graubard");
    expect(
      audit(
        core,
        rows.map(({ weight, ...row }) => row),
      ).methods.errorRate,
    ).toBe("Clopper–Pearson");
  });

  it("make as many rows as have the share's variance, or Kish's number", () => {
    const cell = (count: number, weight: number) => ({ count, weight: count * weight, square: count * weight ** 2 });
    const correct = union(cell(20, 1), cell(10, 4));
    // Σw² (y − p)² / (Σw)² = (20·0.16 + 160·0.16 + 160·0.36) / 10^4 against p(1 − p) / n
    const { successes, n } = effective(correct, cell(10, 4));
    expect(n).toBeCloseTo(0.24 / ((20 * 0.16 + 160 * 0.16 + 160 * 0.36) / 1e4), 10);
    expect(successes).toBeCloseTo(0.6 * n, 10);
    // the other way round the heavy rows are alike, and only Kish's (Σw)² / Σw² is asked: 100² / 340
    expect(effective(union(cell(10, 1), cell(20, 4)), cell(10, 1)).n).toBeCloseTo(100 ** 2 / 340, 10);
    expect(effective(cell(7, 3), cell(0, 0))).toEqual({ successes: 7, n: 7 });
    expect(effective(cell(0, 0), cell(0, 0))).toEqual({ successes: 0, n: 0 });
  });

  it("that are very unequal are warned of", () => {
    const rows = Array.from({ length: 100 }, (_, i): AuditRecord => {
      return { kept: i % 2 === 0, correct: i % 3 > 0, weight: i < 3 ? 1000 : 1 };
    });
    expect(
      audit(core, rows)
        .warnings.map(({ message }) => message)
        .join(),
    ).toContain("the weights are very unequal: 100 rows are audited");
  });
});

describe("slices", () => {
  const sliced = (slice: string, cells: Counts) => records(cells).map((row) => ({ ...row, slice }));

  it("have the estimates of their own rows", () => {
    const [one, two] = [sliced("b", [20, 5, 10, 15]), sliced("a", [3, 9, 9, 3])];
    const { slices } = audit(core, [...one, ...two, { kept: true, correct: true }]);
    expect(slices.map(({ slice }) => slice)).toEqual(["a", "b"]);
    const { slice, differs, ...estimates } = slices[1];
    const alone = audit(core, one);
    for (const name of INTERVALS) expect(estimates[name]).toEqual(alone[name]);
    expect(estimates.counts).toEqual(alone.counts);
  });

  it("say which of their rates differ from the others', and the audit warns", () => {
    const rows = [
      ...sliced("code", [95, 5, 5, 95]),
      ...sliced("chat", [50, 50, 50, 50]),
      ...sliced("news", [52, 48, 51, 49]),
    ];
    const { slices, warnings } = audit(core, rows);
    const differs = Object.fromEntries(slices.map(({ slice, differs }) => [slice, differs]));
    expect(differs.code).toEqual(["phi", "psi"]);
    expect(warnings.map(({ message }) => message).join()).toContain(
      "no single p, φ and ψ describes all slices: each of the 3 differs",
    );
    const alike = audit(core, [...sliced("x", [50, 50, 50, 50]), ...sliced("y", [52, 48, 51, 49])]);
    expect(alike.slices.flatMap(({ differs }) => differs)).toEqual([]);
    expect(alike.warnings).toEqual([]);
  });

  it("are looked at together: what alone would be beyond chance need not be among several looks", () => {
    const [x, y] = [sliced("x", [35, 15, 35, 15]), sliced("y", [27, 23, 27, 23])];
    const [p, q] = [x, y].map((rows) => audit(core, rows).errorRate);
    const apart = (q.estimate ?? 0) - (p.estimate ?? 0);
    expect(apart - Math.hypot((q.estimate ?? 0) - q.low, p.high - (p.estimate ?? 0))).toBeGreaterThan(0);
    expect(audit(core, [...x, ...y]).slices.flatMap(({ differs }) => differs)).toEqual([]);
  });

  it("are groups, not identities", () => {
    const rows = Array.from({ length: 10_001 }, (_, i): AuditRecord => ({ kept: true, correct: null, slice: `${i}` }));
    expect(thrown(() => audit(core, rows)).message).toBe(
      'slice must be one of at most 10000 values, got "10000" (row 10001)',
    );
  });
});

describe("warnings", () => {
  it("name a sample that looks stratified but is called simple", () => {
    const found = audit(core, records([90, 10, 60, 40], [100, 9000]));
    expect(found.warnings.map(({ message }) => message).join()).toContain(
      "50 % of the audited rows and 2.15 % of all rows are kept",
    );
    expect(audit(core, records([90, 10, 60, 40], [100, 9000]), { design: "stratified" }).warnings).toEqual([]);
  });

  it("name what is thin", () => {
    expect(audit(core, records([5, 2, 3, 2])).warnings).toEqual([
      { code: "few-audited", params: { rows: 12 }, message: "only 12 rows are audited: the intervals are wide" },
    ]);
    expect(
      audit(core, records([0, 0, 30, 20], [20, 30]))
        .warnings.map(({ message }) => message)
        .join(),
    ).toContain("no kept row is audited");
    expect(
      audit(core, records([30, 20, 0, 0], [20, 30]))
        .warnings.map(({ message }) => message)
        .join(),
    ).toContain("no rejected row is audited");
    expect(
      audit(core, records([30, 20, 10, 10]), { design: "stratified" })
        .warnings.map(({ message }) => message)
        .join(),
    ).toContain("every row is audited: a stratified audit takes the keep rate from all rows");
  });

  const inClusters = (count: number) =>
    records([20, 0, 20, 0]).map((row, i): AuditRecord => ({ ...row, cluster: `${i % count}` }));
  const ofSample = "they do not look like a simple random sample";
  it.each([
    // half of all rows are kept: the 99.9 % interval of 34 of 100 audited rows holds that, of 33 it does not
    ["a simple sample", () => records([34, 0, 66, 0], [516, 484]), ofSample, false],
    ["a sample that is not simple", () => records([33, 0, 67, 0], [517, 483]), ofSample, true],
    ["a sample that is not simple, upwards", () => records([67, 0, 33, 0], [483, 517]), ofSample, true],
    ["29 labels", () => records([15, 0, 14, 0], [15, 14]), "only 29 rows are audited", true],
    ["30 labels", () => records([15, 0, 15, 0], [15, 15]), "are audited", false],
    ["a weight of 1e100", () => [{ kept: true, correct: true, weight: 1e100 }], "only 1 row is audited", true],
    ["19 clusters", () => inClusters(19), "19 clusters only", true],
    ["20 clusters", () => inClusters(20), "clusters only", false],
  ])("of %s: begin at their threshold and not before", (_, rows, text, warned) => {
    expect(
      audit(core, rows())
        .warnings.map(({ message }) => message)
        .join()
        .includes(text),
    ).toBe(warned);
  });

  it("say of three classes, and not of two, that uniform errors are an assumption", () => {
    const codes = (classes: number) =>
      audit(core, records([20, 5, 5, 20]), { classes }).warnings.map(({ code }) => code);
    expect(codes(2)).not.toContain("classes-assumed");
    expect(codes(3)).toContain("classes-assumed");
  });

  it("of unequal weights begin where the rows count for less than half of their number", () => {
    // of 40 rows one has weight w: (39 + w)² / (39 + w²) is 20 at w = 8.63
    const rows = (weight: number) =>
      records([20, 0, 20, 0]).map((row, i): AuditRecord => ({ ...row, weight: i === 0 ? weight : 1 }));
    expect(
      audit(core, rows(8.5))
        .warnings.map(({ message }) => message)
        .join(),
    ).not.toContain("very unequal");
    expect(
      audit(core, rows(8.75))
        .warnings.map(({ message }) => message)
        .join(),
    ).toContain("very unequal");
  });

  it("name up to five slices that differ, and say of how many more", () => {
    // slices that differ upwards and downwards in turn leave the mean of all where the others are
    const cells = [[90, 10, 10, 90] as const, [10, 90, 90, 10] as const];
    const sliced = (name: string, count: number, of: (i: number) => Counts) =>
      Array.from({ length: count }, (_, i) => records(of(i)).map((row) => ({ ...row, slice: `${name}${i}` }))).flat();
    const even = sliced("even", 10, () => [50, 50, 50, 50]);
    const warned = (count: number) =>
      audit(core, [...sliced("odd", count, (i) => cells[i % 2] as Counts), ...even])
        .warnings.map(({ message }) => message)
        .join();
    expect(warned(5)).toMatch(/"odd0", .*"odd4" differ from/);
    expect(warned(6)).toContain('"odd4" and 1 more differ from');
    expect(warned(1)).toContain('"odd0" differs from');
  });

  it("never say safe", () => {
    const all = [records([500, 0, 0, 500]), records([1, 0, 0, 0]), records([5, 9, 9, 1], [5, 5])];
    for (const rows of all) expect(JSON.stringify(audit(core, rows))).not.toMatch(/safe/i);
  });
});

describe("a threshold", () => {
  it("keeps scores of at least it", () => {
    const rows = [0.2, 0.5, 0.7].map((score): AuditRecord => ({ correct: true, score }));
    expect(audit(core, rows, { threshold: 0.5 }).counts).toMatchObject({ kept: 2, rejected: 1 });
  });
});

describe("a tally", () => {
  it("gives what the records give, and a settings' echo", () => {
    const rows = records([9, 3, 4, 7], [10, 20]).map((row, i) => ({ ...row, slice: `s${i % 2}` }));
    const options: AuditOptions = { design: "stratified", classes: 3, confidence: 0.9 };
    const tally = new AuditTally(options);
    for (const row of rows) tally.add(row);
    const found = audit(core, tally);
    expect(found).toEqual(audit(core, rows, options));
    expect(found).toMatchObject({ schema: "pstar/audit@1", ...options });
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  });

  it("does not count a record that it refuses", () => {
    const tally = new AuditTally();
    tally.add({ kept: true, correct: true });
    expect(() => tally.add({ kept: true, correct: true, weight: -1 })).toThrow(ArgumentError);
    expect(audit(core, tally).counts.rows).toBe(1);
  });
});

describe("what is not valid", () => {
  it("is refused with its row", () => {
    const good: AuditRecord = { kept: true, correct: true };
    for (const [record, message] of [
      [{ kept: true, correct: "yes" }, 'correct must be true, false or null, got "yes" (row 2)'],
      [{ kept: true }, "correct must be true, false or null, got undefined (row 2)"],
      [{ kept: 1, correct: true }, "kept must be true or false, got 1 (row 2)"],
      [{ correct: true }, "kept must be true or false, or score a number and a threshold given, got undefined (row 2)"],
      [{ correct: true, score: Number.NaN }, "score must be a finite number, got NaN (row 2)"],
      [{ ...good, weight: 0 }, "weight must be a number above 0 (1e-100 to 1e100), got 0 (row 2)"],
      [{ ...good, weight: 1.01e100 }, "weight must be a number above 0 (1e-100 to 1e100), got 1.01e+100 (row 2)"],
      [{ ...good, weight: 0.99e-100 }, "weight must be a number above 0 (1e-100 to 1e100), got 9.9e-101 (row 2)"],
      [{ ...good, weight: Infinity }, "weight must be a number above 0 (1e-100 to 1e100), got Infinity (row 2)"],
      [{ ...good, slice: 7 }, "slice must be a string, got 7 (row 2)"],
      [null, "correct must be true, false or null, got undefined (row 2)"],
    ] as const) {
      const error = thrown(() => audit(core, [good, record as unknown as AuditRecord]));
      expect(error).toBeInstanceOf(ArgumentError);
      expect(error.message).toBe(message);
    }
  });

  it("is refused among the options", () => {
    for (const [options, message] of [
      [{ design: "cluster" }, 'design must be simple or stratified, got "cluster"'],
      [{ classes: 1 }, "classes must be an integer of at least 2, got 1"],
      [{ confidence: 95 }, "confidence must be in [0.5, 0.9999], got 95"],
      [{ threshold: Number.NaN }, "threshold must be a finite number, got NaN"],
    ] as const) {
      expect(thrown(() => audit(core, [], options as AuditOptions)).message).toBe(message);
    }
  });
});

describe("numbers that say the same", () => {
  // files of which every row is audited have no larger file to count, so that weights and clusters make the estimates by themselves
  it.each([
    ["weights", { weight: true, cluster: false }],
    ["clusters", { weight: false, cluster: true }],
    ["weights in clusters", { weight: true, cluster: true }],
  ])("agree with one another in a file audited whole, with %s", (_, has) => {
    const records = Array.from({ length: 240 }, (_, i): AuditRecord => {
      const correct = (i * 7) % 12 < 7;
      return {
        correct,
        kept: (i * 5) % 12 < (correct ? 4 : 2),
        ...(has.weight && { weight: [1, 1, 2, 10][i % 4] as number }),
        ...(has.cluster && { cluster: `${i % 30}` }),
      };
    });
    const found = audit(core, records);
    const [p, phi, psi, k] = [found.errorRate, found.phi, found.psi, found.keepRate].map(
      ({ estimate }) => estimate ?? Number.NaN,
    ) as [number, number, number, number];
    expect((1 - p) * phi + p * psi).toBeCloseTo(k, 9);
    expect(found.gain.estimate).toBeCloseTo((found.keptPrecision.estimate ?? 0) - (1 - p), 9);
    expect(found.youden.estimate).toBeCloseTo(phi - psi, 9);
  });

  // two clusters hardly tell the keep rate, and no keep rate changes the sign of φ − ψ
  it("do not leave the sign of J open that the verdict on verification has", () => {
    let decided = 0;
    for (let seed = 0; seed < 60; seed++) {
      const uniform = uniforms(seed);
      const records = Array.from({ length: 300 }, (): AuditRecord => {
        const cluster = uniform() < 0.5 ? "a" : "b";
        const correct = uniform() < (cluster === "a" ? 0.7 : 0.5);
        const kept = uniform() < (correct ? 0.9 : 0.3);
        return { correct: uniform() < 0.3 ? correct : null, kept, cluster };
      });
      const { verification, verdict, youden, gain, margin } = audit(core, records, { confidence: 0.5 });
      if (verification !== "inconclusive") decided++;
      if (verification === "better") expect(Math.min(youden.low, gain.low)).toBeGreaterThanOrEqual(0);
      if (verification === "worse") expect(Math.max(youden.high, gain.high)).toBeLessThanOrEqual(0);
      if (verdict === "below") expect(margin.low).toBeGreaterThanOrEqual(0);
      if (verdict === "above") expect(margin.high).toBeLessThanOrEqual(0);
    }
    expect(decided).toBeGreaterThan(5);
  });
});
