// In a process of its own: it drives a browser.
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parse } from "csv-parse/sync";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exampleAnswers } from "../../src/audit/example.js";
import { launchChromium, PATIENCE } from "../support/chromium.js";
import { argumentsOf } from "../support/commandLine.js";
import { scratchFolder } from "../support/folders.js";
import { printed, pstar } from "../support/inProcess.js";
import { passOn } from "../support/passOn.js";
import { ending } from "../support/pstar.js";
import { describeWith } from "../support/tools.js";

const folder = scratchFolder();

interface Answer {
  id: number;
  question: string;
  answer: string;
  score: number;
  kept: boolean;
}

const rows = exampleAnswers({ rows: 1500, audited: 0 }) as Answer[];
const lines = rows.map((row) => JSON.stringify(row));
writeFileSync(join(folder, "answers.jsonl"), `${lines.join("\n")}\n`);

function isCorrect(question: string, answer: string): boolean {
  const [a = "", sign, b = ""] = question.split(" ");
  const [x, y] = [Number(a), Number(b)];
  return Number(answer) === (sign === "+" ? x + y : sign === "-" ? x - y : x * y);
}

type Cells = Record<string, string>;

function cellsOf(file: string): Cells[] {
  return parse(readFileSync(file, "utf8"), { columns: true });
}

