// In a process of its own: it changes what a process has in common.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type SelectOptions, type SelectResult, select, type VerifierSpec } from "../../dist/node.js";
import { shortOrLong } from "../support/edition.js";
import { scratchFolder } from "../support/folders.js";
import { json, ModelServer } from "../support/modelServer.js";

const folder = scratchFolder();
let runs = 0;

/** More than are under way at once (256). An answer without a number is asked for alone, which takes half a millisecond. */
const ROWS = 450;
const rows = Array.from({ length: ROWS }, (_, id) => ({ id, answer: `text ${id * 7919}`, wide: 0 }));
const input = join(folder, "rows.jsonl");
writeFileSync(
  input,
  rows.map((row) => `${JSON.stringify(row).replace('"wide":0', '"wide":12345678901234567890')}\n`).join(""),
);

/** A judge as a script of Node's, which is there. It gets `row`, and answers by `say`. */
function judge(body: string, before = ""): string {
  const file = join(folder, `judge-${runs++}.mjs`);
  writeFileSync(
    file,
    `import { createInterface } from "node:readline";
import { appendFileSync, existsSync, writeFileSync, writeSync } from "node:fs";
const print = (text) => writeSync(1, text);
const say = (value) => print(JSON.stringify(value) + "\\n");
${before}
for await (const line of createInterface({ input: process.stdin })) {
  const row = JSON.parse(line);
  ${body}
}
`,
  );
  return `"${process.execPath}" "${file}"`;
}

/** Whether a process runs; one that has ended and was not waited for by its parent does not. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = `/proc/${pid}/stat`;
  return !existsSync(stat) || !/\) [ZX] /.test(readFileSync(stat, "utf8"));
}

/** The scores of all rows, by their place. */
async function scoresOf(verifier: VerifierSpec, more: Partial<SelectOptions> = {}) {
  const out = join(folder, `out-${runs++}`);
  const result = await select({ input, out, verifiers: [verifier], threshold: 1e300, ...more });
  const scores: (number | null)[] = [];
  for (const line of readFileSync(join(out, "rejected.jsonl"), "utf8").trimEnd().split("\n")) {
    const { score, row } = JSON.parse(line);
    scores[row.id] = score;
  }
  return { scores, result, out };
}

/** What a result warns of, in words. */
const messages = ({ warnings }: SelectResult) => warnings.map(({ message }) => message);

const command = (body: string, more: object = {}, before = "") =>
  ({ kind: "command", command: judge(body, before), ...more }) as const;

/** What the judges say, computed here. */
const right = rows.map(({ id, answer }) => answer.length + (id % 13) / 100);
const SCORE = "row.answer.length + (row.id % 13) / 100";

