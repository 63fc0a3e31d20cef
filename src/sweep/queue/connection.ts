import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectWithTls } from "node:tls";
import type { ChainableCommander, Redis } from "ioredis";
import { ArgumentError, QueueError } from "../../core/errors.js";
import { printable } from "../../core/printable.js";
import type { Reason } from "../../core/reasons.js";
import { note, type QueueNote, queueReason } from "./reasons.js";

/** Milliseconds to wait for a server that was never reached; one that was reached once is waited for without end. */
const PATIENCE = 10_000;
/** Milliseconds between two attempts to reach a server. */
const RETRY = { first: 100, last: 10_000 };
/** Milliseconds without an answer before it is looked whether the server speaks TLS. */
const PROBE_AFTER = 700;
const PORT = 6379;
const EXPECTED = "redis://host:port or rediss://host:port (with TLS), followed by /number for another database";

/** The packages that only a queue needs; whoever does not use one need not install them. */
export interface Peers {
  Redis: typeof import("ioredis").Redis;
  Queue: typeof import("bullmq").Queue;
  Worker: typeof import("bullmq").Worker;
  UnrecoverableError: typeof import("bullmq").UnrecoverableError;
  WaitingError: typeof import("bullmq").WaitingError;
}

export interface ConnectOptions {
  signal?: AbortSignal;
  /** Told when the server goes away and when it is back. */
  onNote?: (note: QueueNote) => void;
}

/** A connection to a Redis server that comes back by itself; what is sent in the meantime waits. */
export class Connection {
  readonly address: QueueAddress;
  readonly client: Redis;
  readonly peers: Peers;
  readonly #copies: Redis[] = [];

  private constructor(address: QueueAddress, client: Redis, peers: Peers) {
    this.address = address;
    this.client = client;
    this.peers = peers;
    // BullMQ makes a copy for commands that block, and would leave it open while the server is away
    const duplicate = client.duplicate.bind(client);
    client.duplicate = (options) => {
      const copy = duplicate(options);
      copy.on("error", () => {}); // this connection tells what is wrong
      this.#copies.push(copy);
      return copy;
    };
  }

  /**
   * @throws QueueError if the server cannot be reached, does not let us in, or is too old; ArgumentError if the address is
   * invalid.
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
      retryStrategy: (times) => Math.min(RETRY.first * 2 ** Math.min(times, 20), RETRY.last),
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

  /** Closes the connection, after what was sent is answered unless the server is away. */
  async close(): Promise<void> {
    for (const copy of this.#copies) copy.disconnect();
    if (this.client.status !== "ready") this.client.disconnect();
    else await this.client.quit().catch(() => this.client.disconnect());
  }

  #watch(onNote: ConnectOptions["onNote"]): void {
    const address = this.address.text;
    let away = false;
    let cause = "";
    this.client.on("error", (error) => {
      cause = causeOf(error);
    });
    this.client.on("reconnecting", () => {
      if (!away) onNote?.(note("server-lost", { address, cause }));
      away = true;
    });
    this.client.on("ready", () => {
      if (away) onNote?.(note("server-back", { address }));
      away = false;
      cause = "";
    });
  }

  async #check(onNote: ConnectOptions["onNote"]): Promise<void> {
    const address = this.address.text;
    const lines = String(await this.client.info()).split(/\r?\n/);
    const value = (name: string) => lines.find((line) => line.startsWith(`${name}:`))?.slice(name.length + 1) ?? "";
    const [major = 0, minor = 0] = value("redis_version").split(".").map(Number);
    if (major < 6 || (major === 6 && minor < 2)) {
      throw new QueueError(queueReason("server-too-old", { address, version: printable(value("redis_version")) }));
    }
    const policy = value("maxmemory_policy");
    if (Number(value("maxmemory")) > 0 && policy !== "noeviction") onNote?.(note("server-may-evict", { address }));
  }
}

/** Where a Redis server is, and how to be let in. */
export interface QueueAddress {
  /** The address as it may be shown: it never holds a secret. */
  text: string;
  host: string;
  port: number;
  db: number;
  tls: boolean;
  username: string | undefined;
  password: string | undefined;
}

/**
 * Reads the address of a queue. A user name and a password come from PSTAR_REDIS_USERNAME and PSTAR_REDIS_PASSWORD alone:
 * everybody on the machine can see a command line, and it ends up in logs.
 *
 * @throws ArgumentError if the address is invalid, or has a user name or password in it (which is not repeated).
 */
export function queueAddress(
  url: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): QueueAddress {
  const parts = URL.canParse(url) ? new URL(url) : undefined;
  if (url.includes("@") || parts?.username || parts?.password) {
    throw badAddress("an address without a user name and password: set PSTAR_REDIS_PASSWORD, and PSTAR_REDIS_USERNAME");
  }
  if (parts === undefined || !/^rediss?:$/.test(parts.protocol) || parts.hostname === "") throw badAddress(EXPECTED);
  const path = /^\/?$|^\/(\d{1,5})$/.exec(parts.pathname);
  if (path === null || parts.search !== "" || parts.hash !== "") throw badAddress(EXPECTED);
  const db = path[1] ?? "0";
  const port = parts.port === "" ? PORT : Number(parts.port);
  return {
    text: `${parts.protocol}//${parts.hostname}:${port}${db === "0" ? "" : `/${db}`}`,
    host: parts.hostname.replace(/^\[(.*)\]$/, "$1"),
    port,
    db: Number(db),
    tls: parts.protocol === "rediss:",
    username: env.PSTAR_REDIS_USERNAME || undefined,
    password: env.PSTAR_REDIS_PASSWORD || undefined,
  };
}

