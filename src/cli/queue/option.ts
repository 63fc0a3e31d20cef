import { ArgumentError } from "../../core/errors.js";
import { queueAddress } from "../../sweep/queue/address.js";
import { UsageError } from "../failure.js";

/** Refuses an address that is none, without repeating it: it might hold a password. */
export function checkAddress(queue: string): void {
  try {
    queueAddress(queue);
  } catch (error) {
    if (error instanceof ArgumentError) throw new UsageError(error.message.replace("the queue", "--queue"));
    throw error;
  }
}
