/**
 * Normal variates in single precision, eight at a time: the Box–Muller transform (Box & Muller, Ann. Math. Stat. 29,
 * 1958) on two xoshiro128++ blocks of four lanes,
 *
 *     x = √(−2 ln u) · cos α,   y = √(−2 ln u) · sin α,   u = (k + ½)·2^−31, k of 31 bits.
 *
 * −2 ln u: u = 2^e (1 + f) with 1 + f in [√½, √2), −2 ln(1 + f) by a polynomial of degree 8 in f.
 * α: 30 bits give v in [−1, 1), cos and sin of v·π/4 by even and odd polynomials of degree 6 and 7; one bit swaps the
 * two and two bits choose their signs, which together cover the circle.
 * Price of single precision: absolute error of a variate below 2e-6, and |x| stops at √(−2 ln 2^−32) = 6.66
 * (a normal passes that with probability 3e-11). For validation use the f64 path.
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
const BITS: usize = memory.data<u32>([0x3f3504f3, 0x007fffff, 0x80000000], 16);

// @ts-ignore: decorator
@inline
function constant(index: i32): v128 {
  return v128.load32_splat(CONSTANTS + (<usize>index << 2));
}

// @ts-ignore: decorator
@inline
/** √(−2 ln u) from 31 random bits a lane. */
function radius(bits: v128): v128 {
  const u = f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(bits, 1)), constant(0)), constant(1));
  const root = v128.load32_splat(BITS); // the bits of √½
  const shifted = i32x4.sub(u, root);
  const exponent = f32x4.convert_i32x4_s(i32x4.shr_s(shifted, 23));
  const f = f32x4.sub(i32x4.add(v128.and(shifted, v128.load32_splat(BITS, 4)), root), constant(19));
  const f2 = f32x4.mul(f, f);
  const low = f32x4.add(
    f32x4.add(constant(2), f32x4.mul(f, constant(3))),
    f32x4.mul(f2, f32x4.add(constant(4), f32x4.mul(f, constant(5)))),
  );
  const high = f32x4.add(
    f32x4.add(constant(6), f32x4.mul(f, constant(7))),
    f32x4.mul(f2, f32x4.add(constant(8), f32x4.mul(f, constant(9)))),
  );
  const logarithm = f32x4.mul(f, f32x4.add(low, f32x4.mul(f32x4.mul(f2, f2), high)));
  const square = f32x4.sub(logarithm, f32x4.mul(exponent, constant(10)));
  return f32x4.sqrt(f32x4.max(f32x4.splat(0), square));
}

// @ts-ignore: decorator
@inline
function cosine(w: v128): v128 {
  return f32x4.add(
    constant(11),
    f32x4.mul(w, f32x4.add(constant(12), f32x4.mul(w, f32x4.add(constant(13), f32x4.mul(w, constant(14)))))),
  );
}

// @ts-ignore: decorator
@inline
function sine(v: v128, w: v128): v128 {
  return f32x4.mul(
    v,
    f32x4.add(
      constant(15),
      f32x4.mul(w, f32x4.add(constant(16), f32x4.mul(w, f32x4.add(constant(17), f32x4.mul(w, constant(18)))))),
    ),
  );
}

/** Fills `blocks` groups of eight f32 normals at `ptr` (16-byte aligned). */
function fillSingle(ptr: usize, blocks: i32): void {
  let p0 = v128.load(LANES), p1 = v128.load(LANES, 16), p2 = v128.load(LANES, 32), p3 = v128.load(LANES, 48);
  let q0 = v128.load(LANES, 64), q1 = v128.load(LANES, 80), q2 = v128.load(LANES, 96), q3 = v128.load(LANES, 112);
  const end = ptr + ((<usize>blocks) << 5);
  for (; ptr < end; ptr += 32) {
    let sum = i32x4.add(p0, p3);
    const r = i32x4.add(v128.or(i32x4.shl(sum, 7), i32x4.shr_u(sum, 25)), p0);
    let shifted = i32x4.shl(p1, 9);
    p2 = v128.xor(p2, p0);
    p3 = v128.xor(p3, p1);
    p1 = v128.xor(p1, p2);
    p0 = v128.xor(p0, p3);
    p2 = v128.xor(p2, shifted);
    p3 = v128.or(i32x4.shl(p3, 11), i32x4.shr_u(p3, 21));

    sum = i32x4.add(q0, q3);
    const b = i32x4.add(v128.or(i32x4.shl(sum, 7), i32x4.shr_u(sum, 25)), q0);
    shifted = i32x4.shl(q1, 9);
    q2 = v128.xor(q2, q0);
    q3 = v128.xor(q3, q1);
    q1 = v128.xor(q1, q2);
    q0 = v128.xor(q0, q3);
    q2 = v128.xor(q2, shifted);
    q3 = v128.or(i32x4.shl(q3, 11), i32x4.shr_u(q3, 21));

    const length = radius(r);
    const v = f32x4.mul(f32x4.convert_i32x4_s(i32x4.shl(b, 2)), constant(0));
    const w = f32x4.mul(v, v);
    const c = cosine(w);
    const s = sine(v, w);
    // bit 30 of b swaps cosine and sine, bit 31 signs x, bit 0 of r (unused by the radius) signs y
    const swap = v128.and(v128.xor(c, s), i32x4.shr_s(i32x4.shl(b, 1), 31));
    const sign = v128.load32_splat(BITS, 8);
    v128.store(ptr, f32x4.mul(length, v128.xor(v128.xor(c, swap), v128.and(b, sign))));
    v128.store(ptr, f32x4.mul(length, v128.xor(v128.xor(s, swap), i32x4.shl(r, 31))), 16);
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
