// The pages of `npm run docs` → build/docs: those of docs/ with their titles, and what `pstar help` prints of every command.
// `node scripts/docs.mjs link`, once the site is built, has the gallery's figures open the explorer, which is beside it in dist.
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Stands for the explorer until the site is built: of a link to a file, typedoc would make a copy of the file. */
const EXPLORER = "https://explorer.invalid/";

process.chdir(dirname(import.meta.dirname));
if (process.argv[2] === "link") {
  linkExplorer(join("dist", "docs", "documents"));
  process.exit();
}
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
  const text = readFileSync(file, "utf8").replaceAll("](../", "](../../");
  const page = text.replace(/(?<=^\| .* \| )`(#[^`]*)`(?= \|$)/gm, `[open](${EXPLORER}$1)`);
  const [, title] = /^# (.*)$/m.exec(page) ?? [];
  if (title === undefined) throw new Error(`${file} has no heading to take its title from`);
  writeFileSync(file, `---\ntitle: ${JSON.stringify(title)}\n---\n\n${page}`);
}

function linkExplorer(folder) {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    const page = readFileSync(file, "utf8");
    if (page.includes(EXPLORER)) writeFileSync(file, page.replaceAll(EXPLORER, "../../web/index.html"));
  }
}
