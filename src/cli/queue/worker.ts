import { formatNumber } from "../../model/format.js";
import { workOnQueue } from "../../sweep/queue/worker.js";
import type { Context } from "../context.js";
import { Interrupt } from "../interrupt.js";
import { checkAddress } from "./option.js";

/** The options of `pstar worker`. */
export interface WorkerFlags {
  queue: string;
  workers?: number | "auto";
  plan?: string;
  /** Seconds; `true` if it was given without a number. */
  exitWhenDone?: number | true;
  lease?: number;
  quiet?: boolean;
}

const EXIT_AFTER = 10;

/** Computes what is in a queue until it is stopped. */
export async function worker(flags: WorkerFlags, context: Context): Promise<void> {
  const { err } = context.streams;
  const { queue, workers, plan, lease, exitWhenDone } = flags;
  const say = (text: string) => {
    if (!flags.quiet) err.print(`${text}\n`);
  };
  checkAddress(queue);
  const interrupt = new Interrupt(() => say("stopping; press Ctrl-C again to exit at once"));
  try {
    const { blocks, failures } = await workOnQueue({
      queue,
      workers: workers === "auto" ? undefined : workers,
      plan,
      lease,
      exitAfter: exitWhenDone === true ? EXIT_AFTER : exitWhenDone,
      signal: interrupt.signal,
      onNote: ({ message }) => say(message),
    });
    const failed = failures === 0 ? "" : `, ${formatNumber(failures)} attempts failed`;
    say(`computed ${formatNumber(blocks)} ${blocks === 1 ? "block" : "blocks"} of trials${failed}`);
  } catch (error) {
    if (interrupt.exitCode === null || error !== interrupt.signal.reason) throw error;
  } finally {
    interrupt.dispose();
  }
  context.exitCode = interrupt.exitCode ?? context.exitCode;
}
