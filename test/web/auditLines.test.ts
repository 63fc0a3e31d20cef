import { describe, expect, it } from "vitest";
import { auditCalibrated } from "../../src/audit/calibrated.js";
import { auditLines, lineSentences, linesInOrder } from "../../src/audit/lines.js";
import { nextStep } from "../../src/audit/next.js";
import type { AuditFields } from "../../src/audit/row.js";
import { type AuditOptions, auditRows, type FileAudit, type FileRow } from "../../src/audit.js";
import { auditHtml } from "../../src/cli/audit/html.js";
import { auditMarkdown } from "../../src/cli/audit/markdown.js";
import { auditText } from "../../src/cli/audit/text.js";
import { load } from "../../src/index.js";
import { chinese } from "../../web/words/reasons.js";
import { uniforms } from "../oracle/random.js";

// The text of an audit is lines of data: the command prints them in their order, and so does the page (test/web/explorer/report.ts
// compares what it shows with these).

const core = await load();

const source = (name: string, rows: readonly Record<string, unknown>[]) => ({
  source: name,
  name: "",
  read: async function* (): AsyncGenerator<Iterable<FileRow>> {
    yield rows.map((row, i) => ({ line: i + 1, row }));
  },
});

/** Rows of which so many are labelled; correct with a chance, and kept with another if they are. */
function rowsOf(count: number, { labels = 300, correct = 0.7, phi = 0.8, psi = 0.4 } = {}) {
  const uniform = uniforms(count + labels);
  return Array.from({ length: count }, (_, i) => {
    const isCorrect = uniform() < correct;
    return {
      ok: i < labels ? isCorrect : null,
      second: i < labels / 3 ? (uniform() < 0.9 ? isCorrect : !isCorrect) : null,
      kept: uniform() < (isCorrect ? phi : psi),
      score: Math.round(50 * (uniform() + (isCorrect ? 0.5 : 0))),
      task: `t${i % 3}`,
      prompt: `q${i % 40}`,
      truth: i < labels ? `c${i % 3}` : null,
      label: `c${isCorrect ? i % 3 : (i + 1) % 3}`,
      answer: isCorrect ? "7" : `${i % 2}`,
    };
  });
}

async function judged(
  rows: readonly Record<string, unknown>[],
  fields: Partial<AuditFields>,
  options: AuditOptions = {},
): Promise<FileAudit> {
  const audited = await auditRows(core, source("rows.jsonl", rows), {
    fields: { correct: "ok", kept: "kept", ...fields } as AuditFields,
    options,
  });
  if (audited === null) throw new Error("the audit was aborted");
  return audited;
}

const scored = { kept: undefined, score: "score" } as unknown as Partial<AuditFields>;
const bySlice = (bad: number) =>
  rowsOf(2400, { labels: 1200, correct: 0.9 }).map((row, i) =>
    i % 3 === bad ? { ...row, ok: i < 1200 ? !row.kept : null } : row,
  );

