import cliProgress from "cli-progress";
import type { Progress } from "../../index.js";
import { formatNumber } from "../../model/format.js";
import type { Terminal } from "./terminal.js";

/** Shows how far a run is; without anyone watching, all of it does nothing. */
export interface ProgressBar {
  update(progress: Progress): void;
  /** Lets something be written where the bar stands; the bar goes on below it. */
  above(write: () => void): void;
  stop(): void;
}

const CLEAR_LINE = "\u001b[K";
const SAVE_CURSOR = "\u001b7";

const silent: ProgressBar = { update() {}, above: (write) => write(), stop() {} };

/**
 * A bar on standard error: trials done, trials a second, time left.
 *
 * @param already Trials of earlier runs: they count as done, and not as quick.
 */
export function progressBar(terminal: Terminal, quiet: boolean, already = 0): ProgressBar {
  if (quiet || !terminal.interactive) return silent;
  const start = performance.now();
  const roomy = terminal.columns >= 72;
  const bar = new cliProgress.SingleBar({
    format: `{bar} {percentage} %  {done} trials${roomy ? "  {rate}" : ""}  {left}`,
    barsize: roomy ? 24 : 12,
    barCompleteChar: terminal.unicode ? "█" : "#",
    barIncompleteChar: terminal.unicode ? "░" : "-",
    formatBar: (progress, options) => {
      const full = Math.round(progress * (options.barsize ?? 0));
      const { barCompleteString = "", barIncompleteString = "" } = options;
      const { cyan, dim } = terminal.colors;
      return cyan(barCompleteString.slice(0, full)) + dim(barIncompleteString.slice(full, options.barsize));
    },
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
    forceRedraw: true,
    autopadding: true,
    gracefulExit: false,
  });
  let active = false;
  return {
    update({ trialsDone, trialsTotal }) {
      const payload = progressTexts({ trialsDone, trialsTotal }, already, (performance.now() - start) / 1000);
      if (active) bar.update(already + trialsDone, payload);
      else bar.start(already + trialsTotal, already + trialsDone, payload);
      active = true;
    },
    above(write) {
      if (active) process.stderr.write(`\r${CLEAR_LINE}`);
      write();
      if (active) bar.render();
    },
    stop() {
      // The bar goes back to where it began; rows came since, so it began here.
      if (active) process.stderr.write(SAVE_CURSOR);
      if (active) bar.stop();
      active = false;
    },
  };
}

/** What stands beside the bar: earlier trials count as done, and neither for the rate nor for the time left. */
export function progressTexts(
  { trialsDone, trialsTotal }: Pick<Progress, "trialsDone" | "trialsTotal">,
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

/** Seconds, rounded up, in words. */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
