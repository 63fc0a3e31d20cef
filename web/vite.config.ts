import { defineConfig } from "vite";

// `npm run web`: the static page in dist/web, for any folder of any server.
export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  worker: { format: "es" },
  build: { outDir: "../dist/web", emptyOutDir: true, chunkSizeWarningLimit: 1_000 },
});
