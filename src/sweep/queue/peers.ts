import { QueueError } from "../../core/errors.js";

/** The packages that only a queue needs; those who use none need not install them. */
export interface Peers {
  Redis: typeof import("ioredis").Redis;
  Queue: typeof import("bullmq").Queue;
  Worker: typeof import("bullmq").Worker;
  UnrecoverableError: typeof import("bullmq").UnrecoverableError;
}

/** @throws QueueError saying how to install what is missing. */
export async function loadPeers(): Promise<Peers> {
  try {
    const [{ Redis }, { Queue, Worker, UnrecoverableError }] = await Promise.all([import("ioredis"), import("bullmq")]);
    return { Redis, Queue, Worker, UnrecoverableError };
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") throw cause;
    throw new QueueError(
      "a queue needs two packages more: npm install bullmq@^6.7.0 ioredis@^6.0.0 (with -g where pstar is global)",
      {},
      { cause },
    );
  }
}
