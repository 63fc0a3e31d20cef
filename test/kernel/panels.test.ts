import { describe, expect, it } from "vitest";
import { combination, dot } from "../oracle/linalg.js";
import { normals, uniforms } from "../oracle/random.js";
import { eachBuild } from "./builds.js";
import { numbers, PANEL_STRIDE, PRECISIONS, place, placePanels, stored, table } from "./layout.js";

const COUNTS = [0, 1, 3, 4, 5, 13, 255, 256];

eachBuild("panels", (core) => {
  describe.each(PRECISIONS)("in $precision", (kind) => {
    const { exports } = core;
    const { bytes, width, unit } = kind;
    const [shapePanel, projectPanels, gatherPanel] =
      kind.precision === "f32"
        ? [exports.shapePanel32, exports.projectPanels32, exports.gatherPanel32]
        : [exports.shapePanel64, exports.projectPanels64, exports.gatherPanel64];

    /** Column sums in blocks of at most 256 rows: one rounding a row, and the oracle's. */
    const expectSums = (got: number[], rows: number[][], start: number) => {
      const ones = rows.map(() => 1);
      const sizes = combination(
        rows.map((row) => row.map(Math.abs)),
        ones,
        width,
      );
      for (const [j, want] of combination(rows, ones, width).entries()) {
        const slack = rows.length * (unit + 2 ** -53) * sizes[j] + 2 ** -52 * (sizes[j] + start);
        expect(Math.abs(got[j] - start - want)).toBeLessThanOrEqual(slack);
      }
    };

    it.each(COUNTS)("shape %d rows: scaled, moved to the side of their sign, and summed", (count) => {
      const draw = normals(uniforms(count + 1));
      const rows = table(kind, count, width, draw);
      const [scale, mean] = table(kind, 2, width, draw);
      const signs = rows.map((_, i) => (i % 3 === 0 ? -1 : 1));
      const want = rows.map((row, i) =>
        row.map((x, j) => stored(kind, stored(kind, x * scale[j]) + stored(kind, signs[i] * mean[j]))),
      );
      for (const stride of [32, 96]) {
        core.scoped(() => {
          const out = core.reserve(stride * count + 32);
          const sums = core.place(new Float64Array(width).fill(2));
          const from = placePanels(core, kind, rows, 1, 32 * (count + 1));
          shapePanel(
            from,
            count,
            place(core, kind, signs),
            place(core, kind, scale),
            place(core, kind, mean),
            out,
            stride,
            sums,
          );
          for (const [i, row] of want.entries()) expect(numbers(core, kind, out + i * stride, width)).toEqual(row);
          expectSums([...core.f64(sums, width)], want, 2);
        });
      }
    });

    it("shape a panel in place", () => {
      const rows = table(kind, 5, width, normals(uniforms(3)));
      const same = (x: number) => place(core, kind, new Array<number>(width).fill(x));
      core.scoped(() => {
        const panel = placePanels(core, kind, rows, 1, 32 * 5);
        const signs = place(core, kind, [1, 1, 1, 1, 1]);
        shapePanel(panel, 5, signs, same(2), same(0), panel, 32, core.reserve(64));
        expect(numbers(core, kind, panel, 5 * width)).toEqual(rows.flat().map((x) => 2 * x));
      });
    });

    it.each(COUNTS)("project %d rows on a direction", (count) => {
      for (const panels of [1, 2, 3]) {
        const draw = normals(uniforms(50 * count + panels));
        const rows = table(kind, count, panels * width, draw);
        const [direction] = table(kind, 1, panels * width, draw);
        core.scoped(() => {
          const out = core.reserve(bytes * 256);
          const block = placePanels(core, kind, rows, panels, PANEL_STRIDE);
          projectPanels(block, panels, count, place(core, kind, direction), core.reserve(16 * 256), out);
          const got = numbers(core, kind, out, count);
          for (const [i, row] of rows.entries()) {
            const size = dot(row.map(Math.abs), direction.map(Math.abs));
            const slack = (direction.length + 1) * (unit + 2 ** -53) * size;
            expect(Math.abs(got[i] - dot(row, direction))).toBeLessThanOrEqual(slack);
          }
        });
      }
    });

    it.each(COUNTS)("gather rows out of %d, each times its factor", (count) => {
      const uniform = uniforms(count + 7);
      const draw = normals(uniform);
      const rows = table(kind, count, width, draw);
      const [scale] = table(kind, 1, width, draw);
      const index = rows.map((_, i) => i).filter(() => uniform() < 0.6);
      const factors = index.map(() => (uniform() < 0.5 ? -1 : 1));
      const want = index.map((from, i) =>
        rows[from].map((x, j) => stored(kind, stored(kind, x * scale[j]) * factors[i])),
      );
      for (const stride of [32, 64]) {
        core.scoped(() => {
          const out = core.reserve(stride * index.length + 32);
          const sums = core.place(new Float64Array(width).fill(2));
          const chosen = core.reserve(4 * index.length);
          core.i32(chosen, index.length).set(index);
          const from = placePanels(core, kind, rows, 1, 32 * (count + 1));
          gatherPanel(
            from,
            chosen,
            place(core, kind, factors),
            index.length,
            place(core, kind, scale),
            out,
            stride,
            sums,
          );
          for (const [i, row] of want.entries()) expect(numbers(core, kind, out + i * stride, width)).toEqual(row);
          expectSums([...core.f64(sums, width)], want, 2);
        });
      }
    });
  });
});
