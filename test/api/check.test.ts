import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeKept } from "../../src/audit/keptRows.js";
import { planAudit } from "../../src/audit/plan.js";
import { load } from "../../src/core/simulationCore.js";
import { check, drawLabels, rowsOf, sheetText, UnknownValuesError } from "../../src/node.js";
import { SliceFields } from "../../src/rows/guess.js";
import { RowFiles } from "../../src/rows/rowFiles.js";
import { dice } from "../select/rows.js";
import { shortOrLong } from "../support/edition.js";
import { filesIn, scratchFolder } from "../support/folders.js";
import { missesOf, mostMisses } from "../support/sheetStudies.js";

const folder = scratchFolder();
const { write, jsonl } = filesIn(folder);

/** So many rows of each kind, with their label. */
function counted(keptCorrect: number, keptWrong: number, rejectedCorrect: number, rejectedWrong: number): object[] {
  let id = 0;
  const rows = (count: number, kept: boolean, correct: boolean) =>
    Array.from({ length: count }, () => ({ id: id++, kept, correct }));
  return [
    ...rows(keptCorrect, true, true),
    ...rows(keptWrong, true, false),
    ...rows(rejectedCorrect, false, true),
    ...rows(rejectedWrong, false, false),
  ];
}

const answerOf = async (rows: readonly object[], options = {}) => check(jsonl("rows.jsonl", rows), options);