/** The sheet with the labels of its answers, as a spreadsheet saves it. */
function labelled(from: string, to: string): void {
  const cells = cellsOf(join(folder, from)).map(({ label: _, ...row }) => {
    const correct = isCorrect(row.question ?? "", (row.answer ?? "").replace(/^'/, ""));
    return [...Object.values(row), correct ? "1" : "0"].map((cell) => `"${cell}"`).join(",");
  });
  const [head] = readFileSync(join(folder, from), "utf8").split("\r\n");
  writeFileSync(join(folder, to), `${[head, ...cells].join("\n")}\n`);
}

const run = (args: readonly string[]) => pstar(args, { cwd: folder });
const draw = (...more: string[]) =>
  run(["label", "draw", "answers.jsonl", "--kept", "kept", "--labels", "36", "--seed", "1", ...more]);

describe("pstar label draw", () => {
  it("writes the same sheet for the same seed, and says what was drawn and how to go on", async () => {
    const first = await draw("--out", "a.csv");
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(first.stdout).toContain("36 of 1,500 rows drawn (stratified, seed 1) into a.csv.");
    expect(first.stdout).toContain("Shown: id, task, question, answer. Hidden: score, kept.");
    expect(first.stdout).toContain("  pstar audit answers.jsonl --kept kept --labels a.csv");
    expect(first.stdout).not.toMatch(/stratified-\d/);
    const again = await draw("--out", "b.csv", "--format", "json");
    expect(JSON.parse(again.stdout)).toMatchObject({
      schema: "pstar/label-draw@1",
      design: "stratified",
      seed: 1,
      rows: 1500,
      labels: 36,
      shown: ["id", "task", "question", "answer"],
      hidden: ["score", "kept"],
      unreadable: 0,
      out: "b.csv",
    });
    expect(readFileSync(join(folder, "b.csv"))).toEqual(readFileSync(join(folder, "a.csv")));
    expect(readFileSync(join(folder, "a.csv"), "utf8")).toMatch(
      /^key,weight,stratum,id,task,question,answer,label\r\n/,
    );
  });

  it("is audited by the command that it prints, and a sheet of another file is refused", async () => {
    labelled("a.csv", "labels.csv");
    const { code, stdout } = await run(["audit", "answers.jsonl", "--kept", "kept", "--labels", "labels.csv"]);
    expect(code).toBe(0);
    expect(stdout).toContain("36 with a human label");
    const json = await run("audit answers.jsonl --kept kept --labels labels.csv --format json".split(" "));
    expect(JSON.parse(json.stdout).labels).toMatchObject({ design: "stratified", seed: 1, drawn: 36, labelled: 36 });
    writeFileSync(join(folder, "fewer.jsonl"), `${lines.slice(0, -1).join("\n")}\n`);
    const changed = await run("audit fewer.jsonl --kept kept --labels labels.csv".split(" "));
    expect(changed.code).toBe(3);
    expect(changed.stderr).toContain("it had 1500 rows, and has 1499");
    const both = await run("audit answers.jsonl --kept kept --labels labels.csv --design simple".split(" "));
    expect(both.code).toBe(2);
    const words = readFileSync(join(folder, "labels.csv"), "utf8").replaceAll(/"1"\n/g, '"maybe"\n');
    writeFileSync(join(folder, "words.csv"), words);
    const unknown = await run("audit answers.jsonl --kept kept --labels words.csv".split(" "));
    expect(unknown.code).toBe(3);
    expect(unknown.stderr).toMatch(/"maybe": \d+ rows, first in line/);
  });

  it("carries labels over to a larger sheet, and never overwrites labels", async () => {
    const more = await draw("--labels", "60", "--labelled", "labels.csv", "--out", "more.csv");
    expect(more).toMatchObject({ code: 0, stderr: "" });
    expect(more.stdout).toContain("36 labels carried over from labels.csv");
    const cells = cellsOf(join(folder, "more.csv"));
    // those that are done first, so that a row without a label amid others was passed over
    expect(cells.map(({ label }) => label !== "")).toEqual(Array.from({ length: 60 }, (_, i) => i < 36));
    const skips = readFileSync(join(folder, "labels.csv"), "utf8").replaceAll(/"0"\n/g, '"skip"\n');
    writeFileSync(join(folder, "skips.csv"), skips);
    await draw("--labels", "60", "--labelled", "skips.csv", "--out", "skipped.csv");
    expect(cellsOf(join(folder, "skipped.csv")).filter(({ label }) => label === "skip")).toHaveLength(
      skips.split('"skip"\n').length - 1,
    );
    const over = await draw("--out", "more.csv");
    expect(over.code).toBe(2);
    expect(over.stderr).toContain("more.csv is a sheet with 36 labels");
    const other = await draw("--seed", "2", "--labelled", "labels.csv", "--out", "other.csv");
    expect(other.code).toBe(3);
    expect(other.stderr).toContain("draw with the same seed");
    expect(readdirSync(folder)).not.toContain("other.csv");
  });

  it("writes tasks of Label Studio with the interface that they need", async () => {
    const { code, stdout } = await draw("--for", "label-studio", "--out", "tasks.json");
    expect(code).toBe(0);
    expect(stdout).toContain('<Choices name="label" toName="row" choice="single" required="true">');
    const tasks = JSON.parse(readFileSync(join(folder, "tasks.json"), "utf8"));
    expect(Object.keys(tasks[0].data)).toEqual(["key", "weight", "stratum", "text", "row"]);
    expect(tasks[0].data.text).toMatch(/^id: \d+\n\ntask: \w+\n\nquestion: /);
  });

  it.each([
    [["--out", "a.txt"], 2, "--out must be a name that ends in .csv, .jsonl or .html"],
    [["--for", "label-studio", "--out", "a.csv"], 2, "--out must be a name that ends in .json"],
    [["--labels", "many", "--out", "x.csv"], 2, "--labels must be a number such as 36"],
    [["--labels", "0", "--out", "x.csv"], 2, "--labels must be"],
    [["--by", "task", "--out", "x.csv"], 2, "--by goes with --design slices"],
    [["--show", "question,score,kept", "--out", "x.csv"], 2, "shows what the verifier says"],
    [["--labels", "1600", "--out", "x.csv"], 3, "1600 rows cannot be drawn, as there are 1500"],
    [["--kept", "task", "--out", "x.csv"], 3, "cannot be understood"],
    [["--out", "answers.jsonl"], 1, "answers.jsonl"],
    [["--score", "score", "--out", "x.csv"], 2, "--kept and --score do not go together"],
    [["--design", "slices", "--out", "x.csv"], 2, "--design slices goes with --by FIELD"],
  ])("refuses %j", async (args, code, reason) => {
    const ended = await draw(...args);
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code, stdout: "" });
    expect(ended.stderr).toContain(reason);
    expect(readdirSync(folder)).not.toContain("x.csv");
  });
});

