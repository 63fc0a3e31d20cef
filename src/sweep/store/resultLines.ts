import { closeSync } from "node:fs";
import { LineReader, openFile } from "./lineReader.js";

/** The lines of a file, each good until the next is asked for; what stands behind the last newline is left out. */
export function* resultLines(file: string): Generator<Buffer> {
  const descriptor = openFile(file, "r");
  try {
    const reader = new LineReader(file, descriptor);
    for (let offset = 0; ; ) {
      const line = reader.at(offset);
      if (line === undefined) return;
      offset += line.length + 1;
      yield line;
    }
  } finally {
    closeSync(descriptor);
  }
}
