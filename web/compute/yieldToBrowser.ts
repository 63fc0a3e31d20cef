/** Lets the browser draw and take input before work goes on: what takes long is done in short tasks. */
export function yieldToBrowser(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
