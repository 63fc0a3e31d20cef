// The figure of the phase transition in arXiv 2410.08942 at p/m = 1: trials, the theory, and its equations as published, in which δ of the
// generated rows has a factor α. Prints the table of docs/augment.md. Needs dist (npm run build); some 20 s.
//   node bench/published_alpha.mjs

import { runAugment } from "../dist/eigen.js";

// ‖μ‖ = 1, ρ = 0.3, φ = 0.8, γ = 1 for each row before verification; p = m = 10⁴ and generated rows alone
const setting = {
  dim: 10_000,
  meanNorm: 1,
  realRows: 0,
  samples: 10_000,
  phi: 0.8,
  psi: 0.3,
  lambda: 1,
  penalty: "all",
};

console.log("| ε | α | 4,000 trials | theory | as published |\n|---|---|---|---|---|");
for (const errorRate of [0, 0.3, 0.6, 0.9]) {
  const { rows } = await runAugment({ ...setting, errorRate, trials: 4000 });
  const [{ accuracy, theory, published }] = rows;
  const alpha = (1 - errorRate) * setting.phi + errorRate * setting.psi;
  const drawn = `${accuracy.mean.toFixed(5)} ± ${accuracy.se.toFixed(5)}`;
  console.log(`| ${errorRate} | ${alpha.toFixed(2)} | ${drawn} | ${theory.toFixed(5)} | ${published.toFixed(5)} |`);
}
