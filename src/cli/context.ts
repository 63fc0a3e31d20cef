import { FileError } from "../core/errors.js";
import { shellWord } from "../model/format.js";
import type { LockOptions } from "../rows/lock.js";
import { ExitCode, failureText } from "./failure.js";
import { type Terminal, terminalOf } from "./terminal/terminal.js";

/** What a command is given, and what it gives back. */
export interface Context {
  streams: Streams;
  /** The command line as it was typed, without the names of node and pstar. */
  args: readonly string[];
  /** Of a command that ends without an error. */
  exitCode: number;
}

/** The command that is running, with more flags: a hint is a command as it has to be typed. */
export function commandWith({ args }: Context, ...flags: string[]): string {
  return ["pstar", ...[...args, ...flags].map(shellWord)].join(" ");
}

/** Says by whom a folder may be in use, if that is on another machine: it takes some seconds to find out. */
export function sayWhoMayWrite(folder: string, say: (text: string) => void): LockOptions {
  return { onWait: (whom) => say(`${folder} may be in use by ${whom}: waiting to see whether it is still alive`) };
}

/** Where results and messages go: data to `out`, everything else to `err`. */
export interface Streams {
  out: Terminal;
  err: Terminal;
  /** Writes the bytes of rows to `out` as they are; the promise resolves when whoever reads it takes more. */
  writeRows(bytes: Uint8Array): Promise<void> | void;
  /** Tells when whoever reads `out` has gone away, as `head` does. */
  onOutClosed(listener: () => void): void;
}

/** The process's own streams. A reader that goes away is not an error, and what is written after it is lost quietly. */
export function processStreams(): Streams {
  const listeners: (() => void)[] = [];
  const err = terminalOf(process.stderr);
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") {
      err.print(`${failureText(new FileError(`cannot write to standard output: ${error.message}`))}\n`);
      process.exit(ExitCode.failed);
    }
    for (const listener of listeners.splice(0)) listener();
  });
  process.stderr.on("error", () => {});
  const onOutClosed = (listener: () => void) => void listeners.push(listener);
  return { out: terminalOf(process.stdout), err, writeRows, onOutClosed };
}

function writeRows(bytes: Uint8Array): Promise<void> | void {
  if (process.stdout.write(bytes)) return;
  return new Promise((resolve) => {
    const done = () => {
      process.stdout.off("drain", done).off("close", done).off("error", done);
      resolve();
    };
    process.stdout.on("drain", done).on("close", done).on("error", done);
  });
}
