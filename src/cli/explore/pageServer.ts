import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { extname, join, sep } from "node:path";

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
 * A server of the files under `root`, not yet listening. It answers only who asks for it by the name of this machine: a page
 * elsewhere whose name was made to point here (DNS rebinding) is refused.
 */
export function pageServer(root: string): Server {
  return createServer((request, response) => {
    answer(root, request, response).catch(() => refuse(response, 500, "could not be read"));
  });
}

async function answer(root: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  if (!isLocal(request.headers.host)) return refuse(response, 421, "this server answers 127.0.0.1 and localhost only");
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("Allow", "GET, HEAD");
    return refuse(response, 405, "only GET and HEAD");
  }
  const file = fileOf(root, request.url ?? "/");
  const type = file && TYPES[extname(file)];
  if (!file || !type) return refuse(response, 404, "not found");
  const content = await readFile(file).catch(() => null);
  if (content === null) return refuse(response, 404, "not found");
  // The names under assets/ change with their content.
  const fixed = file.startsWith(join(root, "assets") + sep);
  response.setHeader("Cache-Control", fixed ? "public, max-age=31536000, immutable" : "no-cache");
  response.setHeader("Content-Type", type);
  response.setHeader("Content-Length", content.byteLength);
  response.writeHead(200).end(request.method === "HEAD" ? undefined : content);
}

function isLocal(host: string | undefined): boolean {
  return host !== undefined && /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i.test(host);
}

/** The file that a request means, inside `root`; undefined where it means something else. */
function fileOf(root: string, url: string): string | undefined {
  let path: string;
  try {
    path = decodeURIComponent(url.split(/[?#]/, 1)[0] as string);
  } catch {
    return undefined;
  }
  if (!path.startsWith("/") || /[\0\\]/.test(path)) return undefined;
  const file = join(root, path.endsWith("/") ? `${path}index.html` : path);
  return file.startsWith(root + sep) ? file : undefined;
}

function refuse(response: ServerResponse, status: number, why: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.setHeader("Content-Type", "text/plain; charset=utf-8");
  response.writeHead(status).end(`${why}\n`);
}
