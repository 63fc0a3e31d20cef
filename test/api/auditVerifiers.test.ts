import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { auditVerifiers as judge, VerifiersTally } from "../../src/audit/verifiers.js";
import { load } from "../../src/index.js";
import { auditVerifiers } from "../../src/node.js";
import { scratchFolder } from "../support/folders.js";
import { pstar } from "../support/inProcess.js";

const folder = scratchFolder();
const core = await load();

interface Labelled {
  correct: boolean;
  decisions: boolean[];
}

/** Rows of whole numbers: errors that three verifiers share, by a rule that a reader can follow. */
const rows: Labelled[] = Array.from({ length: 120 }, (_, i) => {
  const correct = i % 5 !== 0 && i % 7 !== 0;
  const hard = i % 3 === 0;
  return { correct, decisions: [correct !== hard, correct !== (i % 4 === 0), hard ? i % 2 === 0 : correct] };
});

/** By counting, where every row has a label. */
function byCounting(rows: readonly Labelled[], keeps: (decisions: readonly boolean[]) => boolean) {
  const share = (among: boolean) => {
    const some = rows.filter(({ correct }) => correct === among);
    return some.filter(({ decisions }) => keeps(decisions)).length / some.length;
  };
  const [phi, psi] = [share(true), share(false)];
  return { phi, psi, breakdown: phi / (phi + psi), youden: phi - psi };
}

/** Sums the chances of all 2ⁿ ways in which n independent verifiers may decide. */
function ifIndependent(rates: readonly number[], keeps: (decisions: readonly boolean[]) => boolean): number {
  let sum = 0;
  for (let way = 0; way < 2 ** rates.length; way++) {
    const decisions = rates.map((_, i) => Math.floor(way / 2 ** i) % 2 === 1);
    if (keeps(decisions)) sum += rates.reduce((chance, rate, i) => chance * (decisions[i] ? rate : 1 - rate), 1);
  }
  return sum;
}

const RULES = {
  all: (decisions: readonly boolean[]) => decisions.every((kept) => kept),
  any: (decisions: readonly boolean[]) => decisions.some((kept) => kept),
  majority: (decisions: readonly boolean[]) => decisions.filter((kept) => kept).length > decisions.length / 2,
};

function tallied(rows: readonly Labelled[], names: readonly string[]) {
  const tally = new VerifiersTally(names);
  for (const row of rows) tally.add(row);
  return judge(core, tally);
}

/** Fisher's two-sided p-value by going through all ways to place the rows that the second verifier keeps. */
function fisherByEnumeration(first: readonly boolean[], second: readonly boolean[]): number {
  const n = first.length;
  const kept = second.filter((is) => is).length;
  const ways = new Map<number, number>();
  for (let way = 0; way < 2 ** n; way++) {
    const places = first.map((_, i) => Math.floor(way / 2 ** i) % 2 === 1);
    if (places.filter((is) => is).length !== kept) continue;
    const both = first.filter((is, i) => is && places[i]).length;
    ways.set(both, (ways.get(both) ?? 0) + 1);
  }
  const seen = ways.get(first.filter((is, i) => is && second[i]).length) ?? 0;
  const all = [...ways.values()].reduce((a, b) => a + b, 0);
  return [...ways.values()].filter((count) => count <= seen).reduce((a, b) => a + b, 0) / all;
}

