import pc from "picocolors";
import type { Context } from "../../src/cli/context.js";
import type { Terminal } from "../../src/cli/terminal/terminal.js";

/** A context without terminal that keeps what is written. */
export function capturedContext(columns = Number.POSITIVE_INFINITY) {
  const captured = { out: "", err: "" };
  const terminal = (stream: "out" | "err"): Terminal => ({
    write: (text) => {
      captured[stream] += text;
    },
    interactive: false,
    columns,
    unicode: true,
    colors: pc.createColors(false),
  });
  const context: Context = {
    streams: { out: terminal("out"), err: terminal("err"), onOutClosed: () => {} },
    exitCode: 0,
  };
  return { context, out: () => captured.out, err: () => captured.err };
}
