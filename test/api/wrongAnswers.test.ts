import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { audit } from "../../src/audit/audit.js";
import { load } from "../../src/index.js";
import { scratchFolder } from "../support/folders.js";
import { pstar } from "../support/inProcess.js";

const core = await load();
const record = (cluster: string, answer: string, correct: boolean | null) => ({ cluster, answer, correct, kept: true });

describe("wrong answers to one question", () => {
  it("are compared by the first two that are labelled wrong", () => {
    const { wrongAnswers } = audit(core, [
      ...[record("a", "1", false), record("a", "right", true), record("a", " 1", false), record("a", "2", false)],
      ...[record("b", "1", false), record("b", "2", false), record("b", "2", false)],
      ...[record("c", "1", false), record("c", "1", null)],
      ...[record("d", "5", false), record("e", "5", false)],
      ...[record("f", "7", false), record("f", "7", false)],
    ]);
    expect(wrongAnswers).toMatchObject({ questions: 3, agree: { estimate: 2 / 3 }, number: { estimate: 1.5 } });
    // Clopper and Pearson's of 2 of 3: 0.0943, 0.9916
    expect(wrongAnswers?.agree.low).toBeCloseTo(0.0943, 4);
    expect(wrongAnswers?.number.low).toBeCloseTo(1 / 0.9916, 3);
  });

  it("that never agree leave their number open above; without any pair nothing is said", () => {
    const { wrongAnswers } = audit(core, [record("a", "1", false), record("a", "2", false)]);
    expect(wrongAnswers).toMatchObject({
      questions: 1,
      agree: { estimate: 0 },
      number: { estimate: null, high: null },
    });
    expect(audit(core, [record("a", "1", false)]).wrongAnswers).toBeNull();
  });

  it("are told by pstar audit --classes open, whose verdict is that of two classes", async () => {
    const file = join(scratchFolder(), "answers.jsonl");
    const rows = Array.from({ length: 120 }, (_, i) => {
      const correct = i % 3 === 0;
      return {
        question: `q${Math.floor(i / 3)}`,
        answer: correct ? "right" : String(i % 2),
        correct,
        kept: i % 4 !== 0,
      };
    });
    writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    const command = ["audit", file, "--correct", "correct", "--kept", "kept", "--cluster", "question"];
    const open = JSON.parse(
      (await pstar([...command, "--classes", "open", "--answer", "answer", "--format", "json"])).stdout,
    );
    expect(open).toMatchObject({ classes: 2, wrongAnswers: { questions: 40, agree: { estimate: 0 } } });
    const two = JSON.parse((await pstar([...command, "--format", "json"])).stdout);
    expect([open.verdict, open.keptPrecision, two.wrongAnswers]).toEqual([two.verdict, two.keptPrecision, null]);
    const { stdout } = await pstar([...command, "--classes", "open", "--answer", "answer"]);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain("Of 40 questions with two wrong answers, both agree in 0.0 %");
    for (const flags of [
      ["--classes", "open"],
      ["--answer", "answer"],
    ]) {
      expect(await pstar([...command, ...flags])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining("go together"),
      });
    }
    const bare = command.slice(0, -2);
    expect(await pstar([...bare, "--classes", "open", "--answer", "answer"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("needs --cluster"),
    });
  });
});
