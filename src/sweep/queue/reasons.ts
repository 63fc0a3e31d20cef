import { type ReasonOf, reasonsOf } from "../../core/reasons.js";
import { counted } from "../../model/format.js";

// What a run behind a queue, or a worker, tells a person while it goes on.

const noteSentences = {
  "server-lost": ({ address, cause }: { address: string; cause: string }) =>
    `${address} went away${cause && ` (${cause})`}: trying again until it is back`,
  "server-back": ({ address }: { address: string }) => `${address} is back`,
  "server-refuses": ({ address, cause }: { address: string; cause: string }) => `${address} refuses: ${cause}`,
  "server-full": ({ address }: { address: string }) =>
    `${address}: Redis is full: raise maxmemory; this process waits until there is room`,
  "server-has-room": ({ address }: { address: string }) => `${address} has room again`,
  "worker-differs": ({ worker, block }: { worker: string; block: string }) =>
    `worker ${worker} computed block ${block} otherwise than this machine: one of the two computes wrongly. All blocks of that ` +
    "worker are computed anew, and it takes no more of them",
  "cells-computed-anew": ({ cells, unknown }: { cells: number; unknown: number }) =>
    `${counted(cells, "stored cell")} with blocks of that worker ${cells === 1 ? "is" : "are"} computed anew` +
    (unknown > 0 ? `; it is not known who computed the ${counted(unknown, "cell")} from before this process` : ""),
  "blocks-verified": ({ verified, blocks, differing }: { verified: number; blocks: number; differing: number }) =>
    `verified ${verified} of ${counted(blocks, "block")} by computing them again: ` +
    (differing === 0 ? "all the same" : `${differing} differed`),
  "server-may-evict": ({ address }: { address: string }) =>
    `${address} may drop jobs when its memory is full: set its maxmemory-policy to noeviction`,
  "plan-coordinated": ({ by }: { by: string }) =>
    `this plan is coordinated by ${by}: waiting to see whether that process still runs`,
  /** `others`: workers of another version that are there. */
  "no-workers": ({ others }: { address: string; others: number }) =>
    `no worker takes these jobs${others === 0 ? "" : `; the ${others} there are of another version`}`,
  "plan-refused": ({ why }: { why: string }) => why,
  "block-failed": ({ block, cause }: { block: string; cause: string }) => `block ${block} failed: ${cause}`,
  stopping: ({ grace }: { grace: number }) =>
    `stopping: blocks that finish within ${grace} s are kept, the others are given back`,
  "gave-back": ({ blocks }: { blocks: number }) => `gave ${counted(blocks, "block")} back`,
};

/** Why a queue cannot be used, or a plan in it. */
export const queueSentences = {
  "peers-not-installed": () =>
    "a queue needs two more packages: npm install bullmq@^6.7.0 ioredis@^6.0.0 (with -g if pstar is installed globally)",
  "queue-address": ({ expected }: { expected: string }) => `the queue must be ${expected}`,
  "server-too-old": ({ address, version }: { address: string; version: string }) =>
    `${address} must be Redis 6.2 or newer, got ${version}`,
  "server-without-tls": ({ address }: { address: string }) =>
    `${address} speaks without TLS: its address begins with redis://`,
  "server-with-tls": ({ address }: { address: string }) =>
    `${address} speaks with TLS: its address begins with rediss://`,
  "server-unreachable": ({ address, cause }: { address: string; cause: string }) =>
    `${address} cannot be reached: ${cause}`,
  "password-needed": ({ address }: { address: string }) => `${address} asks for a password: set PSTAR_REDIS_PASSWORD`,
  "password-refused": ({ address }: { address: string }) =>
    `${address} does not take this password: see PSTAR_REDIS_PASSWORD and PSTAR_REDIS_USERNAME`,
  "server-not-trusted": ({ address, cause }: { address: string; cause: string }) =>
    `${address} is not trusted: ${cause} (NODE_EXTRA_CA_CERTS names a file of certificates to trust)`,
  "server-refuses": ({ address, cause }: { address: string; cause: string }) => `${address} refuses: ${cause}`,
  "server-full": ({ address }: { address: string }) => `${address}: Redis is full: raise maxmemory`,

  "plans-not-a-set": ({ address, key }: { address: string; key: string }) =>
    `${address} is not valid: ${key} must be the set of its plans; clear all plans from it`,
  "workers-not-a-set": ({ address }: { address: string }) =>
    `${address} is not valid: its list of workers is not a set; clear all plans from it`,
  "no-such-plan": ({ address, plan }: { address: string; plan: string }) => `${address} has no plan ${plan}`,
  "not-a-plan": ({ plan, got }: { plan: string; got: string }) =>
    `plan ${plan} must be a valid record of a run, got ${got}`,
  "plan-of-other-version": ({ plan, theirs, ours }: { plan: string; theirs: Version; ours: Version }) =>
    `plan ${plan} is of pstar ${versionText(theirs)}, this worker is pstar ${versionText(ours)}: it is not served, since its bits could differ`,
  "plan-distrusts-worker": ({ plan }: { plan: string }) =>
    `plan ${plan}: this worker computed a block otherwise than the process that verifies it; one of these machines computes wrongly`,
  "plan-taken": ({ plan, by }: { plan: string; by: string }) =>
    `plan ${plan} is coordinated by ${by}: its results go there. Stop it, or wait for it`,
  "plan-lost": ({ plan }: { plan: string }) => `another process coordinates plan ${plan} now`,
  "run-stopped": () => "the run was stopped",

  "result-of-no-cell": ({ name }: { name: string | null }) =>
    `the queue holds a result that belongs to no cell of this run: ${name ?? "its name is too long"}`,
  "result-impossible": ({ index, id }: CellName) =>
    `the queue holds for cell ${index} (id ${id}) what cannot be a result of its trials`,
  "results-differ": ({ index, id, workers }: CellName & { workers: string }) =>
    `cell ${index} (id ${id}) was computed twice with different results, by ${workers}: one of these machines computes ` +
    "wrongly. Find out which, clear the plan from the queue, and compute it again into another folder",
  "digest-too-long": () => "the digest of a block is too long",
  "too-many-generations": ({ most, got }: { most: number; got: number }) =>
    `a queue takes at most ${most} generations, got ${got}`,
  "cells-failed": ({
    failed,
    all,
    cells,
    more,
  }: {
    failed: number;
    all: number;
    cells: readonly string[];
    more: number;
  }) =>
    `${failed} of ${all} cells failed and were set aside; the others are stored` +
    `${cells.map((cell) => `\n  cell ${cell}`).join("")}${more === 0 ? "" : `\n  and ${more} more`}`,
};

type CellName = { index: number; id: string };
type Version = { version: string; coreHash: string };

function versionText({ version, coreHash }: Version): string {
  return `${version} (core ${coreHash.slice(0, 8)})`;
}

export const queueReason = reasonsOf(queueSentences);

/** A note as data: `message` is its sentence, `code` names it. */
export type QueueNote = ReasonOf<typeof noteSentences>;

export const note = reasonsOf(noteSentences);
