import fc from "fast-check";
import { expect, it } from "vitest";
import { eachBuild } from "../kernel/builds.js";
import { experiment, openTrials } from "../kernel/experiment.js";
import { normalGroup, streamsOf } from "../oracle/streams.js";

const SETTINGS = { seed: 128, numRuns: 100 };

const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });
/** seed (low, high), cell (low, high) and trial. */
const names = fc.tuple(word, word, word, word, word);
type Names = [number, number, number, number, number];

eachBuild("streams", (core) => {
  const { exports } = core;
  const normals = core.reserve(32 * 64);

  const scalars = (n: number) => Array.from({ length: n }, () => exports.nextU32() >>> 0);
  const groups = (n: number) => {
    exports.fillNormals32(normals, n);
    return [...core.f32(normals, 8 * n)];
  };
  const seeded = (key: Names) => {
    exports.seedStreams(...key);
    return { scalar: scalars(4), lanes: groups(1) };
  };

  it("are those of the oracle, whatever they are named", () => {
    fc.assert(
      fc.property(names, (key) => {
        const [seedLow, seedHigh, cellLow, cellHigh, trial] = key.map(BigInt);
        const want = streamsOf({ seed: (seedHigh << 32n) + seedLow, cell: (cellHigh << 32n) + cellLow, trial });
        const got = seeded(key);
        expect(got.scalar).toEqual(got.scalar.map(() => want.scalar.next().value));
        // single precision: normals32.test.ts has the sharp limit
        for (const [i, x] of normalGroup(want).entries()) expect(Math.abs(got.lanes[i] - x)).toBeLessThan(1e-3);
      }),
      SETTINGS,
    );
  });

  it("differ in all nine generators when any bit of their name does", () => {
    fc.assert(
      fc.property(names, fc.nat(4), fc.nat(31), (key, which, bit) => {
        const other = key.with(which, (key[which] ^ (1 << bit)) >>> 0) as Names;
        const [a, b] = [seeded(key), seeded(other)];
        // equal words happen once in 2^32, equal normals once in 2^20 or so
        for (const i of a.scalar.keys()) expect(a.scalar[i]).not.toBe(b.scalar[i]);
        for (const i of a.lanes.keys()) expect(a.lanes[i]).not.toBe(b.lanes[i]);
      }),
      SETTINGS,
    );
  });

  it("do not confuse the parts of their name", () => {
    fc.assert(
      fc.property(names, fc.nat(4), fc.nat(4), (key, i, j) => {
        fc.pre(key[i] !== key[j]);
        const swapped = key.with(i, key[j]).with(j, key[i]) as Names;
        expect(seeded(swapped)).not.toEqual(seeded(key));
      }),
      SETTINGS,
    );
  });

  it("begin anew with each seeding, whatever was drawn before", () => {
    fc.assert(
      fc.property(names, names, fc.nat(50), fc.nat(20), (key, other, words, blocks) => {
        const want = seeded(key);
        exports.seedStreams(...other);
        scalars(words);
        groups(blocks);
        expect(seeded(key)).toEqual(want);
      }),
      SETTINGS,
    );
  });

  it("are apart from each other: drawing from one does not move the others", () => {
    fc.assert(
      fc.property(names, fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 8 }), (key, steps) => {
        exports.seedStreams(...key);
        const mixed = steps.map(([words, blocks]) => [scalars(words), groups(blocks)]);
        exports.seedStreams(...key);
        const allScalars = steps.map(([words]) => scalars(words));
        const allGroups = steps.map(([, blocks]) => groups(blocks));
        expect(mixed).toEqual(steps.map((_, i) => [allScalars[i], allGroups[i]]));
      }),
      SETTINGS,
    );
  });

  it("come back to where they were saved, however far they went", () => {
    fc.assert(
      fc.property(names, fc.nat(20), fc.nat(20), fc.nat(64), (key, words, blocks, further) => {
        exports.seedStreams(...key);
        scalars(words);
        groups(blocks);
        exports.saveStreams();
        const draw = () => [scalars(further), groups(further)];
        const want = draw();
        exports.restoreStreams();
        expect(draw()).toEqual(want);
      }),
      SETTINGS,
    );
  });

  it("give a trial the same numbers, whichever trials were computed before it and with it", () => {
    const kinds = fc.constantFrom("none", "bernoulli", "linear", "learned", "top");
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 11 }), { maxLength: 5 });
    fc.assert(
      fc.property(
        kinds,
        fc.constantFrom("f32", "f64"),
        word,
        cuts,
        fc.boolean(),
        (kind, precision, seed, cut, backwards) => {
          const run = openTrials("direct", core, experiment({ verifier: { kind }, precision, samples: 20 }));
          try {
            const key = { seed, cell: [3, 4] } as const;
            const want = run.run(key, 0, 12);
            const edges = [0, ...cut.sort((a, b) => a - b), 12];
            const blocks = edges.slice(1).map((end, i) => ({ first: edges[i], count: end - edges[i] }));
            if (backwards) blocks.reverse();
            const parts = blocks.map(({ first, count }) => ({ first, trials: run.run(key, first, count) }));
            expect(parts.sort((a, b) => a.first - b.first).flatMap(({ trials }) => trials)).toEqual(want);
            expect(new Set(want.map(({ cosine }) => cosine)).size).toBe(12);
          } finally {
            run.close();
          }
        },
      ),
      { ...SETTINGS, numRuns: 40 },
    );
  });
});