describe("several verifiers", () => {
  it("have the rates that counting gives, alone and joined, if every row has a label", () => {
    const { verifiers, joined } = tallied(rows, ["a", "b", "c"]);
    const close = (found: { estimate: number | null }, expected: number) =>
      expect(found.estimate).toBeCloseTo(expected, 12);
    for (const [i, one] of verifiers.entries()) {
      const expected = byCounting(rows, (decisions) => decisions[i] === true);
      for (const name of ["phi", "psi", "breakdown", "youden"] as const) close(one[name], expected[name]);
    }
    expect(joined.map(({ rule }) => rule)).toEqual(["all", "any", "majority"]);
    for (const { rule, ...one } of joined) {
      const expected = byCounting(rows, RULES[rule]);
      for (const name of ["phi", "psi", "breakdown", "youden"] as const) close(one[name], expected[name]);
    }
  });

  it("would have, if they were independent, what all ways to decide sum to", () => {
    for (const names of [
      ["a", "b"],
      ["a", "b", "c"],
    ]) {
      const some = rows.map(({ correct, decisions }) => ({ correct, decisions: decisions.slice(0, names.length) }));
      const { verifiers, joined } = tallied(some, names);
      for (const { rule, independent } of joined) {
        const rates = (name: "phi" | "psi") => verifiers.map((one) => one[name].estimate as number);
        const [phi, psi] = [ifIndependent(rates("phi"), RULES[rule]), ifIndependent(rates("psi"), RULES[rule])];
        expect(independent.phi).toBeCloseTo(phi, 12);
        expect(independent.psi).toBeCloseTo(psi, 12);
        expect(independent.youden).toBeCloseTo(phi - psi, 12);
        expect(independent.breakdown).toBeCloseTo(phi / (phi + psi), 12);
      }
    }
  });

  it("of which one is a copy of the other show that they are not independent; those of a full factorial do not", () => {
    const factorial = Array.from({ length: 64 }, (_, i) => ({
      correct: i % 2 === 0,
      decisions: [Math.floor(i / 2) % 2 === 0, Math.floor(i / 4) % 2 === 0],
    }));
    const { joined, dependence } = tallied(factorial, ["a", "b"]);
    for (const { phi, psi, independent } of joined) {
      expect(phi.estimate).toBeCloseTo(independent.phi as number, 12);
      expect(psi.estimate).toBeCloseTo(independent.psi as number, 12);
    }
    expect(dependence[0]?.wrong).toMatchObject({ both: 8, first: 8, second: 8, neither: 8, correlation: 0, pValue: 1 });
    const copies = factorial.map(({ correct, decisions: [first = false] }) => ({ correct, decisions: [first, first] }));
    const copied = tallied(copies, ["a", "b"]);
    const all = copied.joined.find(({ rule }) => rule === "all");
    expect(all?.psi.estimate).toBeCloseTo(0.5, 12);
    expect(all?.independent.psi).toBeCloseTo(0.25, 12);
    expect(copied.dependence[0]?.wrong.correlation).toBeCloseTo(1, 12);
    expect(copied.dependence[0]?.wrong.pValue).toBeLessThan(1e-6);
  });

  it("are tested for independence by Fisher's exact test", () => {
    const tables = [
      [3, 2, 1, 4],
      [0, 5, 5, 1],
      [1, 0, 6, 3],
      [4, 4, 0, 0],
      [2, 3, 3, 2],
    ];
    for (const [both = 0, first = 0, second = 0, neither = 0] of tables) {
      const pair = (a: boolean, b: boolean, n: number) =>
        Array.from({ length: n }, () => ({ correct: true, decisions: [a, b] }));
      const some = [
        ...pair(true, true, both),
        ...pair(true, false, first),
        ...pair(false, true, second),
        ...pair(false, false, neither),
      ];
      const expected = fisherByEnumeration(
        some.map(({ decisions: [a = false] }) => a),
        some.map(({ decisions: [, b = false] }) => b),
      );
      expect(tallied(some, ["a", "b"]).dependence[0]?.correct.pValue).toBeCloseTo(expected, 10);
    }
  });

  it("have verdicts that are adjusted for their number, and keep as many rows as joined rules say", () => {
    const { verifiers, joined, warnings } = tallied(rows, ["a", "b", "c"]);
    for (const { pValue, verdict, adjusted } of [...verifiers, ...joined]) {
      if (adjusted !== "inconclusive") expect(verdict).toBe(adjusted);
      expect(adjusted === "inconclusive").toBe(pValue > 0.05);
    }
    const kept = (rule: keyof typeof RULES) => rows.filter(({ decisions }) => RULES[rule](decisions)).length;
    for (const { rule, counts } of joined) expect(counts.kept).toBe(kept(rule));
    expect(warnings.map(({ code }) => code)).toContain("verifiers-compared");
  });

  it("must be two, all different, and decide on every row", () => {
    for (const names of [[], ["a"], ["a", "a"]]) expect(() => new VerifiersTally(names)).toThrow(/at least two/);
    const tally = new VerifiersTally(["a", "b"]);
    expect(() => tally.add({ correct: true, decisions: [true] })).toThrow(/2 decisions, got 1 \(row 1\)/);
  });
});

