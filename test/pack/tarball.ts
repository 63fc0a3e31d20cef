import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";

const ROOT = join(import.meta.dirname, "../..");

/** Runs a program and gives its output; what it printed is part of the error if it fails. */
export async function output(command: string, args: string[], cwd: string): Promise<string> {
  const run = promisify(execFile);
  try {
    return (await run(command, args, { cwd, encoding: "utf8", maxBuffer: 1 << 26 })).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${args.join(" ")}\n${stdout}${stderr}`, { cause: error });
  }
}

/** A user's folder outside the checkout: `pstar` unpacked from its own tarball, and the code of app/ beside it. */
export interface Project {
  folder: string;
  tarball: string;
  /** Paths inside the package. */
  files: string[];
  remove: () => Promise<void>;
}

/**
 * Packs the checkout and installs the tarball without a registry: the dependencies that package.json names, and no
 * others, are links to the checkout's copies. A dependency that it forgot is therefore missing here too.
 */
export async function installTarball(): Promise<Project> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "pstar-pack-")));
  const packing = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  const [packed] = JSON.parse(await output("npm", packing, ROOT));
  const tarball = join(folder, packed.filename);

  const modules = join(folder, "node_modules");
  await mkdir(join(modules, "pstar"), { recursive: true });
  await unpack(tarball, join(modules, "pstar"));
  const { dependencies } = JSON.parse(await readFile(join(modules, "pstar/package.json"), "utf8"));
  for (const name of Object.keys(dependencies)) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(ROOT, "node_modules", name), join(modules, name));
  }
  await cp(join(import.meta.dirname, "app"), folder, { recursive: true });
  return {
    folder,
    tarball,
    files: packed.files.map((file: { path: string }) => file.path),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Unpacks npm's tarball, which holds plain files below package/ (POSIX ustar): not every machine has a tar. */
async function unpack(tarball: string, folder: string): Promise<void> {
  const bytes = gunzipSync(await readFile(tarball));
  const text = (start: number, length: number) => bytes.toString("utf8", start, start + length).replace(/\0.*$/s, "");
  let at = 0;
  while (bytes[at] !== 0) {
    const [name, mode, size, type, prefix] = [
      text(at, 100),
      text(at + 100, 8),
      text(at + 124, 12),
      text(at + 156, 1),
      text(at + 345, 155),
    ];
    if (type !== "0") throw new Error(`${tarball} has an entry of type "${type}", expected plain files: ${name}`);
    const path = join(folder, (prefix === "" ? name : `${prefix}/${name}`).replace(/^package\//, ""));
    const content = bytes.subarray(at + 512, at + 512 + Number.parseInt(size, 8));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content, { mode: Number.parseInt(mode, 8) });
    at += 512 + 512 * Math.ceil(content.length / 512);
  }
}
