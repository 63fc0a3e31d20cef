import { CommanderError } from "commander";
import { ConfigError, DataError, PstarError, StoreError } from "../core/errors.js";
import { fileError } from "../rows/fileError.js";
import { SIGNALS, unexpectedText } from "./interrupt.js";

/** How the command line ends; `config` is a scenario or data that cannot be used. Signals have codes of their own. */
export const ExitCode = { ok: 0, failed: 1, usage: 2, config: 3, interrupted: SIGNALS.SIGINT } as const;

/** The command line itself is wrong: an argument that means nothing, or two that do not go together. */
export class UsageError extends PstarError {}

/** The exit code that an error asks for. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  if (error instanceof UsageError) return ExitCode.usage;
  const kinds = [ConfigError, DataError, StoreError];
  return kinds.some((kind) => error instanceof kind) ? ExitCode.config : ExitCode.failed;
}

/** What to tell the user about an error, as commander words its own: `error: …`, or a request to report it. */
export function failureText(error: unknown): string {
  if (error instanceof ConfigError) {
    const [, ...others] = error.problems;
    return [`error: ${error.message}`, ...others.map((problem) => `  also: ${problem}`)].join("\n");
  }
  if (error instanceof PstarError) return [`error: ${error.message}`, ...error.lines].join("\n");
  const text = systemText(error);
  return text === undefined ? unexpectedText(error) : text;
}

const ACTIONS: Record<string, string> = {
  unlink: "remove",
  rmdir: "remove",
  rename: "write",
  write: "write",
  fsync: "write",
  fdatasync: "write",
  ftruncate: "write",
  mkdir: "make",
};

/** What the operating system refused, which is not a fault of pstar: `cannot remove out/lock: EIO`; undefined for anything else. */
function systemText(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { syscall, path, code } = error as NodeJS.ErrnoException;
  if (syscall === undefined || code === undefined) return undefined;
  return `error: ${fileError(ACTIONS[syscall] ?? syscall, path ?? "a file", error).message}`;
}
