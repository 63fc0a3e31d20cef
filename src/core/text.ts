import type { Core } from "./core.js";
import { ArgumentError, rangeMessage } from "./errors.js";
import { scoped } from "./pieces.js";

/**
 * XXH64 of rows of bytes, for finding equal rows: 64 bits a row, the low word first.
 *
 * @param bounds Row i is `bytes.subarray(bounds[2 * i], bounds[2 * i + 1])`; rows may have gaps between them.
 * @param out Takes the hashes if given: at least two words a row.
 * @returns `out`, or a new array of two words a row.
 * @throws ArgumentError where a row does not lie in `bytes`, or `out` is too short.
 */
export function rowHashes(
  core: Core,
  bytes: Uint8Array,
  bounds: Int32Array | Uint32Array,
  out: Uint32Array = new Uint32Array(bounds.length),
): Uint32Array {
  checkBounds(bounds, bytes.length);
  if (out.length < bounds.length) throw outOfRange("out", `of at least ${bounds.length} words`, out.length);
  scoped(core, () => {
    const hashes = core.reserve(4 * bounds.length);
    core.exports.hashRows(core.place(bytes), core.place(bounds), bounds.length / 2, hashes);
    out.set(core.u32(hashes, bounds.length));
  });
  return out;
}

function checkBounds(bounds: Int32Array | Uint32Array, length: number): void {
  if (bounds.length % 2 !== 0)
    throw outOfRange("bounds", "of even length: a start and an end for each row", bounds.length);
  for (let i = 0; i < bounds.length; i += 2) {
    if (!(bounds[i] >= 0 && bounds[i] <= bounds[i + 1] && bounds[i + 1] <= length)) {
      const row = [bounds[i], bounds[i + 1]];
      throw outOfRange(`bounds[${i}..${i + 1}]`, `a row in the ${length} bytes`, row);
    }
  }
}

function outOfRange(field: string, expected: string, got: unknown): ArgumentError {
  return new ArgumentError(rangeMessage(field, expected, got), { field, expected, got });
}
