import type { AuditRecord } from "../../src/audit.js";

export type Counts = readonly [keptCorrect: number, keptWrong: number, rejectedCorrect: number, rejectedWrong: number];

/** Audited rows by cell, and rows that nobody audited. */
export function records(
  [a, b, c, d]: Counts,
  unknown: readonly [kept: number, rejected: number] = [0, 0],
): AuditRecord[] {
  const rows = (count: number, kept: boolean, correct: boolean | null) =>
    Array.from({ length: count }, (): AuditRecord => ({ kept, correct }));
  return [
    ...rows(a, true, true),
    ...rows(b, true, false),
    ...rows(c, false, true),
    ...rows(d, false, false),
    ...rows(unknown[0], true, null),
    ...rows(unknown[1], false, null),
  ];
}

/** The error that a call throws. */
export function thrown(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}
