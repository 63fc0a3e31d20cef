import { ArgumentError } from "../../core/errors.js";
import { queueAddress } from "../../sweep/queue/connection.js";
import type { QueueNote } from "../../sweep/queue/reasons.js";
import { UsageError } from "../failure.js";

/** Rejects an invalid address without repeating it: it might hold a password. */
export function checkAddress(queue: string): void {
  try {
    queueAddress(queue);
  } catch (error) {
    throw error instanceof ArgumentError ? new UsageError(`--queue must be ${error.expected}`) : error;
  }
}

/** What a run behind a queue tells, and what to do about it. */
export function noteText(note: QueueNote): string {
  if (note.code !== "no-workers") return note.message;
  return `${note.message}: start some with pstar worker --queue ${note.params.address}`;
}