describe("a command", () => {
  const answers = [
    [
      "the row with a score, in any order",
      `batch.push({ ...row, score: ${SCORE} }); timer ??= setTimeout(() => { timer = undefined; while (batch.length) say(batch.pop()); }, 5);`,
    ],
    ["numeric text", `say({ score: String(${SCORE}) })`],
    ["a number", `say(${SCORE})`],
    ["an object with a score", `say({ score: ${SCORE}, why: "so" })`],
  ] as const;
  it.each(shortOrLong(answers.slice(0, 2), answers))("answers with %s, and the order is kept", async (_, body) => {
    const { scores, result } = await scoresOf(command(body, {}, "const batch = []; let timer;"));
    expect(scores).toEqual(right);
    expect(result.warnings.map(({ code }) => code)).toEqual(["none-kept"]);
  });

  it("gets each row as it is, and its number", async () => {
    const log = join(folder, `seen-${runs++}`);
    await scoresOf(command(`appendFileSync(${JSON.stringify(log)}, line + "\\n"); say({ _row: row._row, score: 1 })`));
    const lines = readFileSync(log, "utf8").trimEnd().split("\n");
    expect(lines).toHaveLength(ROWS);
    expect(lines[7]).toBe(`{"id":7,"answer":"text ${7 * 7919}","wide":12345678901234567890,"_row":7}`);
  });

  it("may say true, false and null; a row without a score is counted", async () => {
    const { scores, result } = await scoresOf(command("say(row.id % 3 === 0 ? null : row.id % 3 === 1)"));
    expect(scores.slice(0, 4)).toEqual([null, 1, 0, null]);
    expect(result.counts.rejectedBy.noScore).toBe(150);
    expect(messages(result)).toContain("150 rows are without a score as the command gave none (null)");
  });

  it("that dies is started again, whether it names its rows or not", async () => {
    for (const say of ["say({ _row: row._row, score: SCORE })", "say(SCORE)"]) {
      const body = `${say.replace("SCORE", SCORE)}; if (row.id % 200 === 199) process.exit(row.id === 199 ? 0 : 3);`;
      const { scores, result } = await scoresOf(command(body, { restarts: 1 }));
      expect(scores).toEqual(right);
      expect(messages(result).join()).toMatch(/was started again, \d+ times/);
    }
  });

  it("that dies at a row each time is given up after the stated number of starts, by the line", async () => {
    const log = join(folder, `starts-${runs++}`);
    const body = `if (row.id === 350) { console.error("cannot do this row"); process.exit(9); } say({ _row: row._row, score: 1 });`;
    const failing = command(body, { restarts: 2 }, `appendFileSync(${JSON.stringify(log)}, "start\\n");`);
    await expect(scoresOf(failing)).rejects.toThrow(/exit code 9.*\(2\); it said: cannot do this row \(line 351 of/s);
    expect(readFileSync(log, "utf8").length / 6).toBeGreaterThanOrEqual(3);
  });

  // the next three wait for times to pass, and do so side by side
  it.concurrent("that never answers is given up after its time, and is gone", async ({ expect }) => {
    const pids = join(folder, `pids-${runs++}`);
    const before = `appendFileSync(${JSON.stringify(pids)}, process.pid + "\\n"); process.on("SIGTERM", () => {});`;
    // the first answer may take ten times as long: by then it must have written its number
    const failing = scoresOf(command("", { timeout: 1000, restarts: 1 }, before));
    await expect(failing).rejects.toThrow(/gave no answer for 1 s.*\(1\); it must write out each answer at once/);
    // a killed grandchild may outlive the shell between by a moment
    for (const pid of readFileSync(pids, "utf8").trim().split("\n"))
      await expect.poll(() => isAlive(Number(pid))).toBe(false);
  });

  it.concurrent("that leaves out a row and answers another one twice ends the selection, or is asked again", async () => {
    const swaps = `if (row.id === 300) return; say(${SCORE}); if (row.id === 301) say(${SCORE});`;
    const failing = scoresOf(command(`(() => { ${swaps} })();`, { timeout: 1000, restarts: 0 }));
    await expect(failing).rejects.toThrow(/gave no answer for 1 s.*one row at a time/);
    // both lines in one write: nothing else can come between
    const early = `if (row.id === 301) return; if (row.id === 300) print("1\\n1\\n"); else say(1);`;
    await expect(scoresOf(command(`(() => { ${early} })();`))).rejects.toThrow(/answered more often/);
  });

  it.concurrent("that leaves out a row once is asked again as a whole, and nothing is shifted", async () => {
    const mark = join(folder, `mark-${runs++}`);
    const body = `if (row.id === 300 && !existsSync(${JSON.stringify(mark)})) writeFileSync(${JSON.stringify(mark)}, ""); else say(${SCORE});`;
    const { scores, result } = await scoresOf(command(body, { timeout: 4000 }));
    expect(scores).toEqual(right);
    expect(messages(result).join()).toContain("was started again, once");
  });

  const unsound: [string, string, RegExp][] = [
    ["twice for a row", "say(1); if (row.id === 300) say(1);", /answered more often|more than it was asked for/],
    [
      "once more at its end",
      "say(1); if (row.id === 449) process.stdin.on('close', () => say(1));",
      /more than it was asked for|more often/,
    ],
    ["for a row that nobody asked for", "say({ _row: 1e6, score: 1 })", /row 1000000, which it was not asked for/],
    [
      "with _row now and then",
      "say(row.id % 2 ? 1 : { _row: row._row, score: 1 })",
      /in some answers and not in others/,
    ],
    ["with what is not JSON", `print("loading the model …\\n")`, /a line that is not JSON.*standard error/],
    ["without a score", "say({ rating: 1 })", /an answer without a score/],
    ["with infinity", `print("1e999\\n")`, /a score that is not a finite number/],
    [
      "without a line end",
      `const many = "9".repeat(1 << 20); for (let i = 0; i < 1000; i++) print(many);`,
      /without an end of line/,
    ],
  ];
  /** Answers that fail as one of those does, for another reason. */
  const alike: [string, string, RegExp][] = [
    [
      "twice for a row that it names",
      "say({ _row: row._row, score: 1 }); if (row.id === 300) say({ _row: 300, score: 0 });",
      /row 300.*answered already|more often/,
    ],
    ["with text", `say("good")`, /a score that is not a finite number/],
    ["with a list", `say([1])`, /a score that is not a finite number/],
  ];
  it.each(shortOrLong(unsound, [...unsound, ...alike]))(
    "that answers %s ends the selection, and nothing is published",
    async (_, body, message) => {
      const out = join(folder, `out-${runs++}`);
      const failing = select({ input, out, verifiers: [command(body)], threshold: 0 });
      await expect(failing).rejects.toThrow(message);
      expect(() => readFileSync(join(out, "summary.json"))).toThrow();
    },
  );

  it("that is not there is not tried again", async () => {
    await expect(scoresOf({ kind: "command", command: "no-such-program-here" })).rejects.toThrow(/exit code 127/);
  });

  it("ends at once when the selection is aborted, deaf as it is", async () => {
    const pids = join(folder, `pids-${runs++}`);
    const stop = new AbortController();
    const before = `process.on("SIGTERM", () => {}); process.on("SIGINT", () => {}); writeFileSync(${JSON.stringify(pids)}, String(process.pid));`;
    const body = `if (row.id === 0) writeFileSync(${JSON.stringify(`${pids}.read`)}, "");`;
    const running = scoresOf(command(body, {}, before), { signal: stop.signal });
    running.catch(() => {});
    while (!existsSync(`${pids}.read`)) await new Promise((resolve) => setTimeout(resolve, 20));
    stop.abort(new Error("enough"));
    await expect(running).rejects.toThrow("enough");
    await expect.poll(() => isAlive(Number(readFileSync(pids, "utf8")))).toBe(false);
  });

  it("that failed goes on where it was, without asking again", async () => {
    const out = join(folder, `out-${runs++}`);
    const log = join(folder, `asked-${runs++}`);
    const mark = `${log}.mended`;
    const body = `appendFileSync(${JSON.stringify(log)}, row._row + "\\n"); if (row._row === 400 && !existsSync(${JSON.stringify(mark)})) process.exit(1); say({ _row: row._row, score: ${SCORE} });`;
    const verifier = command(body, { restarts: 0 });
    const options = { input, out, verifiers: [verifier], threshold: 0, blockSize: 1 << 12 };
    await expect(select(options)).rejects.toThrow("line 401");
    writeFileSync(mark, "");
    let resumed = 0;
    const result = await select({ ...options, onResume: ({ rows }) => (resumed = rows) });
    expect(result.counts.kept).toBe(ROWS);
    expect(resumed).toBeGreaterThan(300);
    const asked = readFileSync(log, "utf8").trim().split("\n").map(Number);
    expect(asked.filter((row) => row < resumed)).toHaveLength(resumed);
  });
});

describe("a judge", () => {
  const few = join(folder, "few.jsonl");
  writeFileSync(
    few,
    rows
      .slice(0, 40)
      .map((row) => `${JSON.stringify(row)}\n`)
      .join(""),
  );
  const rubric = join(folder, "rubric.txt");
  writeFileSync(rubric, 'Is {answer} good? For example {"score": 3}.\n');
  let server: ModelServer;
  afterEach(async () => server.stop());

  const chat = (text: (content: string, index: number) => string) =>
    ModelServer.start((seen, response, index) => {
      const [{ content }] = seen.body.messages as { content: string }[];
      return json(response, 200, { choices: [{ message: { role: "assistant", content: text(content, index) } }] });
    });
  const spec = (more: object = {}): VerifierSpec => ({ kind: "judge", url: server.url, model: "m", rubric, ...more });
  const judged = (verifier: VerifierSpec, more: Partial<SelectOptions> = {}) =>
    scoresOf(verifier, { input: few, ...more });

  it("gets the rubric with the row's fields, and its rating is the score", async () => {
    server = await chat((content) => `I think so.\nScore: ${1 + (content.length % 5)}`);
    const { scores } = await judged(spec());
    const content = (id: number) =>
      `Is text ${id * 7919} good? For example {"score": 3}.\n\nAnswer with one whole number from 1 (worst) to 5 (best) and nothing else.`;
    expect(scores).toEqual(rows.slice(0, 40).map(({ id }) => 1 + (content(id).length % 5)));
    expect(server.seen.map(({ body }) => (body.messages as { content: string }[])[0].content).sort()).toEqual(
      rows
        .slice(0, 40)
        .map(({ id }) => content(id))
        .sort(),
    );
    expect(server.seen[0].body).toMatchObject({ model: "m", temperature: 0 });
  });

  it("says yes and no; what is neither is counted, not guessed", async () => {
    const answers = [
      "Yes.",
      "no",
      "**Yes**",
      "<think>no, or yes</think>\nNo!",
      "Yes, it is.",
      "yes and no",
      "perhaps",
      "",
      "<think>yes",
      "It is not clear. Yes?",
    ];
    server = await chat((content) => answers[(Number(/text (\d+)/.exec(content)?.[1]) / 7919) % answers.length]);
    const { scores, result } = await judged(spec({ scale: "yes-no" }));
    expect(scores.slice(0, 10)).toEqual([1, 0, 1, 0, 1, null, null, null, null, null]);
    expect(result.counts.rejectedBy.noScore).toBe(20);
    expect(messages(result).join()).toContain(
      "20 rows are without a score as the judge's answer was not one of its scale",
    );
  });

  it("reads the forms in which models give a rating, and refuses others", async () => {
    const answers: [string, number | null][] = [
      ["4", 4],
      ["4.", 4],
      ["4/5", 4],
      ["Rating: 4 out of 5", 4],
      ["**5**", 5],
      ['{"score": 2}', 2],
      ["Good.\n3", 3],
      ["I give it a 4.", 4],
      ["between 3 and 4", null],
      ["0", null],
      ["6", null],
      ["4.5", null],
      ["10/10", null],
      ["five", null],
      ["-3", null],
      ["3 of 10", null],
    ];
    server = await chat((content) => answers[(Number(/text (\d+)/.exec(content)?.[1]) / 7919) % answers.length][0]);
    const { scores } = await judged(spec());
    expect(scores.slice(0, answers.length)).toEqual(answers.map(([, rating]) => rating));
  });

  it("is asked once for each question: in a run, after a failure, and by the next selection", async () => {
    let fail = true;
    server = await ModelServer.start((_, response, index) =>
      fail && index === 30
        ? json(response, 400, { error: { message: "too much" } })
        : json(response, 200, { choices: [{ message: { content: "3" } }] }),
    );
    const out = join(folder, `out-${runs++}`);
    const options = { input: few, out, verifiers: [spec()], concurrency: 1 };
    await expect(select({ ...options, threshold: 0 })).rejects.toThrow("too much");
    fail = false;
    await select({ ...options, threshold: 0 });
    expect(server.seen).toHaveLength(41);
    const again: SelectResult = await select({ ...options, threshold: 4, restart: true });
    expect(again.counts.kept).toBe(0);
    expect(server.seen).toHaveLength(41);
  });

  it("takes its key from the environment, never sends it across a redirect, and never shows it", async () => {
    const other = await ModelServer.start();
    const key = "sk-secret-of-the-test";
    process.env.PSTAR_OPENAI_API_KEY = key;
    try {
      server = await ModelServer.start((_, response) =>
        json(response, 307, {}, { location: `${other.url}/chat/completions` }),
      );
      const failing = judged(spec());
      await expect(failing).rejects.toThrow(/redirects to .*: give that address instead/);
      expect(other.seen).toEqual([]);
      expect(server.seen[0].headers.authorization).toBe(`Bearer ${key}`);
      server.fault = (seen, response) =>
        json(response, 400, { error: { message: `bad ${seen.headers.authorization}` } });
      const told = await judged(spec()).then(
        () => "",
        (error: Error) => `${error.message} ${error.stack} ${JSON.stringify(error)}`,
      );
      expect(told).toContain("bad Bearer [key]");
      expect(told).not.toContain(key);
    } finally {
      delete process.env.PSTAR_OPENAI_API_KEY;
      await other.stop();
    }
  });

  it("that sends garbage, too much, or nothing ends the selection with one line", async () => {
    const faults: [RegExp, Parameters<typeof ModelServer.start>[0]][] = [
      [/cannot be used/, (_, response) => json(response, 200, { choices: [] })],
      [
        /cannot be used|not JSON/,
        (_, response) => {
          response.end("<html>");
          return true;
        },
      ],
      [
        /longer than/,
        (_, response) => {
          response.writeHead(200);
          response.end("9".repeat(1 << 25));
          return true;
        },
      ],
    ];
    for (const [message, fault] of faults) {
      server = await ModelServer.start(fault);
      const stop = new AbortController();
      const seen: string[] = [];
      const running = judged(spec(), {
        signal: stop.signal,
        concurrency: 1, // an answer of 32 MB is enough
        onRetry: (problem) => {
          seen.push(problem);
          stop.abort(new Error(problem));
        },
      });
      await expect(running).rejects.toThrow(message);
      await server.stop();
    }
    server = await ModelServer.start(() => true); // never answers
    const stop = new AbortController();
    const running = judged(spec(), { signal: stop.signal });
    running.catch(() => {});
    while (server.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    stop.abort(new Error("enough"));
    await expect(running).rejects.toThrow("enough");
  });

  it("is shown with what it said if no answer is a rating, and without one in a warning", async () => {
    const answers = ["7", "4", "10/10"];
    server = await chat((content) => answers[(Number(/text (\d+)/.exec(content)?.[1]) / 7919) % 2 ? 1 : 0]);
    const { result } = await judged(spec());
    expect(messages(result)).toContain(
      `20 rows are without a score as the judge's answer was not one of its scale, or not clearly: "7"`,
    );
    await server.stop();
    server = await chat(() => "I cannot\u202e rate this");
    await expect(judged(spec())).rejects.toThrow(
      `none of its 40 rows can be judged; 40 rows are without a score as the judge's answer was not one of its scale, or not clearly: "I cannot\\u202e rate this"`,
    );
  });

  it("that says what failed with status 200 is quoted, and asked again", async () => {
    server = await ModelServer.start((_, response, index) =>
      index < 3
        ? json(response, 200, { error: { message: "upstream is busy", code: 529 } })
        : json(response, 200, { choices: [{ message: { content: "3" } }] }),
    );
    const told: string[] = [];
    const { result } = await judged(spec(), { onRetry: (problem) => told.push(problem), concurrency: 1 });
    expect(told[0]).toMatch(/answers 200: upstream is busy; trying again in 1 s/);
    expect(result.counts.rejectedBy.noScore).toBe(0);
  });

  it("that is slow is given more time by the next call, which goes on with what was answered", async () => {
    const slow = { patient: false };
    server = await ModelServer.start((seen, response) => {
      const [{ content }] = seen.body.messages as { content: string }[];
      if (!slow.patient && content.includes("text 0 ")) return true; // never answers
      return json(response, 200, { choices: [{ message: { content: "3" } }] });
    });
    const out = join(folder, `out-${runs++}`);
    const stop = new AbortController();
    const options = { input: few, out, threshold: 0, concurrency: 1 };
    const running = select({
      ...options,
      verifiers: [spec({ timeout: 100 })],
      signal: stop.signal,
      onRetry: (problem) => stop.abort(new Error(problem)),
    });
    await expect(running).rejects.toThrow(/no answer in 0.1 s; trying again/);
    slow.patient = true;
    const { counts } = await select({ ...options, verifiers: [spec({ timeout: 60_000 })] });
    expect(counts).toMatchObject({ kept: 40 });
  });

  it("without a field of its rubric a row is malformed; without fields the row follows as JSON", async () => {
    server = await chat(() => "3");
    writeFileSync(rubric, "Judge {nothing.here}.");
    await expect(judged(spec())).rejects.toThrow("field nothing.here is missing");
    writeFileSync(rubric, "Judge this.");
    await judged(spec());
    expect((server.seen[0].body.messages as { content: string }[])[0].content).toContain('Judge this.\n\n{"id":0,');
    await expect(judged(spec({ rubric: join(folder, "none.txt") }))).rejects.toThrow("none.txt");
  });
});
