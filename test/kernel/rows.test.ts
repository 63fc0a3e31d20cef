import { describe, expect, it } from "vitest";
import { combination, dot } from "../oracle/linalg.js";
import { normals, uniforms } from "../oracle/random.js";
import { eachBuild } from "./builds.js";
import { numbers, PRECISIONS, place, table } from "./layout.js";

// rows come in fours, and their columns in eights; where the first number stands is free
const SHAPES = [0, 4, 60, 64, 68, 132].flatMap((rows) => [8, 16, 24, 40].map((columns) => ({ rows, columns })));

eachBuild("matrix-free passes", (core) => {
  describe.each(PRECISIONS)("in $precision", (kind) => {
    const { exports } = core;
    const { bytes, unit } = kind;
    const [projectRows, combineRows] =
      kind.precision === "f32"
        ? [exports.projectRows32, exports.combineRows32]
        : [exports.projectRows64, exports.combineRows64];

    it.each(SHAPES)("project $rows rows of $columns on a vector", ({ rows, columns }) => {
      const draw = normals(uniforms(100 * rows + columns));
      const x = table(kind, rows, columns, draw);
      const [v] = table(kind, 1, columns, draw);
      for (const offset of [0, 1, 3]) {
        core.scoped(() => {
          const out = core.reserve(bytes * rows + 16);
          projectRows(place(core, kind, x.flat(), offset), columns * bytes, rows, place(core, kind, v, offset), out);
          const got = numbers(core, kind, out, rows);
          for (const [i, row] of x.entries()) {
            const slack = (columns + 1) * (unit + 2 ** -53) * dot(row.map(Math.abs), v.map(Math.abs));
            expect(Math.abs(got[i] - dot(row, v))).toBeLessThanOrEqual(slack);
          }
        });
      }
    });

    it.each(SHAPES)("add up $rows rows of $columns with factors", ({ rows, columns }) => {
      const draw = normals(uniforms(100 * rows + columns + 1));
      const x = table(kind, rows, columns, draw);
      const factors = table(kind, rows, 1, draw).flat();
      const want = combination(x, factors, columns);
      const sizes = combination(
        x.map((row) => row.map(Math.abs)),
        factors.map(Math.abs),
        columns,
      );
      for (const offset of [0, 1, 3]) {
        core.scoped(() => {
          const out = core.place(new Float64Array(columns).fill(Number.NaN));
          const from = place(core, kind, x.flat(), offset);
          combineRows(from, columns * bytes, rows, place(core, kind, factors), core.reserve(columns * bytes), out);
          for (const [j, got] of core.f64(out, columns).entries()) {
            // in T a product and a sum over at most 64 rows, four of them paired; in f64 all of them
            const slack = (Math.min(rows, 64) * unit + rows * 2 ** -52) * sizes[j];
            expect(Math.abs(got - want[j])).toBeLessThanOrEqual(slack);
          }
        });
      }
    });
  });
});
