// In a process of its own: it starts processes.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, existsSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { parse } from "csv-parse/sync";
import { beforeAll, describe, expect, it } from "vitest";
import { shortOrLong } from "../support/edition.js";
import { scratchFolder } from "../support/folders.js";
import { printed, pstar } from "../support/inProcess.js";
import { BIN, ending, SMALL, start } from "../support/pstar.js";
import { itWith } from "../support/tools.js";
import { until } from "../support/until.js";

const FOLDER = scratchFolder();
const RUN = join(FOLDER, "run");
const ROWS = Array.from(
  { length: 40 },
  (_, i) => `${JSON.stringify({ id: `r${i}`, text: `row ${i}`, score: i / 40 })}\n`,
);
/** What a failure is: one line on standard error (a scenario may have several faults), and no trace. */
const ONE_LINE = /^(?!pstar: unexpected)[^\n]+\n( {2}also: [^\n]+\n)*$/;

beforeAll(async () => {
  await printed(["run", "-", "--out", RUN], { stdin: SMALL });
  writeFileSync(join(FOLDER, "rows.jsonl"), ROWS.join(""));
});

describe("results that somebody has written", () => {
  const changes: [string, (cell: Record<string, unknown>) => void][] = [
    ["accuracy", (cell) => delete cell.accuracy],
    ["kept", (cell) => delete cell.kept],
    ["accuracy.mean", (cell) => (cell.accuracy = {})],
    ["accuracy.mean", (cell) => (cell.accuracy = { mean: "x", sd: [], se: {} })],
    ["index", (cell) => (cell.index = "a")],
    ["index", (cell) => (cell.index = -1)],
    ["params.", (cell) => (cell.params = { "a\u001b[31mb\u202e": 1 })],
    ["params.", (cell) => (cell.params = { constructor: 2 })],
    ["generations", (cell) => (cell.generations = 7)],
    ["generations.0.accuracy", (cell) => (cell.generations = [{}])],
    ["convergence", (cell) => (cell.convergence = 3)],
    ["trials", (cell) => (cell.trials = 1.5)],
    ["verdict", (cell) => (cell.verdict = "safe")],
  ];

  it.each(changes)("without a sound %s are refused by line and field", async (field, change) => {
    const cell = JSON.parse(readFileSync(join(RUN, "results.jsonl"), "utf8").split("\n")[0] as string);
    change(cell);
    const jsonl = join(FOLDER, "hostile.jsonl");
    const json = join(FOLDER, "hostile.json");
    writeFileSync(jsonl, `${JSON.stringify(cell)}\n`);
    writeFileSync(json, JSON.stringify({ schema: "pstar/result@1", config: {}, cells: [cell] }));
    for (const args of [
      ["export", jsonl, "--to", "csv"],
      ["plot", jsonl, "--out", join(FOLDER, "x.png")],
      ["export", json, "--to", "csv"],
    ]) {
      const { code, stderr } = await pstar(args);
      expect(stderr).toMatch(ONE_LINE);
      expect(stderr).toContain(`is not a result of pstar run: ${field}`);
      expect(code).toBe(3);
    }
    expect(existsSync(join(FOLDER, "x.png"))).toBe(false);
  });

  it("as CSV are refused if a number or a list is not one", async () => {
    const [names = [], row = []] = parse(readFileSync(join(RUN, "results.csv"), "utf8")) as string[][];
    for (const [name, text] of [
      ["accuracy.mean", "abc"],
      ["trials", "1.5"],
      ["generations", "[1"],
      ["status", "fine"],
    ]) {
      const fields = [...row];
      fields[names.indexOf(name as string)] = text as string;
      const file = join(FOLDER, "hostile.csv");
      writeFileSync(file, [names, fields].map((cells) => `${cells.map((cell) => `"${cell}"`).join(",")}\n`).join(""));
      const { code, stderr } = await pstar(["export", file, "--to", "jsonl"]);
      expect(stderr).toMatch(ONE_LINE);
      expect(stderr).toContain(`hostile.csv, line 2, is not a result of pstar run: ${name}`);
      expect(code).toBe(3);
    }
  });

  it("as Parquet are read as they were, or refused in one line, whatever bytes were changed", async () => {
    const sound = readFileSync(join(RUN, "results.parquet"));
    const csv = readFileSync(join(RUN, "results.csv"), "utf8").split("\n").length;
    const file = join(FOLDER, "hostile.parquet");
    let state = 17;
    const next = (below: number) => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return (state >>> 8) % below;
    };
    for (let i = 0; i < shortOrLong(100, 300); i++) {
      const bytes = Buffer.from(sound);
      for (let n = 0; n < 3; n++) bytes[i % 2 === 0 ? next(bytes.length) : bytes.length - 1 - next(3000)] = next(256);
      writeFileSync(file, bytes);
      const { code, stdout, stderr } = await pstar(["export", file, "--to", "csv"]);
      if (code === 0) expect(stdout.split("\n").length, `change ${i}`).toBe(csv);
      else expect(stderr, `change ${i}`).toMatch(ONE_LINE);
    }
  });
});

