import { FileError } from "../core/errors.js";
import { fileReason, unreadable } from "./fileError.js";
import { matches } from "./pattern.js";
import { proxiedFetch } from "./proxy.js";
import { rowReason } from "./reasons.js";

/** Pages of a list of files that are read. */
const MOST_PAGES = 300;
const SPLIT = /(?:^|[/_.-])(train|test|validation|valid|val|dev)(?=$|[/_.-])/i;

/** Whether a path is that of a server, or of a data set on the Hugging Face hub. */
export function isAddress(path: string): boolean {
  return /^(https?|hf):\/\//i.test(path);
}

/** Whether it is that of a data set on the hub. */
export function isHub(path: string): boolean {
  return /^hf:\/\//i.test(path);
}

interface HubPath {
  repository: string;
  revision: string;
  /** Empty for all of it. */
  path: string;
}

function hubPath(address: string): HubPath {
  const [, repository, revision = "main", path = ""] =
    /^hf:\/\/datasets\/([\w.-]+\/[\w.-]+)(?:@([^/]+))?(?:\/(.*))?$/i.exec(address) ?? [];
  const steps = path?.split("/") ?? [];
  if (repository === undefined || steps.some((step) => step === "." || step === ".."))
    throw new FileError(fileReason("dataset-address", { address }));
  return { repository, revision: decodeURIComponent(revision), path: withoutSlashes(path) };
}

/** The hub itself, or what HF_ENDPOINT says; the token of HF_TOKEN goes there and nowhere else. */
function hub(): { endpoint: string; token: string | undefined } {
  const endpoint = withoutSlashes(process.env.HF_ENDPOINT || "https://huggingface.co");
  if (!URL.canParse(endpoint)) throw new FileError(fileReason("hub-address"));
  return { endpoint, token: process.env.HF_TOKEN || undefined };
}

function encoded(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

/** Where a file of a data set is, and the token that may be sent there. */
export function hubRequest(address: string): { url: URL; token: string | undefined } {
  const { repository, revision, path } = hubPath(address);
  const { endpoint, token } = hub();
  const url = `${endpoint}/datasets/${repository}/resolve/${encodeURIComponent(revision)}/${encoded(path)}`;
  return { url: new URL(url), token };
}

/**
 * The files of rows that an address of a data set means: a file as it is, of a folder or of all of it those below it, of a
 * pattern those that match.
 *
 * @throws FileError if there are none, or those of several splits, which should not be mixed unawares.
 */
export async function hubFiles(address: string, isOfRows: (path: string) => boolean): Promise<string[]> {
  const { repository, revision, path } = hubPath(address);
  const isPattern = /[*?[]/.test(path);
  if (!isPattern && isOfRows(path)) return [address];
  const begin = `hf://datasets/${repository}${revision === "main" ? "" : `@${encodeURIComponent(revision)}`}`;
  const folder = isPattern ? path.slice(0, path.lastIndexOf("/", path.search(/[*?[]/)) + 1) : path;
  const all = await listed(address, repository, revision, folder.replace(/\/$/, ""));
  const files = all.filter((file) => isOfRows(file) && (!isPattern || matchesPath(file, path))).sort();
  if (files.length === 0) throw new FileError(rowReason("folder-without-rows", { folder: address }), { got: address });
  const splits = [...new Set(files.map((file) => SPLIT.exec(file)?.[1].toLowerCase() ?? ""))];
  if (splits.length > 1 && !isPattern) {
    const first = splits.map((split) => files.find((file) => (SPLIT.exec(file)?.[1].toLowerCase() ?? "") === split));
    throw new FileError(
      rowReason("folder-of-splits", { folder: address, splits: first.map((file) => `${begin}/${file}`) }),
    );
  }
  return files.map((file) => `${begin}/${file}`);
}

/** Step by step; `**` is any number of steps. */
function matchesPath(path: string, pattern: string): boolean {
  const names = path.split("/");
  const parts = pattern.split("/");
  // which beginnings of the pattern match the steps so far
  let reached = new Set([0]);
  const spread = (places: Set<number>) => {
    for (const place of places) if (parts[place] === "**") places.add(place + 1);
    return places;
  };
  reached = spread(reached);
  for (const name of names) {
    const next = new Set<number>();
    for (const place of reached) {
      if (place >= parts.length) continue;
      if (parts[place] === "**") next.add(place);
      else if (matches(name, parts[place])) next.add(place + 1);
    }
    reached = spread(next);
  }
  return reached.has(parts.length);
}

async function listed(address: string, repository: string, revision: string, folder: string): Promise<string[]> {
  const { endpoint, token } = hub();
  const base = `${endpoint}/api/datasets/${repository}/tree/${encodeURIComponent(revision)}`;
  const origin = new URL(endpoint).origin;
  const files: string[] = [];
  let next: URL | undefined = new URL(`${base}${folder === "" ? "" : `/${encoded(folder)}`}?recursive=true`);
  for (let page = 0; next !== undefined && page < MOST_PAGES; page++) {
    const url: URL = next;
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response: Response = await proxiedFetch(url, {
      headers,
      redirect: "manual",
      signal: AbortSignal.timeout(60_000),
    }).catch((cause) => {
      throw unreadable(address, fileReason("hub-silent"), cause);
    });
    if (response.status !== 200) {
      await response.body?.cancel().catch(() => {});
      const isHidden = response.status === 401 || response.status === 403 || response.status === 404;
      throw unreadable(address, fileReason(isHidden ? "hub-hides-it" : "hub-answers", { status: response.status }));
    }
    const entries: unknown = await response.json().catch((cause) => {
      throw unreadable(address, fileReason("hub-list-not-json"), cause);
    });
    if (!Array.isArray(entries)) throw unreadable(address, fileReason("hub-list-not-a-list"));
    for (const entry of entries) {
      const { type, path } = (entry ?? {}) as { type?: unknown; path?: unknown };
      if (type === "directory") continue;
      if (type !== "file" || typeof path !== "string") throw unreadable(address, fileReason("hub-list-not-a-list"));
      files.push(path);
    }
    const [, link] = /<([^<>]{1,2000})>; {0,9}rel="next"/.exec(response.headers.get("link") ?? "") ?? [];
    next = link !== undefined && URL.canParse(link, url) ? new URL(link, url) : undefined;
    if (next !== undefined && next.origin !== origin) throw unreadable(address, fileReason("hub-list-elsewhere"));
  }
  if (next !== undefined) throw unreadable(address, fileReason("hub-list-too-long", { files: files.length }));
  return files;
}

function withoutSlashes(text: string): string {
  let end = text.length;
  while (text[end - 1] === "/") end--;
  return text.slice(0, end);
}
