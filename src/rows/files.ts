import { access, constants, mkdir, readFile, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { fileError } from "./fileError.js";

/** Makes a folder, and those above it, unless they are there, and sees that files can be made in it. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await make(resolve(folder));
    await access(folder, constants.W_OK);
  } catch (error) {
    throw fileError("write to", folder, error);
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
    return await readFile(file, "utf8");
  } catch (error) {
    throw fileError("read", file, error);
  }
}

/** Finds out before hours of computing that a file could not be written after them. */
export async function checkWritable(file: string): Promise<void> {
  const folder = dirname(file);
  try {
    await access(folder, constants.W_OK);
    if (!(await isFolder(folder))) throw Object.assign(new Error("ENOTDIR"), { code: "ENOTDIR" });
    if (await isFolder(file)) throw Object.assign(new Error("EISDIR"), { code: "EISDIR" });
  } catch (error) {
    throw fileError("write", file, error);
  }
}
