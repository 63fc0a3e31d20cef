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

/** A note as data: `message` is its sentence, `code` names it. */
export type QueueNote = ReasonOf<typeof noteSentences>;

export const note = reasonsOf(noteSentences);
