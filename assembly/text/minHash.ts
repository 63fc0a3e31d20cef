/**
 * MinHash of rows of bytes: of two rows with sets A and B of shingles, each byte of their signatures agrees with probability
 * J + (1 − J)/256, J = |A ∩ B| / |A ∪ B| (Broder, On the resemblance and containment of documents, SEQUENCES 1997; bytes in place
 * of whole hashes: Li, König, b-bit minwise hashing, WWW 2010). A shingle is eight bytes in a row, wherever they begin; of a row with
 * fewer bytes, all of them and zeros.
 *
 * A shingle z is mixed to 32 bits (the finalizer of SplitMix64), and the i-th hash is aᵢz + bᵢ modulo 2³² with odd aᵢ: a
 * permutation, not one of all, which on mixed bits is as good; four lanes at a time.
 */
export const MIN_HASHES: i32 = 128;
const SHINGLE: usize = 8;
const NONE: u32 = 0xffffffff;

// @ts-ignore: decorator
@inline
function mix(z: u64): u64 {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

/** The first eight bytes from `ptr` on, or those before `end` and zeros. */
// @ts-ignore: decorator
@inline
function shingleAt(ptr: usize, end: usize): u32 {
  if (ptr + SHINGLE <= end) return <u32>(mix(load<u64>(ptr)) >> 32);
  let bytes: u64 = 0;
  for (let i: usize = 0; ptr + i < end; i++) bytes |= (<u64>load<u8>(ptr + i)) << (8 * i);
  return <u32>(mix(bytes) >> 32);
}

/**
 * The signature of each of `count` rows, {@link MIN_HASHES} bytes a row at `outPtr`: the lowest byte of each least hash; all are 255
 * of a row without bytes. Row i is the bytes from the (2i)-th to before the (2i + 1)-th u32 at `boundsPtr`, counted from `textPtr`.
 *
 * @param scratchPtr 12 · {@link MIN_HASHES} bytes: a, b and the least hashes.
 */
export function minHashRows(textPtr: usize, boundsPtr: usize, count: i32, scratchPtr: usize, outPtr: usize): void {
  const width: usize = 4 * MIN_HASHES;
  const addPtr = scratchPtr + width;
  const leastPtr = addPtr + width;
  for (let i: usize = 0; i < <usize>MIN_HASHES; i++) {
    const drawn = mix((i + 1) * 0x9e3779b97f4a7c15);
    store<u32>(scratchPtr + 4 * i, <u32>drawn | 1);
    store<u32>(addPtr + 4 * i, <u32>(drawn >> 32));
  }
  for (let row: usize = 0; row < <usize>count; row++) {
    const start = textPtr + <usize>load<u32>(boundsPtr + 8 * row);
    const end = textPtr + <usize>load<u32>(boundsPtr + 8 * row, 4);
    memory.fill(leastPtr, 0xff, width);
    // at least one shingle, unless there is no byte
    const last = end - start > SHINGLE ? end - SHINGLE + 1 : start + usize(end > start);
    for (let ptr = start; ptr < last; ptr += 4) {
      // beyond the last shingle the first of the four once more, which changes nothing
      const first = shingleAt(ptr, end);
      const p = i32x4.splat(<i32>first);
      const q = i32x4.splat(<i32>(ptr + 1 < last ? shingleAt(ptr + 1, end) : first));
      const r = i32x4.splat(<i32>(ptr + 2 < last ? shingleAt(ptr + 2, end) : first));
      const s = i32x4.splat(<i32>(ptr + 3 < last ? shingleAt(ptr + 3, end) : first));
      for (let i: usize = 0; i < width; i += 16) {
        const a = v128.load(scratchPtr + i);
        const b = v128.load(addPtr + i);
        const pq = i32x4.min_u(i32x4.add(i32x4.mul(p, a), b), i32x4.add(i32x4.mul(q, a), b));
        const rs = i32x4.min_u(i32x4.add(i32x4.mul(r, a), b), i32x4.add(i32x4.mul(s, a), b));
        v128.store(leastPtr + i, i32x4.min_u(v128.load(leastPtr + i), i32x4.min_u(pq, rs)));
      }
    }
    for (let i: usize = 0; i < <usize>MIN_HASHES; i++) {
      store<u8>(outPtr + row * MIN_HASHES + i, start === end ? <u8>NONE : load<u8>(leastPtr + 4 * i));
    }
  }
}
