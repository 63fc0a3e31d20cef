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

/** Waits for a step unless the signal aborts: then nobody waits for it any more. */
export async function orAborted<T>(signal: AbortSignal | undefined, step: Promise<T>): Promise<T | undefined> {
  step.catch(() => {});
  let onAbort = () => {};
  const aborted = new Promise<undefined>((resolve) => {
    onAbort = () => resolve(undefined);
    signal?.addEventListener("abort", onAbort, { once: true });
    if (signal?.aborted) resolve(undefined);
  });
  try {
    return await Promise.race([step, aborted]);
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
}
