import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants, readdirSync } from "node:fs";
import { open } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Command, InvalidArgumentError } from "commander";
import { PstarError } from "../../core/errors.js";
import { exists } from "../../rows/files.js";
import type { Context } from "../context.js";
import { Interrupt } from "../interrupt.js";
import { explain } from "../terminal/help.js";

const EXAMPLES = `
Examples:
  $ pstar explore                  prints the address of the page; Ctrl-C stops it
  $ pstar explore --open           also opens it in the browser
  $ pstar explore --port 9000

The page computes in the browser, with the same core as the command line, and contacts only this server, which answers only
this machine. Without --port, the first free port from 4780 on is used.
Exit codes: 0 ended by Ctrl-C, 1 failed (the port is taken), 2 wrong usage.`;

/** Adds `pstar explore`. */
export function addExploreCommand(program: Command, context: Context): void {
  const explore = program
    .command("explore")
    .description(
      "Serves the explorer on this machine: phase transition, phase diagram, geometry and generations, live.",
    )
    .option("--port <n>", "port to listen on", portOf)
    .option("--open", "open the page in the default browser")
    .action((flags: ExploreFlags) => servePage(flags, context));
  explain(explore, context, EXAMPLES);
}

function portOf(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= 65_535) return value;
  throw new InvalidArgumentError("It must be a whole number in [1, 65535].");
}

/** The options of `pstar explore`. */
interface ExploreFlags {
  port?: number;
  open?: boolean;
}

const FIRST_PORT = 4780;
const PORTS_TRIED = 20;

/** Serves the page until Ctrl-C. */
async function servePage({ port, open }: ExploreFlags, { streams }: Context): Promise<void> {
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

/** Listens on this machine alone; false if the port is taken. */
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

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** What the page may do: run its own scripts and compile its own core, and nothing else. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": POLICY,
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

/**
 * A server of the files that are under `root` now, not yet listening: neither links nor pipes among them, nor what comes later
 * in their place. It answers only who asks for it by the name of this machine: a page
 * elsewhere whose name was made to point here (DNS rebinding) is refused.
 */
export function pageServer(root: string): Server {
  const files = filesUnder(root);
  return createServer((request, response) => {
    answer(files, request, response).catch(() => refuse(response, 500, "could not be read"));
  });
}

async function answer(files: Files, request: IncomingMessage, response: ServerResponse): Promise<void> {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  const [host, ...others] = request.headersDistinct.host ?? [];
  if (!isLocal(host) || others.length > 0)
    return refuse(response, 421, "this server answers 127.0.0.1 and localhost only");
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("Allow", "GET, HEAD");
    return refuse(response, 405, "only GET and HEAD");
  }
  const path = pathOf(request.url ?? "/");
  const file = files.get(path);
  const type = file && TYPES[extname(file)];
  if (!file || !type) return refuse(response, 404, "not found");
  const content = await contentOf(file);
  if (content === null) return refuse(response, 404, "not found");
  // The names under assets/ change with their content.
  const fixed = path.startsWith("/assets/");
  response.setHeader("Cache-Control", fixed ? "public, max-age=31536000, immutable" : "no-cache");
  response.setHeader("Content-Type", type);
  response.setHeader("Content-Length", content.byteLength);
  response.writeHead(200).end(request.method === "HEAD" ? undefined : content);
}

function isLocal(host: string | undefined): boolean {
  return host !== undefined && /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i.test(host);
}

/** Files by the paths of their addresses. */
type Files = ReadonlyMap<string, string>;

function filesUnder(root: string): Files {
  const files = new Map<string, string>();
  const visit = (folder: string, path: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const [file, address] = [join(folder, entry.name), `${path}${entry.name}`];
      if (entry.isDirectory()) visit(file, `${address}/`);
      else if (entry.isFile()) files.set(address, file);
    }
  };
  visit(root, "/");
  return files;
}

/** The path of an address; of a folder's that of its index.html. An address that cannot be decoded is that of no file. */
function pathOf(url: string): string {
  try {
    const path = decodeURIComponent(url.split(/[?#]/, 1)[0] as string);
    return path.endsWith("/") ? `${path}index.html` : path;
  } catch {
    return "";
  }
}

/** What says that another thing, or nothing, is in the place of a file. */
const REPLACED = new Set(["ENOENT", "ENOTDIR", "ELOOP", "ENXIO"]);

/** The bytes of a file; null if a file is no longer there: a link is not followed, and a pipe is not waited for. */
async function contentOf(file: string): Promise<Buffer | null> {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  const handle = await open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch((error: NodeJS.ErrnoException) => {
    if (REPLACED.has(error.code ?? "")) return null;
    throw error;
  });
  if (handle === null) return null;
  try {
    return (await handle.stat()).isFile() ? await handle.readFile() : null;
  } finally {
    await handle.close();
  }
}

function refuse(response: ServerResponse, status: number, why: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.setHeader("Content-Type", "text/plain; charset=utf-8");
  response.writeHead(status).end(`${why}\n`);
}
