import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { expect } from "vitest";
import { exampleAnswers } from "../../src/audit/example.js";
import { csvText } from "../../src/audit/sheet/write.js";
import { argumentsOf } from "../support/commandLine.js";
import { scratchFolder } from "../support/folders.js";
import { pstar } from "../support/inProcess.js";
import { BIN } from "../support/pstar.js";
import { itWith } from "../support/tools.js";

const folder = scratchFolder();
const guide = readFileSync(join(import.meta.dirname, "../../docs/your-data.md"), "utf8");

/** The commands of the guide with what it says that they print. */
function commands(): [command: string, printed: string][] {
  return [...guide.matchAll(/```console\n([\s\S]*?)```/g)].flatMap(([, block = ""]) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((part): [string, string] => {
        const end = part.indexOf("\n");
        return [part.slice(0, end), part.slice(end + 1)];
      }),
  );
}

itWith("bash", "docs/your-data.md shows what its commands print", async () => {
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bin/pstar"), `#!/bin/sh\nexec "${process.execPath}" "${BIN}" "$@"\n`, { mode: 0o755 });
  const rows = exampleAnswers({ audited: 0 }) as object[];
  writeFileSync(join(folder, "answers.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const env = { PATH: `${join(folder, "bin")}:${process.env.PATH}`, COLUMNS: "96" };
  const run = async (command: string) => {
    const args = argumentsOf(command);
    if (args !== undefined) {
      const { stdout, stderr } = await pstar(args, { cwd: folder, env: { COLUMNS: "96" } });
      return stderr + stdout;
    }
    const { stdout, stderr } = spawnSync("bash", ["--norc", "-c", command], { cwd: folder, env, encoding: "utf8" });
    return stderr + stdout;
  };
  // the sheets that a person would have labelled
  for (const [labels, sheet] of [
    [38, "labels.csv"],
    [356, "more-labels.csv"],
  ]) {
    await run(`pstar label draw answers.jsonl --kept kept --labels ${labels} --seed 1 --out drawn.csv`);
    const [head = [], ...lines] = parse(readFileSync(join(folder, "drawn.csv"), "utf8")) as string[][];
    const labelled = lines.map((cells) => {
      const [question = "", answer = ""] = [cells[head.indexOf("question")], cells[head.indexOf("answer")]];
      const [a, sign, b] = question.split(" ");
      const truth = sign === "+" ? Number(a) + Number(b) : sign === "-" ? Number(a) - Number(b) : Number(a) * Number(b);
      return [...cells.slice(0, -1), Number(answer.replace("'", "")) === truth ? "1" : "0"].map((cell) =>
        cell.replace(/^'/, ""),
      );
    });
    writeFileSync(join(folder, String(sheet)), csvText([head, ...labelled]));
  }
  const shown = commands();
  expect(shown.length).toBeGreaterThan(6);
  for (const [command, printed] of shown) {
    expect({ command, printed: await run(command) }).toEqual({ command, printed });
  }
});