describe("check", () => {
  it("is safe, unsafe or undecided as more than half of the kept labels are right, fewer are, or either may be", async () => {
    const safe = await answerOf(counted(60, 5, 10, 25));
    expect(safe).toMatchObject({ answer: "safe", labelsNeeded: 0, rows: 100, kept: 65, guessed: ["correct", "kept"] });
    expect(safe.why).toMatch(/^92\.3 % \(\d\d\.\d to \d\d\.\d %\) of the kept labels are right, more than half/);
    expect(safe.next).toEqual([
      `pstar check ${join(folder, "rows.jsonl")} --correct correct --kept kept --seed 1 --out kept.jsonl`,
    ]);
    const unsafe = await answerOf(counted(5, 60, 25, 10));
    expect(unsafe).toMatchObject({ answer: "unsafe", code: "check-mostly-wrong", labelsNeeded: 0 });
    const open = await answerOf([
      ...counted(22, 18, 20, 20),
      ...counted(300, 250, 200, 200).map(({ ...row }) => ({ ...row, correct: null })),
    ]);
    expect(open).toMatchObject({ answer: "undecided", code: "check-open" });
    expect(open.audit?.verdict).toBe("inconclusive");
  });

  it("is never safe on few labels, however good they are", async () => {
    // 6 of 6 right labels have an interval of 54 to 100 %: below, by the audit
    const few = await answerOf([
      ...counted(6, 0, 0, 6),
      ...counted(60, 0, 0, 40).map((row) => ({ ...row, correct: null })),
    ]);
    expect(few.audit?.verdict).toBe("below");
    expect(few).toMatchObject({ answer: "undecided", code: "check-few-labels", labelsNeeded: 18 });
    const ofRejected = [...counted(8, 0, 0, 40), ...counted(60, 0, 0, 40).map((row) => ({ ...row, correct: null }))];
    expect(await answerOf(ofRejected)).toMatchObject({ answer: "undecided", code: "check-few-labels" });
    expect((await answerOf(counted(8, 0, 0, 4))).answer).toBe("undecided");
  });

  it("is not safe by the number of classes alone", async () => {
    const rows = counted(35, 65, 10, 90);
    expect((await answerOf(rows)).answer).toBe("unsafe");
    const many = await answerOf(rows, { classes: 10 });
    expect(many.audit?.verdict).toBe("below");
    expect(many).toMatchObject({ answer: "undecided", code: "check-classes-decide" });
    expect((await answerOf(counted(2, 98, 10, 90), { classes: 10 })).answer).toBe("unsafe");
  });

  it("is not safe if a slice is above, or if rows that were skipped could turn it", async () => {
    const slice = (rows: object[], lang: string) => rows.map((row) => ({ ...row, lang }));
    const rows = [...slice(counted(200, 20, 20, 60), "en"), ...slice(counted(5, 60, 10, 20), "de")];
    expect((await answerOf(rows)).answer).toBe("safe");
    expect(await answerOf(rows, { by: "lang" })).toMatchObject({ answer: "unsafe", code: "check-slices-wrong" });
    const file = jsonl("skips.jsonl", counted(300, 100, 50, 50));
    const drawn = await drawLabels(file, { kept: "kept", labels: 80, seed: 1, show: ["id"] });
    const truth = new Map(
      counted(300, 100, 50, 50).map((row) => [(row as { id: number }).id, (row as { correct: boolean }).correct]),
    );
    const sheet = (skip: number) => {
      const rows = drawn.drawn.map((row) => ({ ...row, label: truth.get(row.values.id as number) ?? null }));
      let left = skip;
      const text = sheetText({ ...drawn, drawn: rows }, "csv", "s").replaceAll(/,0\r\n/g, (end) =>
        left-- > 0 ? ",skip\r\n" : end,
      );
      return write("skips.csv", text);
    };
    expect((await check(file, { labels: sheet(0) })).answer).toBe("safe");
    expect(await check(file, { labels: sheet(25) })).toMatchObject({ answer: "undecided", code: "check-skipped" });
  });

  it("takes a row that nothing is written of, amid labels or taken out, as one that may have been too hard", async () => {
    const rows = counted(300, 40, 50, 50) as { id: number; correct: boolean }[];
    const of = async (name: string, good: boolean) => {
      const file = jsonl(`${name}.jsonl`, rows);
      const drawn = await drawLabels(file, { kept: "kept", labels: 80, seed: 1, show: ["id"] });
      const [head = "", ...lines] = sheetText(
        {
          ...drawn,
          drawn: drawn.drawn.map((row) => ({ ...row, label: rows[row.values.id as number]?.correct === good })),
        },
        "csv",
        "s",
      ).split("\r\n");
      const answer = async (changed: string[]) => {
        const { answer, code, why } = await check(file, {
          labels: write(`${name}.csv`, [head, ...changed].join("\r\n")),
        });
        return [answer, code, why] as const;
      };
      return { lines, answer };
    };
    for (const [good, decided] of [
      [true, "safe"],
      [false, "unsafe"],
    ] as const) {
      // what does not fit the answer is left out
      const { lines, answer } = await of(`blank ${good}`, good);
      const other = good ? ",0" : ",1";
      expect((await answer(lines))[0]).toBe(decided);
      const hidden = lines.map((line) => (line.endsWith(other) ? `${line.slice(0, -1)}` : line));
      for (const changed of [hidden, lines.filter((line) => !line.endsWith(other))]) {
        const [said, code, why] = await answer(changed);
        expect([said, code]).toEqual(["undecided", "check-skipped"]);
        expect(why).toMatch(/\d+ rows were left empty among those with a label, or taken out/);
      }
      // whoever stops early has labelled a random part
      const early = lines.map((line, i) => (i < 50 ? line : line.slice(0, -1)));
      expect((await answer(early))[0]).toBe(decided);
    }
  });

  it("names a kind of rows that is mostly wrong in a file that is mostly right, though nobody asked", async () => {
    const ofTask = (task: string, rows: object[]) => rows.map((row, i) => ({ ...row, task, text: `${task} ${i}` }));
    const sums = ofTask("sum", counted(120, 15, 20, 40));
    const rows = [...sums, ...ofTask("product", counted(12, 40, 10, 30))];
    const found = await answerOf(rows);
    expect(found.answer).toBe("safe");
    expect(found.audit?.warnings.map(({ message }) => message)).toContainEqual(
      'of the 52 kept and labelled rows whose "task" is "product", 40 are wrong: what holds of all rows together does not hold of these',
    );
    const file = join(folder, "rows.jsonl");
    expect(found.next[1]).toBe(`pstar check ${file} --correct correct --kept kept --by task --seed 1`);
    expect(found.next[0]).toContain("--out kept.jsonl");
    const codes = (audit: typeof found.audit) => audit?.warnings.map(({ code }) => code);
    const by = await answerOf(rows, { by: "task" });
    expect([by.answer, codes(by.audit)?.includes("slice-mostly-wrong")]).toEqual(["unsafe", false]);
    const scored = rows.map((row) => {
      const { kept, ...others } = row as { kept?: boolean };
      return { ...others, score: kept ? 0.9 : 0.1 };
    });
    expect(codes((await answerOf(scored, { threshold: 0.5 })).audit)).toContain("slice-mostly-wrong");
    const good = await answerOf([...sums, ...ofTask("product", counted(60, 8, 10, 30))]);
    expect([codes(good.audit), good.next[1]]).toEqual([[], expect.stringContaining(" --by task ")]);
    expect((await answerOf(sums)).next).toHaveLength(1); // one kind, and texts that hardly repeat
  });

  it("names a kind by chance in few files whose rows are alike", async () => {
    const roll = dice(5);
    const kinds = Array.from({ length: 20 }, (_, i) => `kind ${i}`);
    const files = shortOrLong(200, 2000);
    let named = 0;
    for (let file = 0; file < files; file++) {
      const look = new SliceFields(["correct", "kept"]);
      // right and wrong rows are as many: the worst case
      for (let row = 0; row < 600; row++) {
        look.look({ kind: kinds[roll(20)] }, { correct: roll(2) === 0, kept: true });
      }
      if (look.found()?.worst) named++;
    }
    // 20 kinds of 5·10⁻⁴ each, and three standard errors
    expect(named).toBeLessThanOrEqual(files * 0.01 + 3 * Math.sqrt(files * 0.01) + 1);
  });

  it("says what to draw if nothing is labelled, in a command", async () => {
    const bare = jsonl(
      "bare file.jsonl",
      Array.from({ length: 500 }, (_, id) => ({ id, Accepted: id % 2 ? "yes" : "no" })),
    );
    const found = await check(bare);
    expect(found).toMatchObject({ answer: "undecided", audit: null, threshold: null, labelsNeeded: 38, kept: null });
    expect(found.next).toEqual([
      `pstar label draw '${bare}' --kept Accepted --labels 38 --design stratified --seed 1 --out labels.html`,
    ]);
    const scored = jsonl(
      "scored.jsonl",
      Array.from({ length: 500 }, (_, id) => ({ id, Reward: id / 500 })),
    );
    const open = await check(scored, { seed: 7 });
    // a third of the labels choose the threshold, so that the others have to be as many as a plan asks for
    const expected = { errorRate: 0.33, phi: 0.8, psi: 0.3, classes: 2, design: "simple" } as const;
    const { labels } = planAudit(await load(), expected);
    expect(labels).toBeGreaterThan(0);
    expect(open.labelsNeeded).toBe(Math.ceil((3 / 2) * labels));
    expect(open.next).toEqual([
      `pstar label draw ${scored} --score Reward --labels ${open.labelsNeeded} --design simple --seed 7 --out labels.html`,
    ]);
    // labels that are all null are none
    const none = jsonl(
      "none.jsonl",
      Array.from({ length: 50 }, (_, id) => ({ id, kept: id > 9, correct: null })),
    );
    expect(await check(none)).toMatchObject({ answer: "undecided", code: "check-unlabelled", labelsNeeded: 38 });
  });

  it("finds a label that only rows far behind the first have, and does not say that there is none", async () => {
    const bare = Array.from({ length: 3000 }, (_, i) => ({ id: 1000 + i, kept: i % 2 === 0 }));
    const late = await answerOf([...bare, ...counted(60, 5, 10, 25)]);
    expect(late).toMatchObject({ rows: 3100, answer: "safe", guessed: ["kept", "correct"] });
    expect(late.audit?.counts.audited).toBe(100);
    expect(late.next[0]).toContain("--correct correct");
    expect(await answerOf(bare)).toMatchObject({ answer: "undecided", code: "check-unlabelled", audit: null });
  });

  it("is that labels of one score, or a single label, tell no threshold: the rest is to be drawn", async () => {
    const row = (correct: boolean | null, score: number) => JSON.stringify({ correct, score });
    const files = [
      [...Array(100).keys()].map((i) => row(i === 50 ? true : null, i / 100)),
      [...Array(100).keys()].map((i) => row(i < 20 ? i % 3 > 0 : null, 0.5)),
    ];
    for (const [i, lines] of files.entries()) {
      const file = write(`no-threshold-${i}.jsonl`, lines.join("\n"));
      const found = await check(file, { correct: "correct", score: "score" });
      expect(found).toMatchObject({ answer: "undecided", code: "check-no-threshold", kept: null, labelsNeeded: 60 });
      expect(found.next).toEqual([
        expect.stringMatching(/^pstar label draw .* --score score --labels 60 --design simple/),
      ]);
    }
  });

  it("judges a recommended threshold by labels that did not choose it, and gives its interval", async () => {
    const roll = dice(5);
    const rows = Array.from({ length: 1200 }, (_, id) => {
      const correct = roll(10) < 6;
      return { id, score: (correct ? 40 : 0) + roll(60), correct: id < 400 ? correct : null };
    });
    const { answer, threshold, audit } = await check(jsonl("scores.jsonl", rows));
    expect(answer).toBe("safe");
    expect(threshold).toMatchObject({ field: "score", recommended: true });
    expect(threshold?.low).toBeLessThanOrEqual(threshold?.value ?? Number.NaN);
    expect(threshold?.high).toBeGreaterThanOrEqual(threshold?.value ?? Number.NaN);
    expect(threshold?.heldOut?.n).toBe(audit?.counts.audited);
    expect((threshold?.heldOut?.n ?? 0) + (threshold?.heldOut?.chosenBy ?? 0)).toBe(400);
    const set = await check(join(folder, "scores.jsonl"), { score: "score", threshold: 50 });
    expect(set.threshold).toMatchObject({ value: 50, recommended: false, heldOut: null });
  });

  it("refuses values that are not understood, whether their field was named or guessed", async () => {
    const rows = (correct: unknown, kept: unknown) =>
      Array.from({ length: 60 }, (_, id) => ({ id, correct: id % 3 ? correct : null, kept }));
    await expect(answerOf(rows(4, true))).rejects.toThrow(UnknownValuesError);
    await expect(answerOf(rows(true, "perhaps"))).rejects.toThrow(UnknownValuesError);
    await expect(answerOf(rows("gold answer", true))).rejects.toThrow(UnknownValuesError);
    await expect(answerOf(rows(null, "perhaps"))).rejects.toThrow(UnknownValuesError);
    await expect(answerOf([{ a: 1, b: 2 }])).rejects.toThrow("The fields are a, b");
    await expect(check("-")).rejects.toThrow("more than once");
  });

  it("writes what it would keep, byte for byte, in the form of the file unless another is asked for", async () => {
    const lines = ['{"id": 12345678901234567890, "kept": true}', '{"kept": false}', '{"kept" : true , "x": 1.0}'];
    const file = write("bytes.jsonl", `\ufeff${lines.join("\r\n")}\nnot a row\n`);
    const out = join(folder, "kept.jsonl");
    expect(await writeKept(new RowFiles(file), { kept: "kept" }, out)).toBe(2);
    expect(readFileSync(out, "utf8")).toBe(`${lines[0]}\n${lines[2]}\n`);
    const csv = write("scores.csv", "id,score\na,0.5\nb,0.25\nc,\n");
    expect(await writeKept(new RowFiles(csv), { score: "score", threshold: 0.5 }, out, { to: "jsonl" })).toBe(1);
    expect(readFileSync(out, "utf8")).toBe('{"id":"a","score":"0.5"}\n');
    const semicolons = write("semicolons.csv", "id;text;kept\n1;a;yes\n2;'b;no\n3;c,d;yes\n");
    expect(await writeKept(new RowFiles(semicolons), { kept: "kept" }, out)).toBe(2);
    expect(readFileSync(out, "utf8")).toBe("id;text;kept\n1;a;yes\n3;c,d;yes\n");
    const parquet = join(folder, "kept.parquet");
    expect(await writeKept(new RowFiles(semicolons), { kept: "kept" }, parquet, { to: "parquet" })).toBe(2);
    const again = join(folder, "again.parquet");
    expect(await writeKept(new RowFiles(parquet), { kept: "id != 1" }, again)).toBe(1);
    const back: object[] = [];
    for await (const row of rowsOf(again)) back.push(row);
    expect(back).toEqual([{ id: "3", text: "c,d", kept: "yes" }]);
    expect(existsSync(`${out}.rows`)).toBe(false);
  });

  it("judges rows of one prompt as clusters, and says so in its commands", async () => {
    // the answers to a prompt are all right or all wrong
    const rows = Array.from({ length: 400 }, (_, i) => ({
      prompt: `p${i % 40}`,
      kept: i % 40 < 32,
      correct: i < 200 ? i % 40 < 26 : null,
    }));
    const file = jsonl("clusters.jsonl", rows);
    const clustered = await check(file, { cluster: "prompt" });
    const alone = await check(file);
    expect(clustered.audit?.clusters?.count).toBe(40);
    expect(alone.audit?.clusters).toBe(null);
    const width = ({ audit }: typeof alone) => (audit?.keptPrecision.high ?? 0) - (audit?.keptPrecision.low ?? 0);
    expect(width(clustered)).toBeGreaterThan(1.5 * width(alone));
    expect(clustered.answer).toBe("safe");
    expect(clustered.next).toEqual([
      `pstar check ${file} --correct correct --kept kept --cluster prompt --seed 1 --out kept.jsonl`,
    ]);
  });

  it("says the whole command that keeps by the threshold", async () => {
    const rows = Array.from({ length: 400 }, (_, i) => ({
      score: (i % 10) / 10,
      correct: i < 200 ? i % 10 > 1 : null,
    }));
    const file = jsonl("scored.jsonl", rows);
    const { answer, threshold, next, kept } = await check(file, { seed: 1 });
    expect(answer).toBe("safe");
    expect(next).toEqual([
      `pstar check ${file} --correct correct --score score --seed 1 --out kept.jsonl`,
      `pstar select ${file} --field score --threshold ${threshold?.value} --out kept`,
    ]);
    expect(rows.filter(({ score }) => score >= (threshold?.value ?? 2))).toHaveLength(kept ?? -1);
  });
});

describe("designs of a sheet", () => {
  const DRAWS = shortOrLong(40, 120);
  // An interval that misses one time in five is noticed with a chance of 99 %: of 120 draws it misses 24 ± 4.4, and 13 are allowed;
  // of 40 it misses 8 ± 2.5, and 6 are allowed: that is noticed most of the time.
  it.each(["simple", "stratified", "slices"] as const)("%s cover kept precision and error rate", async (design) => {
    const missed = await missesOf(design, DRAWS);
    expect(Math.max(missed.precision, missed.errorRate)).toBeLessThanOrEqual(mostMisses(DRAWS));
  });
});
