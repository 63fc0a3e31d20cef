import { ArgumentError } from "../../core/errors.js";

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

type Environment = Record<string, string | undefined>;

const PORT = 6379;
const EXPECTED = "redis://host:port or rediss://host:port (with TLS), with /number behind it for another database";

/**
 * Reads the address of a queue. A user name and a password come from PSTAR_REDIS_USERNAME and PSTAR_REDIS_PASSWORD alone:
 * what stands on a command line is seen by everybody on the machine, and ends up in logs.
 *
 * @throws ArgumentError where it is no such address, or has a user name or password in it (which is not repeated).
 */
export function queueAddress(url: string, env: Environment = process.env): QueueAddress {
  const parts = parse(url);
  if (url.includes("@") || parts?.username || parts?.password) {
    throw refused("an address without a user name and password: set PSTAR_REDIS_PASSWORD, and PSTAR_REDIS_USERNAME");
  }
  if (parts === undefined || !/^rediss?:$/.test(parts.protocol) || parts.hostname === "") throw refused(EXPECTED);
  const [, db = "0"] = /^\/(\d{1,5})$/.exec(parts.pathname) ?? [];
  const named = /^(\/\d{1,5}|\/)?$/.test(parts.pathname);
  if (!named || parts.search !== "" || parts.hash !== "") throw refused(EXPECTED);
  const tls = parts.protocol === "rediss:";
  const port = parts.port === "" ? PORT : Number(parts.port);
  return {
    text: `${parts.protocol}//${parts.hostname}:${port}${db === "0" ? "" : `/${db}`}`,
    host: parts.hostname.replace(/^\[(.*)\]$/, "$1"),
    port,
    db: Number(db),
    tls,
    username: env.PSTAR_REDIS_USERNAME || undefined,
    password: env.PSTAR_REDIS_PASSWORD || undefined,
  };
}

function parse(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}

function refused(expected: string): ArgumentError {
  return new ArgumentError(`the queue must be ${expected}`, { field: "queue", expected });
}
