/**
 * xoshiro128++ 1.0 (Blackman & Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47, 2021;
 * public-domain C at prng.di.unimi.it): one scalar stream for labels and variates, eight lanes for normals.
 *
 * All nine generators of a trial are seeded by SplitMix64 (Steele, Lea & Flood, OOPSLA 2014) from
 * (seed, cell, trial), so trials can be computed in any order, on any number of workers, with the same bits.
 * Eight random starting points in a period of 2^128 − 1 overlap within 2^40 draws with probability below 2^−80.
 *
 * Lane layout at LANES (128 bytes): word i of generator block b is the vector at b·64 + i·16, one lane a generator.
 */
export const LANES: usize = memory.data(128, 16);
const SAVED: usize = memory.data(144, 16);

let scalar0: u32 = 1;
let scalar1: u32 = 2;
let scalar2: u32 = 3;
let scalar3: u32 = 4;

const GOLDEN: u64 = 0x9e3779b97f4a7c15;

// @ts-ignore: decorator
@inline
function mix64(z: u64): u64 {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

/** Seeds every stream. `seed` and `cell` are 64-bit numbers in two halves; `trial` counts from 0. */
export function seedStreams(seedLow: u32, seedHigh: u32, cellLow: u32, cellHigh: u32, trial: u32): void {
  const seed = ((<u64>seedHigh) << 32) | (<u64>seedLow);
  const cell = ((<u64>cellHigh) << 32) | (<u64>cellLow);
  let counter = mix64(seed + GOLDEN);
  counter = mix64((counter ^ cell) + GOLDEN);
  counter = mix64((counter ^ (<u64>trial)) + GOLDEN);

  counter += GOLDEN;
  const first = mix64(counter);
  counter += GOLDEN;
  const second = mix64(counter);
  scalar0 = <u32>first;
  scalar1 = <u32>(first >> 32);
  scalar2 = <u32>second;
  scalar3 = <u32>(second >> 32);
  for (let offset: usize = 0; offset < 128; offset += 8) {
    counter += GOLDEN;
    store<u64>(LANES + offset, mix64(counter));
  }
}

/** Remembers where every stream stands, for a second pass over the same draws. */
export function saveStreams(): void {
  memory.copy(SAVED, LANES, 128);
  store<u32>(SAVED + 128, scalar0);
  store<u32>(SAVED + 132, scalar1);
  store<u32>(SAVED + 136, scalar2);
  store<u32>(SAVED + 140, scalar3);
}

/** Goes back to where `saveStreams` was called. */
export function restoreStreams(): void {
  memory.copy(LANES, SAVED, 128);
  scalar0 = load<u32>(SAVED + 128);
  scalar1 = load<u32>(SAVED + 132);
  scalar2 = load<u32>(SAVED + 136);
  scalar3 = load<u32>(SAVED + 140);
}

/** 32 uniform bits of the scalar stream. */
export function nextU32(): u32 {
  const result = rotl<u32>(scalar0 + scalar3, 7) + scalar0;
  const shifted = scalar1 << 9;
  scalar2 ^= scalar0;
  scalar3 ^= scalar1;
  scalar1 ^= scalar2;
  scalar0 ^= scalar3;
  scalar2 ^= shifted;
  scalar3 = rotl<u32>(scalar3, 11);
  return result;
}

/** Uniform on [0, 1) in steps of 2^−53. */
export function uniform53(): f64 {
  const high = <f64>(nextU32() >> 5);
  const low = <f64>(nextU32() >> 6);
  return (high * 67108864.0 + low) * 1.1102230246251565e-16;
}

/** Uniform on (0, 1): the midpoints of the steps of 2^−52, so that its logarithm is finite. */
export function uniformOpen(): f64 {
  const high = <f64>(nextU32() >> 6);
  const low = <f64>(nextU32() >> 6);
  return (high * 67108864.0 + low + 0.5) * 2.220446049250313e-16;
}

/** The 32-bit threshold below which `nextU32` falls with the given probability; exact at 0 and 1, to 2^−32 between. */
export function threshold32(probability: f64): u64 {
  return <u64>(probability * 4294967296.0 + 0.5);
}

// @ts-ignore: decorator
@inline
/** One draw of the scalar stream against a threshold. */
export function happens(threshold: u64): bool {
  return (<u64>nextU32()) < threshold;
}
