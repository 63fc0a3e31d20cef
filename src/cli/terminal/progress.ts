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

/** A line of progress on standard error; where nobody watches, one line about what will take more than a minute. */
export function progressLine(terminal: Terminal, quiet = false): ProgressLine {
  if (quiet) return silent;
  if (!terminal.interactive) return { ...silent, update: expectation((text) => terminal.print(`${text}\n`)) };
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

/** Processor seconds after which the rate is known well enough, and seconds that are worth a word. */
const KNOWN_AFTER = 5;
const WORTH_SAYING = 60;

/** Tells once how long the rest will take, from the share that is done. */
export function expectation(
  tell: (text: string) => void,
  clock: () => number = () => performance.now() / 1000,
  processor: () => number = () => process.cpuUsage().user / 1e6,
): (text: string, share?: number | null) => void {
  let begun: { clock: number; processor: number; share: number } | undefined;
  let told = false;
  return (_, share) => {
    if (told || share == null) return;
    begun ??= { clock: clock(), processor: processor(), share };
    // what it costs decides, and not how busy the machine is
    const worked = processor() - begun.processor;
    const gained = share - begun.share;
    if (worked < KNOWN_AFTER || gained <= 0) return;
    if ((worked / gained) * (1 - share) < WORTH_SAYING) return;
    told = true;
    tell(`about ${duration(((clock() - begun.clock) / gained) * (1 - share))} left at this rate`);
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
