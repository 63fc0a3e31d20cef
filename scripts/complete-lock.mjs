// Adds to package-lock.json the optional platform packages that npm left out of it.
//
// npm writes an optional dependency into the lock only where the registry answered for it. Some registries serve one
// platform's binaries only, and then `npm ci` refuses the lock ("Missing: @biomejs/cli-… from lock file", npm/cli#9846).
// An entry of version, os, cpu and libc is enough for npm: on the platform it names, npm asks its own registry for the
// package; on all others it passes over it.
//
// Run it after every `npm install` that changes the lock: npm run lock

import { readFileSync, writeFileSync } from "node:fs";

const OPERATING_SYSTEMS = ["aix", "android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "sunos", "win32"];
const PROCESSORS = ["arm64", "arm", "ia32", "loong64", "ppc64", "riscv64", "s390x", "x64"];

/** `@scope/cli-linux-x64-musl` → { os: ["linux"], cpu: ["x64"], libc: ["musl"] }, or null where the name says nothing. */
export function platformOf(name) {
  const words = name.slice(name.indexOf("/") + 1).split("-");
  const os = words.find((word) => OPERATING_SYSTEMS.includes(word));
  const cpu = words.find((word) => PROCESSORS.includes(word));
  if (!os || !cpu) return null;
  const libc = words.some((word) => word.startsWith("musl")) ? "musl" : "glibc";
  return { cpu: [cpu], ...(os === "linux" ? { libc: [libc] } : {}), os: [os] };
}

/** The key under which npm would find `name` from the package at `from`, or null. */
function resolve(packages, from, name) {
  for (let folder = from; ; ) {
    const key = folder === "" ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (packages[key]) return key;
    if (folder === "") return null;
    const up = folder.lastIndexOf("/node_modules/");
    folder = up < 0 ? "" : folder.slice(0, up);
  }
}

/** Adds the missing entries to a parsed lock file and returns their names. */
export function completeLock(lock) {
  const added = [];
  for (const [key, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (resolve(lock.packages, key, name)) continue;
      const platform = platformOf(name);
      if (!platform || !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
        throw new Error(`what platform is ${name}@${version}?`);
      const { os, ...machine } = platform;
      const dev = entry.dev ? { dev: true } : {};
      lock.packages[`node_modules/${name}`] = { version, ...machine, ...dev, optional: true, os }; // npm's own key order
      added.push(name);
    }
  }
  for (const [key, entry] of Object.entries(lock.packages)) {
    // Download addresses would tie every clone to the registry of whoever wrote the lock.
    if (/^https?:/.test(entry.resolved ?? "")) throw new Error(`${key} holds a download address: check .npmrc`);
  }
  const [root, ...rest] = Object.entries(lock.packages);
  rest.sort(([a], [b]) => a.localeCompare(b, "en"));
  lock.packages = Object.fromEntries([root, ...rest]);
  return added;
}

if (process.argv[1] === import.meta.filename) {
  const file = new URL("../package-lock.json", import.meta.url);
  const lock = JSON.parse(readFileSync(file, "utf8"));
  const missing = completeLock(lock);
  if (process.argv.includes("--check")) {
    if (missing.length > 0) console.error(`package-lock.json lacks ${missing.join(", ")}: npm run lock`);
    process.exitCode = missing.length > 0 ? 1 : 0;
  } else {
    writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
    console.log(missing.length === 0 ? "the lock is complete" : `added ${missing.length}: ${missing.join(", ")}`);
  }
}
