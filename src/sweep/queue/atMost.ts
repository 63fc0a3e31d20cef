/** Waits for a last step, but no longer than so many milliseconds, and whatever comes of it. */
export async function atMost(milliseconds: number, step: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  try {
    await Promise.race([step.catch(() => {}), late]);
  } finally {
    clearTimeout(timer);
  }
}
