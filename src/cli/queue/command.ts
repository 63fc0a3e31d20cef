import { type Command, Option } from "commander";
import type { Context } from "../context.js";
import { helpText } from "../terminal/help.js";
import type { QueueFlags } from "./status.js";

const EXAMPLES = `
Examples:
  $ pstar queue status --queue redis://queue.example:6379
  $ pstar queue status --queue redis://queue.example:6379 --format json
  $ pstar queue retry --queue redis://queue.example:6379         try again what failed three times
  $ pstar queue clear 0123456789abcdef --queue redis://queue.example:6379

PSTAR_REDIS_USERNAME and PSTAR_REDIS_PASSWORD are the user name and password for the server.
Exit codes: 0 done, 1 failed, 2 wrong usage.`;

/** Adds `pstar queue status`, `retry` and `clear`. */
export function addQueueCommand(program: Command, context: Context): void {
  const queue = program
    .command("queue")
    .summary("look at a queue, and after what failed")
    .description("Looks at a queue of pstar run --queue, and after what failed there.")
    .addHelpText("after", () => helpText(EXAMPLES, context.streams.out.columns));
  const url = () =>
    new Option(
      "--queue <url>",
      "redis://host:port, or rediss:// with TLS; /number for another database",
    ).makeOptionMandatory();
  queue
    .command("status")
    .summary("its plans, what failed, and the workers")
    .description("Prints the plans of a queue, how far they are, what failed and why, and the workers.")
    .addOption(url())
    .addOption(
      new Option("--format <form>", "what goes to standard output").choices(["table", "json"]).default("table"),
    )
    .action(async (flags: QueueFlags) => (await import("./status.js")).status(flags, context));
  queue
    .command("retry")
    .summary("try again what failed three times")
    .description("Has the blocks tried again that failed three times: of one plan, or of all.")
    .argument("[plan]", "a plan, as pstar queue status names it")
    .addOption(url())
    .option("--quiet", "no messages but errors")
    .action(async (plan: string | undefined, flags: QueueFlags) =>
      (await import("./status.js")).retry(plan, flags, context),
    );
  queue
    .command("clear")
    .summary("remove a plan")
    .description(
      "Removes a plan with its jobs, and results that are not collected; the folder of its run stays as it is.",
    )
    .argument("[plan]", "a plan, as pstar queue status names it")
    .option("--all", "every plan")
    .addOption(url())
    .option("--quiet", "no messages but errors")
    .action(async (plan: string | undefined, flags: QueueFlags) =>
      (await import("./status.js")).clear(plan, flags, context),
    );
}
