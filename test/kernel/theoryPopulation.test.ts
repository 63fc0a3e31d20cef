import fc from "fast-check";
import { expect, it } from "vitest";
import { directionsSlow, drawRowsSlow, orthantSlow, type SignedRow, wedgeMomentsSlow } from "../oracle/theory.js";
import { shortOrLong } from "../support/edition.js";
import { buildsOfEdition } from "./builds.js";
import { experiment, type Overrides, theoryAnswers } from "./experiment.js";
import { orthant, population } from "./theoryCalls.js";

const ROWS = 40_000;

const GENERATORS: Overrides["generator"][] = [{ kind: "noise" }, { kind: "linear" }];
const VERIFIERS: Overrides["verifier"][] = [
  { kind: "none", poison: 0.2 },
  { kind: "random", poison: 0.3 },
  { kind: "oracle", poison: 0.1 },
  { kind: "bernoulli", poison: 0.25 },
  { kind: "linear" },
  { kind: "linear", poison: 0.3, angleToGenerator: 0.5 },
  { kind: "top", keep: 0.2 },
  { kind: "top", keep: 0.7, poison: 0.4, angle: 1.9, angleToGenerator: 1.4 },
  { kind: "keep-hard", keep: 0.3 },
  { kind: "keep-hard", keep: 0.8, poison: 0.2, angle: 1.9, angleToGenerator: 1.4 },
  { kind: "keep-easy", keep: 0.3, poison: 0.1 },
  { kind: "slab", low: 0.2, high: 0.9 },
  { kind: "slab", low: -0.4, high: 1.1, poison: 0.25 },
  { kind: "slab", low: 0.3, poison: 0.25 },
];
const settings = (["mixture", "isotropic"] as const).flatMap((kind) =>
  GENERATORS.flatMap((generator) =>
    VERIFIERS.map((verifier) => experiment({ data: { kind }, generator, verifier, samples: ROWS })),
  ),
);
const name = ({ data, generator, verifier }: (typeof settings)[number]) =>
  `${data.kind}, ${generator.kind}, ${verifier.kind}, poison ${verifier.poison}`;

/** Each setting's rows are drawn once for both builds. */
const drawn = new Map<number, SignedRow[]>();
function rowsOf(index: number): SignedRow[] {
  const rows = drawn.get(index) ?? drawRowsSlow(settings[index], ROWS, 700 + index);
  drawn.set(index, rows);
  return rows;
}

/** How many standard errors the mean of `values` is from `want`; the spread of a constant is rounding. */
function apart(values: number[], want: number): number {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
  return Math.abs(mean - want) / Math.sqrt(variance / values.length + 1e-24);
}

