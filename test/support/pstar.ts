import { type ChildProcessByStdio, type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";

/** The built command line, as users run it. */
export const BIN = join(import.meta.dirname, "../../dist/cli/bin.js");

export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface Setting {
  env?: Record<string, string>;
  stdin?: string | Uint8Array;
  cwd?: string;
}

/** Starts pstar without a terminal. What decides on colour and width is taken from the test alone. */
export function start(args: readonly string[], { env = {}, cwd }: Setting = {}): ChildProcessWithoutNullStreams {
  const { NO_COLOR, FORCE_COLOR, COLUMNS, LC_ALL, LC_CTYPE, LANG, TERM, ...rest } = process.env;
  return spawn(process.execPath, [BIN, ...args], { cwd, env: { ...rest, ...env } });
}

/** Waits for the end of a process. */
export async function ending(child: ChildProcessByStdio<Writable | null, Readable, Readable>): Promise<Ending> {
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** Runs pstar to its end. */
export async function pstar(args: readonly string[], setting: Setting = {}): Promise<Ending> {
  const child = start(args, setting);
  child.stdin.end(setting.stdin ?? "");
  return ending(child);
}

/** Runs pstar and returns what it printed; an exit code other than 0 is an error with what it said. */
export async function printed(args: readonly string[], setting: Setting = {}): Promise<string> {
  const { code, stdout, stderr } = await pstar(args, setting);
  if (code !== 0) throw new Error(`pstar ${args.join(" ")} ended with ${code}: ${stderr}`);
  return stdout;
}

/** A sweep that takes a fraction of a second: 2 verifiers × 3 error rates; the oracle keeps nothing where all is wrong. */
export const SMALL = `
name: small
data: {dim: 5, meanNorm: 1}
samples: 200
trials: 3
sweep:
  verifier.kind: [none, oracle]
  generator.errorRate: [0, 0.5, 1]
`;
