import { describe, expect, it } from "vitest";
import { chiSquareLimit, chiSquareOfEqual } from "../oracle/statistics.js";
import { splitMix64, streamsOf, xoshiro128 } from "../oracle/streams.js";
import { eachBuild, startTestCore, type TestCore } from "./builds.js";

/** The first words of Vigna's C program from the state 1, 2, 3, 4 (also in the tests of the Rust crate rand_xoshiro). */
const XOSHIRO_WORDS = [
  641, 1573767, 3222811527, 3517856514, 836907274, 4247214768, 3867114732, 1355841295, 495546011, 621204420,
];
/** The first words of SplitMix64 from the state 1234567, by Vigna's C program (also at Rosetta Code). */
const SPLIT_MIX_WORDS = [
  6457827717110365317n,
  3203168211198807973n,
  9817491932198370423n,
  4593380528125082431n,
  16408922859458223821n,
];

const NAMES = [
  { seed: 0n, cell: 0n, trial: 0n },
  { seed: 1n, cell: 2n, trial: 3n },
  { seed: 2n ** 53n - 1n, cell: 2n ** 64n - 1n, trial: 2n ** 31n - 1n },
  { seed: 0x1_0000_0000n, cell: 0x8000_0000_0000_0000n, trial: 0n },
];

function take<T>(source: Iterator<T, never>, n: number): T[] {
  return Array.from({ length: n }, () => source.next().value);
}

function seed(core: TestCore, { seed, cell, trial }: (typeof NAMES)[number]): void {
  const [low, high] = [(word: bigint) => Number(word & 0xffffffffn), (word: bigint) => Number(word >> 32n)];
  core.exports.seedStreams(low(seed), high(seed), low(cell), high(cell), Number(trial));
}

describe("the oracle", () => {
  it("gives the published words of SplitMix64 and xoshiro128++", () => {
    expect(take(splitMix64(1234567n), 5)).toEqual(SPLIT_MIX_WORDS);
    expect(take(xoshiro128([1, 2, 3, 4]), 10)).toEqual(XOSHIRO_WORDS);
  });
});

eachBuild("streams", (core, build) => {
  const next = (n: number) => Array.from({ length: n }, () => core.exports.nextU32() >>> 0);

  it("give the published words of xoshiro128++ before they are seeded: the state is 1, 2, 3, 4", async () => {
    const { exports } = await startTestCore(build);
    expect(XOSHIRO_WORDS.map(() => exports.nextU32() >>> 0)).toEqual(XOSHIRO_WORDS);
  });

  it.each(NAMES)("are seeded from $seed, $cell, $trial through SplitMix64", (names) => {
    seed(core, names);
    expect(next(1000)).toEqual(take(streamsOf(names).scalar, 1000));
  });

  it("make uniforms of two words each: 53 bits from zero, or 52 bits and a half", () => {
    const names = NAMES[1];
    const { scalar } = streamsOf(names);
    seed(core, names);
    for (let i = 0; i < 1000; i++) {
      const [a, b] = take(scalar, 2);
      expect(core.exports.uniform53()).toBe(((a >>> 5) * 2 ** 26 + (b >>> 6)) / 2 ** 53);
      const [c, d] = take(scalar, 2);
      expect(core.exports.uniformOpen()).toBe(((c >>> 6) * 2 ** 26 + (d >>> 6) + 0.5) / 2 ** 52);
    }
  });

  it("make uniforms that fill [0, 1) evenly, singly and in pairs", () => {
    const n = 2 ** 20;
    const { uniform53, uniformOpen } = core.exports;
    const [closed, open, pairs] = [256, 256, 32 * 32].map((cells) => new Uint32Array(cells));
    seed(core, NAMES[2]);
    for (let i = 0; i < n; i++) {
      const u = uniform53();
      const v = uniformOpen();
      closed[Math.floor(256 * u)]++;
      open[Math.floor(256 * v)]++;
      pairs[32 * Math.floor(32 * u) + Math.floor(32 * v)]++;
    }
    // six statistics in the two builds, each above its limit with probability 1e-6
    for (const counts of [closed, open, pairs]) {
      expect(chiSquareOfEqual(counts)).toBeLessThan(chiSquareLimit(counts.length - 1));
    }
  });

  it("make events: never at 0, always at 1, and between them where the word is below the share of 2^32", () => {
    const n = 20_000;
    const classes = core.place(new Int8Array(n).fill(1));
    const labels = core.reserve(n);
    for (const rate of [0, 2 ** -32, 1e-4, 0.2, 0.5, 1 - 2 ** -32, 1]) {
      seed(core, NAMES[1]);
      core.exports.flipLabels(classes, n, rate, labels);
      const want = take(streamsOf(NAMES[1]).scalar, n).map((word) => (word / 2 ** 32 < rate ? -1 : 1));
      expect(core.i8(labels, n).join()).toBe(want.join());
    }
    core.release(classes);
  });

  it("make events of probability 1 of every word there is, the largest too", () => {
    // found by trying: this cell's first word is 2^32 − 1
    const names = { seed: 0n, cell: 261668117n, trial: 0n };
    expect(streamsOf(names).scalar.next().value).toBe(2 ** 32 - 1);
    const label = core.place(new Int8Array([1, 0]));
    for (const [rate, want] of [
      [1, -1],
      [1 - 2 ** -32, 1],
    ]) {
      seed(core, names);
      core.exports.flipLabels(label, 1, rate, label + 1);
      expect(core.i8(label + 1, 1)[0]).toBe(want);
    }
    core.release(label);
  });

  it("go back to where they were saved", () => {
    const groups = core.reserve(32 * 3);
    const draw = () => {
      core.exports.fillNormals32(groups, 3);
      return [...next(5), ...core.f32(groups, 24)];
    };
    seed(core, NAMES[3]);
    draw();
    core.exports.saveStreams();
    const first = draw();
    const second = draw();
    core.exports.restoreStreams();
    expect([...draw(), ...draw()]).toEqual([...first, ...second]);
    core.release(groups);
  });
});
