import { join } from "node:path";

/** The built command line. */
export const BIN = join(import.meta.dirname, "../../../dist/cli/bin.js");
