import { createRequire } from "node:module";

/** Whether node-llama-cpp is missing. `npm run setup:llama`, which CI calls, installs it; then the tests of llama.cpp itself run. */
export const absent = (() => {
  try {
    createRequire(import.meta.url).resolve("node-llama-cpp/package.json");
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND";
  }
})();
