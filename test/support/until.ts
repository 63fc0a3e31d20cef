import { setTimeout as pause } from "node:timers/promises";

/** Waits for something that tells nobody when it comes, such as a file. The limit of the test is its only limit. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await pause(5);
}
