import { CORE_HASH } from "../../core/bytes.generated.js";
import { VERSION } from "../../core/version.generated.js";
import { counted, formatNumber, shellWord } from "../../model/format.js";
import { clearPlans, type PlanStatus, type QueueStatus, queueStatus, retryFailed } from "../../sweep/queue/status.js";
import { workOnQueue } from "../../sweep/queue/worker.js";
import type { Context } from "../context.js";
import { UsageError } from "../failure.js";
import { Interrupt } from "../interrupt.js";
import { paragraph } from "../terminal/format.js";
import { jsonText, type Terminal } from "../terminal/terminal.js";
import { checkAddress } from "./option.js";

/** The options of `pstar queue …`. */
export interface QueueFlags {
  queue: string;
  format?: "table" | "json";
  all?: boolean;
  quiet?: boolean;
}

/** Failed cells of a plan that are printed as text. */
const SHOWN = 50;

/** Prints what is in a queue. */
export async function status({ queue, format }: QueueFlags, { streams: { out } }: Context): Promise<void> {
  checkAddress(queue);
  const found = await queueStatus(queue);
  if (format === "json") {
    out.write(jsonText(found));
    return;
  }
  for (const line of statusLines(found)) out.print(`${fitted(line, out)}\n`);
}

/** Retries what failed. */
export async function retry(plan: string | undefined, flags: QueueFlags, { streams: { err } }: Context): Promise<void> {
  checkAddress(flags.queue);
  const count = await retryFailed(flags.queue, plan);
  if (!flags.quiet) err.print(`${counted(count, "block")} will be retried\n`);
}

/** Removes one plan, or all. */
export async function clear(plan: string | undefined, flags: QueueFlags, { streams: { err } }: Context): Promise<void> {
  checkAddress(flags.queue);
  if ((plan === undefined) === (flags.all !== true)) throw new UsageError("name the plan to remove, or use --all");
  const count = await clearPlans(flags.queue, plan);
  if (!flags.quiet) err.print(`removed ${counted(count, "plan")}\n`);
}

function* statusLines({ queue, plans, invalid, workers }: QueueStatus): Generator<string> {
  if (plans.length + invalid.length === 0) yield `${queue}: no plan is open`;
  for (const plan of plans) yield* planLines(plan, queue);
  for (const { plan, error } of invalid) {
    yield `not valid: ${error}`;
    yield `  to remove it: pstar queue clear ${plan} --queue ${shellWord(queue)}`;
  }
  yield "";
  yield workers.length === 0 ? "no workers" : counted(workers.length, "worker");
  for (const { host, pid, threads, busy, version, coreHash, fits } of workers) {
    const other = fits ? "" : `, pstar ${version} (core ${coreHash.slice(0, 8)})`;
    yield `  ${host}, process ${pid}: ${busy} of ${counted(threads, "thread")} busy${other}`;
  }
}

function* planLines(
  { plan, name, version, coreHash, cells, blocks, coordinator, failed }: PlanStatus,
  queue: string,
): Generator<string> {
  const fits = version === VERSION && coreHash === CORE_HASH;
  const other = fits ? "" : `, pstar ${version} (core ${coreHash.slice(0, 8)})`;
  yield `plan ${plan}${name === null ? "" : ` ${name}`}${other}`;
  yield `  cells   ${formatNumber(cells.stored)} of ${formatNumber(cells.total)} stored, ${formatNumber(cells.failed)} failed`;
  const { waiting, active, delayed, computed } = blocks;
  const states = [
    [waiting, "waiting"],
    [active, "active"],
    [delayed, "to be retried"],
    [computed, "computed but not collected"],
    [blocks.failed, "failed"],
  ] as const;
  yield `  blocks  ${states.map(([count, what]) => `${formatNumber(count)} ${what}`).join(", ")}`;
  const resume = `pstar run FOLDER/config.yaml --out FOLDER --queue ${shellWord(queue)} --resume`;
  yield coordinator === null
    ? `  no process collects its results; in the folder of its run: ${resume}`
    : `  collected by process ${coordinator.pid} on ${coordinator.host}, into ${coordinator.folder}`;
  for (const { index, id, error } of failed.slice(0, SHOWN)) yield `  cell ${index} (id ${id}) failed: ${error}`;
  if (failed.length > SHOWN) yield `  and ${failed.length - SHOWN} more: --format json lists all of them`;
}

/** A line in lines that are no wider than the terminal; what goes on is set in. */
function fitted(line: string, terminal: Terminal): string {
  const indent = /^ */.exec(line)?.[0] ?? "";
  const [first = "", ...rest] = paragraph(line.trim(), terminal, Math.max(20, terminal.columns - indent.length - 2));
  return [indent + first, ...rest.map((text) => `${indent}  ${text}`)].join("\n");
}

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
