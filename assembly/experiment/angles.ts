/**
 * Where a verifier at an angle stands beside a linear generator, in the coordinates u, b₁, b₂ of directions.ts:
 * v_prune = cos θ_prune u + α b₁ + β b₂, α = (cos θ − cos θ_gen cos θ_prune) / sin θ_gen, α² + β² = sin² θ_prune.
 */
import { angleToGenerator, generatorAngle, verifierAngle } from "./settings";

/** α; 0 where the two err independently, or the generator has no part outside u. */
export function verifierFirst(): f64 {
  const spread = Math.sin(generatorAngle);
  if (isNaN(angleToGenerator) || !(spread > 1e-12)) return 0;
  return (Math.cos(angleToGenerator) - Math.cos(generatorAngle) * Math.cos(verifierAngle)) / spread;
}

/** β, given α; what rounding leaves of a flat triangle counts as nothing. */
export function verifierSecond(first: f64): f64 {
  const across = Math.sin(verifierAngle);
  const square = across * across - first * first;
  return square > 1e-18 ? sqrt(square) : 0;
}
