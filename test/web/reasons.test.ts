import { describe, expect, it } from "vitest";
import { AuditTally } from "../../src/audit/audit.js";
import { lineSentences } from "../../src/audit/lines.js";
import { auditSentences } from "../../src/audit/reasons.js";
import { RowReader, Unusable } from "../../src/audit/row.js";
import { audit } from "../../src/audit.js";
import { coreSentences, reasonOf } from "../../src/core/errors.js";
import { type Reason, ruleSentences } from "../../src/core/reasons.js";
import { compileTextCore } from "../../src/core/textCore.js";
import { engineSentences } from "../../src/engine/reasons.js";
import { load, run } from "../../src/index.js";
import { applyOverrides } from "../../src/model/read.js";
import { modelSentences } from "../../src/model/reasons.js";
import { parseScenario } from "../../src/model/scenario.js";
import { rowSentences } from "../../src/rows/reasons.js";
import { auditFile, lookAt } from "../../web/compute/auditFile.js";
import { WorkerError, workerSentences } from "../../web/compute/calculatorWorker.js";
import { theoryLines } from "../../web/compute/lines.js";
import { chinese, chineseProblem } from "../../web/words/reasons.js";

const core = await load();

/** What is a name, a value or a sign may stay in Latin letters. */
const NAMES =
  /data\.\w+(\.\w+)*(\[\d+\])*|(generator|verifier|learner)\.\w+|\b(realSamples|samples|generations|trials|seed|sweep|policy|engine|precision|confidence|classes|threshold|from|to|steps|WebAssembly|SIMD|MiB|GiB|GB|JSON|JSONL|CSV|gzip|zstd|auto|true|false|simple|stratified|identity|ridge|mean|learned|logistic|sgd|perceptron|accumulate|theory|reduced|direct|cholesky|conjugate-gradients|newton-cg|NaN|Infinity|p|deg|wasm-unsafe-eval|a\.jsonl|correct|kept|score|weight|task)\b|e[-+]?\d+|"[^"]*"/g;

function isChinese(text: string): void {
  expect(text).toMatch(/\p{Script=Han}/u);
  expect(text.replace(NAMES, "").match(/[A-Za-z]{2,}/g)).toBeNull();
}

const figures = (text: string) => text.match(/\d+(\.\d+)?/g) ?? [];

function never(): never {
  throw new Error("nothing was wrong");
}

