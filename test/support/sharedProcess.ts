import { afterAll, expect, vi } from "vitest";

// Runs before each test file that shares its process with others: the file must leave the process as it found it, for those
// that come after it. A file that cannot begins with `// In a process of its own: ` and the reason (vitest.config.ts).
const before = state();
afterAll(async () => {
  // what was told to end may take a moment to do so
  await vi.waitFor(() => expect(state()).toEqual(before), { timeout: 60_000, interval: 20 });
});

/** What all test files of a process have in common. */
function state() {
  const listeners = process.eventNames().map((name) => [String(name), process.listenerCount(name)]);
  return {
    environment: { ...process.env },
    folder: process.cwd(),
    exitCode: process.exitCode,
    listeners: Object.fromEntries(listeners),
    open: process.getActiveResourcesInfo().filter((kind) => kind === "ProcessWrap" || kind === "TCPServerWrap"),
  };
}
