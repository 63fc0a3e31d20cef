/**
 * Normal variates in single precision, eight at a time: the Box–Muller transform (Box & Muller, Ann. Math. Stat. 29,
 * 1958) on two xoshiro128++ blocks of four lanes,
 *
 *     x = √(−2 ln u) · cos α,   y = √(−2 ln u) · sin α,   u = (k + ½)·2^−31, k of 31 bits.
 *
 * −2 ln u: u = 2^e (1 + f) with 1 + f in [√½, √2), −2 ln(1 + f) by a polynomial of degree 8 in f.
 * α: 30 bits give v in [−1, 1), cos and sin of v·π/4 by even and odd polynomials of degree 6 and 7; one bit swaps the
 * two and two bits choose their signs, which together cover the circle.
 * Price of single precision: u keeps 24 bits, which moves a pair at distance ρ from the origin by up to 2^−23/ρ (2^−11.5
 * at most); all else adds an absolute error below 1e-6; and |x| stops at √(−2 ln 2^−32) = 6.66 (a normal passes that with
 * probability 3e-11). For validation use the f64 path.
 *
 * Constants live in memory: a broadcast load in the loop costs less than a splat of a literal.
 */
import { LANES } from "./streams";
import { normal } from "./variates/normal64";

const CONSTANTS: usize = memory.data<f32>([
  4.656612873077393e-10, // 2^−31
  2.3283064365386963e-10, // 2^−32
  // −2 ln(1 + f) = f · (a0 + a1 f + … + a7 f^7), minimax on [√½ − 1, √2 − 1]
  -1.9999998807907104, 1.0000072717666626, -0.6667011976242065, 0.4993981719017029, -0.39800330996513367,
  0.34501662850379944, -0.3244515061378479, 0.20213767886161804,
  1.3862943611198906, // 2 ln 2
  // cos(v π/4) = c0 + c1 v² + c2 v⁴ + c3 v⁶ and sin(v π/4) = v (s0 + s1 v² + s2 v⁴ + s3 v⁶)
  0.9999999403953552, -0.308424174785614, 0.015849685296416283, -0.00031872812542133033,
  0.7853981852531433, -0.08074543625116348, 0.00249000103212893, -3.595047746784985e-5,
  1.0,
], 16);
const UNUSED: usize = memory.data(32, 16);
const BITS: usize = memory.data<u32>([0x3f3504f3, 0x007fffff, 0x80000000], 16);

// @ts-ignore: decorator
@inline
function constant(index: i32): v128 {
  return v128.load32_splat(CONSTANTS + (<usize>index << 2));
}

// @ts-ignore: decorator
@inline
/** x·a + b: two roundings, as no fused operation has the same bits everywhere. */
function fma(x: v128, a: v128, b: v128): v128 {
  return f32x4.add(f32x4.mul(x, a), b);
}

// @ts-ignore: decorator
@inline
/**
 * Turns two times 2×4 words of random bits into two groups of eight normals. Two at once, because a constant loaded for
 * both costs half of one loaded for each.
 */
function transform(outA: usize, radiusA: v128, angleA: v128, outB: usize, radiusB: v128, angleB: v128): void {
  // u = (k + ½)·2^−31 = 2^e (1 + f)
  let c = constant(0), d = constant(1);
  const uA = fma(f32x4.convert_i32x4_s(i32x4.shr_u(radiusA, 1)), c, d);
  const uB = fma(f32x4.convert_i32x4_s(i32x4.shr_u(radiusB, 1)), c, d);
  const root = v128.load32_splat(BITS); // the bits of √½
  const shiftedA = i32x4.sub(uA, root), shiftedB = i32x4.sub(uB, root);
  const mask = v128.load32_splat(BITS, 4), one = constant(19);
  const fA = f32x4.sub(i32x4.add(v128.and(shiftedA, mask), root), one);
  const fB = f32x4.sub(i32x4.add(v128.and(shiftedB, mask), root), one);
  const f2A = f32x4.mul(fA, fA), f2B = f32x4.mul(fB, fB);
  // the polynomial by pairs of coefficients (Estrin): (a0 + a1 f) + f² (a2 + a3 f) + f⁴ ((a4 + a5 f) + f² (a6 + a7 f))
  c = constant(9), d = constant(8);
  let highA = fma(fA, c, d), highB = fma(fB, c, d);
  c = constant(7), d = constant(6);
  highA = fma(f2A, highA, fma(fA, c, d)), highB = fma(f2B, highB, fma(fB, c, d));
  c = constant(5), d = constant(4);
  let lowA = fma(fA, c, d), lowB = fma(fB, c, d);
  c = constant(3), d = constant(2);
  lowA = fma(f2A, lowA, fma(fA, c, d)), lowB = fma(f2B, lowB, fma(fB, c, d));
  const logA = f32x4.mul(fA, fma(f32x4.mul(f2A, f2A), highA, lowA));
  const logB = f32x4.mul(fB, fma(f32x4.mul(f2B, f2B), highB, lowB));
  c = constant(10);
  const zero = f32x4.splat(0);
  const squareA = f32x4.sub(logA, f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_s(shiftedA, 23)), c));
  const squareB = f32x4.sub(logB, f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_s(shiftedB, 23)), c));
  const lengthA = f32x4.sqrt(f32x4.max(zero, squareA)), lengthB = f32x4.sqrt(f32x4.max(zero, squareB));

  // cosine and sine of v·π/4
  c = constant(0);
  const vA = f32x4.mul(f32x4.convert_i32x4_s(i32x4.shl(angleA, 2)), c);
  const vB = f32x4.mul(f32x4.convert_i32x4_s(i32x4.shl(angleB, 2)), c);
  const wA = f32x4.mul(vA, vA), wB = f32x4.mul(vB, vB);
  c = constant(14), d = constant(13);
  let cosA = fma(wA, c, d), cosB = fma(wB, c, d);
  c = constant(12);
  cosA = fma(wA, cosA, c), cosB = fma(wB, cosB, c);
  c = constant(11);
  cosA = fma(wA, cosA, c), cosB = fma(wB, cosB, c);
  c = constant(18), d = constant(17);
  let sinA = fma(wA, c, d), sinB = fma(wB, c, d);
  c = constant(16);
  sinA = fma(wA, sinA, c), sinB = fma(wB, sinB, c);
  c = constant(15);
  sinA = f32x4.mul(vA, fma(wA, sinA, c)), sinB = f32x4.mul(vB, fma(wB, sinB, c));

  // bit 30 of the angle swaps the two, bit 31 signs x, bit 0 of the radius (unused by it) signs y
  const sign = v128.load32_splat(BITS, 8);
  const swapA = v128.and(v128.xor(cosA, sinA), i32x4.shr_s(i32x4.shl(angleA, 1), 31));
  const swapB = v128.and(v128.xor(cosB, sinB), i32x4.shr_s(i32x4.shl(angleB, 1), 31));
  v128.store(outA, f32x4.mul(lengthA, v128.xor(v128.xor(cosA, swapA), v128.and(angleA, sign))));
  v128.store(outA, f32x4.mul(lengthA, v128.xor(v128.xor(sinA, swapA), i32x4.shl(radiusA, 31))), 16);
  v128.store(outB, f32x4.mul(lengthB, v128.xor(v128.xor(cosB, swapB), v128.and(angleB, sign))));
  v128.store(outB, f32x4.mul(lengthB, v128.xor(v128.xor(sinB, swapB), i32x4.shl(radiusB, 31))), 16);
}