describe("a summary.json that somebody has written", () => {
  it("is not of a selection, whatever of it is missing", async () => {
    const out = join(FOLDER, "selected");
    const args = ["select", join(FOLDER, "rows.jsonl"), "--field", "score", "--keep", "50%", "--out", out];
    expect((await pstar(args)).code).toBe(0);
    const file = join(out, "summary.json");
    const summary = JSON.parse(readFileSync(file, "utf8"));
    for (const key of ["version", "config", "sources", "counts", "score", "slices", "malformed", "files", "warnings"]) {
      for (const value of [null, 7, { a: 1 }, [3]]) {
        writeFileSync(file, JSON.stringify({ ...summary, [key]: value }));
        const { code, stderr } = await pstar(args);
        expect(stderr, `${key}: ${JSON.stringify(value)}`).toMatch(ONE_LINE);
        expect(code).toBe(1);
      }
    }
    writeFileSync(file, JSON.stringify(summary));
    expect((await pstar(args)).code).toBe(0);
  });
});

/** Runs Node with these arguments, while the system refuses some of its calls; strace stops it at no other one. */
function failing(calls: string, fault: string, args: readonly string[]) {
  const only = ["--seccomp-bpf", "-e", `trace=${calls}`, "-e", `inject=${calls}:${fault}`];
  return ending(spawn("strace", ["-f", "-qq", "-o", "/dev/null", ...only, process.execPath, ...args]));
}

describe("the system", () => {
  itWith("strace", "that refuses to remove or to keep is told in one line", async () => {
    const settings = [join(RUN, "config.yaml"), "--quiet", "--workers", "1", "--format", "csv"];
    const run = (name: string) => ["run", ...settings, "--out", join(FOLDER, name)];
    const select = ["select", join(FOLDER, "rows.jsonl"), "--field", "score", "--keep", "50%"];
    const cases: [string, string[]][] = [
      ["fdatasync", run("eio2")],
      ["unlink,unlinkat", [...select, "--out", join(FOLDER, "eio3")]],
      ["unlink,unlinkat", run("eio1")],
    ];
    for (const [call, args] of shortOrLong(cases.slice(0, 2), cases)) {
      const { code, signal, stderr } = await failing(call, "error=EIO", [BIN, ...args]);
      const ended = `${call}, ${args[0]}: ended with ${code ?? signal}`;
      expect(stderr, ended).toMatch(/^(stopped: [^\n]*\n)?error: cannot (remove|write) [^\n]*\n$/);
      expect(code).toBe(1);
    }
  });

  itWith("strace", "that cannot keep what a log wrote is told at its end, if nothing was added after", async () => {
    // the log asks the disk every two seconds, and ends a while after that
    const script = `
      import { Log } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, "../../dist/rows/log.js")))};
      const log = new Log(${JSON.stringify(join(FOLDER, "unkept.jsonl"))}, { fresh: true, delayed: true });
      log.append("{}");
      setTimeout(() => {
        try {
          log.close();
        } catch (error) {
          console.log(error.message);
        }
      }, 2600);`;
    const { stdout } = await failing("fdatasync", "error=EIO", ["--input-type=module", "-e", script]);
    expect(stdout).toMatch(/^cannot write \S+unkept\.jsonl: EIO\b[^\n]*\n$/);
  });

  itWith("strace", "that fails to remove once leaves no journal of a selection that is finished", async () => {
    const out = join(FOLDER, "eio4");
    const select = ["select", join(FOLDER, "rows.jsonl"), "--field", "score", "--keep", "50%", "--out", out];
    const { code } = await failing("unlink,unlinkat", "error=EIO:when=1", [BIN, ...select]);
    expect(code).toBe(0);
    expect(readdirSync(out).sort()).toEqual(["kept.jsonl", "rejected.jsonl", "summary.json"]);
  });

  itWith(
    "strace",
    "that fails to write or to rename in a news experiment is told in one line, and no draft is left",
    async () => {
      const out = join(FOLDER, "eio5");
      const faults: [string, string[]][] = [
        ["error=EIO:when=2", ["manifest.json", "parts/tasks.log"]],
        ["error=EIO", []],
      ];
      for (const [fault, left] of shortOrLong(faults.slice(0, 1), faults)) {
        rmSync(out, { recursive: true, force: true });
        const news = ["news", "--articles", "40", "--seeds", "1", "--verifiers", "random", "--quiet", "--out", out];
        const { code, stderr } = await failing("rename,renameat,renameat2", fault, [BIN, ...news]);
        expect(stderr).toMatch(/^error: cannot write [^\n]*EIO[^\n]*\n$/);
        expect(code).toBe(1);
        const files = readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
        expect(files.map(({ name, parentPath }) => relative(out, join(parentPath, name))).sort()).toEqual(left);
      }
    },
  );

  it.runIf(process.platform === "linux")("that gives WebAssembly no addresses is told in one line", async () => {
    const shell = `ulimit -v 3000000; exec "$0" "$@"`;
    const args = ["lm", "train", join(FOLDER, "rows.jsonl"), "--field", "text", "--order", "2"];
    const { code, stderr } = await ending(spawn("sh", ["-c", shell, process.execPath, BIN, ...args]));
    expect(stderr).toMatch(/^error: the system gave WebAssembly no addresses to start in[^\n]*\n$/);
    expect(code).toBe(1);
  });
});

