import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll } from "vitest";
import { Connection } from "../../dist/sweep/queue/connection.js";

/** The certificate of a server with TLS, which signs itself. */
export const CERTIFICATE = join(import.meta.dirname, "tls/server.crt");
const KEY = join(import.meta.dirname, "tls/server.key");
const certificate = ["--tls-cert-file", CERTIFICATE, "--tls-key-file", KEY];

const servers: RedisServer[] = [];
// registered when a test file imports this: what is registered inside a test or a hook is not called
afterAll(async () => {
  for (const server of servers) await server.kill();
});

/** A redis-server of the test's own on loopback; it can be killed, and started again with what it kept. */
export class RedisServer {
  readonly url: string;
  readonly #port: number;
  readonly #tls: boolean;
  readonly #args: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(port: number, tls: boolean, args: readonly string[]) {
    this.#port = port;
    this.#tls = tls;
    this.url = `${tls ? "rediss" : "redis"}://127.0.0.1:${port}`;
    this.#args = args;
  }

  /**
   * @param folder For its files; made if it is not there.
   * @param options `durable`: what it has acknowledged outlives it.
   */
  static async start(
    folder: string,
    options: { durable?: boolean; password?: string; tls?: boolean } = {},
  ): Promise<RedisServer> {
    mkdirSync(join(folder, "redis"), { recursive: true });
    const port = await freePort();
    const files = ["--dir", join(folder, "redis"), "--save", "", "--loglevel", "warning"];
    const durable = options.durable ? ["--appendonly", "yes", "--appendfsync", "always"] : [];
    const password = options.password === undefined ? [] : ["--requirepass", options.password];
    const listens = options.tls
      ? ["--port", "0", "--tls-port", `${port}`, "--tls-auth-clients", "no", ...certificate]
      : ["--port", `${port}`];
    const args = ["--bind", "127.0.0.1", ...listens, ...files, ...durable, ...password];
    const server = new RedisServer(port, options.tls ?? false, args);
    servers.push(server);
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    this.#process = spawn("redis-server", this.#args, { stdio: "ignore" });
    await once(this.#process, "spawn");
    const probe = this.client();
    // a server with a password answers as well, by asking for it
    await new Promise<void>((resolve) => {
      probe.once("ready", () => resolve());
      probe.on("error", ({ message }) => /NOAUTH/.test(message) && resolve());
    });
    probe.disconnect();
  }

  /** SIGKILL: nothing is written that is not yet. */
  async kill(): Promise<void> {
    const process = this.#process;
    this.#process = undefined;
    if (process === undefined || process.exitCode !== null) return;
    const gone = once(process, "exit");
    process.kill("SIGKILL");
    await gone;
  }

  client(): Redis {
    const client = new Redis(this.#port, "127.0.0.1", {
      retryStrategy: () => 30,
      maxRetriesPerRequest: null,
      ...(this.#tls && { tls: { ca: readFileSync(CERTIFICATE) } }),
    });
    client.on("error", () => {}); // it is started, or stopped
    return client;
  }
}

const connections: Connection[] = [];
afterAll(() => Promise.all(connections.map((connection) => connection.close())));

/** A server of a test's own, so that it may run beside others, and a connection to it; both end with the test file. */
export async function ownRedis(folder: string): Promise<{ url: string; connection: Connection; client: Redis }> {
  const { url } = await RedisServer.start(folder);
  const connection = await Connection.open(url);
  connections.push(connection);
  return { url, connection, client: connection.client };
}

/** A port of loopback that nobody listens to. */
async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
