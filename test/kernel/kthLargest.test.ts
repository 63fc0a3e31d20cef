import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { uniforms } from "../oracle/random.js";
import { eachBuild } from "./builds.js";
import { numbers, PRECISIONS, place, stored } from "./layout.js";

eachBuild("the k-th largest", (core) => {
  describe.each(PRECISIONS)("in $precision", (kind) => {
    const kthLargest = kind.precision === "f32" ? core.exports.kthLargest32 : core.exports.kthLargest64;
    const check = (values: number[], k: number) =>
      core.scoped(() => {
        const at = place(core, kind, values);
        const sorted = values.map((x) => stored(kind, x)).sort((x, y) => y - x);
        expect(kthLargest(at, values.length, k)).toBe(sorted[k - 1]);
        expect(numbers(core, kind, at, values.length).sort((x, y) => y - x)).toEqual(sorted);
      });
    const checkAll = (values: number[]) => {
      for (let k = 1; k <= values.length; k++) check(values, k);
    };

    it("is what sorting gives, for every k", () => {
      const uniform = uniforms(3);
      for (const n of [1, 2, 3, 4, 5, 31, 64]) checkAll(Array.from({ length: n }, () => uniform() - 0.5));
    });

    it("stands on arrays that defeat a careless pivot", () => {
      const n = 57;
      const of = (value: (i: number) => number) => Array.from({ length: n }, (_, i) => value(i));
      for (const values of [
        of((i) => i),
        of((i) => -i),
        of(() => 3),
        of((i) => i % 2),
        of((i) => Math.abs(i - 28)),
        of((i) => -Math.abs(i - 28)),
      ]) {
        checkAll(values);
      }
    });

    it("counts equal numbers singly", () => {
      fc.assert(
        fc.property(
          fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 40 }),
          fc.nat(),
          (values, k) => {
            check(values, 1 + (k % values.length));
          },
        ),
        { seed: 5, numRuns: 300 },
      );
    });
  });
});
