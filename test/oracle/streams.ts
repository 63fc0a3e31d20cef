/**
 * Slow twins of the random streams and of the single-precision normals: the C references of Vigna (SplitMix64,
 * xoshiro128++ 1.0) in plain numbers, and the Box–Muller transform in double precision on their bits.
 */

const WORD = (1n << 64n) - 1n;
const GOLDEN = 0x9e3779b97f4a7c15n;

/** SplitMix64's output function. */
export function mix(state: bigint): bigint {
  let z = state;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & WORD;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & WORD;
  return z ^ (z >> 31n);
}

/** SplitMix64: 64-bit numbers from a 64-bit state. */
export function* splitMix64(start: bigint): Generator<bigint, never> {
  for (let state = start; ; ) {
    state = (state + GOLDEN) & WORD;
    yield mix(state);
  }
}

/** xoshiro128++ from a state of four 32-bit words. */
export function* xoshiro128(words: readonly [number, number, number, number]): Generator<number, never> {
  let [a, b, c, d] = words;
  const rotate = (x: number, k: number) => ((x << k) | (x >>> (32 - k))) >>> 0;
  for (;;) {
    yield (rotate((a + d) >>> 0, 7) + a) >>> 0;
    const t = (b << 9) >>> 0;
    c = (c ^ a) >>> 0;
    d = (d ^ b) >>> 0;
    b = (b ^ c) >>> 0;
    a = (a ^ d) >>> 0;
    c = (c ^ t) >>> 0;
    d = rotate(d, 11);
  }
}

export interface StreamNames {
  seed: bigint;
  cell: bigint;
  trial: bigint;
}

/** The nine generators of a trial: the scalar one, then lanes 0–3 for radii and lanes 0–3 for angles. */
export function streamsOf({ seed, cell, trial }: StreamNames) {
  const key = [seed, cell, trial].reduce((state, word) => mix(((state ^ word) + GOLDEN) & WORD), 0n);
  const source = splitMix64(key);
  const halves = Array.from({ length: 18 }, () => source.next().value).flatMap((word) => [
    Number(word & 0xffffffffn),
    Number(word >> 32n),
  ]);
  // after the scalar's four words come two blocks of four vectors, each vector one word of all four lanes
  const lane = (block: number, i: number) => {
    const word = (k: number) => halves[4 + block * 16 + 4 * k + i];
    return xoshiro128([word(0), word(1), word(2), word(3)]);
  };
  return {
    scalar: xoshiro128([halves[0], halves[1], halves[2], halves[3]]),
    radii: [0, 1, 2, 3].map((i) => lane(0, i)),
    angles: [0, 1, 2, 3].map((i) => lane(1, i)),
  };
}

/** A group of eight normals from four lanes of radii and four of angles: four cosines, then four sines. */
export function normalGroup({ radii, angles }: Pick<ReturnType<typeof streamsOf>, "radii" | "angles">): number[] {
  const pairs = radii.map((lane, i) => {
    const forRadius = lane.next().value;
    const forAngle = angles[i].next().value;
    // 31 bits and a half: never 0, never 1
    const radius = Math.sqrt(-2 * Math.log(((forRadius >>> 1) + 0.5) / 2 ** 31));
    // 30 bits for an eighth of a turn to either side of an axis; then which axis, and the signs
    const alpha = ((forAngle << 2) / 2 ** 31) * (Math.PI / 4);
    const axis = forAngle & (2 ** 30) ? [Math.sin(alpha), Math.cos(alpha)] : [Math.cos(alpha), Math.sin(alpha)];
    const x = forAngle >>> 31 ? -axis[0] : axis[0];
    const y = forRadius & 1 ? -axis[1] : axis[1];
    return [radius * x, radius * y];
  });
  return [...pairs.map(([x]) => x), ...pairs.map(([, y]) => y)];
}
