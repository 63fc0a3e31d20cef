// assembly/test.ts → build/test.{debug,release}.wasm: all cores, and what only tests call.

import { dirname } from "node:path";
import { compile } from "./asc.mjs";
import { stampOf, writeStamp } from "./stamps.mjs";

process.chdir(dirname(import.meta.dirname));
const stamp = stampOf("test-core");
await compile([
  { entry: "test", target: "debug" },
  { entry: "test", target: "release" },
]);
writeStamp("test-core", stamp);
