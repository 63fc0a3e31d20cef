import { constants } from "node:fs";
import { access, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileError } from "../rows/fileError.js";
import { isFolder } from "../rows/folder.js";

/** Reads a text file. */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw fileError("read", file, error);
  }
}

/** Writes a file whole or not at all: beside it first, then in its place. */
export async function writeWhole(file: string, data: string | Uint8Array): Promise<void> {
  const draft = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(draft, data);
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    throw fileError("write", file, error);
  }
}

/** Finds out before hours of computing that a file could not be written after them. */
export async function checkWritable(file: string): Promise<void> {
  try {
    await access(dirname(file), constants.W_OK);
    if ((await stat(dirname(file))).isDirectory() === false) throw codeError("ENOTDIR");
    if (await isFolder(file)) throw codeError("EISDIR");
  } catch (error) {
    throw fileError("write", file, error);
  }
}

/** Says whether anything is at a path. */
export async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

function codeError(code: string): Error {
  return Object.assign(new Error(code), { code });
}
