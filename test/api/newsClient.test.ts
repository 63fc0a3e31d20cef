// In a process of its own: it sets a proxy in the environment, which is read at the first request.
import { writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { rowsOf } from "../../src/rows/rowFiles.js";
import { Client } from "../../src/server/client.js";
import { scratchFolder } from "../support/folders.js";
import { pstar } from "../support/inProcess.js";

const folder = scratchFolder();

const PROXIES = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY"];
beforeEach(() => {
  for (const name of PROXIES) vi.stubEnv(name, undefined);
});
afterEach(() => void vi.unstubAllEnvs());

async function serve(listener: RequestListener): Promise<{ server: Server; origin: string }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** A server that keeps the bodies that it is sent. */
async function listening(): Promise<{ origin: string; bodies: string[] }> {
  const bodies: string[] = [];
  const { origin } = await serve((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += chunk));
    request.on("end", () => {
      bodies.push(body);
      response.setHeader("content-type", "application/json").end('{"ok":true}');
    });
  });
  return { origin, bodies };
}

const client = (origin: string, options = {}) =>
  new Client({ url: `${origin}/v1`, key: "secret", retries: 0, ...options });
const TEXT = { prompt: "an article" };
const post = (to: Client) => to.post("completions", TEXT, (answer) => answer);

describe("a redirect", () => {
  it.each([301, 302, 303, 307, 308])(
    "of status %i to another origin is refused with its address, and sent nothing",
    async (status) => {
      const other = await listening();
      const { origin } = await serve((_, response) => {
        response.writeHead(status, { location: `${other.origin}/v1/completions?token=1` }).end();
      });
      await expect(post(client(origin))).rejects.toThrow(
        `${origin}/v1/ redirects to ${other.origin}/v1/completions: give that address instead`,
      );
      expect(other.bodies).toEqual([]);
    },
  );

  it("of status 307 or 308 within a server is followed", async () => {
    const seen: string[] = [];
    const { origin } = await serve((request, response) => {
      seen.push(`${request.url} ${request.headers.authorization}`);
      request.resume();
      if (request.url === "/v1/completions") response.writeHead(308, { location: "/v2/completions" }).end();
      else response.end('{"ok":true}');
    });
    expect(await post(client(origin))).toEqual({ ok: true });
    expect(seen).toEqual(["/v1/completions Bearer secret", "/v2/completions Bearer secret"]);
  });
});

describe("an error page", () => {
  it.each([
    ["of tags that do not close", "<".repeat(1 << 20)],
    ["of blanks", " \n".repeat(1 << 19)],
    ["of attributes", "<a ".repeat(1 << 18)],
  ])("%s is read at its beginning alone", async (_, page) => {
    const { origin } = await serve((_, response) => void response.writeHead(500).end(`Out of order. ${page}`));
    await expect(post(client(origin))).rejects.toThrow(/answers 500: Out of order\..{0,200}$/s);
  });

  it.each([
    ["a file", "hf://datasets/who/what/rows.jsonl"],
    ["a list of the hub", "hf://datasets/who/what"],
  ])("in the place of %s is not read, whatever is in it", async (_, path) => {
    // 300 kB of what steers a terminal, reorders it and looks like tags
    const page = "\u001b[2J\u202e\u009b31m<a href=".repeat(20_000);
    const { origin } = await serve((_, response) => void response.writeHead(500).end(page));
    vi.stubEnv("HF_ENDPOINT", origin);
    const read = async () => {
      for await (const _ of rowsOf(path));
    };
    await expect(read()).rejects.toThrow(/^cannot read hf:\S+: the (?:server|hub) answers 500$/);
  });

  it("is shown without what steers a terminal", async () => {
    const page = "\u001b[2J\u202e\u009b31m".repeat(40_000);
    const { origin } = await serve((_, response) => void response.writeHead(400).end(`Out of order. ${page}`));
    const rubric = join(folder, "rubric.txt");
    writeFileSync(rubric, "Is {text} good?");
    const judge = ["select", "-", "--verifier", `judge:${origin}/v1#m`, "--rubric", rubric, "--keep", "50%"];
    const { code, stderr } = await pstar([...judge, "--out", join(folder, "out")], { stdin: '{"text":"a"}\n' });
    expect(stderr).toContain("answers 400: Out of order.");
    expect(stderr).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
    expect(stderr.length).toBeLessThan(1000);
    expect(code).toBe(1);
  });

  it("without an end is not waited for", async () => {
    const { origin } = await serve((_, response) => {
      response.writeHead(400, { "content-type": "text/html" });
      response.write(`<html>No such model${"<p>".repeat(2000)}`); // and no end
    });
    await expect(post(client(origin, { timeout: 3_600_000 }))).rejects.toThrow("answers 400: No such model");
  });

  it("that comes slowly ends with the time that an answer may take", async () => {
    const { origin } = await serve((_, response) => void response.writeHead(400).write("No"));
    await expect(post(client(origin, { timeout: 300 }))).rejects.toThrow("no answer in 0.3 s");
  });
});

describe("a proxy", () => {
  /** One that tunnels, as curl and browsers ask it to. */
  async function proxy(): Promise<{ origin: string; asked: string[] }> {
    const asked: string[] = [];
    const { server, origin } = await serve((_, response) => void response.writeHead(501).end());
    server.on("connect", ({ url = "" }, socket) => {
      asked.push(url);
      const target = new URL(`http://${url}`);
      const upstream = connect(Number(target.port), target.hostname, () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        upstream.pipe(socket).pipe(upstream);
      });
      const end = () => {
        socket.destroy();
        upstream.destroy();
      };
      upstream.on("error", end);
      socket.on("error", end);
    });
    return { origin, asked };
  }

  it.each(["http_proxy", "HTTP_PROXY"])("that %s names is used, and not for the hosts of NO_PROXY", async (name) => {
    const { origin, bodies } = await listening();
    const way = await proxy();
    vi.stubEnv(name, way.origin);
    expect(await post(client(origin))).toEqual({ ok: true });
    expect(way.asked).toEqual([new URL(origin).host]);
    vi.stubEnv("NO_PROXY", "127.0.0.1");
    expect(await post(client(origin))).toEqual({ ok: true });
    expect(way.asked).toHaveLength(1);
    expect(bodies).toEqual([JSON.stringify(TEXT), JSON.stringify(TEXT)]);
  });

  it("that is of another kind is refused, without its password", async () => {
    const { origin, bodies } = await listening();
    for (const value of ["socks5://me:word@localhost:1080", "proxy:3128", "localhost"]) {
      vi.stubEnv("https_proxy", value);
      const failure = await post(client(origin)).catch((error: Error) => error.message);
      expect(failure).toContain("https_proxy must be the address of a proxy, http://HOST:PORT");
      expect(failure).not.toContain("word");
    }
    expect(bodies).toEqual([]);
  });
});