buildsOfEdition("theory, population", (core) => {
  // 56 settings × 13 means, the same draws for both builds: within 5.5 standard errors with probability 0.99998. A top
  // fraction's threshold is estimated too, which only adds correlation.
  const cases = settings.map((setting, i) => [name(setting), setting, i] as const);
  it.each(
    shortOrLong(
      cases.filter((_, i) => i % 4 === (i >> 4) % 4),
      cases,
    ),
  )("is that of drawn rows: %s", (_, setting, i) => {
    const rows = rowsOf(i);
    const kept = rows.filter((row) => row.kept);
    const share = (part: typeof rows) => part.map((row) => Number(row.kept));
    const { mean, excess } = population(core, setting);
    const [answer] = theoryAnswers(core, [setting]);
    expect(
      apart(
        rows.map((row) => Number(!row.correct)),
        answer.errorRate,
      ),
    ).toBeLessThan(5.5);
    expect(apart(share(rows), answer.keepRate)).toBeLessThan(5.5);
    expect(apart(share(rows.filter((row) => row.correct)), answer.phi)).toBeLessThan(5.5);
    expect(apart(share(rows.filter((row) => !row.correct)), answer.psi)).toBeLessThan(5.5);
    for (let l = 0; l < 3; l++) {
      expect(
        apart(
          kept.map(({ row }) => row[l]),
          mean[l],
        ),
      ).toBeLessThan(5.5);
      for (let m = l; m < 3; m++) {
        const want = excess[l][m] + (l === m ? 1 : 0);
        expect(
          apart(
            kept.map(({ row }) => row[l] * row[m]),
            want,
          ),
        ).toBeLessThan(5.5);
        expect(excess[m][l]).toBeCloseTo(excess[l][m], 14);
      }
    }
  });

  it("has the moments of two wedges, nearly parallel ones too, to the oracle's 1e-8", () => {
    const angle = fc.oneof(fc.double({ min: 0.01, max: 3.1, noNaN: true }), fc.constantFrom(1e-8, 1e-4, 0.9, 0.9001));
    const spread = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(angle, angle, spread, fc.double({ min: 0, max: 3, noNaN: true }), (gen, prune, share, meanNorm) => {
        const [low, high] = [Math.abs(gen - prune), Math.min(gen + prune, 2 * Math.PI - gen - prune)];
        const setting = experiment({
          data: { meanNorm },
          generator: { kind: "linear", angle: gen },
          verifier: { kind: "linear", angle: prune, angleToGenerator: low + share * (high - low) },
          samples: 1,
        });
        const { rows, mean, excess } = population(core, setting);
        const { generator, verifier } = directionsSlow(setting);
        const [right, wrong] = [meanNorm, -meanNorm].map((shift) => wedgeMomentsSlow(shift, generator, verifier));
        const close = (got: number, a: number, b: number) => expect(Math.abs(got - a - b)).toBeLessThan(1e-8);
        close(rows, right.mass, wrong.mass);
        for (let l = 0; l < 3; l++) {
          close(mean[l] * rows, right.first[l], wrong.first[l]);
          for (let m = 0; m < 3; m++) {
            close((excess[l][m] + (l === m ? 1 : 0)) * rows, right.second[l][m], wrong.second[l][m]);
          }
        }
      }),
      { seed: 240607515, numRuns: shortOrLong(6, 12) },
    );
  });

  it("knows the mass of three half-spaces", () => {
    const unit = (x: number, y: number, z: number): [number, number, number] => {
      const length = Math.hypot(x, y, z);
      return [x / length, y / length, z / length];
    };
    const cases = [
      [unit(1, 2, 0.5), unit(0.3, -1, 1), unit(1, 0.2, 0.1), 0.7],
      [unit(1, 2, 0.5), unit(0.3, -1, 1), unit(1, 0.2, 0.1), -1.2],
      [unit(1, 0, 0), unit(1, 0.5, 0.2), unit(1, 0.1, -0.2), 0],
      [unit(1, 0, 0), unit(-1, 0.5, 0.4), unit(0, 0.3, -1), 0.1],
    ] as const;
    // the oracle's rule is of fourth order: panels 0.06 wide, an error near (0.06)⁴/100
    for (const [a, b, c, h] of cases)
      expect(Math.abs(orthant(core, [a, b, c], h) - orthantSlow(a, b, c, h))).toBeLessThan(1e-6);
  });

  it("a top fraction keeps the share it is asked for", () => {
    const choice = fc.record({
      kind: fc.constantFrom("mixture" as const, "isotropic" as const),
      generator: fc.constantFrom("noise" as const, "linear" as const),
      meanNorm: fc.double({ min: 0, max: 20, noNaN: true }),
      angle: fc.double({ min: 0, max: Math.PI, noNaN: true }),
      keep: fc.oneof(fc.double({ min: 1e-6, max: 1, noNaN: true }), fc.constantFrom(0, 1e-9, 1 - 1e-9, 1)),
      poison: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(choice, ({ kind, generator, meanNorm, angle, keep, poison }) => {
        const verifier = { kind: "top", angle, keep, poison } as const;
        const setting = experiment({
          data: { kind, meanNorm },
          generator: { kind: generator },
          verifier,
          samples: 1e12,
        });
        const [answer] = theoryAnswers(core, [setting]);
        // the threshold is known to 1e-14 of its size, which is at most 30, and the scores' density is below 1/2
        expect(Math.abs(answer.keepRate - keep)).toBeLessThan(2e-13);
        const wrong = answer.errorRate;
        expect(Math.abs((1 - wrong) * answer.phi + wrong * answer.psi - keep)).toBeLessThan(1e-9); // orthants by quadrature
      }),
      { seed: 240607515, numRuns: 200 },
    );
  });

  it("says when no row is kept", () => {
    const nothing: Overrides["verifier"][] = [
      { kind: "bernoulli", phi: 0, psi: 0 },
      { kind: "top", keep: 0 },
      { kind: "random", keep: 0 },
    ];
    for (const verifier of nothing) {
      const [answer] = theoryAnswers(core, [experiment({ verifier })]);
      expect(answer.status).toBe("empty");
      expect(answer.accuracy).toBeNaN();
      expect(answer.keepRate).toBe(0);
      const mixed = theoryAnswers(core, [experiment({ verifier, realSamples: 50 })])[0];
      expect(mixed.status).toBe("ok");
      expect(mixed.rows).toBe(50);
    }
  });
});
