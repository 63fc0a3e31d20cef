/**
 * What `npm test` takes, and what `npm run test:long` takes in its place: of a grid the cases that tell most and all of them,
 * of a simulation few draws and many.
 */
export function shortOrLong<T>(short: readonly T[], long: readonly T[]): readonly T[];
export function shortOrLong<T>(short: T, long: T): T;
export function shortOrLong<T>(short: T, long: T): T {
  return process.env.PSTAR_TEST_EDITION === "long" ? long : short;
}