function badAddress(expected: string): ArgumentError {
  return new ArgumentError(queueReason("queue-address", { expected }), { field: "queue", expected });
}

/** @throws QueueError saying how to install what is missing. */
async function loadPeers(): Promise<Peers> {
  try {
    const [{ Redis }, { Queue, Worker, UnrecoverableError, WaitingError }] = await Promise.all([
      import("ioredis"),
      import("bullmq"),
    ]);
    return { Redis, Queue, Worker, UnrecoverableError, WaitingError };
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") throw cause;
    throw new QueueError(queueReason("peers-not-installed"), {}, { cause });
  }
}

/** Waits until the server answers for the first time. */
async function firstReady(client: Redis, address: QueueAddress, signal: AbortSignal | undefined): Promise<void> {
  const { text, tls } = address;
  let last = "no answer";
  let onAbort = () => {};
  let timer: NodeJS.Timeout | undefined;
  let probe: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      client.once("ready", resolve);
      client.on("error", (error) => {
        last = causeOf(error);
        if (isFinal(error)) reject(new QueueError(refusal(text, error)));
      });
      timer = setTimeout(
        () => reject(new QueueError(queueReason("server-unreachable", { address: text, cause: last }))),
        PATIENCE,
      );
      // a server takes a greeting with TLS for the beginning of a long command, and waits for its end
      probe = setTimeout(async () => {
        if (!(await answersOtherwise(address))) return;
        reject(new QueueError(queueReason(tls ? "server-without-tls" : "server-with-tls", { address: text })));
      }, PROBE_AFTER);
      onAbort = () => reject(signal?.reason);
      signal?.addEventListener("abort", onAbort, { once: true });
      if (signal?.aborted) onAbort();
    });
  } finally {
    clearTimeout(timer);
    clearTimeout(probe);
    signal?.removeEventListener("abort", onAbort);
    client.removeAllListeners("error");
    client.on("error", () => {}); // ioredis prints an error without a listener
  }
}

/** Whether the server speaks TLS if the address says that it does not, or the other way round; false if it says nothing. */
function answersOtherwise({ host, port, tls }: QueueAddress): Promise<boolean> {
  return new Promise((resolve) => {
    const socket: Socket = tls
      ? connectPlain({ host, port }, () => socket.write("PING\r\n"))
      : connectWithTls({ host, port, rejectUnauthorized: false }, () => end(true)); // nothing is said or believed
    const end = (does: boolean) => {
      resolve(does);
      socket.destroy();
    };
    socket.setTimeout(PATIENCE / 2, () => end(false));
    socket.once("data", (answer) => end(tls && /^[+-]/.test(answer.toString("latin1", 0, 1))));
    socket.once("error", () => end(false));
    socket.once("close", () => end(false));
  });
}

/** Trying again helps neither against what Redis itself answers nor against a bad certificate. */
function isFinal(error: Error & { code?: string }): boolean {
  return (
    error.name === "ReplyError" || /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(error.code ?? "")
  );
}

function refusal(address: string, error: Error & { code?: string }): Reason {
  if (/^NOAUTH/.test(error.message)) return queueReason("password-needed", { address });
  if (/^WRONGPASS|invalid password/.test(error.message)) return queueReason("password-refused", { address });
  return queueReason(error.name === "ReplyError" ? "server-refuses" : "server-not-trusted", {
    address,
    cause: causeOf(error),
  });
}

/** Whether Redis refused a command because its memory is full; inside a transaction the cause is among those before. */
export function isFull(error: unknown): boolean {
  return isReply(error, /\bOOM\b/);
}

/** Whether a key holds another type than pstar puts there. */
export function isWrongType(error: unknown): boolean {
  return isReply(error, /\bWRONGTYPE\b/);
}

function isReply(error: unknown, pattern: RegExp): boolean {
  const { name, message, previousErrors = [] } = (error ?? {}) as Error & { previousErrors?: Error[] };
  return name === "ReplyError" && [message, ...previousErrors.map((one) => one.message)].some((it) => pattern.test(it));
}

/** Runs a transaction. @throws what the first of its commands was refused with. */
export async function execute(transaction: ChainableCommander): Promise<void> {
  const [failure] = ((await transaction.exec()) ?? []).flatMap(([error]) => error ?? []);
  if (failure) throw failure;
}

/** What an error says, printable and short. */
export function causeOf(error: Error & { code?: string; errors?: Error[] }): string {
  const text = error.message || error.errors?.[0]?.message || error.code || "no answer";
  return printable(text).slice(0, 200);
}
