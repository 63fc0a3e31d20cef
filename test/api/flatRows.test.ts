import { describe, expect, it } from "vitest";
import type { CellResult } from "../../src/engine/result.js";
import { parseScenario, type Scenario } from "../../src/index.js";
import { FlatRows } from "../../src/sweep/results/flat.js";
import { csvHeader, csvRow, resultColumns } from "../../src/sweep/results/table.js";
import { FormWriter, type Output, type ResultForm, resultForms } from "../../src/sweep/results/write.js";

const places = [["index"], ["params", "a.b"], ["accuracy", "mean"], ["verdict"]];
const line = (json: string) => Buffer.from(json);
const known = '{"index":0,"params":{"a.b":1},"accuracy":{"mean":0.5,"sd":null},"verdict":"below"}';

function taught(): FlatRows {
  const rows = new FlatRows(places);
  rows.learn(line(known), JSON.parse(known));
  return rows;
}

const shaped = (index: string, mean: string, verdict: string) =>
  `{"index":${index},"params":{"a.b":1},"accuracy":{"mean":${mean},"sd":null},"verdict":${verdict}}`;

describe("lines of a known form", () => {
  it.each([
    ["7", "0.25", '"above"'],
    ["-3", "-1.5e-7", "null"],
    ["0", "1e+21", '"two words"'],
    ["12", "null", '""'],
    ["12", "0", "true"],
  ])("are read without being parsed: %s, %s, %s", (index, mean, verdict) => {
    const rows = taught();
    const json = shaped(index, mean, verdict);
    expect(rows.read(line(json))).toBe(true);
    const cell = JSON.parse(json);
    expect([0, 1, 2, 3].map((i) => rows.value(i))).toEqual([cell.index, 1, cell.accuracy.mean, cell.verdict]);
    expect(rows.number(2)).toBe(cell.accuracy.mean);
    expect(rows.csv().toString()).toBe(`${[cell.index, 1, cell.accuracy.mean ?? "", cell.verdict ?? ""].join()}\n`);
  });

  it("have their own words, whatever the line before had in their place", () => {
    const rows = taught();
    for (const word of ["below", "below", "above", "abovf", "abov", "", "bbove", "below"]) {
      expect(rows.read(line(shaped("1", "1", JSON.stringify(word))))).toBe(true);
      expect(rows.value(3)).toBe(word);
    }
  });

  it("that lacked a value are another form than those that have it, and both are known once each was learned", () => {
    const rows = taught();
    const without = shaped("1", "null", "null");
    const fresh = new FlatRows(places);
    fresh.learn(line(without), JSON.parse(without));
    const having = shaped("2", "0.5", '"above"');
    expect(fresh.read(line(having))).toBe(false);
    fresh.learn(line(having), JSON.parse(having));
    for (const known of [rows, fresh]) {
      for (const json of [without, having, shaped("3", "null", '"below"'), without]) {
        expect(known.read(line(json))).toBe(true);
        const cell = JSON.parse(json);
        expect([0, 1, 2, 3].map((i) => known.value(i))).toEqual([cell.index, 1, cell.accuracy.mean, cell.verdict]);
        expect([2, 3].map((i) => known.isEmpty(i))).toEqual([cell.accuracy.mean === null, cell.verdict === null]);
      }
    }
  });

  it.each([
    ...["-", "01", "1.", ".5", "+1", "1e", "1e+", "0x1", "1_0", "NaN", "nul", "nulls", "[1]", '{"a":1}', "", " 1"].map(
      (mean) => shaped("1", mean, "null"),
    ),
    ...['"a,b"', '"a\\"b"', '"\\u0041"', '"é"', '"=1"', '"+1"', '"-1"', '"@a"', `"'=a"`, '"a\tb"', '"a'].map(
      (verdict) => shaped("1", "1", verdict),
    ),
    `${known} `,
    `${known}{}`,
    known.slice(0, -1),
    known.slice(0, 30),
    known.replace("index", "indes"),
    "",
  ])("or are left to be parsed: %s", (json) => {
    expect(taught().read(line(json))).toBe(false);
  });

  it.each([
    '{"index":0,"list":[1]}',
    '{"index":{"a":1}}',
    '{"index":0, "b":1}',
    '{"index":0,"index":1}',
    '{"index":1.0}',
  ])("are not learned from %s", (json) => {
    const rows = new FlatRows(places);
    rows.learn(line(json), JSON.parse(json));
    // the last has a form, only its number is written in another way
    expect(rows.read(line(json))).toBe(json.includes("1.0"));
  });

  it("are of sixteen forms at most", () => {
    const rows = new FlatRows(places);
    const forms = Array.from({ length: 17 }, (_, i) => `{"index":${i},"more${i}":1}`);
    for (const json of forms) rows.learn(line(json), JSON.parse(json));
    expect(forms.map((json) => rows.read(line(json)))).toEqual([...Array(16).fill(true), false]);
  });
});

