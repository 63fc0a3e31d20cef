import { createHash } from "node:crypto";
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { FileError } from "../core/errors.js";
import type { Reason } from "../core/reasons.js";
import { fileReason, unreadable } from "./fileError.js";
import { hubRequest, isHub } from "./hub.js";
import { proxiedFetch } from "./proxy.js";
import { type Peeked, peek, type RawFile } from "./unpack.js";

const MOST_REDIRECTS = 8;
/** A server that says nothing for so long is given up. */
const PATIENCE = 60_000;
/** So often a broken transfer is resumed where it ended. */
const MOST_RESUMED = 3;

/** A file of a server, or where an earlier reading has put the same version of it. */
export type Remote = { file: RawFile } | { cached: string; version: string };

/**
 * Opens a file of a server, `https://…` or `hf://datasets/owner/name[@revision]/path`. Only what is needed is asked for if the
 * server sends ranges. A file that was read to its end is kept, and read again from there as long as the server says that its
 * ETag is the same. The token of the hub goes to the hub alone, never across a redirect to another origin.
 *
 * @throws FileError if it cannot be read, here and while it is read.
 */
export async function openRemote(address: string): Promise<Remote> {
  const { url, token } = isHub(address) ? hubRequest(address) : { url: urlOf(address), token: undefined };
  const name = isHub(address) ? address : `${url.origin}${url.pathname}`;
  const cache = new Cache(url);
  const known = cache.version();
  const server = new Server(name, url, token);
  const first = await server.get({ "if-none-match": known, range: "bytes=0-" });
  if (first.status === 304 && known !== undefined) {
    await server.close();
    return { cached: cache.file, version: known };
  }
  return { file: new RemoteFile(name, server, first, cache) };
}

function urlOf(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  // the address is not repeated: it may hold a password
  if (url === undefined || url.username !== "" || url.password !== "") throw new FileError(fileReason("file-address"));
  return url;
}

/** Asks a server for a file, and follows redirects by hand. */
class Server {
  readonly name: string;
  readonly #stop = new AbortController();
  readonly #token: string | undefined;
  readonly #origin: string;
  #url: URL;

  constructor(name: string, url: URL, token: string | undefined) {
    this.name = name;
    this.#url = url;
    this.#origin = url.origin;
    this.#token = token;
  }

