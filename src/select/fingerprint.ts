import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { fileError } from "../rows/fileError.js";

const END = 65_536;

/** What tells a file from what it was before, without reading all of it. */
export interface FileIdentity {
  size: number;
  /** When it was written, in milliseconds since 1970. */
  modified: number;
  /** SHA-256 of its first and last 64 kB. */
  ends: string;
}

/** The identity of a file; null for what is no plain file, and can be read only once. */
export async function identityOf(file: string): Promise<FileIdentity | null> {
  try {
    const handle = await open(file, "r");
    try {
      const found = await handle.stat();
      if (!found.isFile()) return null;
      const hash = createHash("sha256");
      for (const position of [0, Math.max(0, found.size - END)]) {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(END), 0, END, position);
        hash.update(buffer.subarray(0, bytesRead));
      }
      return { size: found.size, modified: Math.round(found.mtimeMs), ends: hash.digest("hex") };
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileError("read", file, error);
  }
}

/** SHA-256 of a file. */
export async function hashOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk);
  } catch (error) {
    throw fileError("read", file, error);
  }
  return hash.digest("hex");
}
