import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll } from "vitest";

/** A redis-server of the test's own on loopback; it can be killed, and started again with what it kept. */
export class RedisServer {
  readonly url: string;
  readonly #port: number;
  readonly #args: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(port: number, args: readonly string[]) {
    this.#port = port;
    this.url = `redis://127.0.0.1:${port}`;
    this.#args = args;
  }

  /**
   * @param folder For its files; made if it is not there.
   * @param options `durable`: what it has acknowledged outlives it.
   */
  static async start(folder: string, options: { durable?: boolean; password?: string } = {}): Promise<RedisServer> {
    mkdirSync(join(folder, "redis"), { recursive: true });
    const port = await freePort();
    const files = ["--dir", join(folder, "redis"), "--save", "", "--loglevel", "warning"];
    const durable = options.durable ? ["--appendonly", "yes", "--appendfsync", "always"] : [];
    const password = options.password === undefined ? [] : ["--requirepass", options.password];
    const server = new RedisServer(port, [
      "--bind",
      "127.0.0.1",
      "--port",
      `${port}`,
      ...files,
      ...durable,
      ...password,
    ]);
    await server.start();
    afterAll(() => server.kill());
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
    const client = new Redis(this.#port, "127.0.0.1", { retryStrategy: () => 30, maxRetriesPerRequest: null });
    client.on("error", () => {}); // it is started, or stopped
    return client;
  }
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