  async get(asked: Record<string, string | undefined>): Promise<Response> {
    const headers = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
    let url = this.#url;
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      const own = this.#token !== undefined && url.origin === this.#origin;
      const response = await this.#fetch(url, {
        "accept-encoding": "identity",
        ...(headers as Record<string, string>),
        ...(own && { authorization: `Bearer ${this.#token}` }),
      });
      const { status } = response;
      if (status === 200 || status === 206 || status === 304) return response;
      await response.body?.cancel().catch(() => {});
      if (status === 416 && headers.range === "bytes=0-") {
        delete headers.range; // of an empty file there is no range
        continue;
      }
      if (![301, 302, 303, 307, 308].includes(status)) throw this.error(reasonOf(status));
      const target = response.headers.get("location");
      if (target === null || !URL.canParse(target, url)) throw this.error(fileReason("redirects-nowhere"));
      const next = new URL(target, url);
      if (next.protocol !== "https:" && next.protocol !== url.protocol)
        throw this.error(fileReason("redirects-unsafely", { protocol: next.protocol }));
      url = next;
    }
    throw this.error(fileReason("redirects-in-circles"));
  }

  async #fetch(url: URL, headers: Record<string, string>): Promise<Response> {
    const patience = setTimeout(() => this.#stop.abort(new Error("the server does not answer")), PATIENCE);
    try {
      return await proxiedFetch(url, { headers, redirect: "manual", signal: this.#stop.signal });
    } catch (cause) {
      if (cause instanceof FileError) throw cause;
      throw this.error(causeOf(cause), cause);
    } finally {
      clearTimeout(patience);
    }
  }

  error(why: Reason, cause?: unknown): FileError {
    return unreadable(this.name, why, cause);
  }

  async close(): Promise<void> {
    this.#stop.abort(new Error("closed"));
  }
}

function reasonOf(status: number): Reason {
  if (status === 401 || status === 403) return fileReason("server-denies", { status });
  return status === 404 || status === 410 ? fileReason("not-on-server") : fileReason("server-answers", { status });
}

function causeOf(error: unknown): Reason {
  const { message, cause } = error as { message?: string; cause?: { code?: string; message?: string } };
  return fileReason("connection-failed", { cause: cause?.code ?? cause?.message ?? message ?? null });
}

/** The bytes of a file of a server. */
class RemoteFile implements RawFile {
  readonly name: string;
  readonly size: number | null;
  readonly version: string | undefined;
  readonly slice;
  position = 0;
  readonly #server: Server;
  readonly #cache: Cache;
  /** The answer to the first request, of the file from its beginning; used once. */
  #first: Response | undefined;
  readonly #hasRanges: boolean;

  constructor(name: string, server: Server, first: Response, cache: Cache) {
    this.name = name;
    this.#server = server;
    this.#first = first;
    this.#cache = cache;
    const [, total] = /^bytes 0-\d+\/(\d+)$/.exec(first.headers.get("content-range") ?? "") ?? [];
    this.#hasRanges = first.status === 206 && total !== undefined;
    if (first.status === 206 && total === undefined) throw server.error(fileReason("answer-without-range"));
    const length = first.headers.get("content-length");
    this.size = total !== undefined ? Number(total) : length === null ? null : Number(length);
    const etag = first.headers.get("etag");
    this.version = etag === null || etag.startsWith("W/") ? undefined : etag;
    this.slice = this.#hasRanges ? (start: number, end: number) => this.#slice(start, end) : null;
  }

  peek(length: number): Promise<Peeked> {
    return peek(this.#chunks(), length);
  }

  seek(): boolean {
    return false;
  }

  async *#chunks(): AsyncGenerator<Uint8Array> {
    const copy = this.version === undefined ? undefined : this.#cache.begin();
    try {
      let response = this.#first ?? (await this.#rangeFrom(0));
      this.#first = undefined;
      for (let resumed = 0; ; ) {
        try {
          for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
            this.position += chunk.length;
            copy?.write(chunk);
            yield chunk;
          }
          if (this.size !== null && this.position < this.size) throw new Error("the transfer ended early");
          break;
        } catch (cause) {
          if (!this.#hasRanges || this.version === undefined || resumed++ >= MOST_RESUMED)
            throw this.#server.error(causeOf(cause), cause);
          response = await this.#rangeFrom(this.position);
        }
      }
      if (this.size !== null && this.position !== this.size) throw this.#server.error(fileReason("other-length"));
      copy?.keep(this.version as string);
    } finally {
      copy?.discard();
    }
  }

  async #slice(start: number, end: number): Promise<Uint8Array> {
    // the first answer is of the whole file: who reads parts does not want it
    await this.#first?.body?.cancel().catch(() => {});
    this.#first = undefined;
    if (end <= start) return new Uint8Array(0);
    const response = await this.#rangeFrom(start, end - 1);
    const parts: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      parts.push(chunk);
      length += chunk.length;
      if (length > end - start) throw this.#server.error(fileReason("more-than-range"));
    }
    this.position = Math.max(this.position, start + length);
    return Buffer.concat(parts);
  }

  async #rangeFrom(start: number, last?: number): Promise<Response> {
    const response = await this.#server.get({ range: `bytes=${start}-${last ?? ""}` });
    const etag = response.headers.get("etag") ?? undefined;
    if (this.version !== undefined && etag !== this.version) throw this.#server.error(fileReason("changed-meanwhile"));
    const begins = response.headers.get("content-range")?.startsWith(`bytes ${start}-`);
    if (response.status === 206 ? !begins : start > 0 || last !== undefined)
      throw this.#server.error(fileReason("other-range"));
    return response;
  }

  async close(): Promise<void> {
    await this.#first?.body?.cancel().catch(() => {});
    await this.#server.close();
  }
}

/** Where a file of a server is kept when it was read, with its ETag: below XDG_CACHE_HOME, or ~/.cache. */
class Cache {
  readonly file: string;
  readonly #folder: string;
  readonly #about: string;

  constructor(url: URL) {
    this.#folder = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "pstar", "files");
    this.file = join(this.#folder, createHash("sha256").update(url.href).digest("hex"));
    this.#about = `${this.file}.etag`;
  }

  version(): string | undefined {
    try {
      const { etag, size } = JSON.parse(readFileSync(this.#about, "utf8"));
      const found = statSync(this.file).size;
      return typeof etag === "string" && found === size ? etag : undefined;
    } catch {
      return undefined;
    }
  }

  /** Begins a copy; undefined if the folder cannot be written: the file is then read from the server each time. */
  begin(): { write(chunk: Uint8Array): void; keep(etag: string): void; discard(): void } | undefined {
    const draft = `${this.file}.${process.pid}.part`;
    let descriptor: number | undefined;
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      descriptor = openSync(draft, "w", 0o600);
    } catch {
      return undefined;
    }
    let size = 0;
    const close = () => {
      if (descriptor !== undefined) closeSync(descriptor);
      descriptor = undefined;
    };
    const discard = () => {
      close();
      rmSync(draft, { force: true });
    };
    return {
      write: (chunk) => {
        if (descriptor === undefined) return;
        try {
          for (let done = 0; done < chunk.length; ) done += writeSync(descriptor, chunk, done);
          size += chunk.length;
        } catch {
          discard(); // a full disk does not keep anyone from reading
        }
      },
      keep: (etag) => {
        if (descriptor === undefined) return;
        close();
        try {
          rmSync(this.#about, { force: true });
          renameSync(draft, this.file);
          writeFileSync(this.#about, JSON.stringify({ etag, size }), { mode: 0o600 });
        } catch {
          rmSync(draft, { force: true });
        }
      },
      discard,
    };
  }
}
