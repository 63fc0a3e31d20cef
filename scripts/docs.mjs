// The pages of `npm run docs` → build/docs: those of docs/ with their titles, and what `pstar help` prints of every command.
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

process.chdir(dirname(import.meta.dirname));
const { createProgram } = await import("../dist/cli/program.js");
const { terminalOf } = await import("../dist/cli/terminal/terminal.js");

let text = "";
const write = (part) => {
  text += part;
  return true;
};
const terminal = { ...terminalOf({ write, isTTY: false, columns: 96 }, {}), columns: 96 };
const context = { streams: { out: terminal, err: terminal, onOutClosed() {} }, args: ["help"], exitCode: 0 };

/** The help of a command and of those below it, each under a heading. */
function pages(command, above) {
  const name = [above, command.name()].filter(Boolean).join(" ");
  text = "";
  command.outputHelp();
  const page = `## ${name}\n\n\`\`\`text\n${text.trimEnd()}\n\`\`\`\n`;
  return [page, ...command.commands.flatMap((below) => pages(below, name))];
}

const FOLDER = join("build", "docs");
rmSync(FOLDER, { recursive: true, force: true });
cpSync("docs", FOLDER, { recursive: true });
const intro = "# Command reference\n\nWhat `pstar help NAME` prints of each command.\n";
writeFileSync(join(FOLDER, "commands.md"), [intro, ...pages(await createProgram(context), "")].join("\n"));

const { projectDocuments } = JSON.parse(readFileSync("typedoc.json", "utf8"));
for (const file of projectDocuments) {
  const page = readFileSync(file, "utf8").replaceAll("](../", "](../../");
  const [, title] = /^# (.*)$/m.exec(page) ?? [];
  if (title === undefined) throw new Error(`${file} has no heading to take its title from`);
  writeFileSync(file, `---\ntitle: ${JSON.stringify(title)}\n---\n\n${page}`);
}
