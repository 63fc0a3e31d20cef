/** MinHash in big integers and sets, sharing nothing with the kernel. */
const u64 = (x: bigint) => BigInt.asUintN(64, x);

function mix(value: bigint): bigint {
  let z = value;
  z = u64((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = u64((z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return z ^ (z >> 31n);
}

/** The different pieces of eight bytes; of fewer bytes, they and zeros. */
export function shinglesOf(bytes: Uint8Array): Set<bigint> {
  const pieces = new Set<bigint>();
  const word = (from: number) =>
    bytes.subarray(from, from + 8).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  if (bytes.length > 0) pieces.add(word(0));
  for (let from = 1; from + 8 <= bytes.length; from++) pieces.add(word(from));
  return pieces;
}

export function minHashSlowly(bytes: Uint8Array, hashes: number): number[] {
  const mixed = [...shinglesOf(bytes)].map((piece) => mix(piece) >> 32n);
  return Array.from({ length: hashes }, (_, i) => {
    const drawn = mix(u64(BigInt(i + 1) * 0x9e3779b97f4a7c15n));
    const [a, b] = [BigInt.asUintN(32, drawn) | 1n, drawn >> 32n];
    const all = mixed.map((z) => BigInt.asUintN(32, a * z + b));
    const [least = 255n] = all.sort((x, y) => (x < y ? -1 : 1));
    return Number(least & 255n);
  });
}

/** The share of pieces that two texts have in common. */
export function jaccard(a: Uint8Array, b: Uint8Array): number {
  const [of, others] = [shinglesOf(a), shinglesOf(b)];
  const both = [...of].filter((piece) => others.has(piece)).length;
  return both / (of.size + others.size - both);
}
