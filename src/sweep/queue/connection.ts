import type { Redis } from "ioredis";
import { QueueError } from "../../core/errors.js";
import { printable } from "../../core/printable.js";
import { type QueueAddress, queueAddress } from "./address.js";
import { loadPeers, type Peers } from "./peers.js";

/** Milliseconds that a server is waited for at the start; one that was there once is waited for without end. */
const PATIENCE = 10_000;
/** Milliseconds between two tries to reach a server, at the least and at the most. */
const FIRST_RETRY = 100;
const LAST_RETRY = 10_000;

export interface ConnectOptions {
  signal?: AbortSignal;
  /** Told in a sentence when the server goes away and when it is back. */
  onNote?: (text: string) => void;
}

/** A connection to a Redis server that comes back by itself; what is sent in the meantime waits. */
export class Connection {
  readonly address: QueueAddress;
  readonly client: Redis;
  readonly peers: Peers;

  private constructor(address: QueueAddress, client: Redis, peers: Peers) {
    this.address = address;
    this.client = client;
    this.peers = peers;
  }

  /**
   * @throws QueueError where the server is not reached, does not let us in, or is too old; ArgumentError where the address
   * is none.
   */
  static async open(url: string, { signal, onNote }: ConnectOptions = {}): Promise<Connection> {
    const address = queueAddress(url);
    const peers = await loadPeers();
    const { host, port, db, username, password, tls } = address;
    const client = new peers.Redis({
      host,
      port,
      db,
      username,
      password,
      ...(tls && { tls: {} }),
      maxRetriesPerRequest: null, // BullMQ insists on it; a command waits for the server
      retryStrategy: (times) => Math.min(FIRST_RETRY * 2 ** Math.min(times, 20), LAST_RETRY),
    });
    try {
      await firstReady(client, address, signal);
      const connection = new Connection(address, client, peers);
      connection.#watch(onNote);
      await connection.#check(onNote);
      return connection;
    } catch (error) {
      client.disconnect();
      throw error;
    }
  }

  /** Ends the connection. What was sent is waited for unless the server is away. */
  async close(): Promise<void> {
    if (this.client.status !== "ready") this.client.disconnect();
    else await this.client.quit().catch(() => this.client.disconnect());
  }

  #watch(onNote: ConnectOptions["onNote"]): void {
    let away = false;
    let reason = "";
    this.client.on("error", (error) => {
      reason = reasonOf(error);
    });
    this.client.on("reconnecting", () => {
      if (!away) onNote?.(`${this.address.text} went away${reason && ` (${reason})`}: trying again until it is back`);
      away = true;
    });
    this.client.on("ready", () => {
      if (away) onNote?.(`${this.address.text} is back`);
      away = false;
      reason = "";
    });
  }

  async #check(onNote: ConnectOptions["onNote"]): Promise<void> {
    const info = String(await this.client.info());
    const value = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, "m").exec(info)?.[1] ?? "";
    const [major = 0, minor = 0] = value("redis_version").split(".").map(Number);
    if (major < 6 || (major === 6 && minor < 2)) {
      throw new QueueError(`${this.address.text} must be Redis 6.2 or newer, got ${printable(value("redis_version"))}`);
    }
    const policy = value("maxmemory_policy");
    if (Number(value("maxmemory")) > 0 && policy !== "noeviction") {
      onNote?.(`${this.address.text} may drop jobs when its memory is full: set its maxmemory-policy to noeviction`);
    }
  }
}

/** Waits until the server answers for the first time. */
async function firstReady(client: Redis, { text }: QueueAddress, signal: AbortSignal | undefined): Promise<void> {
  let last = "no answer";
  let onAbort = () => {};
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      client.once("ready", resolve);
      client.on("error", (error) => {
        last = reasonOf(error);
        if (isFinal(error)) reject(new QueueError(`${text} ${refusal(error)}`));
      });
      timer = setTimeout(() => reject(new QueueError(`${text} is not reached: ${last}`)), PATIENCE);
      onAbort = () => reject(signal?.reason);
      signal?.addEventListener("abort", onAbort, { once: true });
      if (signal?.aborted) onAbort();
    });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
    client.removeAllListeners("error");
    client.on("error", () => {}); // ioredis prints an error that nobody listens to
  }
}

/** What Redis itself answers, and what is wrong with a certificate, does not get better by trying again. */
function isFinal(error: Error & { code?: string }): boolean {
  return (
    error.name === "ReplyError" || /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(error.code ?? "")
  );
}

function refusal(error: Error & { code?: string }): string {
  if (/^NOAUTH/.test(error.message)) return "asks for a password: set PSTAR_REDIS_PASSWORD";
  if (/^WRONGPASS|invalid password/.test(error.message)) {
    return "does not take this password: see PSTAR_REDIS_PASSWORD and PSTAR_REDIS_USERNAME";
  }
  if (error.name === "ReplyError") return `refuses: ${reasonOf(error)}`;
  return `is not trusted: ${reasonOf(error)} (NODE_EXTRA_CA_CERTS names a file of certificates to trust)`;
}

function reasonOf(error: Error & { code?: string; errors?: Error[] }): string {
  const text = error.message || error.errors?.[0]?.message || error.code || "no answer";
  return printable(text).slice(0, 200);
}
