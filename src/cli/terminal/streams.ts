import { FileError } from "../../core/errors.js";
import { ExitCode, failureText } from "../failure.js";
import { type Terminal, terminalOf } from "./terminal.js";

/** Where results and messages go: data to `out`, everything else to `err`. */
export interface Streams {
  out: Terminal;
  err: Terminal;
  /** Tells when whoever reads `out` has gone away, as `head` does. */
  onOutClosed(listener: () => void): void;
}

/** The process's own streams. A reader that goes away is no error, and what is written after it is lost quietly. */
export function processStreams(): Streams {
  const listeners: (() => void)[] = [];
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") {
      process.stderr.write(`${failureText(new FileError(`cannot write to standard output: ${error.message}`))}\n`);
      process.exit(ExitCode.failed);
    }
    for (const listener of listeners.splice(0)) listener();
  });
  process.stderr.on("error", () => {});
  return {
    out: terminalOf(process.stdout),
    err: terminalOf(process.stderr),
    onOutClosed: (listener) => void listeners.push(listener),
  };
}
