import type { Core } from "../../src/core/core.js";

/** The two precisions of the data: bytes of a number, numbers in the 32 bytes of a panel's row, and half an ulp of one. */
export const PRECISIONS = [
  { precision: "f32", bytes: 4, width: 8, unit: 2 ** -24 },
  { precision: "f64", bytes: 8, width: 4, unit: 2 ** -53 },
] as const;

export type Precision = (typeof PRECISIONS)[number];

/** Bytes from a panel of a block to the next, where the kernel does not ask: 256 rows of 32 bytes. */
export const PANEL_STRIDE = 8192;

/** What a number becomes when it is stored. */
export function stored({ bytes }: Precision, x: number): number {
  return bytes === 4 ? Math.fround(x) : x;
}

/** Copies numbers into the core, each in its precision, `offset` numbers behind an aligned address. */
export function place(core: Core, { bytes }: Precision, values: ArrayLike<number>, offset = 0): number {
  const start = core.reserve(bytes * (values.length + offset)) + bytes * offset;
  if (bytes === 4) core.f32(start, values.length).set(Float32Array.from(values));
  else core.f64(start, values.length).set(Float64Array.from(values));
  return start;
}

export function numbers(core: Core, { bytes }: Precision, start: number, length: number): number[] {
  return [...(bytes === 4 ? core.f32(start, length) : core.f64(start, length))];
}

/** Copies rows into contiguous panels `stride` bytes apart; the rows' length is a multiple of a panel's width. */
export function placePanels(
  core: Core,
  kind: Precision,
  rows: readonly number[][],
  panels: number,
  stride: number,
): number {
  const block = core.reserve(panels * stride);
  core.u8(block, panels * stride).fill(255); // NaN wherever no row stands
  for (let a = 0; a < panels; a++) {
    const values = rows.flatMap((row) => row.slice(a * kind.width, (a + 1) * kind.width));
    if (kind.bytes === 4) core.f32(block + a * stride, values.length).set(values);
    else core.f64(block + a * stride, values.length).set(values);
  }
  return block;
}

/** A table of `rows` × `columns` numbers as they will be stored. */
export function table(kind: Precision, rows: number, columns: number, draw: () => number): number[][] {
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => stored(kind, draw())));
}
