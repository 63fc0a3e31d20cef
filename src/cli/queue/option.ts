import { ArgumentError } from "../../core/errors.js";
import { queueAddress } from "../../sweep/queue/connection.js";
import type { QueueNote } from "../../sweep/queue/notes.js";
import { UsageError } from "../failure.js";

/** Rejects an invalid address without repeating it: it might hold a password. */
export function checkAddress(queue: string): void {
  try {
    queueAddress(queue);
  } catch (error) {
    if (error instanceof ArgumentError) throw new UsageError(error.message.replace("the queue", "--queue"));
    throw error;
  }
}

/** What a run behind a queue tells, and what to do about it. */
export function noteText(note: QueueNote): string {
  if (note.code !== "no-workers") return note.message;
  return `${note.message}: start some with pstar worker --queue ${note.params.address}`;
}
