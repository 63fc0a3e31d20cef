import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

const TYPES: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".wasm": "application/wasm",
};

/** What to serve: the files under `root`, and before them the pages held in memory, by their path. */
export interface Site {
  root: string;
  pages?: Record<string, string>;
  /** Hashes of the inline scripts that the policy lets pass, e.g. of an import map: `'sha256-…'`. */
  inline?: string[];
  /** Whether the policy lets WebAssembly compile. Default true. */
  wasm?: boolean;
}

/** A static server on 127.0.0.1 with the strictest policy under which WebAssembly still compiles. */
export async function serve(site: Site): Promise<{ url: string; close: () => Promise<void> }> {
  const scripts = [`script-src 'self'${site.wasm === false ? "" : " 'wasm-unsafe-eval'"}`, ...(site.inline ?? [])].join(
    " ",
  );
  const policy = ["default-src 'self'", "img-src 'self' data:", scripts];
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname));
    response.setHeader("Content-Security-Policy", policy.join("; "));
    response.setHeader("Content-Type", TYPES[extname(path)] ?? "text/html; charset=utf-8");
    const page = site.pages?.[path];
    if (page !== undefined) return void response.end(page);
    const file = join(site.root, path.endsWith("/") ? `${path}index.html` : path);
    const found = await stat(file).catch(() => null);
    if (!found?.isFile()) return void response.writeHead(404).end();
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { url: `http://127.0.0.1:${port}/`, close };
}
