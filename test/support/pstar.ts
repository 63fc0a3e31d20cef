import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

const CLI = join(import.meta.dirname, "../../dist/cli");
// The types come from the sources: they hold whatever stands in dist until it is built again.
const { main } = (await import(join(CLI, "program.js"))) as typeof import("../../src/cli/program.js");
const { terminalOf } = (await import(
  join(CLI, "terminal/terminal.js")
)) as typeof import("../../src/cli/terminal/terminal.js");

/** The built command line, as users run it. */
export const BIN = join(CLI, "bin.js");

export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface Setting {
  env?: Record<string, string>;
  stdin?: string;
  cwd?: string;
}

/** Starts pstar without a terminal. What decides on colour and width is taken from the test alone. */
export function start(args: readonly string[], { env = {}, cwd }: Setting = {}): ChildProcessWithoutNullStreams {
  const { NO_COLOR, FORCE_COLOR, COLUMNS, LC_ALL, LC_CTYPE, LANG, TERM, ...rest } = process.env;
  return spawn(process.execPath, [BIN, ...args], { cwd, env: { ...rest, ...env } });
}

/** Waits for the end of a process. */
export async function ending(child: ChildProcessWithoutNullStreams): Promise<Ending> {
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

/**
 * The same in this process, which saves the start of another: for what neither reads standard input, nor starts in another
 * folder, nor is interrupted.
 */
export async function pstarHere(args: readonly string[], setting: Setting = {}): Promise<Ending> {
  const { env = {}, stdin, cwd } = setting;
  if (stdin !== undefined || cwd !== undefined) return pstar(args, setting);
  const said = { stdout: "", stderr: "" };
  const terminal = (name: keyof typeof said) => {
    const write = (text: string | Uint8Array) => {
      said[name] += text;
      return true;
    };
    return terminalOf({ write, isTTY: false, columns: 80 }, env);
  };
  const streams = { out: terminal("stdout"), err: terminal("stderr"), onOutClosed: () => {} };
  return { code: await main(args, streams), signal: null, ...said };
}

/** A folder of the test file's own, gone after it. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "pstar-test-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
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
