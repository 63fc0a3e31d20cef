import { it } from "vitest";
import { eachBuild } from "./builds.js";
import { PRECISIONS } from "./layout.js";
import { userRows } from "./rowsOfUser.js";
import { gram } from "../oracle/linalg.js";
import { fitRows, scoped } from "../../src/core/pieces.js";
import { logisticGradient } from "../oracle/learn.js";
import { norm } from "../oracle/linalg.js";
eachBuild("x", (core, b) => { it("y", () => {
  if (b === "debug") return;
  const rows = userRows(PRECISIONS[1], 9, 40, 4);
  const signed = Array.from({ length: 9 }, (_, i) => [...rows.x.subarray(9 * i, 9 * i + 9)]);
  scoped(core, () => { const m = core.place(Float64Array.from(gram(signed, 9).flat())); const v = core.reserve(8*81); core.exports.jacobiEigen(m, 9, v); const e = Array.from({length:9},(_, i)=>core.f64(m,81)[i*10]).sort((a,b)=>a-b); console.log("EIG", e[0], e[8], e[8]/e[0]); });
  // stress logistic
  let bad = 0, total = 0, worst = 0; const its: number[] = [];
  for (const kind of PRECISIONS) for (const dim of [1, 5, 17, 60]) for (const count of [5, 50, 400, 3000]) for (const lambda of [1e-6, 1e-4, 1e-2, 1]) for (let seed = 0; seed < 3; seed++) {
    const r = userRows(kind, dim, count, 1000 * seed + dim);
    if (!r.keep.some(Boolean)) continue;
    const f = fitRows(core, r, { kind: "logistic", lambda, loss: "logistic", learningRate: 0.1, solver: "auto" });
    total++; its.push(f.iterations);
    const g = norm(logisticGradient(r.signed, lambda, [...f.weights])) / norm(logisticGradient(r.signed, lambda, new Array(dim).fill(0)));
    if (!f.converged) { bad++; console.log("BAD", kind.precision, dim, count, lambda, seed, f.gradientNorm, g, f.iterations); }
    worst = Math.max(worst, g / (kind.bytes === 4 ? 1e-5 : 1e-10));
  }
  console.log("TOTAL", total, bad, worst, Math.max(...its));
}, 200000); });
