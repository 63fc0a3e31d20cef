import { setTimeout as pause } from "node:timers/promises";

/**
 * Milliseconds of processor time that all threads of this process use while something is done. Another program of this machine
 * makes it end later, and hardly makes it more.
 */
export async function processorTime(act: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Resolves when this process has used so many milliseconds of processor time more: what it was to compute has begun. */
export async function hasComputed(milliseconds: number): Promise<void> {
  const before = process.cpuUsage();
  for (;;) {
    const { user, system } = process.cpuUsage(before);
    if (user + system >= 1000 * milliseconds) return;
    await pause(5);
  }
}
