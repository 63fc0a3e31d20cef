/**
 * XXH64 of rows of bytes, seed 0 (Yann Collet, xxHash fast digest algorithm, specification 0.1.1,
 * github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md): 64 well-mixed bits, not secret ones. Two different rows in 10⁷
 * share a hash with probability 3·10⁻⁶; somebody who wants to can make two that do.
 */
const PRIME1: u64 = 0x9e3779b185ebca87;
const PRIME2: u64 = 0xc2b2ae3d27d4eb4f;
const PRIME3: u64 = 0x165667b19e3779f9;
const PRIME4: u64 = 0x85ebca77c2b2ae63;
const PRIME5: u64 = 0x27d4eb2f165667c5;

// @ts-ignore: decorator
@inline
function round(lane: u64, input: u64): u64 {
  return rotl<u64>(lane + input * PRIME2, 31) * PRIME1;
}

// @ts-ignore: decorator
@inline
function merge(hash: u64, lane: u64): u64 {
  return (hash ^ round(0, lane)) * PRIME1 + PRIME4;
}

/** XXH64 of the bytes in [ptr, ptr + length). */
export function hashBytes(ptr: usize, length: usize): u64 {
  const end = ptr + length;
  let hash: u64 = PRIME5;
  if (length >= 32) {
    let a: u64 = PRIME1 + PRIME2;
    let b: u64 = PRIME2;
    let c: u64 = 0;
    let d: u64 = 0 - PRIME1;
    for (const last = end - 32; ptr <= last; ptr += 32) {
      a = round(a, load<u64>(ptr));
      b = round(b, load<u64>(ptr, 8));
      c = round(c, load<u64>(ptr, 16));
      d = round(d, load<u64>(ptr, 24));
    }
    hash = rotl<u64>(a, 1) + rotl<u64>(b, 7) + rotl<u64>(c, 12) + rotl<u64>(d, 18);
    hash = merge(merge(merge(merge(hash, a), b), c), d);
  }
  hash += <u64>length;
  for (; ptr + 8 <= end; ptr += 8) {
    hash = rotl<u64>(hash ^ round(0, load<u64>(ptr)), 27) * PRIME1 + PRIME4;
  }
  if (ptr + 4 <= end) {
    hash = rotl<u64>(hash ^ ((<u64>load<u32>(ptr)) * PRIME1), 23) * PRIME2 + PRIME3;
    ptr += 4;
  }
  for (; ptr < end; ptr++) hash = rotl<u64>(hash ^ ((<u64>load<u8>(ptr)) * PRIME5), 11) * PRIME1;
  hash = (hash ^ (hash >> 33)) * PRIME2;
  hash = (hash ^ (hash >> 29)) * PRIME3;
  return hash ^ (hash >> 32);
}

/**
 * The hash of each of `count` rows. Row i is the bytes from the (2i)-th to before the (2i + 1)-th u32 at `boundsPtr`,
 * counted from `textPtr`; its hash is the i-th u64 at `outPtr`.
 */
export function hashRows(textPtr: usize, boundsPtr: usize, count: i32, outPtr: usize): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const start = <usize>load<u32>(boundsPtr + 8 * i);
    const end = <usize>load<u32>(boundsPtr + 8 * i, 4);
    store<u64>(outPtr + 8 * i, hashBytes(textPtr + start, end - start));
  }
}
