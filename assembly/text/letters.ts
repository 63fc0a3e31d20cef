/** Letters as numbers, and words of at most eight of them in one number, the first lowest: as a load reads them. */
export const a: u64 = 0x61;
export const b: u64 = 0x62;
export const c: u64 = 0x63;
export const d: u64 = 0x64;
export const e: u64 = 0x65;
export const f: u64 = 0x66;
export const g: u64 = 0x67;
export const h: u64 = 0x68;
export const i: u64 = 0x69;
export const k: u64 = 0x6b;
export const l: u64 = 0x6c;
export const m: u64 = 0x6d;
export const n: u64 = 0x6e;
export const o: u64 = 0x6f;
export const p: u64 = 0x70;
export const r: u64 = 0x72;
export const s: u64 = 0x73;
export const t: u64 = 0x74;
export const u: u64 = 0x75;
export const v: u64 = 0x76;
export const w: u64 = 0x77;
export const x: u64 = 0x78;
export const y: u64 = 0x79;
export const z: u64 = 0x7a;

// @ts-ignore: decorator
@inline
export function word(
  c0: u64, c1: u64 = 0, c2: u64 = 0, c3: u64 = 0, c4: u64 = 0, c5: u64 = 0, c6: u64 = 0, c7: u64 = 0,
): u64 {
  return c0 | (c1 << 8) | (c2 << 16) | (c3 << 24) | (c4 << 32) | (c5 << 40) | (c6 << 48) | (c7 << 56);
}

// @ts-ignore: decorator
@inline
/** How many letters a packed word has, at least one. */
export function lettersOf(packed: u64): usize {
  return (<usize>(71 - clz<u64>(packed))) >> 3;
}

// @ts-ignore: decorator
@inline
/** The first `length` (1 to 8) bytes at `ptr`, packed; up to 8 are read. */
export function packed(ptr: usize, length: usize): u64 {
  return load<u64>(ptr) & (~(<u64>0) >> (64 - 8 * <u64>length));
}
