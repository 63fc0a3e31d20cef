import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Scratch, ScratchFile } from "../text/ngramCorpus.js";
import { fileError } from "./fileError.js";

/** Files of numbers in the folder for temporary files (TMPDIR). They lose their names at once, so that nothing stays of a killed process. */
export const scratchFiles: Scratch = {
  open() {
    const folder = tmpdir();
    try {
      const place = mkdtempSync(join(folder, "pstar-"));
      try {
        return new NumberFile(openSync(join(place, "numbers"), "wx+"), place);
      } finally {
        remove(place);
      }
    } catch (error) {
      throw fileError("write to", folder, error);
    }
  },
};

class NumberFile implements ScratchFile {
  length = 0;
  readonly #descriptor: number;
  readonly #place: string;

  constructor(descriptor: number, place: string) {
    this.#descriptor = descriptor;
    this.#place = place;
  }

  append(numbers: Uint32Array): void {
    const bytes = bytesOf(numbers);
    try {
      for (let done = 0; done < bytes.length; )
        done += writeSync(this.#descriptor, bytes, done, bytes.length - done, 4 * this.length + done);
    } catch (error) {
      throw fileError("write to", dirname(this.#place), error);
    }
    this.length += numbers.length;
  }

  read(first: number, into: Uint32Array): number {
    const wanted = Math.max(0, Math.min(into.length, this.length - first));
    const bytes = bytesOf(into).subarray(0, 4 * wanted);
    try {
      for (let done = 0; done < bytes.length; ) {
        const read = readSync(this.#descriptor, bytes, done, bytes.length - done, 4 * first + done);
        if (read === 0) throw new Error("a temporary file has become shorter");
        done += read;
      }
    } catch (error) {
      throw fileError("read from", dirname(this.#place), error);
    }
    return wanted;
  }

  close(): void {
    closeSync(this.#descriptor);
    remove(this.#place);
  }
}

/** Windows may keep the folder of an open file: then it is removed when the file is closed. */
function remove(place: string): void {
  try {
    rmSync(place, { recursive: true, force: true });
  } catch (error) {
    if (process.platform !== "win32") throw error;
  }
}

function bytesOf(numbers: Uint32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}
