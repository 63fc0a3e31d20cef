import cliProgress from "cli-progress";
import type { Progress as TrialProgress } from "../../index.js";
import { formatNumber } from "../../model/format.js";
import { duration, spelt } from "./format.js";
import type { Terminal } from "./terminal.js";

/** One line on standard error that says how far something is; without a terminal it does nothing. */
export interface ProgressLine {
  /** @param share Of the whole, for a bar before the text; null or left out if it is not known. */
  update(text: string, share?: number | null): void;
  /** Lets something be written in place of the line, which goes on below it. */
  above(write: () => void): void;
  stop(): void;
}

const CLEAR_LINE = "\r\u001b[K";
const SAVE_CURSOR = "\u001b7";
/** Narrower terminals have a shorter bar. */
const ROOMY = 72;

const silent: ProgressLine = { update() {}, above: (write) => write(), stop() {} };

/** A line of progress on standard error. */
export function progressLine(terminal: Terminal, quiet = false): ProgressLine {
  if (quiet || !terminal.interactive) return silent;
  const { cyan, dim } = terminal.colors;
  const size = terminal.columns >= ROOMY ? 24 : 12;
  const [complete, incomplete] = terminal.unicode ? ["█", "░"] : ["#", "-"];
  const bar = new cliProgress.SingleBar({
    format: (_, { progress }, { text, share }: { text: string; share: number | null }) => {
      const room = terminal.columns - 1;
      if (share === null) return dim(text.slice(0, room));
      const full = Math.round(progress * size);
      const head = `${cyan(complete.repeat(full))}${dim(incomplete.repeat(size - full))}`;
      return `${head}${` ${String(Math.floor(100 * progress)).padStart(3)} %  ${text}`.slice(0, room - size)}`;
    },
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
    forceRedraw: true,
    gracefulExit: false,
  });
  let active = false;
  return {
    update(text, share = null) {
      const payload = { text: spelt(text, terminal), share };
      if (active) bar.update(share ?? 0, payload);
      else bar.start(1, share ?? 0, payload);
      active = true;
    },
    above(write) {
      if (active) process.stderr.write(CLEAR_LINE);
      write();
      if (active) bar.render();
    },
    stop() {
      // The line goes back to where it began; others came since, so it began here.
      if (active) process.stderr.write(SAVE_CURSOR);
      if (active) bar.stop();
      active = false;
    },
  };
}

/**
 * What stands beside the bar of a run.
 *
 * @param already Trials of earlier runs: they count as done, but not for the rate or the time left.
 */
export function trialsText(
  { trialsDone, trialsTotal }: Pick<TrialProgress, "trialsDone" | "trialsTotal">,
  already: number,
  seconds: number,
): { done: string; rate: string; left: string } {
  const rate = trialsDone / seconds;
  return {
    done: `${formatNumber(already + trialsDone)}/${formatNumber(already + trialsTotal)}`,
    rate: `${formatNumber(rate, 3)}/s`,
    left: `${duration((trialsTotal - trialsDone) / rate)} left`,
  };
}
