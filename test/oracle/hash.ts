/** XXH64, seed 0, in big integers, by the six steps of its specification. */
const P1 = 11400714785074694791n;
const P2 = 14029467366897019727n;
const P3 = 1609587929392839161n;
const P4 = 9650029242287828579n;
const P5 = 2870177450012600261n;

const u64 = (x: bigint) => BigInt.asUintN(64, x);
const turn = (x: bigint, by: bigint) => u64(x << by) | (x >> (64n - by));
const round = (accumulator: bigint, lane: bigint) => u64(turn(u64(accumulator + lane * P2), 31n) * P1);

function read(bytes: Uint8Array, at: number, width: number): bigint {
  return bytes.subarray(at, at + width).reduceRight((word, byte) => (word << 8n) | BigInt(byte), 0n);
}

export function xxh64(bytes: Uint8Array): bigint {
  let at = 0;
  let accumulator = P5;
  if (bytes.length >= 32) {
    let lanes = [u64(P1 + P2), P2, 0n, u64(-P1)];
    for (; at + 32 <= bytes.length; at += 32) lanes = lanes.map((lane, i) => round(lane, read(bytes, at + 8 * i, 8)));
    const turns = [1n, 7n, 12n, 18n];
    accumulator = u64(lanes.reduce((sum, lane, i) => sum + turn(lane, turns[i]), 0n));
    for (const lane of lanes) accumulator = u64((accumulator ^ round(0n, lane)) * P1 + P4);
  }
  accumulator = u64(accumulator + BigInt(bytes.length));
  while (at < bytes.length) {
    const left = bytes.length - at;
    const width = left >= 8 ? 8 : left >= 4 ? 4 : 1;
    const lane = read(bytes, at, width);
    if (width === 8) accumulator = u64(turn(accumulator ^ round(0n, lane), 27n) * P1 + P4);
    else if (width === 4) accumulator = u64(turn(accumulator ^ u64(lane * P1), 23n) * P2 + P3);
    else accumulator = u64(turn(accumulator ^ u64(lane * P5), 11n) * P1);
    at += width;
  }
  accumulator = u64((accumulator ^ (accumulator >> 33n)) * P2);
  accumulator = u64((accumulator ^ (accumulator >> 29n)) * P3);
  return accumulator ^ (accumulator >> 32n);
}
