import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { createServer, request as httpRequest } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { pageServer } from "../../src/cli/explore/command.js";
import { scratchFolder } from "../support/folders.js";
import { ending, pstar, start } from "../support/pstar.js";

type Child = ReturnType<typeof start>;

/** The address that `pstar explore` prints. */
async function addressOf(child: Child): Promise<string> {
  child.stdout.setEncoding("utf8");
  const [text] = await once(child.stdout, "data");
  return String(text).trim();
}

/** A request as it is written: `fetch` would tidy its path, and set its host. */
function ask(address: string, path: string, { host, method = "GET" }: { host?: string; method?: string } = {}) {
  const { hostname, port } = new URL(address);
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
    const headers = host === undefined ? {} : { host };
    const asked = httpRequest({ hostname, port, path, method, headers }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    asked.on("error", reject).end();
  });
}

describe("the page's server", () => {
  it("serves the files that were there at its start, and no link or pipe among them or in their place", async () => {
    const root = scratchFolder();
    mkdirSync(join(root, "assets"));
    for (const name of ["index.html", "assets/a.js", "late.js", "pipe.js"]) writeFileSync(join(root, name), name);
    writeFileSync(join(root, "..", "outside.js"), "outside");
    symlinkSync("../outside.js", join(root, "link.js"));
    symlinkSync("..", join(root, "up"));
    const server = pageServer(root).listen(0, "127.0.0.1");
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    await once(server, "listening");
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const status = async (path: string) => (await ask(address, path)).status;
    expect(await ask(address, "/assets/a.js")).toMatchObject({ status: 200, body: "assets/a.js" });
    expect(await status("/")).toBe(200);
    for (const path of ["/link.js", "/up/outside.js", "/assets/../late.js?x", "/up/index.html"])
      expect(await status(path)).toBe(404);
    writeFileSync(join(root, "new.js"), "new");
    rmSync(join(root, "late.js"));
    symlinkSync("../outside.js", join(root, "late.js"));
    rmSync(join(root, "pipe.js"));
    execFileSync("mkfifo", [join(root, "pipe.js")]);
    for (const path of ["/new.js", "/late.js", "/pipe.js"]) expect(await status(path)).toBe(404);
    // it is there, and cannot be read, as with too many files open: not the same as one that is not there
    truncateSync(join(root, "assets/a.js"), 3 * 2 ** 30);
    expect(await ask(address, "/assets/a.js")).toMatchObject({ status: 500, body: "could not be read\n" });
    rmSync(join(root, "assets"), { recursive: true });
    writeFileSync(join(root, "assets"), "");
    expect(await status("/assets/a.js")).toBe(404);
  });
});

describe("pstar explore", () => {
  let child: Child;
  let address: string;

  beforeAll(async () => {
    child = start(["explore"]);
    address = await addressOf(child);
  });

  afterAll(() => {
    child.kill("SIGKILL");
  });

  it("prints an address of this machine, and serves the page there", async () => {
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const { status, headers, body } = await ask(address, "/");
    expect(status).toBe(200);
    expect(headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(headers["content-security-policy"]).toContain("script-src 'self' 'wasm-unsafe-eval';");
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(body).toContain("<title>pstar");
    for (const [, file] of body.matchAll(/(?:href|src|content)="(\.\/[^"]+)"/g)) {
      const found = await ask(address, new URL(file as string, address).pathname);
      expect(found.status).toBe(200);
      const type = /\.js$/.test(file as string)
        ? "text/javascript"
        : /\.css$/.test(file as string)
          ? "text/css"
          : "image/svg+xml";
      expect(String(found.headers["content-type"])).toContain(type);
      expect(found.headers["cache-control"]).toContain("immutable");
    }
  });

  it.each([
    ["/../package.json"],
    ["/../../package.json"],
    ["/..%2f..%2fpackage.json"],
    ["/%2e%2e/core.wasm"],
    ["/assets/..%5c..%5ccore.wasm"],
    ["/%00index.html"],
    ["/%zz"],
    ["//etc/passwd"],
    ["/assets"],
    ["/nothing.js"],
  ])("has no %s", async (path) => {
    expect((await ask(address, path)).status).toBe(404);
  });

  it.each([["evil.example"], ["evil.example:4780"], ["127.0.0.1.evil.example"], ["127.0.0.1:4780@evil.example"]])(
    "does not answer for %s",
    async (host) => {
      const { status, body } = await ask(address, "/", { host });
      expect(status).toBe(421);
      expect(body).not.toContain("<title>");
    },
  );

  it("does not answer for two hosts at once", async () => {
    const { port } = new URL(address);
    const socket = connect(Number(port), "127.0.0.1").setEncoding("utf8");
    socket.write("GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
    let text = "";
    for await (const piece of socket) text += piece;
    expect(text).toMatch(/^HTTP\/1\.1 421 /);
  });

  it("answers for localhost, and to GET and HEAD alone", async () => {
    const { port } = new URL(address);
    expect((await ask(address, "/", { host: `localhost:${port}` })).status).toBe(200);
    expect(await ask(address, "/", { method: "HEAD" })).toMatchObject({ status: 200, body: "" });
    expect((await ask(address, "/", { method: "POST" })).status).toBe(405);
  });

  it("takes another port where its own is taken, and says so where one was asked for", async () => {
    const { port } = new URL(address);
    const second = start(["explore"]);
    const other = await addressOf(second);
    expect(other).not.toBe(address);
    const refused = await pstar(["explore", "--port", port]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(`port ${port} is in use; without --port the first free one is used`);
    second.kill("SIGTERM");
    expect((await ending(second)).code).toBe(0);
  });

  it("ends at Ctrl-C though a connection is open, and frees its port", async () => {
    const probe = createServer().listen(0, "127.0.0.1");
    await once(probe, "listening");
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    const own = start(["explore", "--port", String(port)]);
    expect(await addressOf(own)).toBe(`http://127.0.0.1:${port}/`);
    const idle = connect(port, "127.0.0.1");
    await once(idle, "connect");
    idle.on("error", () => {});
    own.kill("SIGINT");
    const { code, signal } = await ending(own);
    expect([code, signal]).toEqual([0, null]);
    const again = createServer().listen(port, "127.0.0.1");
    await once(again, "listening");
    await new Promise((resolve) => again.close(resolve));
  });

  it.each([["0"], ["65536"], ["80a"], ["-1"]])("refuses the port %s", async (port) => {
    const { code, stderr } = await pstar(["explore", `--port=${port}`]);
    expect(code).toBe(2);
    expect(stderr).toContain("It must be a whole number in [1, 65535].");
  });
});