/** Fills `groups` groups of eight f32 normals at `ptr` (16-byte aligned). */
function fillSingle(ptr: usize, groups: i32): void {
  let p0 = v128.load(LANES), p1 = v128.load(LANES, 16), p2 = v128.load(LANES, 32), p3 = v128.load(LANES, 48);
  let q0 = v128.load(LANES, 64), q1 = v128.load(LANES, 80), q2 = v128.load(LANES, 96), q3 = v128.load(LANES, 112);
  const end = ptr + ((<usize>groups) << 5);
  while (ptr < end) {
    let sum: v128, shifted: v128;
    sum = i32x4.add(p0, p3);
    const radiusA = i32x4.add(v128.or(i32x4.shl(sum, 7), i32x4.shr_u(sum, 25)), p0);
    shifted = i32x4.shl(p1, 9);
    p2 = v128.xor(p2, p0);
    p3 = v128.xor(p3, p1);
    p1 = v128.xor(p1, p2);
    p0 = v128.xor(p0, p3);
    p2 = v128.xor(p2, shifted);
    p3 = v128.or(i32x4.shl(p3, 11), i32x4.shr_u(p3, 21));
    sum = i32x4.add(q0, q3);
    const angleA = i32x4.add(v128.or(i32x4.shl(sum, 7), i32x4.shr_u(sum, 25)), q0);
    shifted = i32x4.shl(q1, 9);
    q2 = v128.xor(q2, q0);
    q3 = v128.xor(q3, q1);
    q1 = v128.xor(q1, q2);
    q0 = v128.xor(q0, q3);
    q2 = v128.xor(q2, shifted);
    q3 = v128.or(i32x4.shl(q3, 11), i32x4.shr_u(q3, 21));
    if (ptr + 32 == end) {
      // an odd group out: its twin is written beside and not looked at
      transform(ptr, radiusA, angleA, UNUSED, radiusA, angleA);
      break;
    }
    sum = i32x4.add(p0, p3);
    const radiusB = i32x4.add(v128.or(i32x4.shl(sum, 7), i32x4.shr_u(sum, 25)), p0);
    shifted = i32x4.shl(p1, 9);
    p2 = v128.xor(p2, p0);
    p3 = v128.xor(p3, p1);
    p1 = v128.xor(p1, p2);
    p0 = v128.xor(p0, p3);
    p2 = v128.xor(p2, shifted);
    p3 = v128.or(i32x4.shl(p3, 11), i32x4.shr_u(p3, 21));
    sum = i32x4.add(q0, q3);
    const angleB = i32x4.add(v128.or(i32x4.shl(sum, 7), i32x4.shr_u(sum, 25)), q0);
    shifted = i32x4.shl(q1, 9);
    q2 = v128.xor(q2, q0);
    q3 = v128.xor(q3, q1);
    q1 = v128.xor(q1, q2);
    q0 = v128.xor(q0, q3);
    q2 = v128.xor(q2, shifted);
    q3 = v128.or(i32x4.shl(q3, 11), i32x4.shr_u(q3, 21));
    transform(ptr, radiusA, angleA, ptr + 32, radiusB, angleB);
    ptr += 64;
  }
  v128.store(LANES, p0);
  v128.store(LANES, p1, 16);
  v128.store(LANES, p2, 32);
  v128.store(LANES, p3, 48);
  v128.store(LANES, q0, 64);
  v128.store(LANES, q1, 80);
  v128.store(LANES, q2, 96);
  v128.store(LANES, q3, 112);
}

// @ts-ignore: decorator
@inline
/** Fills `groups` groups of 32 bytes at `ptr` with normals: eight f32 or four f64 a group. */
export function fillNormalGroups<T>(ptr: usize, groups: i32): void {
  if (sizeof<T>() == 4) {
    fillSingle(ptr, groups);
  } else {
    for (const end = ptr + ((<usize>groups) << 5); ptr < end; ptr += 8) store<f64>(ptr, normal());
  }
}
