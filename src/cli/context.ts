import type { Streams } from "./terminal/streams.js";

/** What a command is given, and what it gives back. */
export interface Context {
  streams: Streams;
  /** Of a command that ends without an error. */
  exitCode: number;
}