describe("pstar check", () => {
  it("writes rows only if the answer is safe, and fails without them", async () => {
    const few = await run("check answers.jsonl --labels a.csv --out none.jsonl".split(" "));
    expect(few.code).toBe(1);
    expect(few.stdout.replaceAll(/\s+/g, " ")).toMatch(
      /^UNDECIDED: none of the 36 rows of a\.csv has a label yet: write 1 /,
    );
    expect(few.stdout).toMatch(/^ {2}pstar check answers\.jsonl --labels a\.csv --kept kept$/m);
    expect(few.stdout.replaceAll(/\s+/g, " ")).toContain("Nothing is written to none.jsonl");
    expect(readdirSync(folder)).not.toContain("none.jsonl");
    expect((await run("check answers.jsonl --gate --quiet".split(" "))).code).toBe(1);
    const unknown = await run("check answers.jsonl --correct task".split(" "));
    expect(unknown.code).toBe(3);
    expect(unknown.stderr).toContain("Say which values mean correct");
    const nothing = join(folder, "nothing.jsonl");
    writeFileSync(nothing, '{"a":1}\n');
    expect(await run(["check", nothing])).toMatchObject({ code: 2, stdout: "" });
    expect((await run("check answers.jsonl --kept kept --score score".split(" "))).code).toBe(2);
  });
});