const file = join(folder, "rows.jsonl");
writeFileSync(
  file,
  rows
    .map(({ correct, decisions: [a, b, c] }, i) =>
      JSON.stringify({ id: i, correct: i < 80 ? correct : null, a, b: b ? "accept" : "reject", grade: c ? "C" : "I" }),
    )
    .join("\n"),
);
const audit = ["audit", file, "--correct", "correct"];
const three = ["--kept", "a,b,grade in [C, P]"];

describe("pstar audit --kept a,b,c", () => {
  it("says of each, and of all, any and majority, what the library says", async () => {
    const { code, stdout } = await pstar([...audit, ...three, "--format", "json"]);
    expect(code).toBe(0);
    const document = JSON.parse(stdout);
    const { result } = await auditVerifiers(file, { correct: "correct", kept: ["a", "b", "grade in [C, P]"] });
    expect(document).toMatchObject({ ...result, fields: { verifiers: ["a", "b", "grade in [C, P]"] }, rows: 120 });
    expect(document.audited).toBe(80);
    const single = JSON.parse((await pstar([...audit, "--kept", "b", "--format", "json"])).stdout);
    for (const name of ["phi", "psi", "breakdown", "youden", "keptPrecision", "keepRate"]) {
      expect(document.verifiers[1][name]).toEqual(single[name]);
    }
  });

  it("prints tables, Markdown and a page", async () => {
    const { stdout } = await pstar([...audit, ...three]);
    for (const text of ["all keep it", "any keeps it", "more than half keep it", "if independent", "Fisher"]) {
      expect(stdout).toContain(text);
    }
    const { stdout: md } = await pstar([...audit, ...three, "--format", "md"]);
    expect(md).toMatch(/\| more than half keep it \| \d/);
    const { stdout: html } = await pstar([...audit, ...three, "--format", "html"]);
    expect(html).toContain("<h2>If they were independent</h2>");
  });

  it("weights the labels of a sheet that was drawn by one of them", async () => {
    const sheet = join(folder, "sheet.csv");
    const draw = ["label", "draw", file, "--kept", "a", "--labels", "40", "--seed", "1", "--out", sheet];
    expect((await pstar(draw)).code).toBe(0);
    const [head = "", ...lines] = readFileSync(sheet, "utf8").trim().split(/\r?\n/);
    const id = head.split(",").indexOf("id");
    const filled = lines.map((line) => `${line}${rows[Number(line.split(",")[id])]?.correct ? 1 : 0}`);
    writeFileSync(sheet, `${[head, ...filled].join("\n")}\n`);
    const { code, stdout, stderr } = await pstar([
      "audit",
      file,
      "--labels",
      sheet,
      "--kept",
      "a,b",
      "--format",
      "json",
    ]);
    expect([code, stderr]).toEqual([0, ""]);
    const { verifiers, labels, audited, dependence } = JSON.parse(stdout);
    expect([labels.design, audited]).toEqual(["stratified", 40]);
    const single = JSON.parse(
      (await pstar(["audit", file, "--labels", sheet, "--kept", "a", "--format", "json"])).stdout,
    );
    expect(verifiers[0].phi.estimate).toBeCloseTo(single.phi.estimate, 10);
    expect(dependence[0].correct.pValue).toBeNull();
  });

  it("refuses what is about one verifier, a name twice, and values that are not understood in any of them", async () => {
    const refusals: [string[], RegExp][] = [
      [["--by", "grade"], /--by is about one verifier, and --kept names 3/],
      [["--gate"], /--gate is about one verifier/],
      [["--score", "id"], /--score is about one verifier/],
      [["--plan"], /--plan is about one verifier/],
      [["--format", "card"], /a card is of one verifier/],
      [["--design", "stratified"], /a sample of one verifier's kept and rejected rows only/],
    ];
    for (const [flags, message] of refusals) {
      const { code, stderr } = await pstar([...audit, ...three, ...flags]);
      expect([flags, code, stderr]).toEqual([flags, 2, expect.stringMatching(message)]);
    }
    expect(await pstar([...audit, "--kept", "a,b,a"])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/names a twice/),
    });
    const unknown = await pstar([...audit, "--kept", "a,grade,b,id"]);
    expect(unknown.code).toBe(3);
    expect(unknown.stderr).toContain('rows have values in "id" that must be true or false');
    const nowhere = await pstar([...audit, "--kept", "a,nowhere"]);
    expect([nowhere.code, nowhere.stderr]).toEqual([
      3,
      expect.stringMatching(/no row has the field "nowhere"|nowhere/),
    ]);
  });
});
