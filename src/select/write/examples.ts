import { closeSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { fieldOf, type Row } from "../../rows/field.js";
import { rowLine } from "../../rows/jsonText.js";
import type { ExportForm, ExportSpec } from "../options.js";
import { textField } from "../verifiers/scorer.js";

// Rows in the forms that tools for fine-tuning read: `messages` (chat APIs, TRL, Axolotl) and `openai`, which is the same,
// `prompt-completion` and `dpo` as TRL has them, `sharegpt` and `alpaca` as LLaMA-Factory does (data/README.md there).

/** A message of a chat, with whatever else it carries. */
interface Message extends Row {
  role: string;
  content: unknown;
}

/** An example: what was said before the last answer, and that answer. */
interface Example {
  before: Message[];
  answer: Message;
}

/** The two halves of a pair, each with its number. */
export interface PairHalf {
  pair: number;
  chosen: boolean;
  before: Message[];
  answer: Message;
}

const FROM: Readonly<Record<string, string>> = {
  human: "user",
  gpt: "assistant",
  system: "system",
  user: "user",
  assistant: "assistant",
  observation: "tool",
  function_call: "function",
};
const TO: Readonly<Record<string, string>> = { user: "human", assistant: "gpt", system: "system", tool: "observation" };

/** Makes examples of rows. */
export class ExampleWriter {
  readonly #form: ExportForm;
  readonly #exampleOf: (row: Row) => Example | string;
  readonly #chat: string | undefined;

  constructor({ form, prompt, completion, system, chat }: ExportSpec) {
    this.#form = form;
    this.#chat = chat;
    if (chat !== undefined) {
      const of = fieldOf(chat);
      this.#exampleOf = (row) => exampleOfChat(chat, of(row));
      return;
    }
    const fields = { prompt: prompt ?? "", completion: completion ?? "", ...(system === undefined ? {} : { system }) };
    const read = Object.entries(fields).map(([name, path]) => ({ name, field: textField(path) }));
    this.#exampleOf = (row) => {
      const texts: Record<string, string> = {};
      for (const { name, field } of read) {
        const problem = field.problem(row);
        if (problem !== undefined) return problem;
        texts[name] = field.of(row);
      }
      const before = [{ role: "user", content: texts.prompt }];
      if (texts.system !== undefined) before.unshift({ role: "system", content: texts.system });
      return { before, answer: { role: "assistant", content: texts.completion } };
    };
  }

  /** Why a row cannot be exported; undefined if it can. */
  problem(row: Row): string | undefined {
    const example = this.#exampleOf(row);
    if (typeof example === "string") return example;
    const { before, answer } = example;
    const simple = before.filter(({ role }) => role !== "system");
    switch (this.#form) {
      case "messages":
      case "openai":
        return undefined;
      case "prompt-completion":
      case "dpo":
        return undefined;
      case "alpaca":
        if (simple.length === 1 && simple[0].role === "user" && before.length <= 2 && isPlain([...before, answer]))
          return undefined;
        return `field ${this.#chat} must be one question and its answer for alpaca, got ${before.length + 1} messages`;
      case "sharegpt":
        if (isPlain([...before, answer]) && simple.every(({ role }) => TO[role] !== undefined)) return undefined;
        return `field ${this.#chat} must have messages of user, assistant, system and tool with texts for sharegpt`;
      default:
        return this.#form satisfies never;
    }
  }

  /** A row without a problem, as a line. */
  line(row: Row): string {
    const example = this.#exampleOf(row) as Example;
    const { before, answer } = example;
    switch (this.#form) {
      case "messages":
      case "openai":
        return lineOf({ messages: [...before, answer] });
      case "prompt-completion":
        if (this.#chat === undefined) return lineOf({ prompt: before[0].content, completion: answer.content });
        return lineOf({ prompt: before, completion: [answer] });
      case "alpaca": {
        const system = before.find(({ role }) => role === "system")?.content;
        const instruction = before.at(-1)?.content;
        return lineOf({ instruction, input: "", output: answer.content, ...(system === undefined ? {} : { system }) });
      }
      case "sharegpt":
        return lineOf({
          conversations: [...before, answer].map(({ role, content }) => ({ from: TO[role], value: content })),
        });
      case "dpo":
        throw new Error("a pair is made of two rows");
      default:
        return this.#form satisfies never;
    }
  }

  /** A row as a half of a pair, as a line. */
  half(row: Row, pair: number, chosen: boolean): string {
    const half: PairHalf = { pair, chosen, ...(this.#exampleOf(row) as Example) };
    return lineOf(half);
  }
}

function lineOf(value: object): string {
  return `${rowLine(value as Row)}\n`;
}

function isPlain(messages: readonly Message[]): boolean {
  return messages.every(({ content, tool_calls: calls }) => typeof content === "string" && calls === undefined);
}

/** A chat in the form of OpenAI's messages or of ShareGPT's conversations, or why it is neither. */
function exampleOfChat(path: string, value: unknown): Example | string {
  if (value === undefined) return `field ${path} is missing`;
  const expected = `field ${path} must be a list of messages with role and content, the last of the assistant`;
  if (!Array.isArray(value) || value.length < 2) return expected;
  const messages: Message[] = [];
  for (const message of value as Row[]) {
    if (typeof message !== "object" || message === null) return expected;
    const { role, from, value: said } = message;
    if (typeof role === "string" && Object.hasOwn(message, "content")) messages.push(message as Message);
    else if (typeof from === "string" && FROM[from] !== undefined && typeof said === "string")
      messages.push({ role: FROM[from], content: said });
    else return expected;
  }
  const answer = messages.pop() as Message;
  return answer.role === "assistant" ? { before: messages, answer } : expected;
}

/** Joins the halves of pairs. What waits for its other half is in a file: memory holds where. */
export class PairJoiner {
  readonly #file: string;
  #fd: number | undefined;
  #end = 0;
  readonly #waiting = new Map<number, { at: number; length: number }>();
  /** Pairs that were written. */
  pairs = 0;
  /** Pairs whose prompts differ: they are not pairs. */
  unlike = 0;

  /** @param file Where what waits is written. */
  constructor(file: string) {
    this.#file = file;
  }

  /** The pairs that some halves complete, as lines. @param halves Lines of {@link ExampleWriter.half}. */
  join(halves: Uint8Array): string {
    let text = "";
    for (const line of Buffer.from(halves).toString("utf8").split("\n")) {
      if (line === "") continue;
      const half = JSON.parse(line) as PairHalf;
      const place = this.#waiting.get(half.pair);
      if (place === undefined) {
        this.#keep(half.pair, line);
        continue;
      }
      this.#waiting.delete(half.pair);
      const other = JSON.parse(this.#read(place)) as PairHalf;
      const [chosen, rejected] = half.chosen ? [half, other] : [other, half];
      if (JSON.stringify(chosen.before) !== JSON.stringify(rejected.before)) this.unlike++;
      else {
        this.pairs++;
        text += pairLine(chosen, rejected);
      }
    }
    return text;
  }

  close(): void {
    if (this.#fd === undefined) return;
    closeSync(this.#fd);
    rmSync(this.#file, { force: true });
    this.#fd = undefined;
  }

  #keep(pair: number, line: string): void {
    this.#fd ??= openSync(this.#file, "w+");
    const bytes = Buffer.from(line);
    for (let done = 0; done < bytes.length; )
      done += writeSync(this.#fd, bytes, done, bytes.length - done, this.#end + done);
    this.#waiting.set(pair, { at: this.#end, length: bytes.length });
    this.#end += bytes.length;
  }

  #read({ at, length }: { at: number; length: number }): string {
    const bytes = Buffer.alloc(length);
    readSync(this.#fd as number, bytes, 0, length, at);
    return bytes.toString("utf8");
  }
}

/** Texts if there is one question alone, chats if not: TRL reads both. */
function pairLine(chosen: PairHalf, rejected: PairHalf): string {
  const { before } = chosen;
  const isText = before.length === 1 && isPlain([...before, chosen.answer, rejected.answer]);
  if (isText)
    return lineOf({ prompt: before[0].content, chosen: chosen.answer.content, rejected: rejected.answer.content });
  return lineOf({ prompt: before, chosen: [chosen.answer], rejected: [rejected.answer] });
}

/** LLaMA-Factory's description of an export, for `dataset_info.json`: the data set is called `kept`. */
export function datasetInfo({ form, chat, system }: ExportSpec, file: string): string {
  const tags = {
    role_tag: "role",
    content_tag: "content",
    user_tag: "user",
    assistant_tag: "assistant",
    system_tag: "system",
  };
  const of = (): object => {
    switch (form) {
      case "messages":
      case "openai":
        return { formatting: "sharegpt", columns: { messages: "messages" }, tags };
      case "sharegpt":
        return {
          formatting: "sharegpt",
          columns: { messages: "conversations" },
          tags: {
            role_tag: "from",
            content_tag: "value",
            user_tag: "human",
            assistant_tag: "gpt",
            system_tag: "system",
          },
        };
      case "alpaca": {
        const columns = { prompt: "instruction", query: "input", response: "output" };
        return {
          formatting: "alpaca",
          columns: system === undefined && chat === undefined ? columns : { ...columns, system: "system" },
        };
      }
      case "prompt-completion":
        return { formatting: "alpaca", columns: { prompt: "prompt", response: "completion" } };
      case "dpo":
        return {
          formatting: "alpaca",
          ranking: true,
          columns: { prompt: "prompt", chosen: "chosen", rejected: "rejected" },
        };
      default:
        return form satisfies never;
    }
  };
  return `${JSON.stringify({ kept: { file_name: file, ...of() } }, null, 2)}\n`;
}