describeWith("chromium", "the whole way of a person's own file", () => {
  let browser: Browser;
  let here: Awaited<ReturnType<typeof passOn>>;
  beforeAll(async () => {
    [browser, here] = await Promise.all([launchChromium(), passOn(folder)]);
    mkdirSync(join(folder, "bin"));
    const script = `#!/bin/sh\nexec "${process.execPath}" "${here.bin}" "$@"\n`;
    writeFileSync(join(folder, "bin/pstar"), script, { mode: 0o755 });
  });
  afterAll(async () => {
    here?.end();
    await browser?.close();
  });

  /** What a line that `check` has given prints, run as a shell would. */
  const shell = async (line: string) => {
    const env = { ...process.env, ...here.env, PATH: `${join(folder, "bin")}:${process.env.PATH}` };
    const child = spawn("/bin/sh", ["-c", line], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
    const { code, stdout, stderr } = await ending(child);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    return stdout;
  };

  /** Runs a line that needs no shell. */
  const told = (line: string) => printed(argumentsOf(line) ?? [], { cwd: folder });

  async function open(file: string): Promise<Page> {
    const page = await (await browser.newContext({ acceptDownloads: true })).newPage();
    page.setDefaultTimeout(PATIENCE);
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.goto(pathToFileURL(join(folder, file)).href);
    expect(asked).toEqual([pathToFileURL(join(folder, file)).href]);
    return page;
  }

  const shown = (page: Page) =>
    page.evaluate(() =>
      Object.fromEntries(
        [...document.querySelectorAll("dt")].map((term) => [term.textContent, term.nextElementSibling?.textContent]),
      ),
    ) as Promise<Cells>;

  async function exported(page: Page, name: string): Promise<void> {
    const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("e")]);
    expect(download.suggestedFilename()).toBe(name);
    await download.saveAs(join(folder, name));
  }

  it("goes from check over a page labelled by keyboard to the rows to train on", async () => {
    const first = JSON.parse(await told("pstar check answers.jsonl --format json"));
    expect(first).toMatchObject({ answer: "undecided", labelsNeeded: 38 });
    let said = await shell(first.next[0]);
    expect(said).toContain("Open it in a browser");
    let [file, sheet] = ["labels.html", "labels.csv"];
    let answer = first;
    for (let round = 0; round < 4 && answer.answer === "undecided"; round++) {
      const page = await open(file);
      for (;;) {
        const row = await shown(page);
        if (row.question === undefined) break;
        await page.keyboard.press(isCorrect(row.question, row.answer ?? "") ? "1" : "0");
      }
      await exported(page, sheet);
      await page.close();
      answer = JSON.parse(await told(`pstar check answers.jsonl --labels ${sheet} --format json`));
      if (answer.answer !== "undecided") break;
      // more labels, with those that there are
      said = await shell(answer.next[0]);
      expect(said).toMatch(/labels carried over/);
      [file, sheet] = ["more-labels.html", "more-labels.csv"];
    }
    expect(answer).toMatchObject({ answer: "safe", labelsNeeded: 0 });
    // the sheet says what the rows say
    const truth = new Map(rows.map(({ id, question, answer }) => [String(id), isCorrect(question, answer)]));
    for (const { id = "", label } of cellsOf(join(folder, sheet))) expect(label).toBe(truth.get(id) ? "1" : "0");
    expect(await told(`pstar audit answers.jsonl --kept kept --labels ${sheet} --gate below --quiet`)).toMatch(
      /^below/m,
    );
    // it proposes to write the rows, and to look at each task
    expect(answer.next).toEqual([expect.stringContaining(" --out kept.jsonl"), expect.stringContaining(" --by task ")]);
    await shell(answer.next[0]);
    const kept = rows.flatMap((row, i) => (row.kept ? [lines[i]] : []));
    expect(readFileSync(join(folder, "kept.jsonl"), "utf8")).toBe(`${kept.join("\n")}\n`);
    await told("pstar select answers.jsonl --field score --threshold 0.5 --out selected --quiet");
    expect(readFileSync(join(folder, "selected/kept.jsonl"), "utf8")).toBe(`${kept.join("\n")}\n`);
    await told(
      "pstar select answers.jsonl --field score --threshold 0.5 --export messages --prompt question --completion answer --out exported --quiet",
    );
    const messages = readFileSync(join(folder, "exported/kept.messages.jsonl"), "utf8").trimEnd().split("\n");
    expect(messages.map((line) => JSON.parse(line))).toEqual(
      rows.flatMap(({ question, answer, kept }) =>
        kept
          ? [
              {
                messages: [
                  { role: "user", content: question },
                  { role: "assistant", content: answer },
                ],
              },
            ]
          : [],
      ),
    );
  });

  it("undoes, skips, remembers, and shows hostile rows as text", async () => {
    const hostile = [
      "</script><script>document.title='owned'</script>",
      "<img src=x onerror=\"document.title='owned'\">",
      "=cmd|' /C calc'!A0",
      "<!-- <script>",
      "\u202eevil\u0000 \ud800",
    ];
    const texts = hostile.map((text, i) => JSON.stringify({ text, "<b>field</b>": i, kept: i % 2 === 0 }));
    writeFileSync(join(folder, "hostile.jsonl"), `${texts.join("\n")}\n`);
    await told("pstar label draw hostile.jsonl --kept kept --labels 5 --out hostile.html --quiet");
    const page = await open("hostile.html");
    const progress = () => page.locator("#progress").textContent();
    const first = await shown(page);
    expect(Object.keys(first)).toEqual(["text", "<b>field</b>"]);
    expect(hostile).toContain(first.text);
    await page.keyboard.press("1");
    const second = await shown(page);
    await page.keyboard.press("0");
    expect(await progress()).toBe("2 of 5 labelled");
    await page.keyboard.press("u");
    expect([await shown(page), await progress()]).toEqual([second, "1 of 5 labelled"]);
    await page.keyboard.press("s");
    expect(await progress()).toBe("1 of 5 labelled, 1 skipped");
    // the browser hands on what a page keeps when it has the time: once another page has it, it is not lost with the first one
    const other = await page.context().newPage();
    await other.goto(page.url());
    await expect
      .poll(() => other.evaluate(() => Object.values(localStorage).some((kept) => kept.includes('"skip"'))))
      .toBe(true);
    await other.close();
    await page.reload();
    expect(await progress()).toBe("1 of 5 labelled, 1 skipped");
    await page.getByRole("button", { name: "Undo" }).click();
    expect(await shown(page)).toEqual(second);
    await page.getByRole("button", { name: "Skip" }).click();
    for (let i = 0; i < 3; i++) await page.keyboard.press("0");
    expect(await page.locator("#finished").isVisible()).toBe(true);
    await page.keyboard.press("1"); // nothing is left to label
    expect(await page.title()).toBe("Labels for hostile.jsonl");
    expect(await page.locator("img, b").count()).toBe(0);
    await exported(page, "hostile.csv");
    await page.close();
    const cells = cellsOf(join(folder, "hostile.csv"));
    expect(cells.map(({ label }) => label).sort()).toEqual(["0", "0", "0", "1", "skip"]);
    expect(cells.some(({ text }) => text?.startsWith("'=cmd"))).toBe(true);
    const { stdout } = await run("audit hostile.jsonl --kept kept --labels hostile.csv --format json".split(" "));
    expect(JSON.parse(stdout).labels).toMatchObject({ drawn: 5, labelled: 4, skipped: 1 });
  });
});