/** Whether a process has opened a file. */
function hasOpen(pid: number | undefined, path: string): boolean {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).some((name) => readlinkSync(join(folder, name)) === path);
  } catch {
    return false; // it has ended, or closed one of them in the meantime
  }
}

describe("a pipe that has a name", () => {
  const pipe = (name: string) => {
    const path = join(FOLDER, name);
    execFileSync("mkfifo", [path]);
    return path;
  };

  it("is read once by select, as standard input is", async () => {
    const path = pipe("rows.pipe");
    const out = join(FOLDER, "piped");
    const child = start(["select", path, "--field", "score", "--keep", "50%", "--out", out]);
    createWriteStream(path).end(ROWS.join(""));
    expect(await ending(child)).toMatchObject({ code: 0 });
    expect(readFileSync(join(out, "kept.jsonl"), "utf8").split("\n")).toHaveLength(21);
    expect(readdirSync(out).sort()).toEqual(["kept.jsonl", "rejected.jsonl", "summary.json"]);
  });

  it("into which nobody writes does not keep a command from ending", async () => {
    const path = pipe("silent.pipe");
    const out = join(FOLDER, "silent");
    const commands = [
      ["select", path, "--field", "score", "--keep", "50%", "--out", out],
      ["run", path],
      ["lm", "score", join(FOLDER, "rows.jsonl"), "--field", "text", "--lm", path],
      ["lm", "train", path],
      ["audit", path, "--correct", "a", "--kept", "b"],
      ["news", path],
    ];
    // rows, and a scenario; in the long edition a file of neither as well
    for (const args of shortOrLong(commands.slice(0, 2), commands)) {
      const child = start(args);
      // a writer that opens the pipe and closes it would end what is read
      await until(() => child.exitCode !== null || hasOpen(child.pid, path));
      child.kill("SIGTERM");
      const [code, signal] = child.exitCode === null ? await once(child, "exit") : [child.exitCode, null];
      // a shell calls both 143; `run` leaves signals to the system while it reads
      expect([143, "SIGTERM"], args.join(" ")).toContain(code ?? signal);
    }
  });

  it("is refused where it would be read more than once", async () => {
    const path = pipe("results.csv");
    const { code, stderr } = await pstar(["export", path, "--to", "jsonl"]);
    expect(stderr).toContain("it is a pipe or device, and results are read more than once");
    expect(code).toBe(1);
  });
});