const audits: Record<string, () => Promise<FileAudit>> = {
  "most kept labels correct": () => judged(rowsOf(2000), {}, { probability: true }),
  "most kept labels wrong": () => judged(rowsOf(2000, { correct: 0.15, phi: 0.5, psi: 0.5 }), {}),
  "not decided": () => judged(rowsOf(2000, { correct: 0.5, labels: 60, phi: 0.5, psi: 0.5 }), {}),
  "a verifier that is worse": () => judged(rowsOf(2000, { correct: 0.9, phi: 0.4, psi: 0.9 }), {}),
  "every row kept": () => judged(rowsOf(300, { phi: 1, psi: 1 }), {}),
  "no row kept": () => judged(rowsOf(300, { phi: 0, psi: 0 }), {}),
  "a slice that is above": () => judged(bySlice(1), { by: "task" }, { adjust: "benjamini-hochberg" }),
  "a recommended threshold": () => judged(rowsOf(2000), scored),
  "a threshold that is given": () => judged(rowsOf(2000), scored, { threshold: 40 }),
  "clusters and people who err": () =>
    judged(rowsOf(2000), { cluster: "prompt", second: "second" }, { interval: "jeffreys" }),
  "three classes": () =>
    judged(rowsOf(2000), { correct: undefined, truth: "truth", label: "label" } as unknown as Partial<AuditFields>, {
      classes: 3,
    }),
  "three classes, assumed": () => judged(rowsOf(2000), {}, { classes: 3 }),
  "a tie, and every row counted": () =>
    judged(
      rowsOf(200, { labels: 200 }).map((row, i) => ({ ...row, ok: i % 2 === 0, kept: i < 100 })),
      {},
      { finitePopulation: true, probability: true },
    ),
  "few labels in clusters": () =>
    judged(rowsOf(40, { labels: 20, correct: 0.6, phi: 0.5, psi: 0.5 }), { cluster: "task" }),
  "labels by weight": () =>
    judged(
      rowsOf(900, { labels: 100, correct: 0.55 }).map((row, i) => ({ ...row, weight: 1 + (i % 2) })),
      { weight: "weight" },
    ),
  "wrong answers": () => judged(rowsOf(2000), { cluster: "prompt", answer: "answer" }),
  "a calibration set that does not tell": async () => {
    const question = { fields: { correct: "ok", kept: "kept" }, options: {} };
    const set = source("set.jsonl", rowsOf(400, { labels: 400, phi: 0.3, psi: 0.9 }));
    const rows = rowsOf(1000, { labels: 0, phi: 0.3, psi: 0.9 });
    const audited = await auditCalibrated(core, source("rows.jsonl", rows), set, question);
    if (audited === null) throw new Error("the audit was aborted");
    return audited;
  },
  "a calibration set elsewhere": async () => {
    const question = { fields: { correct: "ok", kept: "kept" }, options: {} };
    const set = source("set.jsonl", rowsOf(400, { labels: 400 }));
    const audited = await auditCalibrated(core, source("rows.jsonl", rowsOf(1000, { labels: 0 })), set, question);
    if (audited === null) throw new Error("the audit was aborted");
    return audited;
  },
};

