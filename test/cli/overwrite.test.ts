import {
  chmodSync,
  cpSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { scratchFolder } from "../support/folders.js";
import { printed, pstar } from "../support/inProcess.js";
import { SMALL } from "../support/pstar.js";

const FOLDER = scratchFolder();
const RUN = join(FOLDER, "run");
const ROWS = Array.from({ length: 40 }, (_, i) => {
  return `${JSON.stringify({ id: `r${i}`, text: `the ${i % 7} brown foxes jump over ${i} dogs`, summary: `foxes ${i}`, score: i / 40 })}\n`;
}).join("");
const CSV = "id,text,summary\n1,one text,one\n2,another text,two\n";
let place = 0;

beforeAll(async () => {
  await printed(["run", "-", "--out", RUN], { stdin: SMALL });
});

/** A folder with one file in it, and other names for that file. */
function inputs(name: string, text: string) {
  const folder = join(FOLDER, String(place++));
  mkdirSync(folder);
  const input = join(folder, name);
  writeFileSync(input, text);
  const hard = join(folder, `hard-${name}`);
  const soft = join(folder, `soft-${name}`);
  linkSync(input, hard);
  symlinkSync(name, soft);
  return { folder, input, hard, soft };
}

describe("a file that is read is not written over", () => {
  const commands: [string, string, string, (input: string, out: string) => string[]][] = [
    ["lm train", "a.txt", "a b c\na b d\n", (input, out) => ["lm", "train", input, "--out", out]],
    [
      "lm train --field",
      "a.jsonl",
      ROWS,
      (input, out) => ["lm", "train", input, "--field", "text", "--order", "2", "--out", out],
    ],
    ["news convert", "a.csv", CSV, (input, out) => ["news", "convert", "csv", input, "--out", out]],
    [
      "audit --plot",
      "a.png",
      ROWS,
      (input, out) => ["audit", input, "--correct", "id", "--score", "score", "--plot", out],
    ],
    ["news --plot", "a.png", ROWS, (input, out) => ["news", input, "--plot", out]],
    ["run --plot", "a.png", SMALL, (input, out) => ["run", input, "--plot", out]],
  ];
  it.each(commands)("by %s, whatever it is called", async (_, name, text, args) => {
    const { input, hard, soft } = inputs(name, text);
    for (const [from, out] of [
      [input, input],
      [input, hard],
      [input, soft],
      [soft, input],
      [hard, soft],
    ]) {
      const { code, stdout, stderr } = await pstar(args(from, out));
      expect(stderr).toContain(`error: cannot write ${out}: it is read`);
      expect([code, stdout]).toEqual([1, ""]);
      expect(readFileSync(input, "utf8")).toBe(text);
      expect(lstatSync(soft).isSymbolicLink()).toBe(true);
    }
  });

  it("by the draft of another, or from standard input", async () => {
    const { folder, input } = inputs("a.part", "a b c\na b d\n");
    const { stderr } = await pstar(["lm", "train", input, "--out", join(folder, "a")]);
    expect(stderr).toContain(`cannot write ${join(folder, "a")}: ${input} is read`);
    const held = await pstar(["lm", "train", join(folder, "hard-a.part"), "--held-out", input, "--out", input]);
    expect(held.stderr).toContain(`cannot write ${input}: it is read`);
    expect(readFileSync(input, "utf8")).toBe("a b c\na b d\n");
  });

  it("by export and plot: neither the file nor another that the run's folder needs", async () => {
    const folder = join(FOLDER, "copied");
    cpSync(RUN, folder, { recursive: true });
    const before = readFileSync(join(folder, "results.jsonl"), "utf8");
    for (const [source, name, form] of [
      ["results.csv", "results.csv", "csv"],
      ["results.jsonl", "store.json", "csv"],
      [".", "results.jsonl", "csv"],
      [".", "config.yaml", "jsonl"],
    ]) {
      const out = join(folder, name);
      const { code, stderr } = await pstar(["export", join(folder, source), "--to", form, "--out", out]);
      expect(stderr).toContain(`cannot write ${out}: it is read`);
      expect(code).toBe(1);
    }
    linkSync(join(folder, "results.csv"), join(folder, "alias.png"));
    const { stderr } = await pstar(["plot", join(folder, "results.csv"), "--out", join(folder, "alias.png")]);
    expect(stderr).toContain("it is read under another name");
    expect(readFileSync(join(folder, "results.jsonl"), "utf8")).toBe(before);
  });

  it("by run --out: the scenario's own file in a folder that is not yet one of a run", async () => {
    const { folder, input } = inputs("config.yaml", `# mine\n${SMALL}`);
    const { code, stderr } = await pstar(["run", input, "--out", folder]);
    expect([code, stderr]).toEqual([1, `error: cannot write ${input}: it is read\n`]);
    expect(readFileSync(input, "utf8")).toBe(`# mine\n${SMALL}`);
    const again = await pstar(["run", join(RUN, "config.yaml"), "--out", RUN, "--resume"]);
    expect(again.code).toBe(0);
  });

  it("by select, also by --restart, and not as a module or a model", async () => {
    for (const name of ["kept.jsonl", "rejected.jsonl.gz", "summary.json", "select.journal", "kept.jsonl.part"]) {
      const folder = join(FOLDER, `select-${name}`);
      mkdirSync(folder);
      const input = join(FOLDER, `input-${name}`);
      writeFileSync(input, ROWS);
      linkSync(input, join(folder, name));
      const args = ["select", input, "--field", "score", "--keep", "50%", "--out", folder];
      for (const more of [[], ["--restart"]]) {
        const { code, stderr } = await pstar([...args, ...more]);
        expect(stderr).toContain("is read");
        expect(code).toBe(1);
      }
      expect(readdirSync(folder)).toEqual([name]);
      expect(readFileSync(input, "utf8")).toBe(ROWS);
    }
  });

  it("by news --out and news export", async () => {
    const { folder, input } = inputs("test.jsonl", ROWS);
    const { code, stderr } = await pstar(["news", input, "--out", folder]);
    expect(stderr).toContain(`cannot write ${input}: it is read`);
    expect(code).toBe(1);
    const { folder: arms, input: arm } = inputs("original.jsonl", ROWS);
    mkdirSync(join(arms, "fine-tuning/original/data"), { recursive: true });
    linkSync(arm, join(arms, "fine-tuning/original/data/train.jsonl"));
    const exported = await pstar(["news", "export", arms]);
    expect(exported.stderr).toContain("is read under another name");
    expect(readFileSync(arm, "utf8")).toBe(ROWS);
  });
});

describe("what is in the place of a file", () => {
  it("is followed if it is a symbolic link, also one that leads nowhere yet", async () => {
    const folder = join(FOLDER, "links");
    mkdirSync(join(folder, "elsewhere"), { recursive: true });
    writeFileSync(join(folder, "elsewhere/old.csv"), "old");
    chmodSync(join(folder, "elsewhere/old.csv"), 0o600);
    symlinkSync("elsewhere/old.csv", join(folder, "a.csv"));
    symlinkSync("elsewhere/new.csv", join(folder, "b.csv"));
    symlinkSync("c.csv", join(folder, "c.csv"));
    for (const name of ["a.csv", "b.csv"]) {
      expect((await pstar(["export", RUN, "--out", join(folder, name)])).code).toBe(0);
      expect(lstatSync(join(folder, name)).isSymbolicLink()).toBe(true);
      expect(readFileSync(join(folder, name), "utf8")).toBe(readFileSync(join(RUN, "results.csv"), "utf8"));
    }
    expect(statSync(join(folder, "a.csv")).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, "elsewhere")).sort()).toEqual(["new.csv", "old.csv"]);
    const { code, stderr } = await pstar(["export", RUN, "--out", join(folder, "c.csv")]);
    expect([code, stderr]).toEqual([
      1,
      `error: cannot write ${join(folder, "c.csv")}: its symbolic links lead in a circle\n`,
    ]);
  });

  const folderCommands: [string, (out: string) => string[]][] = [
    ["run", (out) => ["run", "phase-transition", "--engine", "theory", "--quiet", "--out", out]],
    ["merge", (out) => ["merge", RUN, "--out", out]],
    ["select", (out) => ["select", join(FOLDER, "rows.jsonl"), "--field", "score", "--keep", "50%", "--out", out]],
    ["news", (out) => ["news", "--articles", "40", "--seeds", "1", "--out", out]],
    ["eigen", (out) => ["eigen", "--size", "2", "--steps", "1", "--seeds", "1", "--out", out]],
    ["paper", (out) => ["paper", "sharp-transition", "--out", out]],
  ];
  it.each(folderCommands)(
    "is refused if it is a link to a file in the folder that %s writes to",
    async (name, args) => {
      writeFileSync(join(FOLDER, "rows.jsonl"), ROWS);
      const mine = join(FOLDER, `mine-${name}`);
      writeFileSync(mine, "mine");
      for (const target of [mine, join(FOLDER, `new-${name}`)]) {
        const out = join(FOLDER, `linked-${name}-${target === mine}`);
        mkdirSync(out);
        symlinkSync(target, join(out, "result.json"));
        const { code, stderr } = await pstar(args(out));
        expect(stderr).toContain(
          `${join(out, "result.json")} is a link: what is written under its name would go elsewhere`,
        );
        expect(code).toBe(1);
        expect(readdirSync(out)).toEqual(["result.json"]);
      }
      expect(readFileSync(mine, "utf8")).toBe("mine");
      expect(existsSync(join(FOLDER, `new-${name}`))).toBe(false);
    },
  );

  it.each(folderCommands.filter(([name]) => name === "news" || name === "eigen"))(
    "is refused if it is a link in the place of the folder in which %s keeps what is finished",
    async (name, args) => {
      const [out, elsewhere] = ["out", "elsewhere"].map((of) => join(FOLDER, `parts-${name}-${of}`));
      for (const folder of [out, elsewhere]) mkdirSync(folder);
      symlinkSync(elsewhere, join(out, "parts"));
      const { code, stderr } = await pstar(args(out));
      expect(stderr).toContain(`${join(out, "parts")} is a link`);
      expect(code).toBe(1);
      expect(readdirSync(elsewhere)).toEqual([]);
    },
  );

  /** What each command would take long to compute, or cannot read: what is said of the output is said before. */
  const broken = () => {
    const file = join(FOLDER, `broken-${place++}`);
    writeFileSync(`${file}.jsonl`, `${ROWS}{"id":\n`);
    writeFileSync(`${file}.csv`, 'id,text\n1,"open\n');
    return file;
  };
  const armsFolder = () => {
    const folder = join(FOLDER, `arms-${place++}`);
    mkdirSync(folder);
    for (const name of ["a", "test"]) writeFileSync(join(folder, `${name}.jsonl`), `${ROWS}{"id":\n`);
    return folder;
  };
  const LONG = `trials: 100000\nsweep: {samples: [1000000, 2000000]}\nengine: direct\ndata: {dim: 500}\n`;
  const EIGEN = ["eigen", "--size", "2", "--steps", "100000", "--seeds", "1"];
  const fileCommands: [string, string, (out: string) => string[]][] = [
    ["run --plot", "a.png", (out) => ["run", "-", "--plot", out]],
    ["run --trials-out", "a.csv", (out) => ["run", "-", "--trials-out", out]],
    ["plot", "a.png", (out) => ["plot", `${broken()}.csv`, "--out", out]],
    ["export", "a.csv", (out) => ["export", `${broken()}.csv`, "--out", out]],
    ["lm train", "a.arpa", (out) => ["lm", "train", `${broken()}.jsonl`, "--field", "text", "--out", out]],
    ["check", "a.jsonl", (out) => ["check", `${broken()}.jsonl`, "--correct", "id", "--kept", "score", "--out", out]],
    ["label draw", "a.csv", (out) => ["label", "draw", `${broken()}.jsonl`, "--labels", "5", "--out", out]],
    [
      "audit --plot",
      "a.png",
      (out) => ["audit", `${broken()}.jsonl`, "--correct", "id", "--score", "score", "--plot", out],
    ],
    ["news --plot", "a.png", (out) => ["news", "--articles", "100000", "--seeds", "100", "--plot", out]],
    ["news convert", "a.jsonl", (out) => ["news", "convert", "csv", `${broken()}.csv`, "--out", out]],
    ["eigen --plot", "a.png", (out) => [...EIGEN, "--plot", out]],
    ["paper --plot", "a.png", (out) => ["paper", "sharp-transition", "--plot", out]],
    ["example", "a.jsonl", (out) => ["example", "--out", out]],
  ];
  it.each(fileCommands)("is told by %s before it computes or reads anything", async (_, name, args) => {
    const folder = join(FOLDER, `places-${place++}`);
    mkdirSync(join(folder, name), { recursive: true });
    mkdirSync(join(folder, `draft-${name}.part`));
    writeFileSync(join(folder, "file"), "");
    const before = readdirSync(folder, { recursive: true });
    for (const [out, message] of [
      [name, /^error: cannot write (\S+): it (is a folder|exists already; name another file with --out)\n$/],
      [`none/${name}`, /^error: cannot write (\S+): there is no such file or folder\n$/],
      [`file/${name}`, /^error: cannot write (\S+): a part of its path is a file, not a folder\n$/],
      [`draft-${name}`, /^error: cannot write (\S+)\.part: it is a folder\n$/],
    ] as const) {
      const { code, stdout, stderr } = await pstar(args(join(folder, out)), { stdin: LONG });
      expect(message.exec(stderr)?.[1] ?? stderr).toBe(join(folder, out));
      expect([code, stdout]).toEqual([1, ""]);
    }
    expect(readdirSync(folder, { recursive: true })).toEqual(before);
  });

  const filesOfFolders: [string, string[], (out: string) => string[]][] = [
    [
      "run",
      ["curve.png", "results.jsonl", "results.parquet", "config.yaml"],
      (out) => ["run", "-", "--quiet", "--out", out],
    ],
    ["merge", ["heatmap.png", "results.jsonl", "store.json"], (out) => ["merge", join(FOLDER, "no-run"), "--out", out]],
    [
      "select",
      ["kept.jsonl", "rejected.jsonl.gz", "summary.json", "select.journal"],
      (out) => ["select", `${broken()}.jsonl`, "--field", "score", "--strict", "--keep", "50%", "--out", out],
    ],
    [
      "news",
      ["result.json", "news.png", "test.jsonl", "original.jsonl"],
      (out) => ["news", "--articles", "400", "--seeds", "100", "--out", out],
    ],
    [
      "news export",
      ["manifest.json", "a/data/train.jsonl", "a/trl.yaml", "test/prompts.jsonl"],
      (out) => ["news", "export", armsFolder(), "--out", out],
    ],
    ["eigen", ["result.json", "result.partial.json", "eigen.png"], (out) => [...EIGEN, "--out", out]],
    ["paper", ["paper.md", "paper-sharp-transition.png"], (out) => ["paper", "sharp-transition", "--out", out]],
  ];
  it.each(filesOfFolders)(
    "is refused before %s computes anything if it is a folder, or its draft is",
    async (_, files, args) => {
      const checked = async (out: string, message: string) => {
        const before =
          existsSync(out) && statSync(out).isDirectory() ? readdirSync(out, { recursive: true }) : undefined;
        const { code, stdout, stderr } = await pstar(args(out), { stdin: LONG });
        expect(stderr).toBe(`error: cannot write ${message}\n`);
        expect([code, stdout]).toEqual([1, ""]);
        if (before !== undefined) expect(readdirSync(out, { recursive: true })).toEqual(before);
      };
      for (const file of [...files, `${files[0]}.part`]) {
        const out = join(FOLDER, `taken-${place++}`);
        mkdirSync(join(out, file), { recursive: true });
        await checked(out, `${join(out, file)}: it is a folder`);
      }
      const file = join(FOLDER, `file-${place++}`);
      writeFileSync(file, "mine");
      await checked(file, `to ${file}: it is a file, not a folder`);
      await checked(join(file, "in"), `to ${join(file, "in")}: a part of its path is a file, not a folder`);
      expect(readFileSync(file, "utf8")).toBe("mine");
    },
  );

  it("is followed if it is the folder itself", async () => {
    const [link, target] = ["link", "target"].map((of) => join(FOLDER, `folder-${of}`));
    mkdirSync(target);
    symlinkSync(target, link);
    expect((await pstar(["run", "phase-transition", "--engine", "theory", "--quiet", "--out", link])).code).toBe(0);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readdirSync(target)).toContain("results.jsonl");
  });

  it.skipIf(!existsSync("/dev/null"))("is not replaced if it is a device", async () => {
    const { code, stderr } = await pstar(["export", RUN, "--to", "csv", "--out", "/dev/null"]);
    expect([code, stderr]).toEqual([1, "error: cannot write /dev/null: it is a device or pipe, not a file\n"]);
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  });

  it("is not followed if it has the name of a draft", async () => {
    const folder = join(FOLDER, "drafts");
    mkdirSync(folder);
    writeFileSync(join(folder, "mine"), "mine");
    symlinkSync("mine", join(folder, "a.csv.part"));
    expect((await pstar(["export", RUN, "--out", join(folder, "a.csv")])).code).toBe(0);
    expect(readFileSync(join(folder, "mine"), "utf8")).toBe("mine");
    expect(readdirSync(folder).sort()).toEqual(["a.csv", "mine"]);
  });
});
