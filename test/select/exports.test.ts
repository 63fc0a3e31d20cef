import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, it } from "vitest";
import { type ExportSpec, rowsOf, select } from "../../dist/node.js";
import { exportForms, type SelectOptions } from "../../src/select/options.js";
import { scratchFolder } from "../support/folders.js";
import { dice } from "./rows.js";

const folder = scratchFolder();
let runs = 0;

async function exported(rows: readonly object[], spec: ExportSpec, more: Partial<SelectOptions> = {}) {
  const input = join(folder, `rows-${runs}.jsonl`);
  writeFileSync(input, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const out = join(folder, `out-${runs++}`);
  const verifiers: SelectOptions["verifiers"] = [{ kind: "score", field: "s" }];
  const result = await select({ input, out, verifiers, threshold: 0, export: spec, ...more });
  const name = `kept.${spec.form}.jsonl`;
  const text = readFileSync(join(out, name), "utf8");
  const lines =
    text === ""
      ? []
      : text
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line));
  const info = JSON.parse(readFileSync(join(out, "dataset_info.json"), "utf8")).kept;
  expect(info.file_name).toBe(name);
  expect(result.files[name].rows).toBe(lines.length);
  // the columns that LLaMA-Factory is told of are there
  for (const column of Object.values(info.columns) as string[])
    for (const line of lines) if (column !== "system") expect(Object.keys(line)).toContain(column);
  return { lines, info, result };
}

const system = { role: "system", content: "Be brief." };
const user = { role: "user", content: "2 + 2?" };
const assistant = { role: "assistant", content: "4" };
const tool = { role: "assistant", content: null, tool_calls: [{ id: "a", type: "function" }] };
const chat = { s: 1, messages: [system, user, assistant] };
const plain = { s: 1, q: "2 + 2?", a: "4", sys: "Be brief." };
const fields = { prompt: "q", completion: "a", system: "sys" };

describe("an export", () => {
  it("of fields has each tool's form", async () => {
    const of = async (spec: ExportSpec) => (await exported([plain], spec)).lines[0];
    expect(await of({ form: "openai", ...fields })).toEqual({ messages: [system, user, assistant] });
    expect(await of({ form: "messages", prompt: "q", completion: "a" })).toEqual({ messages: [user, assistant] });
    expect(await of({ form: "alpaca", ...fields })).toEqual({
      instruction: "2 + 2?",
      input: "",
      output: "4",
      system: "Be brief.",
    });
    expect(await of({ form: "prompt-completion", prompt: "q", completion: "a" })).toEqual({
      prompt: "2 + 2?",
      completion: "4",
    });
    expect(await of({ form: "sharegpt", ...fields })).toEqual({
      conversations: [
        { from: "system", value: "Be brief." },
        { from: "human", value: "2 + 2?" },
        { from: "gpt", value: "4" },
      ],
    });
  });

  it("of a chat passes it through as it is, tools and all", async () => {
    const long = { s: 1, messages: [user, tool, { role: "tool", tool_call_id: "a", content: "4" }, assistant] };
    const { lines } = await exported([long, chat], { form: "openai", chat: "messages" });
    expect(lines).toEqual([{ messages: long.messages }, { messages: chat.messages }]);
    const { lines: pairs } = await exported([chat], { form: "prompt-completion", chat: "messages" });
    expect(pairs).toEqual([{ prompt: [system, user], completion: [assistant] }]);
  });

  it("turns ShareGPT's conversations into messages and back", async () => {
    const conversations = [
      { from: "human", value: "2 + 2?" },
      { from: "gpt", value: "4" },
    ];
    const row = { s: 1, conversations };
    const { lines } = await exported([row], { form: "openai", chat: "conversations" });
    expect(lines).toEqual([{ messages: [user, assistant] }]);
    const { lines: back } = await exported([row], { form: "sharegpt", chat: "conversations" });
    expect(back).toEqual([{ conversations }]);
    const { lines: from } = await exported([chat], { form: "alpaca", chat: "messages" });
    expect(from).toEqual([{ instruction: "2 + 2?", input: "", output: "4", system: "Be brief." }]);
  });

  it("sets aside what has no place in the form, with the reason", async () => {
    const long = { s: 1, messages: [user, assistant, user, assistant] };
    const odd = [
      { s: 1, messages: [user] },
      { s: 1, messages: "2 + 2?" },
      { s: 1 },
      { s: 1, messages: [assistant, user] },
    ];
    const { result, lines } = await exported([chat, long, ...odd], { form: "alpaca", chat: "messages" });
    expect(lines).toHaveLength(1);
    expect(result.malformed.map(({ line }) => line)).toEqual([2, 3, 4, 5, 6]);
    expect(result.malformed[0].reason).toContain("must be one question and its answer for alpaca, got 4 messages");
    const { result: tools } = await exported([chat, { s: 1, messages: [user, tool] }], {
      form: "sharegpt",
      chat: "messages",
    });
    expect(tools.counts.malformed).toBe(1);
  });

  it("is refused if its settings contradict one another", async () => {
    const of = (spec: object) => exported([plain], spec as ExportSpec);
    await expect(of({ form: "dpo", ...fields })).rejects.toThrow("the export dpo must come with bestOf");
    await expect(of({ form: "openai", chat: "messages", prompt: "q" })).rejects.toThrow("export.chat must be left out");
    await expect(of({ form: "openai", prompt: "q" })).rejects.toThrow("export.completion must be the name of a field");
    await expect(of({ form: "csv", ...fields })).rejects.toThrow("export.form must be one of");
  });
});