const terminal = {
  columns: 1_000_000,
  unicode: true,
  colors: new Proxy({}, { get: () => (text: string) => text }),
} as unknown as Parameters<typeof auditText>[3];
const spaces = (text: string) => text.replace(/\s+/g, " ");
const plainHtml = (text: string) => text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
const plainMarkdown = (text: string) =>
  text
    .replaceAll("&amp;", "&")
    .replaceAll("&lt;", "<")
    .replace(/\\([\\`*_{}[\]#|~>!])/g, "$1");

/** Where each of these begins, one after the other; −1 if it is not there, or too early. */
function placesOf(parts: readonly string[], text: string): number[] {
  let from = 0;
  return parts.map((part) => {
    const at = text.indexOf(part, from);
    if (at >= 0) from = at + part.length;
    return at;
  });
}

const NAMES = /"[^"]*"|\b(set\.jsonl|score|prompt|t\d|c\d)\b/g;

describe("the lines of an audit", () => {
  const said = new Set<string>();

  it.each(Object.entries(audits))("are all printed by the command in their order: %s", async (_, make) => {
    const audited = await make();
    const lines = auditLines(audited, nextStep(core, audited.result));
    const inOrder = linesInOrder(lines);
    for (const { code } of inOrder) said.add(code);
    const messages = inOrder.map(({ message }) => spaces(message).slice(1)); // a note begins with a capital letter
    const next = lines.next?.message;
    for (const text of [
      auditText(audited, lines, next, terminal),
      plainMarkdown(auditMarkdown(audited, lines, next)),
      plainHtml(auditHtml(audited, lines, next, { light: "", dark: "" })),
    ]) {
      // in a page the threshold stands beside its figure, before the facts as well
      expect(placesOf(messages, spaces(text)).filter((place) => place < 0)).toEqual([]);
    }
  });

  it.each(Object.entries(audits))("have a sentence in Chinese, with the same numbers: %s", async (_, make) => {
    const audited = await make();
    const figures = (text: string) => new Set(text.match(/\d+(,\d{3})*(\.\d+)?/g));
    for (const line of linesInOrder(auditLines(audited, nextStep(core, audited.result)))) {
      const text = chinese(line);
      expect(text).toMatch(/\p{Script=Han}/u);
      expect(text.replace(NAMES, "").match(/[A-Za-z]{2,}/g), text).toBeNull();
      expect(figures(text), line.code).toEqual(figures(line.message));
    }
  });

  it("are seen here, all but a few of a kind", () => {
    const unseen = Object.keys(lineSentences).filter((code) => !said.has(code));
    expect(unseen).toEqual(["rows-not-used", "no-recommended-threshold", "threshold-as-asked"]);
  });

  it("say of a tie that it is one, and of labels that are too many for a file how many rows it has", async () => {
    const tie = await (audits["a tie, and every row counted"] as () => Promise<FileAudit>)();
    expect(tie.result.probabilityBelow).toBe(0);
    expect(tie.result.keptPrecision).toEqual({ estimate: 0.5, low: 0.5, high: 0.5 });
    expect(auditLines(tie, nextStep(core, tie.result)).verdicts[0].reason.message).toMatch(
      /^50\.0 % .* exactly 50\.0 %: p is p⋆ itself\.$/,
    );
    const few = await (audits["few labels in clusters"] as () => Promise<FileAudit>)();
    const { next } = auditLines(few, nextStep(core, few.result));
    expect(next?.message).toMatch(
      /more labels.* each of a cluster of its own, would probably decide, .* This file has only 20 without a label: \d+ kept and \d+ rejected\.$/,
    );
    const weighted = await (audits["labels by weight"] as () => Promise<FileAudit>)();
    const [, drawn] = auditLines(weighted, undefined).about;
    expect(drawn?.message).toBe("100 with a human label, drawn at random with the chances that their weights tell");
  });

  it("say that errors are not uniform from a p-value below .05 on, and that the verdict needs what is refuted", async () => {
    const rows = (next: number, after: number) =>
      [0, 1, 2].flatMap((c) => {
        const of = (count: number, label: number) =>
          Array<unknown>(count).fill({ truth: `c${c}`, label: `c${label % 3}`, kept: true });
        return [...of(60, c), ...of(c === 0 ? next : 10, c + 1), ...of(c === 0 ? after : 10, c + 2)];
      }) as Record<string, unknown>[];
    const said = async (next: number, after: number) => {
      const fields = { correct: undefined, truth: "truth", label: "label" } as unknown as Partial<AuditFields>;
      const audited = await judged(rows(next, after), fields, { classes: 3 });
      const lines = linesInOrder(auditLines(audited, undefined)).map(({ message }) => message);
      return { pValue: audited.result.confusion?.uniform?.pValue, text: lines.join("\n") };
    };
    // X² = 7.2 and 9.8 of three degrees of freedom: p-values .066 and .020 of their limit
    const may = await said(16, 4);
    expect(may.pValue).toBeCloseTo(0.066, 1);
    expect(may.pValue).toBeGreaterThan(0.05);
    expect(may.text).toContain("Wrong labels may be uniform over the other classes (X² = 7.2");
    expect(may.text).toContain("if wrong labels are uniform");
    const cannot = await said(17, 3);
    expect(cannot.pValue).toBeLessThan(0.05);
    expect(cannot.pValue).toBeGreaterThan(0.01);
    expect(cannot.text).toContain("Wrong labels are not uniform over the other classes (X² = 9.8");
    expect(cannot.text).toContain("which they are not");
  });

  it("promise no number of labels if people err, whose labels do not make the interval narrower", async () => {
    const rows = rowsOf(2000, { correct: 0.5, labels: 60, phi: 0.5, psi: 0.5 });
    const alone = await judged(rows, {});
    expect(nextStep(core, alone.result)?.kind).toBe("more-labels");
    const twice = await judged(rows, { second: "second" });
    expect(twice.result.verdict).toBe("inconclusive");
    expect(nextStep(core, twice.result)).toBeUndefined();
  });

  it("never say of the rows what holds under an assumption only without the assumption", async () => {
    for (const make of Object.values(audits)) {
      const audited = await make();
      for (const { message } of linesInOrder(auditLines(audited, nextStep(core, audited.result)))) {
        expect(message).not.toMatch(/\b(safe|proves?|guarantees?|teaches the truth|will decide)\b/i);
        if (/learner/.test(message)) expect(message).toMatch(/\bif errors depend on\b|a model, not a forecast/);
        if (/outweigh/.test(message) && audited.result.classes > 2)
          expect(message).toMatch(/if wrong labels (are uniform|were uniform over the \d+ others, which they are not)/);
      }
    }
  });
});
