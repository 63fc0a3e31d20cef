import { dirname, join } from "node:path";
import { BIN, type Ending, pstar as pstarAsProcess, type Setting } from "./pstar.js";

const CLI = dirname(BIN); // in dist/
// The types come from the sources: they hold whatever stands in dist until it is built again.
const { main } = (await import(join(CLI, "program.js"))) as typeof import("../../src/cli/program.js");
const { terminalOf } = (await import(
  join(CLI, "terminal/terminal.js")
)) as typeof import("../../src/cli/terminal/terminal.js");

/**
 * Runs pstar to its end in this process, which saves the start of another: for tests that neither write to standard input, nor
 * start it in another folder, nor interrupt it.
 */
export async function pstar(args: readonly string[], setting: Setting = {}): Promise<Ending> {
  const { env = {}, stdin, cwd } = setting;
  if (stdin !== undefined || cwd !== undefined) return pstarAsProcess(args, setting);
  const written = { stdout: "", stderr: "" };
  const terminal = (name: keyof typeof written) => {
    const write = (text: string | Uint8Array) => {
      written[name] += text;
      return true;
    };
    return terminalOf({ write, isTTY: false, columns: 80 }, env);
  };
  const streams = { out: terminal("stdout"), err: terminal("stderr"), onOutClosed: () => {} };
  return { code: await main(args, streams), signal: null, ...written };
}
