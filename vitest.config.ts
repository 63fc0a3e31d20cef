import { defineConfig } from "vitest/config";

// `npm test` takes everything but test/long; `npm run test:long` (mode "long") takes only that.
export default defineConfig(({ mode }) => ({
  test: {
    include: mode === "long" ? ["test/long/**/*.test.ts"] : ["test/**/*.test.ts"],
    exclude: mode === "long" ? [] : ["test/long/**"],
    pool: "forks",
    maxWorkers: 3,
    testTimeout: mode === "long" ? 1_800_000 : 30_000,
    hookTimeout: 60_000,
  },
}));
