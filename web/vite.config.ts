import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const at = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** Says in the page its version, and where its worker is: an entry of the same build, so that what both need is loaded once. */
function addresses(): Plugin {
  return {
    name: "pstar-addresses",
    transformIndexHtml: {
      order: "post",
      handler(_, { bundle = {} }) {
        const built = Object.values(bundle).find(
          (part) => part.type === "chunk" && part.isEntry && part.name === "worker",
        );
        const content = `./${built?.fileName ?? "compute/worker.ts"}`;
        const preloads = scriptsOf("index", Object.values(bundle)).map((file) => ({
          tag: "link",
          attrs: { rel: "modulepreload", href: `./${file}` },
          injectTo: "head" as const,
        }));
        return [
          ...preloads,
          { tag: "meta", attrs: { name: "worker", content }, injectTo: "head" },
          { tag: "meta", attrs: { name: "generator", content: `pstar ${version}` }, injectTo: "head" },
        ];
      },
    },
  };
}

/** The scripts whose dynamic imports belong to the first view. */
const FIRST = new Set(["index", "main"]);

/** The scripts that an entry imports until the first view stands, each by its file; the entry itself is in the page. */
function scriptsOf(entry: string, parts: readonly { type: string; fileName: string }[]): string[] {
  type Chunk = { type: string; fileName: string; name: string; imports: string[]; dynamicImports: string[] };
  const chunks = new Map((parts as Chunk[]).filter(({ type }) => type === "chunk").map((one) => [one.fileName, one]));
  const found = new Set<string>();
  const visit = (chunk: Chunk | undefined) => {
    // What a view imports when it is opened is not asked for before.
    const later = chunk && FIRST.has(chunk.name) ? chunk.dynamicImports : [];
    for (const file of [...(chunk?.imports ?? []), ...later]) {
      if (found.has(file)) continue;
      found.add(file);
      visit(chunks.get(file));
    }
  };
  visit([...chunks.values()].find(({ name }) => name === entry));
  return [...found];
}

/** package.json promises that no module has side effects; these are made of them. */
function sideEffect(): Plugin {
  return {
    name: "pstar-side-effect",
    transform: (code, id) => (/[\\/](jitless|main)\.ts$/.test(id) ? { code, moduleSideEffects: true } : null),
  };
}

/** Tells the service worker which files there are, and a version that changes with any of them. */
function fileList(): Plugin {
  return {
    name: "pstar-file-list",
    enforce: "post",
    generateBundle(_, bundle) {
      const offline = bundle["offline.js"];
      if (offline?.type !== "chunk") return;
      const files = Object.values(bundle).filter((part) => part !== offline);
      const hash = createHash("sha256");
      for (const part of files) hash.update(part.fileName).update(part.type === "chunk" ? part.code : part.source);
      const names = files.map(({ fileName }) => fileName).sort();
      offline.code = offline.code
        .replace("pstar:files", names.join(" "))
        .replace("pstar:version", hash.digest("hex").slice(0, 16));
    },
  };
}

// `npm run web`: the static page in dist/web, for any folder of any server.
export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  plugins: [sideEffect(), addresses(), fileList()],
  build: {
    outDir: "../dist/web",
    emptyOutDir: true,
    target: "es2022",
    chunkSizeWarningLimit: 1_000,
    // The page names its scripts itself, all at once: see `addresses`.
    modulePreload: false,
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { index: at("index.html"), worker: at("compute/worker.ts"), offline: at("offline.ts") },
      output: {
        // The service worker must stand at the root of what it serves, under one name for all versions.
        entryFileNames: ({ name }) => (name === "offline" ? "offline.js" : "assets/[name]-[hash].js"),
      },
    },
  },
});
