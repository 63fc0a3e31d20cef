/** Paired differences and rates as one would work them out by hand, one after the other. */

export function pairedDifference(ours: readonly number[], theirs: readonly number[]): { mean: number; se: number } {
  let sum = 0;
  for (let i = 0; i < ours.length; i++) sum += ours[i] - theirs[i];
  const mean = sum / ours.length;
  let squares = 0;
  for (let i = 0; i < ours.length; i++) squares += (ours[i] - theirs[i] - mean) ** 2;
  return { mean, se: Math.sqrt(squares / (ours.length - 1)) / Math.sqrt(ours.length) };
}
