import { type Command, InvalidArgumentError, Option } from "commander";
import type { Context } from "../context.js";
import { workers } from "../options.js";
import { explain } from "../terminal/help.js";
import type { QueueFlags, WorkerFlags } from "./run.js";

const QUEUE = `
Examples:
  $ pstar queue status --queue redis://queue.example:6379
  $ pstar queue status --queue redis://queue.example:6379 --format json
  $ pstar queue retry --queue redis://queue.example:6379         retry blocks that failed three times
  $ pstar queue clear 0123456789abcdef --queue redis://queue.example:6379

PSTAR_REDIS_USERNAME and PSTAR_REDIS_PASSWORD are the user name and password for the server.
Exit codes: 0 done, 1 failed, 2 wrong usage.`;

/** Adds `pstar queue status`, `retry` and `clear`. */
export function addQueueCommand(program: Command, context: Context): void {
  const queue = program
    .command("queue")
    .description("Inspects a queue of pstar run --queue, and retries or removes what is in it.");
  explain(queue, context, QUEUE);
  const url = () =>
    new Option(
      "--queue <url>",
      "redis://host:port, or rediss:// with TLS; /number for another database",
    ).makeOptionMandatory();
  queue
    .command("status")
    .summary("show its plans, failures and workers")
    .description("Prints the plans of a queue, their progress, what failed and why, and the workers.")
    .addOption(url())
    .addOption(new Option("--format <form>", "output format").choices(["table", "json"]).default("table"))
    .action(async (flags: QueueFlags) => (await import("./run.js")).status(flags, context));
  queue
    .command("retry")
    .summary("retry blocks that failed three times")
    .description("Retries the blocks that failed three times, of one plan or of all.")
    .argument("[plan]", "the plan, as listed by pstar queue status")
    .addOption(url())
    .option("--quiet", "print only errors")
    .action(async (plan: string | undefined, flags: QueueFlags) =>
      (await import("./run.js")).retry(plan, flags, context),
    );
  queue
    .command("clear")
    .summary("remove a plan")
    .description("Removes a plan with its jobs and its uncollected results; the folder of its run stays unchanged.")
    .argument("[plan]", "the plan, as listed by pstar queue status")
    .option("--all", "every plan")
    .addOption(url())
    .option("--quiet", "print only errors")
    .action(async (plan: string | undefined, flags: QueueFlags) =>
      (await import("./run.js")).clear(plan, flags, context),
    );
}

const WORKER = `
Examples:
  $ pstar worker --queue redis://queue.example:6379
  $ pstar worker --queue redis://queue.example:6379 --exit-when-done     in a batch job, which ends with the work
  $ PSTAR_REDIS_PASSWORD=… pstar worker --queue rediss://queue.example:6380/2

A worker serves every plan that pstar run --queue has opened there, of its own version and core: it refuses others, since
their results could differ in the last bits. It may be started before or after the run, be killed, or lose the server for a while: what it
was computing is then computed again, by this worker or another. SIGTERM and Ctrl-C stop it within ten seconds, and it returns
what it could not finish.
PSTAR_REDIS_USERNAME and PSTAR_REDIS_PASSWORD are the user name and password; rediss:// trusts what Node trusts, and the
certificates in the file named by NODE_EXTRA_CA_CERTS. The packages bullmq and ioredis must be installed beside pstar.
Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted, 143 terminated.`;

/** Adds `pstar worker`. */
export function addWorkerCommand(program: Command, context: Context): void {
  const worker = program
    .command("worker")
    .description("Computes the jobs that pstar run --queue puts into a queue, until it is stopped.")
    .requiredOption("--queue <url>", "redis://host:port, or rediss:// with TLS; /number for another database")
    .option("--workers <n>", "threads, or auto: one per core (default)", workers)
    .option("--plan <id>", "serve only this plan (pstar queue status lists them)")
    .option(
      "--exit-when-done [seconds]",
      "exit after so many seconds without work (10 without a number; default: never)",
      seconds,
    )
    .option("--lease <seconds>", "a worker silent for this long is considered dead (default: 15)", seconds)
    .option("--quiet", "print only errors")
    .action(async (flags: WorkerFlags) => {
      const { worker } = await import("./run.js");
      await worker(flags, context);
    });
  explain(worker, context, WORKER);
}

function seconds(text: string): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value >= 1 && value <= 3600) return value;
  throw new InvalidArgumentError("It must be a number of seconds from 1 to 3600.");
}
