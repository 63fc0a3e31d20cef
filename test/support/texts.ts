import fc from "fast-check";

const HALVES = { first: 0xd800, count: 0x800 };

/** Any character of Unicode. fast-check's own unit "binary" takes more than a second to be made, in each process. */
export const anyCharacter = fc
  .oneof(fc.integer({ min: 0, max: 0x7f }), fc.integer({ min: 0x80, max: 0x10ffff - HALVES.count }))
  .map((code) => String.fromCodePoint(code < HALVES.first ? code : code + HALVES.count));
