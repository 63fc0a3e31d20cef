/**
 * What to say of an error that pstar did not expect: one line that asks for a report, and the stack only if PSTAR_DEBUG is set.
 */
export function unexpectedText(error: unknown, env: Record<string, string | undefined> = process.env): string {
  const isError = error instanceof Error;
  const what = (isError ? `${error.name}: ${error.message}` : String(error)).replace(/\s+/g, " ");
  const more = env.PSTAR_DEBUG
    ? `\n${isError ? error.stack : ""}`
    : " Please report it, with the command and what it says with PSTAR_DEBUG=1.";
  return `pstar: unexpected error: ${what}${/[.!?]$/.test(what) ? "" : "."}${more}`;
}

/** The last resort for what no command has caught; of a command that has failed and said why nothing more is said. */
export function reportUnexpected(error: unknown): void {
  if (process.exitCode) process.exit();
  process.stderr.write(`${unexpectedText(error).replace(/[^\P{Cc}\n]/gu, "\ufffd")}\n`);
  process.exit(1);
}
