import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Server } from "node:http";
import { fileURLToPath } from "node:url";
import { PstarError } from "../../core/errors.js";
import { exists } from "../../rows/files.js";
import type { Context } from "../context.js";
import { Interrupt } from "../interrupt.js";
import { pageServer } from "./pageServer.js";

/** The options of `pstar explore`. */
export interface ExploreFlags {
  port?: number;
  open?: boolean;
}

const FIRST_PORT = 4780;
const PORTS_TRIED = 20;

/** Serves the page until Ctrl-C. */
export async function explore({ port, open }: ExploreFlags, { streams }: Context): Promise<void> {
  const root = fileURLToPath(new URL("../../web", import.meta.url));
  if (!(await exists(`${root}/index.html`))) {
    throw new PstarError(`the page is not in this package: ${root} is missing; npm run build makes it`);
  }
  const interrupt = new Interrupt();
  const server = pageServer(root);
  try {
    const taken = port ?? (await firstFree(server));
    if (port !== undefined && !(await listening(server, port))) {
      throw new PstarError(`port ${port} is in use; without --port the first free one is used`);
    }
    const address = `http://127.0.0.1:${taken}/`;
    streams.out.write(`${address}\n`);
    streams.err.print(`${streams.err.colors.dim("Press Ctrl-C to stop.")}\n`);
    if (open) openBrowser(address, (reason) => streams.err.print(`could not open a browser (${reason}): ${address}\n`));
    if (!interrupt.signal.aborted) await once(interrupt.signal, "abort");
  } finally {
    interrupt.dispose();
    server.close();
    server.closeAllConnections();
  }
}

async function firstFree(server: Server): Promise<number> {
  for (let port = FIRST_PORT; port < FIRST_PORT + PORTS_TRIED; port++) {
    if (await listening(server, port)) return port;
  }
  const last = FIRST_PORT + PORTS_TRIED - 1;
  throw new PstarError(`the ports ${FIRST_PORT} to ${last} are all in use; choose another with --port`);
}

/** Listens on this machine alone; false where the port is taken. */
async function listening(server: Server, port: number): Promise<boolean> {
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return true;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") return false;
    const reason = code === "EACCES" ? "permission denied" : message;
    throw new PstarError(`cannot listen on port ${port}: ${reason}`, {}, { cause: error });
  }
}

/** By the program that the system has for it. */
function openBrowser(address: string, onFailure: (reason: string) => void): void {
  const [program, ...args] =
    process.platform === "darwin"
      ? ["open", address]
      : process.platform === "win32"
        ? ["cmd", "/c", "start", "", address]
        : ["xdg-open", address];
  const child = spawn(program as string, args, { stdio: "ignore", detached: true });
  child.on("error", (error) => onFailure(error.message));
  child.unref();
}
