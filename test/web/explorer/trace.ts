import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";

/** Tells the thread of the page among those of the browser. */
const MARK = "pstar traced";

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** Microseconds on the clock: when it began, how long it took, and of those the ones in which the thread had a processor. */
  ts: number;
  dur?: number;
  tdur?: number;
}

/** Milliseconds that a page used while something was done. */
export interface Used {
  /** The longest task on the page's own thread, by the time in which it had a processor. */
  longest: number;
  /** The same by the clock: another program of this machine makes it end later, and not longer. */
  clock: number;
  /** Processor time of all tasks of the page, on its own thread, on its workers' and on those of the browser's engine. */
  total: number;
}

/** What a page uses while something is done. */
export async function traced(page: Page, act: () => Promise<void>): Promise<Used> {
  const { own, tasks } = await tracedTasks(page, act);
  return {
    longest: Math.max(...own.map(used)) / 1000,
    clock: Math.max(...own.map(({ dur = 0 }) => dur)) / 1000,
    total: tasks.reduce((sum, task) => sum + used(task), 0) / 1000,
  };
}

/**
 * Milliseconds for which the page's own thread had a processor between two times of the page's clock, while something was done; a
 * task that is only in part between them counts by its share.
 */
export async function recordProcessorTime(
  page: Page,
  act: () => Promise<void>,
): Promise<(start: number, end: number) => number> {
  const { own, mark } = await tracedTasks(page, act);
  return (start, end) => {
    const [from, to] = [mark.ts + 1000 * (start - mark.time), mark.ts + 1000 * (end - mark.time)];
    return (
      own.reduce((sum, task) => {
        const { ts, dur = 0 } = task;
        const within = Math.min(to, ts + dur) - Math.max(from, ts);
        return within <= 0 || dur === 0 ? sum : sum + (used(task) * within) / dur;
      }, 0) / 1000
    );
  };
}

/** The tasks at the ends of a recording have only the clock. */
function used({ dur = 0, tdur = dur }: TraceEvent): number {
  return tdur;
}

/** All tasks of a page, those of its own thread, and a time on the clocks of the recording and of the page. */
async function tracedTasks(page: Page, act: () => Promise<void>) {
  const session = await (page.context().browser() as Browser).newBrowserCDPSession();
  const events: TraceEvent[] = [];
  session.on("Tracing.dataCollected", ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  const complete = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
  const includedCategories = ["toplevel", "blink.user_timing"];
  await session.send("Tracing.start", { transferMode: "ReportEvents", traceConfig: { includedCategories } });
  let time = 0;
  try {
    await act();
    time = await page.evaluate((mark) => performance.mark(mark).startTime, MARK);
  } finally {
    await session.send("Tracing.end");
    await complete;
    await session.detach();
  }
  // Of the page alone: the browser has some of its own.
  const marks = events.filter(({ name }) => name === MARK);
  const threads = new Set(marks.map(({ pid, tid }) => `${pid} ${tid}`));
  const processes = new Set(marks.map(({ pid }) => pid));
  const tasks = events.filter(({ name, ph, pid }) => ph === "X" && name.endsWith("RunTask") && processes.has(pid));
  const own = tasks.filter(({ pid, tid }) => threads.has(`${pid} ${tid}`));
  expect(own.length).toBeGreaterThan(20);
  return { tasks, own, mark: { ts: marks[0]?.ts ?? 0, time } };
}
