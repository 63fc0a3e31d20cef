import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** Program, arguments and shell that run npm: the npm that called us, or the one beside Node, or the one on the PATH. */
export function npm(args) {
  const beside = join(dirname(process.execPath), "../lib/node_modules/npm/bin/npm-cli.js");
  const script = [process.env.npm_execpath ?? "", beside].find(
    (file) => /npm-cli\.c?js$/.test(file) && existsSync(file),
  );
  if (script) return [process.execPath, [script, ...args], false];
  return process.platform === "win32" ? [`npm ${args.join(" ")}`, [], true] : ["npm", args, false];
}