describe("pairs for DPO", () => {
  it("are the best and the worst row of each group that is kept, as a slow oracle finds them, on any number of workers", async () => {
    const roll = dice(9);
    // no two rows of a group score the same, and a group's rows are far apart
    const rows = Array.from({ length: 4000 }, (_, i) => ({
      q: `prompt ${roll(600)}`,
      a: `answer ${i}`,
      s: roll(1000) + i / 10_000,
    }));
    const groups = new Map<string, typeof rows>();
    for (const row of rows) groups.set(row.q, [...(groups.get(row.q) ?? []), row]);
    const want = [...groups.values()].flatMap((group) => {
      const sorted = group.toSorted((a, b) => a.s - b.s);
      const [worst, best] = [sorted[0], sorted[sorted.length - 1]];
      return sorted.length > 1 ? [`${best.q} ${best.a} ${worst.a}`] : [];
    });
    const alone = [...groups.values()].filter(({ length }) => length === 1).length;
    for (const workers of [1, 2]) {
      const spec = { form: "dpo", prompt: "q", completion: "a" } as const;
      const { lines, info, result } = await exported(rows, spec, { bestOf: "q", workers, blockSize: 1 << 14 });
      expect(lines.map(({ prompt, chosen, rejected }) => `${prompt} ${chosen} ${rejected}`).sort()).toEqual(
        want.sort(),
      );
      expect(result.counts.kept).toBe(groups.size);
      expect(result.warnings.find(({ code }) => code === "unpaired")?.params).toEqual(
        alone === 0 ? undefined : { rows: alone },
      );
      expect(info.ranking).toBe(true);
    }
  });

  it("leave out equal scores and other prompts, and say so", async () => {
    const rows = [
      { g: 1, q: "x", a: "1", s: 1 },
      { g: 1, q: "x", a: "2", s: 1 },
      { g: 2, q: "x", a: "3", s: 1 },
      { g: 2, q: "y", a: "4", s: 2 },
      { g: 3, q: "z", a: "5", s: 1 },
      { g: 3, q: "z", a: "6", s: 2 },
    ];
    const { lines, result } = await exported(rows, { form: "dpo", prompt: "q", completion: "a" }, { bestOf: "g" });
    expect(lines).toEqual([{ prompt: "z", chosen: "6", rejected: "5" }]);
    expect(result.warnings.map(({ code }) => code)).toEqual(expect.arrayContaining(["unpaired", "unlike-prompts"]));
  });

  it("of chats keep the messages", async () => {
    const bad = { ...chat, s: 0, messages: [system, user, { role: "assistant", content: "5" }] };
    const { lines } = await exported(
      [
        { ...chat, g: 1 },
        { ...bad, g: 1 },
      ],
      { form: "dpo", chat: "messages" },
      { bestOf: "g" },
    );
    expect(lines).toEqual([
      { prompt: [system, user], chosen: [assistant], rejected: [{ role: "assistant", content: "5" }] },
    ]);
  });
});

describe("an export to Parquet", () => {
  it("has the rows of the same export to JSONL, with chats as lists of messages", async () => {
    const bad = { ...plain, s: 0, a: "half \ud800" };
    const db = await (await DuckDBInstance.create()).connect();
    for (const form of exportForms) {
      const input = join(folder, `parquet-${form}.jsonl`);
      writeFileSync(input, `${JSON.stringify(plain)}\n${JSON.stringify(bad)}\n`);
      const selected = async (to: "jsonl" | "parquet") => {
        const out = join(folder, `parquet-${form}-${to}`);
        const verifiers: SelectOptions["verifiers"] = [{ kind: "score", field: "s" }];
        const which = form === "dpo" ? { bestOf: "q" } : { threshold: 0 };
        const spec: ExportSpec = { form, prompt: "q", completion: "a" };
        const { files } = await select({ input, out, verifiers, export: spec, to, ...which });
        const name = `kept.${form}.${to}`;
        expect(files[name].rows).toBe(form === "dpo" ? 1 : 2);
        expect(JSON.parse(readFileSync(join(out, "dataset_info.json"), "utf8")).kept.file_name).toBe(name);
        const rows: object[] = [];
        for await (const row of rowsOf(join(out, name))) rows.push(row);
        return { rows, file: join(out, name) };
      };
      const want = await selected("jsonl");
      const got = await selected("parquet");
      expect(got.rows).toEqual(want.rows);
      // as another reader sees it
      const types = await (await db.run(`describe select * from '${got.file}'`)).getRowObjects();
      const isText = form !== "messages" && form !== "openai" && form !== "sharegpt";
      for (const { column_type: type } of types)
        expect(type).toMatch(isText ? /^VARCHAR$/ : /^STRUCT\("?\w+"? VARCHAR, "?\w+"? VARCHAR\)\[\]$/);
    }
  });
});
