import { fstatSync, lstatSync, readdirSync, statSync } from "node:fs";
import { access, constants, mkdir, readdir, readFile, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { FileError } from "../core/errors.js";
import { fileError, fileReason, unwritable } from "./fileError.js";
import { isPipe, openRaw } from "./source.js";
import { checkPlain, draftOf, linkTarget } from "./write.js";

/**
 * Makes a folder, and those above it, unless they are there, and sees that files can be made in it. The folder may be a link; what
 * is in it may not, as what is written under its name would go elsewhere.
 *
 * @param inner A folder within it that is made as well.
 */
export async function makeFolder(folder: string, inner?: string): Promise<void> {
  for (const place of inner === undefined ? [folder] : [folder, join(folder, inner)]) {
    try {
      await make(resolve(place));
      await access(place, constants.W_OK);
      for (const entry of await readdir(place, { withFileTypes: true })) {
        const link = join(place, entry.name);
        if (!entry.isSymbolicLink() || (entry.name !== inner && (await isFolder(link)))) continue;
        const why = fileReason("link-in-folder", { link });
        throw new FileError(fileReason("cannot-do", { action: "write to", file: place, why }), { got: place });
      }
    } catch (error) {
      throw fileError("write to", place, error);
    }
  }
}

/**
 * Folder by folder: Node's own recursive mkdir never ends, and cannot be ended, where a folder that is there says that it is
 * not, as /proc does of whatever is to be made in it.
 */
async function make(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (await isFolder(folder)) return;
    const above = dirname(folder);
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT" && above !== folder;
    if (!missing || (await isFolder(above))) throw error;
    await make(above);
    await mkdir(folder).catch(async (later) => {
      if (!(await isFolder(folder))) throw later;
    });
  }
}

/** Says whether a folder is there. */
export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Says whether anything is at a path. */
export async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** Reads a text file. */
export async function readText(file: string): Promise<string> {
  try {
    if (!isPipe(file)) return await readFile(file, "utf8");
    const { chunks } = await (await openRaw(file)).peek(1);
    return await text(chunks);
  } catch (error) {
    throw fileError("read", file, error);
  }
}

/**
 * Finds out before hours of computing that a file could not be written after them, or is one of those that are read: the same
 * device and inode, whatever it is called. A symbolic link is followed.
 *
 * @param inputs Files that are read to write this one, and folders of whose files any may be; `-` is standard input.
 * @throws FileError
 */
export async function checkWritable(file: string, inputs: readonly string[]): Promise<void> {
  try {
    const target = linkTarget(file);
    const folder = dirname(target);
    await access(folder, constants.W_OK);
    if (!(await isFolder(folder))) throw Object.assign(new Error("ENOTDIR"), { code: "ENOTDIR" });
    checkPlain(file);
  } catch (error) {
    throw fileError("write", file, error);
  }
  checkDraft(file);
  checkOutputs([file], inputs);
}

/**
 * Finds out before hours of computing that a file of a folder could not be written after them: a folder, device or pipe has its
 * name, or a folder that of its draft, or what should be a folder is a file. The folder need not be there yet.
 *
 * @param names In the folder, or in folders of it.
 * @throws FileError
 */
export function checkPlaces(folder: string, names: readonly string[]): void {
  try {
    const found = statSync(folder, { throwIfNoEntry: false });
    if (found !== undefined && !found.isDirectory()) throw Object.assign(new Error("EEXIST"), { code: "EEXIST" });
  } catch (error) {
    throw fileError("write to", folder, error);
  }
  for (const file of names.map((name) => join(folder, name))) {
    try {
      checkPlain(file);
    } catch (error) {
      throw fileError("write", file, error);
    }
    checkDraft(file);
  }
}

/** A folder in the place of a draft is not removed, as what is there otherwise is. @throws FileError */
function checkDraft(file: string): void {
  const draft = draftOf(file);
  const found = lstatSync(draft, { throwIfNoEntry: false });
  if (found?.isDirectory()) throw fileError("write", draft, Object.assign(new Error("EISDIR"), { code: "EISDIR" }));
}

/** Refuses to write files that are read, or whose drafts would be. @throws FileError */
export function checkOutputs(outputs: readonly string[], inputs: readonly string[]): void {
  const read = new Map<string, string>();
  for (const input of inputs) for (const file of filesOf(input)) read.set(identityOf(file) ?? "", file);
  read.delete("");
  if (read.size === 0) return;
  for (const output of outputs) {
    for (const place of [output, draftOf(output)]) {
      const input = read.get(identityOf(place) ?? "");
      if (input === undefined) continue;
      const why = fileReason("it-is-read", {
        place: place === output ? null : place,
        input: resolve(input) === resolve(place) ? null : nameOf(input),
      });
      throw unwritable(output, why);
    }
  }
}

/** Device and inode; undefined unless it is a regular file. */
function identityOf(file: string): string | undefined {
  try {
    const found = file === "-" ? fstatSync(0, { bigint: true }) : statSync(file, { bigint: true });
    return found.isFile() ? `${found.dev} ${found.ino}` : undefined;
  } catch {
    return undefined; // it is not there, or cannot be read: whoever reads it says so
  }
}

/** A file, or the files of a folder. */
function filesOf(input: string): string[] {
  try {
    if (input === "-" || !statSync(input).isDirectory()) return [input];
    return readdirSync(input).map((name) => join(input, name));
  } catch {
    return [];
  }
}

function nameOf(input: string): string {
  return input === "-" ? "standard input" : input;
}
