import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { FileError } from "../core/errors.js";
import { fileError } from "./fileError.js";
import { isFolder } from "./files.js";
import { hubFiles, isAddress, isHub } from "./hub.js";
import { matches } from "./pattern.js";
import { rowReason } from "./reasons.js";

/** What a folder's files of rows are called. */
export const OF_ROWS = /\.(jsonl|ndjson|json|csv|tsv|parquet|arrow|feather)(\.gz|\.zst)?$/i;
/** What tools write beside rows. */
const ABOUT_ROWS = /^(dataset_info|dataset_infos|dataset_dict|state|package|package-lock|tsconfig|config)\.json$/i;
/** Of the folder in which `pstar run` keeps its results. */
const RUN = "store.json";
/** What `save_to_disk` of datasets writes beside its Arrow files, and beside the folders of its splits. */
const STATE = "state.json";
const SPLITS = "dataset_dict.json";

/**
 * The files that paths mean, in order: files, `-` and addresses as they are; of a folder its files of rows, those in folders
 * within it too, by name; of a pattern with `*`, `**`, `?`, `[a-c]` or `{a,b}` the files that match, by name.
 *
 * @throws FileError if a folder or a pattern has no files of rows, or a folder cannot be read.
 */
export async function filesOf(paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    if (isHub(path)) add(files, await hubFiles(path, isOfRows));
    else if (path === "-" || isAddress(path)) files.push(path);
    else if (await isFolder(path)) add(files, await inFolder(path));
    else if (/[*?[{]/.test(path) && !(await isThere(path))) add(files, await matching(path));
    else files.push(path);
  }
  return files;
}

/** One by one: a call takes some hundred thousand arguments at most, and a folder may have more files. */
function add(files: string[], more: readonly string[]): void {
  for (const file of more) files.push(file);
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function inFolder(folder: string): Promise<string[]> {
  if (await isThere(join(folder, SPLITS))) {
    const splits: unknown = (await parsed(join(folder, SPLITS)))?.splits;
    const names = Array.isArray(splits) ? splits.filter((name) => typeof name === "string") : [];
    throw new FileError(rowReason("folder-of-splits", { folder, splits: names.map((name) => join(folder, name)) }));
  }
  const run = (await isThere(join(folder, RUN))) ? await parsed(join(folder, RUN)) : undefined;
  if (String(run?.schema).startsWith("pstar/store@")) {
    throw new FileError(rowReason("folder-of-results", { folder }), { got: folder });
  }
  const state = (await isThere(join(folder, STATE))) ? await parsed(join(folder, STATE)) : undefined;
  const listed = state?._data_files;
  if (Array.isArray(listed)) {
    const names = listed.map((file) => (file as { filename?: unknown } | null)?.filename);
    if (names.length > 0 && names.every((name) => typeof name === "string" && name === basename(name) && name !== ".."))
      return names.map((name) => join(folder, name as string));
  }
  const files = (await under(folder)).filter(isOfRows);
  if (files.length === 0) throw new FileError(rowReason("folder-without-rows", { folder }), { got: folder });
  return files;
}

function isOfRows(path: string): boolean {
  return OF_ROWS.test(path) && !ABOUT_ROWS.test(basename(path));
}

async function parsed(file: string): Promise<Record<string, unknown> | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(file, "utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw fileError("read", file, error);
  }
}

/**
 * The files in a folder and those within it, but for hidden ones, by name. A link to another folder is neither followed, which may
 * lead anywhere and in circles, nor left out in silence.
 */
async function under(folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const entry of await entriesOf(folder)) {
    if (entry.name.startsWith(".")) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) add(files, await under(path));
    else if (!entry.isSymbolicLink() || !(await isFolder(path))) files.push(path);
    else throw new FileError(rowReason("link-to-folder", { link: path }), { got: path });
  }
  return files;
}

async function entriesOf(folder: string) {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    throw fileError("read", folder, error);
  }
}

async function matching(pattern: string): Promise<string[]> {
  const found = new Set<string>();
  for (const plain of braces(pattern)) {
    const isRooted = plain.startsWith("/");
    const segments = plain.split("/").filter((segment, i) => segment !== "" || i === 0);
    for (const file of await walk(isRooted ? "/" : "", isRooted ? segments.slice(1) : segments)) found.add(file);
  }
  if (found.size === 0) throw new FileError(rowReason("pattern-without-files", { pattern }), { got: pattern });
  return [...found].sort();
}

/** The files below a folder that match the segments of a pattern. */
async function walk(folder: string, [segment, ...rest]: readonly string[]): Promise<string[]> {
  const at = (name: string) => (folder === "" ? name : join(folder, name));
  if (!/[*?[]/.test(segment)) {
    const path = at(segment);
    if (rest.length > 0) return (await isFolder(path)) ? walk(path, rest) : [];
    return (await isThere(path)) && !(await isFolder(path)) ? [path] : [];
  }
  const files: string[] = [];
  const deep = segment === "**";
  if (deep && rest.length > 0) add(files, await walk(folder, rest));
  for (const entry of await entriesOf(folder === "" ? "." : folder)) {
    if (entry.name.startsWith(".") && !segment.startsWith(".")) continue;
    if (!deep && !matches(entry.name, segment)) continue;
    const path = at(entry.name);
    const isInner = entry.isDirectory() || (entry.isSymbolicLink() && !deep && (await isFolder(path)));
    if (isInner && deep) add(files, await walk(path, [segment, ...rest]));
    else if (isInner && rest.length > 0) add(files, await walk(path, rest));
    else if (!isInner && rest.length === 0) files.push(path);
  }
  return files;
}

/** The patterns that `{a,b}` stands for. */
function braces(pattern: string): string[] {
  const [whole, inner] = /\{([^{},]*,[^{}]*)\}/.exec(pattern) ?? [];
  if (whole === undefined) return [pattern];
  const all = inner.split(",").flatMap((choice) => braces(pattern.replace(whole, () => choice)));
  if (all.length > 1000) throw new FileError(rowReason("pattern-without-files", { pattern }), { got: pattern });
  return all;
}
