import { syncBuiltinESMExports } from "node:module";
import os from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { BIN, type Ending, type Setting } from "./pstar.js";

const CLI = dirname(BIN); // in dist/
// The types come from the sources: they hold whatever stands in dist until it is built again.
const { main } = (await import(join(CLI, "program.js"))) as typeof import("../../src/cli/program.js");
const { terminalOf } = (await import(
  join(CLI, "terminal/terminal.js")
)) as typeof import("../../src/cli/terminal/terminal.js");

let running = 0;

const { availableParallelism } = os;

/** What a run without --workers takes for the number of cores. */
function setCores(cores: typeof availableParallelism): void {
  os.availableParallelism = cores;
  syncBuiltinESMExports();
}

/**
 * Runs pstar to its end in this process, which saves the start of another: for tests that are not about the process itself,
 * its signals and its streams.
 */
export async function pstar(args: readonly string[], setting: Heard = {}): Promise<Ending> {
  const { code, written } = await ran(args, setting);
  const [stdout, stderr] = (["stdout", "stderr"] as const).map((stream) => textOf(written, stream));
  return { code, signal: null, stdout, stderr };
}

/** Runs pstar and returns what it wrote to both streams, in its order, as a shell has it with 2>&1. */
export async function shown(args: readonly string[], setting: Setting = {}): Promise<string> {
  return textOf((await ran(args, setting)).written);
}

/** How it runs, and who hears at once what it writes to standard error. */
type Heard = Setting & { onError?: (text: string) => void };

type Stream = "stdout" | "stderr";
type Written = { stream: Stream; bytes: Buffer }[];

function textOf(written: Written, stream?: Stream): string {
  const parts = written.filter((part) => stream === undefined || part.stream === stream);
  return Buffer.concat(parts.map(({ bytes }) => bytes)).toString("utf8");
}

async function ran(args: readonly string[], setting: Heard): Promise<{ code: number; written: Written }> {
  const { env = {}, onError = () => {} } = setting;
  const written: Written = [];
  const terminal = (stream: Stream) => {
    const write = (text: string | Uint8Array) => {
      written.push({ stream, bytes: Buffer.from(text) });
      if (stream === "stderr") onError(Buffer.from(text).toString("utf8"));
      return true;
    };
    return terminalOf({ write, isTTY: false, columns: 80 }, env);
  };
  const writeRows = (bytes: Uint8Array) => void written.push({ stream: "stdout", bytes: Buffer.from(bytes) });
  const streams = { out: terminal("stdout"), err: terminal("stderr"), writeRows, onOutClosed: () => {} };
  const restore = arrange(setting);
  // to start a second thread takes longer than what it could compute of the small runs of tests
  if (running++ === 0) setCores(() => 1);
  try {
    return { code: await main(args, streams), written };
  } finally {
    if (--running === 0) setCores(availableParallelism);
    restore();
  }
}

/** Runs pstar and returns what it printed; an exit code other than 0 is an error with what it said. */
export async function printed(args: readonly string[], setting: Setting = {}): Promise<string> {
  const { code, stdout, stderr } = await pstar(args, setting);
  if (code !== 0) throw new Error(`pstar ${args.join(" ")} ended with ${code}: ${stderr}`);
  return stdout;
}

/** Gives this process the standard input, the folder and the environment of a run; returns what takes them back. */
function arrange({ env = {}, stdin, cwd }: Setting): () => void {
  if (stdin === undefined && cwd === undefined && Object.keys(env).length === 0) return () => {};
  if (running > 0) throw new Error("a run with input, folder or environment of its own must not run beside another");
  const before = { stdin: Object.getOwnPropertyDescriptor(process, "stdin"), cwd: process.cwd(), env: process.env };
  process.env = { ...process.env, ...env };
  if (cwd !== undefined) process.chdir(cwd);
  const input = Readable.from([typeof stdin === "object" ? stdin : Buffer.from(stdin ?? "")]);
  Object.defineProperty(process, "stdin", { value: input, configurable: true });
  return () => {
    process.env = before.env;
    process.chdir(before.cwd);
    if (before.stdin !== undefined) Object.defineProperty(process, "stdin", before.stdin);
  };
}
