/**
 * A standard normal ζ ∈ R³ cut to X₁ = aᵀζ ≥ b₁ and X₂ = eᵀζ ≥ b₂, a and e unit vectors with ρ = aᵀe, s = √(1 − ρ²):
 *
 *     mass           L = Φ₂(−b₁, −b₂; ρ)
 *     E[ζ; wedge]    = a g₁ + e g₂,                              gᵢ = φ(bᵢ) Φ(−βᵢ),  βᵢ = (bⱼ − ρ bᵢ)/s
 *     E[ζζᵀ; wedge]  = L·I + b₁g₁ aaᵀ + b₂g₂ eeᵀ + s δ [ρ aaᵀ + s(acᵀ + caᵀ) − ρ ccᵀ],
 *
 * c = (e − ρ a)/s, δ = φ(b₁) φ(β₁) = φ(b₂) φ(β₂): Gauss's theorem on the two faces and on their edge.
 * Sources: Rosenbaum, "Moments of a truncated bivariate normal distribution", J. R. Statist. Soc. B 23 (1961); Tallis,
 * "The moment generating function of the truncated multi-normal distribution", ibid.
 *
 * Written with c nothing cancels as the faces become parallel: the edge term goes to zero, and β to ±∞, or to 0 where
 * the faces coincide, each of them then counting half.
 */
import { bivariateNormalCdf } from "../special/bivariate";
import { normalCdf, normalPdf } from "../special/normal";
import { add, dot3, get, put } from "./triples";

/** Where sums of moments are kept: mass, E[η], E[ηηᵀ] (row-major), f64[13]. */
export const MASS: i32 = 0;
export const FIRST: i32 = 1;
export const SECOND: i32 = 4;
export const MOMENTS: i32 = 13;

/** How much mass goes away as the threshold of the last face rises, of the latest region. */
export let lastDensity: f64 = 0;

const ALONG: usize = memory.data(24, 16);
const LOCAL: usize = memory.data(24, 16);

// @ts-ignore: decorator
@inline
/** difference / width for two faces that may coincide. */
export function turn(difference: f64, width: f64): f64 {
  return difference == 0 ? 0 : difference / width;
}

/**
 * Adds `weight` times the moments of η ~ N(shift·u, I₃) on `count` ≤ 2 half-spaces at `planes` (normal x, y, z and
 * offset h each: xᵀη ≥ h) to the sums at `sums`. Returns the mass itself.
 */
export function addWedge(weight: f64, shift: f64, count: i32, planes: usize, sums: usize): f64 {
  const a = planes, e = planes + 32;
  let mass: f64 = 1, g1: f64 = 0, g2: f64 = 0, b1: f64 = 0, b2: f64 = 0, edge: f64 = 0, rho: f64 = 0, s: f64 = 0;
  if (count > 0) {
    b1 = get(a, 3) - shift * get(a, 0);
    g1 = normalPdf(b1);
    lastDensity = g1;
  }
  if (count == 1) mass = normalCdf(-b1);
  if (count == 2) {
    b2 = get(e, 3) - shift * get(e, 0);
    rho = max(-1.0, min(1.0, dot3(a, e)));
    for (let i = 0; i < 3; i++) put(ALONG, i, get(e, i) - rho * get(a, i));
    s = sqrt(dot3(ALONG, ALONG));
    for (let i = 0; i < 3; i++) put(ALONG, i, s > 0 ? get(ALONG, i) / s : 0);
    // the shift goes in behind the division, where it cannot cancel
    const beta1 = turn(get(e, 3) - rho * get(a, 3), s) - shift * get(ALONG, 0);
    const beta2 = turn(get(a, 3) - rho * get(e, 3), s) - shift * (s * get(a, 0) - rho * get(ALONG, 0));
    edge = g1 * normalPdf(beta1);
    g1 *= normalCdf(-beta1);
    g2 = normalPdf(b2) * normalCdf(-beta2);
    mass = bivariateNormalCdf(-b1, -b2, rho);
    lastDensity = g2;
  }
  addMoments(weight, shift, mass, a, g1, b1 * g1 + rho * s * edge, e, g2, b2 * g2, s * s * edge, -rho * s * edge, sums);
  return mass;
}

/**
 * Moments about `shift`·u from those about the mean, whose matrix is mass·I + aa·aaᵀ + ee·eeᵀ + ac·(acᵀ + caᵀ) +
 * cc·ccᵀ.
 */
function addMoments(
  weight: f64, shift: f64, mass: f64, a: usize, g1: f64, aa: f64, e: usize, g2: f64, ee: f64, ac: f64, cc: f64,
  sums: usize,
): void {
  add(sums, MASS, weight * mass);
  for (let i = 0; i < 3; i++) put(LOCAL, i, (g1 == 0 ? 0 : g1 * get(a, i)) + (g2 == 0 ? 0 : g2 * get(e, i)));
  for (let i = 0; i < 3; i++) {
    const mi = i == 0 ? shift : 0;
    add(sums, FIRST + i, weight * (get(LOCAL, i) + mi * mass));
    for (let j = 0; j < 3; j++) {
      const mj = j == 0 ? shift : 0;
      let value: f64 = i == j ? mass : 0;
      if (aa != 0) value += aa * get(a, i) * get(a, j);
      if (ee != 0) value += ee * get(e, i) * get(e, j);
      if (ac != 0) value += ac * (get(a, i) * get(ALONG, j) + get(ALONG, i) * get(a, j));
      if (cc != 0) value += cc * get(ALONG, i) * get(ALONG, j);
      value += mi * get(LOCAL, j) + get(LOCAL, i) * mj + mi * mj * mass;
      add(sums, SECOND + 3 * i + j, weight * value);
    }
  }
}
