import type { Context } from "../../src/cli/context.js";
import { type Terminal, terminalOf } from "../../src/cli/terminal/terminal.js";

/** A context without terminal that keeps what is written. */
export function capturedContext(columns = Number.POSITIVE_INFINITY) {
  const captured = { out: "", err: "" };
  const terminal = (stream: "out" | "err"): Terminal => {
    const write = (text: string | Uint8Array) => {
      captured[stream] += text;
      return true;
    };
    return { ...terminalOf({ write, isTTY: false, columns: 80 }, {}), columns };
  };
  const context: Context = {
    streams: { out: terminal("out"), err: terminal("err"), writeRows: () => {}, onOutClosed: () => {} },
    args: [],
    exitCode: 0,
  };
  return { context, out: () => captured.out, err: () => captured.err };
}