function fault(act: () => unknown): Error {
  try {
    act();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was wrong");
}

const scenario = (...flags: string[]) => fault(() => parseScenario(applyOverrides({}, flags, "--set")));

/** The tables whose reasons the page can meet. A code that one of them has and Chinese lacks is a type error in web/words. */
const tables = {
  rules: ruleSentences,
  core: coreSentences,
  model: modelSentences,
  engine: engineSentences,
  rows: rowSentences,
  audit: auditSentences,
  lines: lineSentences,
  worker: workerSentences,
};

describe("the tables of reasons", () => {
  it("have no code twice: the page has them in one", () => {
    const codes = Object.values(tables).flatMap((table) => Object.keys(table));
    expect(codes.filter((code, i) => codes.indexOf(code) !== i)).toEqual([]);
  });

  it("have no reason that the page would say in English", () => {
    const codes = Object.values(tables).flatMap((table) => Object.keys(table));
    // A Chinese sentence that lacks its parameters may fail; one that is not there says the message.
    const missing = codes.filter((code) => {
      try {
        return chinese({ code, params: {}, message: "english" }).includes("english");
      } catch {
        return false;
      }
    });
    expect(missing).toEqual([]);
  });

  it("quote what a browser says", () => {
    const error = new TypeError("Failed to fetch");
    expect(chineseProblem(error)).toBe("出错：原文为“Failed to fetch”");
  });
});

describe("the core's faults in Chinese", () => {
  it.each([
    ["verifier.phi=1.2"],
    ["verifier.phi=null"],
    ["samples=0.5"],
    ["samples=0"],
    ["generator.lambda=-1"],
    ["generator.angle=200deg"],
    ["data.dim=0"],
    ["learner.learningRate=0"],
    ["learner.kind=tree"],
    ["verifier.relearn=7"],
    ["data.dim=1", "generator.kind=linear"],
    ["data.dim=3", 'data.covariance={"kind":"diagonal","values":[1,2]}'],
    ["data.dim=1", 'data.covariance={"kind":"diagonal","values":[-1]}'],
    ["data.dim=2", 'data.covariance={"kind":"matrix","rows":[[1,0.5],[0.4,1]]}'],
    ["data.dim=2", 'data.covariance={"kind":"matrix","rows":[[1,2],[2,1]]}'],
    ['data.covariance={"kind":"power-law","exponent":7}'],
    ["learner.lambda=0", "samples=10"],
    ["learner.lambda=0", "learner.kind=logistic"],
    ["learner.solver=newton-cg"],
    ["generator.kind=linear", "verifier.kind=linear", "verifier.angleToGenerator=179deg"],
    ["sweep.verifier.phi=[]"],
    ["sweep.verifier.phi=[0.5, 0.5]"],
    ["sweep.verifier.phi={from: 0, to: 0, steps: 3}"],
    ["sweep.verifier.phi={from: 0, to: 1, steps: 3, scale: log}"],
    ["sweep.verifier.phi={from: 0, to: 1, steps: 1}"],
    ["sweep.samples={from: 1, to: 900000, steps: 900000}", "sweep.verifier.phi=[0.1, 0.2, 0.3]"],
  ])("say %s %s, with its figures", (...flags) => {
    // Where it was said, `--set …`, is the command line's.
    const error = scenario(...flags);
    const message = error.message.replace(/ \(--set .*\)$/, "");
    const told = chinese(reasonOf(error));
    isChinese(told);
    for (const figure of figures(message.replace('such as "30deg"', ""))) expect(told).toContain(figure);
  });

  it("say where the theory ends", async () => {
    for (const flags of [
      ["learner.kind=perceptron"],
      ["learner.kind=sgd", "learner.learningRate=2"],
      ["learner.kind=sgd", 'data.covariance={"kind":"power-law","exponent":1}'],
      ["generator.kind=learned", 'data.covariance={"kind":"power-law","exponent":1}'],
      ["generations=3", "policy=accumulate"],
      ["generations=3", 'data.covariance={"kind":"power-law","exponent":1}'],
    ]) {
      const input = parseScenario(applyOverrides({}, ["samples=100", "data.dim=5", ...flags]));
      const { missing } = await theoryLines(core, {
        input: { ...input, sweep: { "verifier.phi": [0.1, 0.2] } } as never,
        x: "verifier.phi",
        series: null,
        whole: false,
        measure: "accuracy",
        meanNorm: null,
      });
      expect(missing).toHaveLength(1);
      isChinese(chinese(missing[0] as Reason));
    }
  });

  it("say which engine cannot, and what would need too much memory", async () => {
    const start = async (input: object) => {
      for await (const _ of run(core, input)) return;
    };
    for (const input of [
      { engine: "reduced", learner: { kind: "logistic" } },
      { engine: "reduced", data: { covariance: { kind: "power-law", exponent: 1 } } },
      { engine: "reduced", generations: 2, policy: "accumulate" },
      { engine: "reduced", verifier: { kind: "top" }, samples: 2 ** 32 },
      { engine: "direct", samples: 2 ** 32 },
      { engine: "direct", data: { dim: 30_000 } },
      { engine: "direct", data: { dim: 20_000 }, samples: 300_000, learner: { kind: "logistic" } },
    ]) {
      const error: Error = await start(input).then(
        () => new Error("nothing was wrong"),
        (found: Error) => found,
      );
      isChinese(chineseProblem(error));
    }
    for (const [code, sentence] of Object.entries(workerSentences)) {
      const params = { seconds: 60 };
      const error = new WorkerError({ code, params, message: sentence(params) });
      isChinese(chineseProblem(error));
    }
    isChinese(chineseProblem(await load({ module: await compileTextCore() }).then(never, (error: Error) => error)));
  });

  it("say what is wrong with a file", async () => {
    const question = { fields: { correct: "correct", kept: "kept" }, options: {} };
    const judged = (text: string, fields: object = question.fields, options: object = {}, name = "a.jsonl") =>
      auditFile(core, new File([text], name), { fields: fields as never, options }, () => {});
    const good = '{"correct":true,"kept":true,"score":0.5}\n';
    const all = [
      lookAt(new File([""], "a.jsonl")),
      judged('{"correct":null,"kept":true}\n'),
      judged('{"correct":"perhaps","kept":true}\n'),
      judged('{"correct":true}\n'),
      judged("[1]\n"),
      judged("nonsense\n"),
      judged(good, { correct: "correct", score: "score" }, { design: "stratified" }),
      judged(good, question.fields, { confidence: 2 }),
      judged(good, question.fields, { classes: 1 }),
      judged("x".repeat(10_000_001)),
      judged('kept,correct\n"'.padEnd(10_000_100, "x"), question.fields, {}, "a.csv"),
      judged("\u001f\u008b"),
      ...[
        [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 255, 255],
        [0x28, 0xb5, 0x2f, 0xfd, 255, 255, 255, 255],
      ].map((bytes) => auditFile(core, new File([Uint8Array.from(bytes)], "a.jsonl"), question, () => {})),
      judged(Array.from({ length: 1100 }, (_, i) => `{"correct":true,"kept":true,"task":"t${i}"}`).join("\n"), {
        ...question.fields,
        by: "task",
      }),
    ];
    for (const found of await Promise.allSettled(all)) {
      if (found.status === "fulfilled") throw new Error("nothing was wrong");
      isChinese(chineseProblem(found.reason as Error));
    }
    const reader = new RowReader({ correct: "correct", score: "score", weight: "weight", by: "task" });
    for (const row of [
      { correct: true, score: "x" },
      { correct: true, score: 1, weight: 0 },
      { correct: true, score: 1, weight: -5 },
      { correct: true, score: 1, weight: 1, task: {} },
      { correct: true, score: 1, weight: 1, task: "x".repeat(300) },
    ]) {
      const record = reader.record(row, 1);
      if (!(record instanceof Unusable)) throw new Error("nothing was wrong");
      isChinese(chinese(record.reason));
    }
  });

  it("say what a reader of an audit should know", () => {
    const tally = (
      records: readonly [correct: boolean | null, kept: boolean, weight?: number, slice?: string][],
      times = 1,
      options = {},
    ) => {
      const made = new AuditTally(options);
      for (let i = 0; i < times; i++)
        for (const [correct, kept, weight, slice] of records)
          made.add({
            correct,
            kept,
            ...(weight === undefined ? {} : { weight }),
            ...(slice === undefined ? {} : { slice }),
          });
      return audit(core, made).warnings;
    };
    const warnings = [
      ...tally([]),
      ...tally([[null, true]]),
      ...tally([[true, true]]),
      ...tally([[true, false]]),
      ...tally(
        [
          [true, true],
          [null, false],
        ],
        40,
      ),
      ...tally(
        [
          [true, false],
          [null, true],
        ],
        40,
      ),
      ...tally(
        [
          [true, true, 1000],
          [true, false, 1],
          [false, true, 1],
          [false, false, 1],
        ],
        10,
      ),
      ...tally(
        [
          [true, true],
          [false, false],
        ],
        40,
        { design: "stratified" },
      ),
      ...tally(
        [
          [true, true, undefined, "a"],
          [false, false, undefined, "b"],
          [false, true, undefined, "b"],
        ],
        200,
      ),
    ];
    expect(new Set(warnings.map(({ code }) => code)).size).toBeGreaterThan(7);
    for (const warning of warnings) isChinese(chinese(warning));
  });
});
