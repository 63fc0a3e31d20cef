import { expect, it } from "vitest";
import { chiSquareLimit, chiSquareOfEqual } from "../oracle/statistics.js";
import { normalGroup, streamsOf } from "../oracle/streams.js";
import { buildsOfEdition, type TestCore } from "./builds.js";

/** 10^7 draws, in portions of 10^5. */
const PORTION = 100_000;
const PORTIONS = 100;
const DRAWS = PORTION * PORTIONS;
const CELLS = 200;

function drawEach(core: TestCore, take: (draws: Float32Array) => void): void {
  const mark = core.mark();
  const normals = core.reserve(4 * PORTION);
  for (let i = 0; i < PORTIONS; i++) {
    core.exports.fillNormals32(normals, PORTION / 8);
    take(core.f32(normals, PORTION));
  }
  core.release(mark);
}

/** The x below which a share i/CELLS of a normal lies, for i = 1 … CELLS − 1. */
function cellEdges(core: TestCore): Float64Array {
  return Float64Array.from({ length: CELLS - 1 }, (_, i) => core.exports.normalQuantile((i + 1) / CELLS));
}

function cellOf(x: number, edges: Float64Array): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x < edges[middle]) high = middle;
    else low = middle + 1;
  }
  return low;
}

buildsOfEdition("normals in single precision", (core) => {
  it("are the Box–Muller transform of the lanes' own xoshiro128++ words", () => {
    // u is rounded twice to 24 bits, together by less than 2^−23, which moves a radius r by less than 2^−24·(2/r), and
    // by 2^−11.5 at most, since r ≥ 0; the polynomials and their roundings add less than 1e-6
    const groups = 40_001;
    core.exports.seedStreams(7, 6, 5, 4, 3);
    const streams = streamsOf({ seed: (6n << 32n) + 7n, cell: (4n << 32n) + 5n, trial: 3n });
    const normals = core.reserve(32 * groups);
    core.exports.fillNormals32(normals, groups);
    const got = core.f32(normals, 8 * groups);
    let worst = 0;
    for (let i = 0; i < groups; i++) {
      const want = normalGroup(streams);
      for (let k = 0; k < 8; k++) {
        const radius = Math.hypot(want[k % 4], want[(k % 4) + 4]);
        const slack = 1e-6 + Math.min(2 ** -23 / radius, 2 ** -11.5);
        worst = Math.max(worst, Math.abs(got[8 * i + k] - want[k]) / slack);
      }
    }
    expect(worst).toBeLessThan(1);
    core.release(normals);
  });

  it("do not depend on how many are asked for at a time, and write no more than asked", () => {
    const all = core.reserve(32 * 12);
    core.exports.seedStreams(1, 0, 0, 0, 0);
    core.exports.fillNormals32(all, 11);
    const want = [...core.f32(all, 88)];
    core.exports.seedStreams(1, 0, 0, 0, 0);
    core.u8(all, 32 * 12).fill(255);
    let done = 0;
    for (const groups of [0, 1, 2, 3, 0, 1, 4]) {
      core.exports.fillNormals32(all + 32 * done, groups);
      done += groups;
      expect([...core.u8(all + 32 * done, 32)]).toEqual(new Array(32).fill(255));
    }
    expect([...core.f32(all, 88)]).toEqual(want);
    core.release(all);
  });

  it("have the law of a normal over 10^7 draws", () => {
    const edges = cellEdges(core);
    const cells = new Uint32Array(CELLS);
    const sums = [0, 0, 0, 0];
    const beyond = [0, 0, 0];
    let largest = 0;
    core.exports.seedStreams(2024, 0, 6, 11, 0);
    drawEach(core, (draws) => {
      for (const x of draws) {
        const x2 = x * x;
        cells[cellOf(x, edges)]++;
        sums[0] += x;
        sums[1] += x2;
        sums[2] += x2 * x;
        sums[3] += x2 * x2;
        const size = Math.abs(x);
        if (size > 3) for (const [i, limit] of [3, 4, 5].entries()) if (size > limit) beyond[i]++;
        if (size > largest) largest = size;
      }
    });
    // the i-th moment's mean has the standard error √(E x^2i − (E x^i)²)/√n; 4.9 of them, two-sided 1e-6 each
    for (const [i, [mean, variance]] of [
      [0, 1],
      [1, 2],
      [0, 15],
      [3, 96],
    ].entries()) {
      expect(Math.abs(sums[i] / DRAWS - mean), `moment ${i + 1}`).toBeLessThan(4.9 * Math.sqrt(variance / DRAWS));
    }
    // beyond 3 and 4: binomial counts of 26998 and 633; beyond 5: Poisson of 5.7, which reaches 21 with probability 1e-6
    for (const [i, limit] of [3, 4].entries()) {
      const mean = 2 * core.exports.normalCdf(-limit) * DRAWS;
      expect(Math.abs(beyond[i] - mean), `beyond ${limit}`).toBeLessThan(4.9 * Math.sqrt(mean));
    }
    expect(beyond[2]).toBeGreaterThan(0); // a normal fails this with probability 3e-3; not with this seed
    expect(beyond[2]).toBeLessThan(21);
    expect(largest).toBeLessThan(6.67); // √(−2 ln 2^−32), the end of 31 bits and a half
    expect(chiSquareOfEqual(cells)).toBeLessThan(chiSquareLimit(CELLS - 1));
  });

  it("are independent within a group, and from one group to the next", () => {
    // pair (i, i + lag) of standard normals: the products of x, and of (x² − 1)/√2, have mean 0 and variance 1
    const lags = [1, 2, 3, 4, 5, 7, 8, 12, 16];
    const products = lags.map(() => 0);
    const squares = lags.map(() => 0);
    core.exports.seedStreams(2024, 0, 6, 11, 1);
    drawEach(core, (draws) => {
      for (const [which, lag] of lags.entries()) {
        for (let i = 0; i < 16; i++) {
          for (let k = i; k + lag < PORTION; k += 160) {
            const [x, y] = [draws[k], draws[k + lag]];
            products[which] += x * y;
            squares[which] += ((x * x - 1) * (y * y - 1)) / 2;
          }
        }
      }
    });
    const pairs = DRAWS / 10;
    for (const [which, lag] of lags.entries()) {
      expect(Math.abs(products[which]) / Math.sqrt(pairs), `lag ${lag}`).toBeLessThan(4.9);
      expect(Math.abs(squares[which]) / Math.sqrt(pairs), `squares at lag ${lag}`).toBeLessThan(4.9);
    }
  });
});

buildsOfEdition("normals in double precision", (core) => {
  it("are the variates of the scalar stream, in order", () => {
    const groups = 251;
    const normals = core.reserve(32 * groups);
    core.exports.seedStreams(1, 2, 3, 4, 5);
    core.exports.fillNormals64(normals, groups);
    const got = [...core.f64(normals, 4 * groups)];
    core.exports.seedStreams(1, 2, 3, 4, 5);
    expect(got).toEqual(got.map(() => core.exports.normal()));
    core.release(normals);
  });
});
