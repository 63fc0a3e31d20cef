import { describe, expect, it } from "vitest";
import { gram } from "../oracle/linalg.js";
import { normals, uniforms } from "../oracle/random.js";
import { eachBuild } from "./builds.js";
import { PRECISIONS, placePanels, table } from "./layout.js";

eachBuild("the Gram matrix", (core) => {
  describe.each(PRECISIONS)("in $precision", (kind) => {
    const addGram = kind.precision === "f32" ? core.exports.addGram32 : core.exports.addGram64;

    it.each([0, 1, 2, 3, 5, 255, 256])("adds the products of %d rows to its upper triangle", (count) => {
      for (const panels of [1, 2, 3, 4]) {
        const width = panels * kind.width;
        const leading = width + 8; // the matrix may be wider than the block
        const rows = table(kind, count, width, normals(uniforms(100 * count + panels)));
        const want = gram(rows, width);
        const sizes = gram(
          rows.map((row) => row.map(Math.abs)),
          width,
        );
        core.scoped(() => {
          const matrix = core.place(new Float64Array(leading * leading).fill(1));
          const stride = 32 * (count + 1);
          addGram(placePanels(core, kind, rows, panels, stride), panels, count, stride, matrix, leading);
          const got = core.f64(matrix, leading * leading);
          for (let i = 0; i < width; i++) {
            for (let j = i; j < width; j++) {
              // `count` products and sums, and then one f64 sum; the oracle's own roundings are those of f64
              const slack = count * kind.unit * sizes[i][j] + 2 ** -52 * (count * sizes[i][j] + 1);
              expect(
                Math.abs(got[i * leading + j] - 1 - want[i][j]),
                `${panels} panels, ${i}, ${j}`,
              ).toBeLessThanOrEqual(slack);
            }
          }
          expect([...got.slice(width, leading)]).toEqual(new Array(8).fill(1));
        });
      }
    });
  });
});
