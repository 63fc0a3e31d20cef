/**
 * Numbers for tokens and pairs of tokens, by a hash table with open addressing: 16 bytes a slot, u64 key, u32 round,
 * u32 value. What an earlier round left counts as empty, so that the table is not cleared between rounds.
 */
import { hashBytes } from "./hash";
import { packed } from "./letters";

const GOLDEN: u64 = 0x9e3779b97f4a7c15;

let table: usize = 0;
let cleared: usize = 0;
let round: u32 = 0;
let shift: u64 = 0;
let mask: usize = 0;

/** Bytes of a table that holds up to `entries`; a quarter to a half of its slots are used then. */
export function tableBytes(entries: u64): u64 {
  return 16 * slots(entries);
}

function slots(entries: u64): u64 {
  return (<u64>2) << (64 - clz<u64>(entries));
}

/** Hands over the memory of the table, which may hold anything. */
export function placeTable(at: usize): void {
  table = at;
  cleared = 0;
  round = 0;
}

/** Begins an empty table for up to `entries`. */
export function openTable(entries: i32): void {
  const size = <usize>slots(<u64>entries);
  if (size > cleared) {
    memory.fill(table + 16 * cleared, 0, 16 * (size - cleared));
    cleared = size;
  }
  round++;
  shift = <u64>(clz<u64>(<u64>size) + 1);
  mask = size - 1;
}

// @ts-ignore: decorator
@inline
function firstSlot(key: u64): usize {
  return <usize>(((key ^ (key >> 32)) * GOLDEN) >> shift);
}

// @ts-ignore: decorator
@inline
function isTaken(slot: usize): bool {
  return load<u32>(slot, 8) == round;
}

// @ts-ignore: decorator
@inline
function take(slot: usize, key: u64, value: u32): void {
  store<u64>(slot, key);
  store<u32>(slot, round, 8);
  store<u32>(slot, value, 12);
}

/** Where the u32 value of a key stands; of a new key it is 0 if `add`, and the address is 0 if not. */
export function valueAddress(key: u64, add: bool): usize {
  let i = firstSlot(key);
  while (isTaken(table + 16 * i) && load<u64>(table + 16 * i) != key) i = (i + 1) & mask;
  const slot = table + 16 * i;
  if (isTaken(slot)) return slot + 12;
  if (!add) return 0;
  take(slot, key, 0);
  return slot + 12;
}

/**
 * Gives each token the place of the first token with the same bytes, as its name. Up to eight bytes are their own key;
 * longer ones are hashed, and compared byte by byte.
 */
export function nameTokens(spans: usize, count: i32, names: usize): void {
  openTable(count);
  for (let token = 0; token < count; token++) {
    const span = spans + 8 * <usize>token;
    const at = <usize>load<u32>(span);
    const length = <usize>load<u32>(span, 4);
    const key = length <= 8 ? packed(at, length) : hashBytes(at, length);
    let name = token;
    for (let i = firstSlot(key); ; i = (i + 1) & mask) {
      const slot = table + 16 * i;
      if (!isTaken(slot)) {
        take(slot, key, token);
        break;
      }
      if (load<u64>(slot) == key) {
        const other = spans + 8 * <usize>load<u32>(slot, 12);
        if (
          <usize>load<u32>(other, 4) == length &&
          (length <= 8 || memory.compare(<usize>load<u32>(other), at, length) == 0)
        ) {
          name = load<u32>(slot, 12);
          break;
        }
      }
    }
    store<u32>(names + 4 * <usize>token, name);
  }
}