it("results are what the columns say of each parsed cell, whatever forms its lines have, and the same if it is at hand", async () => {
  const scenario = parseScenario({
    engine: "theory",
    sweep: { "data.covariance": ["identity", { kind: "power-law", exponent: 1 }], samples: [10, 20] },
  });
  const moments = { mean: 0.1, sd: null, se: 1e-9 };
  const cell = {
    index: 0,
    id: "0123456789abcdef",
    params: { "data.covariance": "identity", samples: 10 },
    engine: "theory",
    reason: "asked for",
    status: "ok",
    trials: 0,
    emptyTrials: 0,
    accuracy: moments,
    agreement: moments,
    cosine: { mean: -0.25, sd: 1e21, se: null },
    kept: { ...moments, share: 1 },
    errorRate: null,
    phi: 1,
    psi: 0,
    breakdown: 1,
    verdict: "below",
  };
  const variants = [
    {},
    { verdict: null, phi: null },
    { params: { "data.covariance": { kind: "power-law", exponent: 1 }, samples: 20 } },
    { message: "one, two" },
    { message: 'says "no"' },
    { message: "=1+1" },
    { message: "plain" },
    { message: "é, ≥ 1\nnext" },
    { theory: 0.5, band: { low: 0.1, high: 0.2, sd: 0.01, trials: 200 } },
    { generations: [{ generation: 1, accuracy: moments }] },
    { accuracy: { mean: 0.1 + 0.2, sd: 5e-324, se: 1.7976931348623157e308 } },
    { trials: -0, cosine: { mean: -0, sd: Number.NaN, se: Number.POSITIVE_INFINITY }, errorRate: -0 },
    { theory: undefined, message: undefined, generations: undefined },
    {
      convergence: { converged: 0, iterations: -0, gradientNorm: Number.NaN },
      generations: [{ mean: -0, of: undefined }],
    },
  ];
  const cells = Array.from({ length: 200 }, (_, index) => ({
    ...cell,
    ...variants[(index * 7) % variants.length],
    index,
  }));
  const lines = cells.map((one) => Buffer.from(JSON.stringify(one)));
  const written = await filesOf(scenario, lines);
  const columns = resultColumns(scenario);
  const parsed = lines.map((json) => csvRow(JSON.parse(json.toString()), columns));
  expect(written.csv.toString()).toBe(csvHeader(columns) + parsed.join(""));
  // a cell at hand has what its JSON leaves out or cannot say
  const atHand = await filesOf(scenario, lines, cells as unknown as CellResult[]);
  for (const form of resultForms) expect(atHand[form].equals(written[form]), form).toBe(true);
});

/** The files of cells in all forms, by their JSON alone or with the cells at hand. */
async function filesOf(
  scenario: Scenario,
  lines: readonly Buffer[],
  cells?: readonly CellResult[],
): Promise<Record<ResultForm, Buffer>> {
  const written: Record<ResultForm, Buffer[]> = { jsonl: [], csv: [], parquet: [] };
  const outputs = resultForms.map((form): Output => {
    const write = (data: string | Uint8Array) => void written[form].push(Buffer.from(data as string));
    return { form, sink: { write, publish() {}, discard() {} } };
  });
  const writer = new FormWriter(outputs, { scenario, known: false });
  for (const [i, json] of lines.entries()) if (writer.add(json, cells?.[i])) await writer.rest();
  await writer.publish();
  return {
    jsonl: Buffer.concat(written.jsonl),
    csv: Buffer.concat(written.csv),
    parquet: Buffer.concat(written.parquet),
  };
}
