import { expect, it } from "vitest";
import { chiSquareLimit, chiSquareOfEqual } from "../oracle/statistics.js";
import { eachBuild } from "./builds.js";

eachBuild("softmax", (core) => {
  const { softmax, seedStreams, normal } = core.exports;

  it("is that of the definition at every number of lanes, wherever it stands", () => {
    seedStreams(3, 0, 1, 0, 0);
    const start = core.mark();
    for (const count of [1, 3, 4, 5, 13, 350]) {
      for (const offset of [0, 4]) {
        for (const temperature of [0.3, 1, 4]) {
          const scores = Float32Array.from({ length: count }, () => 6 * normal());
          const at = core.reserve(4 * count + 64) + offset;
          core.f32(at, count + 4).fill(Number.NaN);
          core.f32(at, count).set(scores);
          const logOfSum = softmax(at, count, temperature);
          const powers = [...scores].map((score) => Math.exp(score / temperature));
          const sum = powers.reduce((total, power) => total + power, 0);
          // scores up to 80 in f32: an absolute error of 80·2⁻²⁴, and 3e-7 + 1e-7·x of an exponential of −x
          expect(Math.abs(logOfSum - Math.log(sum))).toBeLessThan(2e-5);
          for (const [i, p] of core.f32(at, count).entries()) {
            expect(Math.abs(p - powers[i] / sum)).toBeLessThan(2e-5 * (powers[i] / sum) + 1e-30);
          }
        }
      }
    }
    core.release(start);
  });

  it("keeps its head at scores that no exponential could take", () => {
    const at = core.reserve(64);
    core.f32(at, 3).set([1e6, 1e6, -1e6]);
    expect(softmax(at, 3, 1)).toBeCloseTo(1e6 + Math.log(2), 6);
    expect([...core.f32(at, 2)]).toEqual([0.5, 0.5]);
    expect(core.f32(at, 3)[2]).toBeLessThan(1e-30);
    core.release(at);
  });
});

eachBuild("shuffle", (core) => {
  const { shuffle, below, seedStreams } = core.exports;

  it("gives each of the 24 orders of four items the same chance", () => {
    seedStreams(4, 0, 1, 0, 0);
    const at = core.reserve(16);
    const counts = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      core.i32(at, 4).set([0, 1, 2, 3]);
      shuffle(at, 4);
      const order = core.i32(at, 4).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    expect(chiSquareOfEqual([...counts.values()])).toBeLessThan(chiSquareLimit(23));
    core.release(at);
  });

  it("draws numbers below a bound, each alike", () => {
    seedStreams(5, 0, 1, 0, 0);
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 70_000; i++) counts[below(7)]++;
    expect(chiSquareOfEqual(counts)).toBeLessThan(chiSquareLimit(6));
    expect(below(1)).toBe(0);
  });
});
