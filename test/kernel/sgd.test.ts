import { describe, expect, it } from "vitest";
import { DivergedError } from "../../src/core/errors.js";
import { type Pass, SLOPES, sgd } from "../oracle/learn.js";
import { dot, norm } from "../oracle/linalg.js";
import { normals, uniforms } from "../oracle/random.js";
import { eachBuild } from "./builds.js";
import { fitRows } from "./experiment.js";
import { numbers, PRECISIONS, type Precision, place, table } from "./layout.js";
import { LEARNER, USER_SHAPES, userRows } from "./rowsOfUser.js";

const LOSSES = ["logistic", "squared"] as const;

/**
 * How far rounding moves one pass. A step maps two weight vectors to two that are no farther apart, since ηℓ'' ‖x‖² < 2
 * here; so the steps' own errors add up, as roots since they are independent: d products in a margin, then the slope, the
 * step and the decay of each weight.
 */
function slackOf({ unit }: Precision, rows: number[][], { learningRate }: Pass, w: number[]): number {
  const d = w.length;
  const squares = rows.map((row) => {
    const margin = Math.sqrt(d + 8) * norm(row.map((x, j) => x * w[j])) + 4;
    return (learningRate * margin * norm(row) + 2 * norm(w)) ** 2;
  });
  return 4 * (unit + 2 ** -53) * Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
}

eachBuild("stochastic gradient descent", (core) => {
  describe.each(PRECISIONS)("in $precision", (kind) => {
    const sgdRows = kind.precision === "f32" ? core.exports.sgdRows32 : core.exports.sgdRows64;

    it.each(USER_SHAPES)("passes once over $count rows in $dim dimensions", ({ dim, count }) => {
      const rows = userRows(kind, dim, count, dim + 1);
      for (const loss of LOSSES) {
        for (const lambda of [0, 0.2]) {
          const pass = { loss, lambda, learningRate: 0.03 };
          const want = sgd(rows.signed, pass);
          const fit = fitRows(core, rows, { ...LEARNER, ...pass, kind: "sgd" });
          expect(norm(want.map((value, j) => fit.weights[j] - value))).toBeLessThan(
            slackOf(kind, rows.signed, pass, want),
          );
        }
      }
    });

    it("goes on from the weights it is given, row by row", () => {
      for (const columns of [8, 16, 24]) {
        const draw = normals(uniforms(columns));
        const x = table(kind, 13, columns, draw);
        const start = table(kind, 1, columns, draw)[0];
        for (const loss of LOSSES) {
          const pass = { loss, lambda: 0.1, learningRate: 0.02 };
          core.scoped(() => {
            const weights = place(core, kind, start);
            const rows = place(core, kind, x.flat());
            const bytes = columns * kind.bytes;
            let done = 0;
            for (const count of [0, 1, 5, 7]) {
              sgdRows(rows + done * bytes, bytes, count, weights, LOSSES.indexOf(loss), pass.learningRate, pass.lambda);
              done += count;
              const want = sgd(x.slice(0, done), pass, start);
              const error = numbers(core, kind, weights, columns).map((value, j) => value - want[j]);
              expect(norm(error)).toBeLessThanOrEqual(slackOf(kind, x.slice(0, done), pass, want));
            }
          });
        }
      }
    });

    it("weighs a row by σ(−m) at every margin", () => {
      // x = (1, 1, 0, …), w = (m, 0, 0, …), η = 1: the second weight becomes σ(−m) itself
      const limitOf = (margin: number) => (kind.precision === "f32" ? 3e-7 + 1e-7 * Math.abs(margin) : 2 ** -51);
      for (let margin = -100; margin <= 100; margin += 0.3125) {
        const got = core.scoped(() => {
          const weights = place(core, kind, [margin, 0, 0, 0, 0, 0, 0, 0]);
          sgdRows(place(core, kind, [1, 1, 0, 0, 0, 0, 0, 0]), 8 * kind.bytes, 1, weights, 0, 1, 0);
          return numbers(core, kind, weights, 2)[1];
        });
        // in f32 the margin is cut at ±80, where σ is 1.8e-35 or 1
        const want = SLOPES.logistic(kind.precision === "f32" ? Math.min(80, margin) : margin);
        expect(Math.abs(got / want - 1), `margin ${margin}`).toBeLessThan(limitOf(margin));
      }
    });

    it("says that it diverged where the steps are too long", () => {
      const rows = userRows(kind, 9, 300, 1);
      for (const loss of LOSSES) {
        expect(() => fitRows(core, rows, { ...LEARNER, kind: "sgd", loss, learningRate: 1e6 })).toThrow(DivergedError);
      }
      const learner = { ...LEARNER, kind: "sgd", learningRate: 1e6, lambda: 0 } as const;
      // without decay the logistic loss bounds each step, and with it the weights
      const { weights } = fitRows(core, rows, learner);
      expect(norm(weights)).toBeLessThan(1e6 * rows.signed.reduce((sum, row) => sum + Math.sqrt(dot(row, row)), 0));
    });
  });
});
