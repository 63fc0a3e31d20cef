// The command of dist/cli, and what it imports of the package, as one bundle in pieces: a command that loads 150 small files
// takes longer to load them than to answer. And so each module that worker threads run: a thread that loads 60 small
// files takes 200 ms of processor time for it, and cannot be stopped meanwhile.
import { readFile } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { build } from "esbuild";

/** The modules that worker threads run. */
const WORKERS = ["eigen", "news/experiment", "select", "sweep"].map((folder) => `${folder}/worker.js`);

/** The packages that are loaded with a command and hold nothing but JavaScript. What brings code of another kind, is optional or is loaded by few commands stays a dependency. */
const BUNDLED = [
  "@noble/hashes",
  "cli-progress",
  "commander",
  "picocolors",
  "string-width",
  "wrap-ansi",
  "yaml",
  "zod",
];

/**
 * Writes the bundle of the command.
 * @param compiled The folder of the compiled package: cli/bin.js and what it imports.
 * @param outdir Where bin.js and its pieces go: `cli` in a folder that holds what the rest of the package was compiled to.
 */
export async function bundleCommand(compiled, outdir) {
  const root = resolve(compiled);
  await build({
    ...BUNDLE,
    // beside the command what is imported of it by name: by tests in one process, and for the command reference
    entryPoints: ["bin.js", "program.js", "terminal/terminal.js"].map((file) => join(root, "cli", file)),
    outbase: join(root, "cli"),
    outdir,
    // what is bundled may ask for Node's modules in the old way
    banner: {
      js: 'import{createRequire as bundledRequire}from"node:module";const require=bundledRequire(import.meta.url);',
    },
    plugins: [dependencies, places(root, "cli")],
  });
}

/**
 * Writes the modules that worker threads run, each with what it imports.
 * @param compiled The folder of the compiled package.
 * @param outdir The folder that holds what the package was compiled to: the modules there are replaced.
 */
export async function bundleWorkers(compiled, outdir) {
  const root = resolve(compiled);
  for (const worker of WORKERS) {
    const folder = dirname(worker);
    await build({
      ...BUNDLE,
      entryPoints: [join(root, worker)],
      outbase: root,
      outdir,
      // what only some tasks need
      chunkNames: `${folder}/worker-[name]-[hash]`,
      plugins: [dependencies, places(root, folder)],
    });
  }
}

const BUNDLE = {
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  // names stay: they stand in what a person reports with PSTAR_DEBUG=1
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: "eof",
  logLevel: "warning",
};

/** Leaves packages outside, but for those of BUNDLED and what these import. */
const dependencies = {
  name: "dependencies",
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, importer, kind }) => {
      if (kind === "entry-point" || importer.includes(`${sep}node_modules${sep}`)) return undefined;
      const name = path
        .split("/")
        .slice(0, path.startsWith("@") ? 2 : 1)
        .join("/");
      return BUNDLED.includes(name) ? undefined : { path, external: true };
    });
  },
};

/** Has `import.meta.url` say where a file stands in the package, not where its piece does, which is in a folder of it. */
function places(root, folder) {
  return {
    name: "places",
    setup({ onLoad }) {
      onLoad({ filter: /\.js$/ }, async ({ path }) => {
        if (!path.startsWith(root + sep)) return undefined;
        const text = await readFile(path, "utf8");
        if (!text.includes("import.meta.url")) return undefined;
        const place = relative(join(root, folder), path).split(sep).join("/");
        return {
          contents: text.replaceAll("import.meta.url", `new URL("${place}", import.meta.url).href`),
          loader: "js",
          resolveDir: dirname(path),
        };
      });
    },
  };
}
