import type { Reason } from "../core/reasons.js";
import { fieldOf, isMissing, type Row } from "./field.js";
import { guessFields } from "./guess.js";
import { rowReason } from "./reasons.js";

/** What a field of a row is for; `number` is what rows can be sorted by: a score, or a decision that is 1 or 0. */
export type FieldRole =
  | "correct"
  | "kept"
  | "score"
  | "number"
  | "weight"
  | "prompt"
  | "completion"
  | "chat"
  | "text"
  | "answer"
  | "reference";

/** Which field is which: names, or paths. */
export type RoleFields = { [role in FieldRole]?: string };

/** The shapes of files that other tools write: rows, and sheets of labels. */
export const shapeNames = ["lm-eval", "promptfoo", "inspect", "messages", "sharegpt"] as const;
export const sheetShapeNames = ["label-studio", "argilla"] as const;
export type ShapeName = (typeof shapeNames)[number];
export type SheetShapeName = (typeof sheetShapeNames)[number];

/** Rows of a shape: which field is which, and what of them to show to people who must not see what was decided; or what they lack. */
type Fit = { fields: RoleFields; show?: readonly string[] } | { lacks: readonly string[] };

interface Shape {
  id: ShapeName;
  /** What a message calls its rows. */
  title: string;
  /** Where a JSON document has its rows, and a key that stands at its top beside them. */
  lists?: readonly { path: readonly string[]; beside?: string }[];
  /**
   * What rows are of the shape.
   *
   * @param sure Whether they are said to be, or stand where the tool writes them: what they lack is told then.
   * @returns Undefined if they do not look like it.
   */
  fit(rows: Look, sure: boolean): Fit | undefined;
}

/** Some rows of a file. */
class Look {
  readonly rows: readonly Row[];

  constructor(rows: readonly Row[]) {
    this.rows = rows;
  }

  has(name: string): boolean {
    return this.rows.some((row) => Object.hasOwn(row, name));
  }

  /** The values of a field that are there. */
  values(name: string): unknown[] {
    return this.rows.map((row) => (Object.hasOwn(row, name) ? row[name] : null)).filter((value) => !isMissing(value));
  }

  /** Those that are objects. */
  objects(name: string): Row[] {
    return this.values(name).filter(isObject);
  }

  isText(name: string): boolean {
    const values = this.values(name);
    return values.length > 0 && values.every((value) => typeof value === "string");
  }

  names(): string[] {
    return [...new Set(this.rows.flatMap((row) => Object.keys(row)))];
  }
}

/** Each shape: how it is told, and which field of it is which. The first that fits is taken. */
export const shapes: readonly Shape[] = [
  {
    // samples_*.jsonl of --log_samples; @see https://github.com/EleutherAI/lm-evaluation-harness (lm_eval/evaluator.py)
    id: "lm-eval",
    title: "samples of lm-evaluation-harness",
    fit(rows, sure) {
      const alike = rows.has("doc_id") && rows.has("doc") && (rows.has("resps") || rows.has("filtered_resps"));
      if (!alike && !sure) return undefined;
      const metric = ["exact_match", "acc"].find((name) => rows.has(name));
      const lacks = ["doc_id", "doc", "target", "resps", "filtered_resps"].filter((name) => !rows.has(name));
      if (metric === undefined) return { lacks: [...lacks, "exact_match or acc"] };
      if (lacks.length > 0) return { lacks };
      const [args] = rows.values("arguments");
      const prompt = isObject(args) ? "arguments.gen_args_0.arg_0" : "arguments[0][0]";
      const [filtered] = rows.values("filtered_resps");
      const generated = Array.isArray(filtered) && typeof filtered[0] === "string";
      return {
        fields: {
          kept: metric,
          ...(args !== undefined && { prompt }),
          reference: "target",
          ...(generated && { text: "resps[0][0]", completion: "resps[0][0]", answer: "filtered_resps[0]" }),
        },
        show: ["doc", "target", generated ? "resps[0][0]" : "filtered_resps"],
      };
    },
  },
  {
    // promptfoo eval --output results.json (or .jsonl); @see https://www.promptfoo.dev/docs/configuration/outputs
    id: "promptfoo",
    title: "results of promptfoo",
    lists: [{ path: ["results", "results"] }, { path: ["results"], beside: "stats" }],
    fit(rows, sure) {
      const names = ["success", "score", "vars", "response"];
      const there = names.filter((name) => rows.has(name));
      const alike = there.length >= 3 && rows.objects("vars").length > 0;
      if (!alike && !sure) return undefined;
      const outputs = rows.objects("response").flatMap(({ output }) => (isMissing(output) ? [] : [output]));
      const lacks = names
        .filter((name) => !there.includes(name) || (name === "response" && outputs.length === 0))
        .map((name) => (name === "response" ? "response.output" : name));
      if (lacks.length > 0) return { lacks };
      const text = outputs.every((output) => typeof output === "string") ? "response.output" : undefined;
      const hasPrompt = rows.objects("prompt").some(({ raw }) => typeof raw === "string");
      return {
        fields: {
          kept: "success",
          score: "score",
          ...(text !== undefined && { text, completion: text, answer: text }),
          ...(hasPrompt && { prompt: "prompt.raw" }),
        },
        show: [...(hasPrompt ? ["prompt.raw"] : []), "vars", "response.output"],
      };
    },
  },
  {
    // A log of inspect eval --log-format json; @see https://inspect.aisi.org.uk/eval-logs.html
    id: "inspect",
    title: "samples of an Inspect log",
    lists: [{ path: ["samples"], beside: "eval" }],
    fit(rows, sure) {
      if (isLogWithoutSamples(rows)) return { lacks: ["samples"] };
      const alike = rows.has("epoch") && rows.has("target") && rows.objects("scores").length > 0;
      if (!alike && !sure) return undefined;
      const lacks = ["input", "target", "output", "scores"].filter((name) => !rows.has(name));
      const scorers = [...new Set(rows.objects("scores").flatMap((scores) => Object.keys(scores)))];
      if (lacks.length > 0) return { lacks };
      if (scorers.length === 0) return { lacks: ["scores of any scorer"] };
      const paths = scorers.map((name) => `scores${step(name)}.value`);
      // which of several scorers decides, only people know
      if (paths.length > 1) return { lacks: [`one scorer alone (it has ${paths.join(" and ")})`] };
      const completions = rows.objects("output").some(({ completion }) => typeof completion === "string");
      return {
        fields: {
          kept: paths[0] as string,
          ...(completions && {
            text: "output.completion",
            completion: "output.completion",
            answer: "output.completion",
          }),
          ...(rows.isText("input") && { prompt: "input" }),
          ...(rows.isText("target") && { reference: "target" }),
        },
        show: ["input", "target", completions ? "output.completion" : "output"],
      };
    },
  },
  {
    // OpenAI's, TRL's and most others' form of a chat
    id: "messages",
    title: "chats of messages",
    fit: (rows, sure) =>
      chatFit(rows, sure, { fields: ["messages", "conversation", "chat"], from: "role", value: "content" }),
  },
  {
    // @see https://github.com/lm-sys/FastChat/blob/main/docs/training.md
    id: "sharegpt",
    title: "conversations of ShareGPT",
    fit: (rows, sure) =>
      chatFit(rows, sure, { fields: ["conversations", "conversation"], from: "from", value: "value" }),
  },
];

/** The header of a log, or one of inspect eval --no-log-samples, read as a row. */
function isLogWithoutSamples(rows: Look): boolean {
  const [first] = rows.rows;
  if (first === undefined || rows.rows.length > 1 || Object.hasOwn(first, "samples")) return false;
  return isObject(first.eval) && Object.hasOwn(first, "status") && Object.hasOwn(first.eval, "task");
}

function chatFit(
  rows: Look,
  sure: boolean,
  { fields, from, value }: { fields: readonly string[]; from: string; value: string },
): Fit | undefined {
  const isChat = (name: string) => {
    const chats = rows.values(name);
    return (
      chats.length > 0 && chats.every((chat) => Array.isArray(chat) && chat.every((one) => isSaid(one, from, value)))
    );
  };
  const chat = fields.find(isChat);
  if (chat !== undefined) return { fields: { chat, text: `${chat}[-1].${value}` } };
  return sure ? { lacks: [`${fields[0]} (a list of {${from}, ${value}})`] } : undefined;
}

function isSaid(message: unknown, from: string, value: string): boolean {
  return isObject(message) && typeof message[from] === "string" && Object.hasOwn(message, value);
}

/** A name as a step of a path. */
function step(name: string): string {
  return /^[^.[\]"]+$/.test(name) ? `.${name}` : `["${name.replace(/["\\]/g, "\\$&")}"]`;
}

/** Which field is which in a file, and what it looks like. */
export interface FieldGuess {
  shape: ShapeName | null;
  title: string | null;
  fields: RoleFields;
  /** What of the rows to show to people who must not see what was decided; left out, all other fields. */
  show?: readonly string[];
  /** Why a file that looks like a shape is not of it. */
  fault: Reason | null;
}

/**
 * Tells from some rows of a file which of its fields is which: by the shape that a tool gives its files, and by names that people
 * use.
 *
 * @param as The shape that they must have; left out, the one that they have, if any.
 * @param at The shape in whose place in a document the rows were found.
 */
export function guessOf(some: readonly Row[], { as, at }: { as?: ShapeName; at?: ShapeName } = {}): FieldGuess {
  const rows = new Look(some);
  const named = namedFields(rows);
  if (rows.rows.length === 0) return { shape: null, title: null, fields: {}, fault: null };
  for (const shape of shapes) {
    const { id, title } = shape;
    if (as !== undefined && id !== as) continue;
    const found = shape.fit(rows, id === as || id === at);
    if (found === undefined) continue;
    if ("lacks" in found)
      return { shape: id, title, fields: {}, fault: rowReason("shape-lacks", { title, lacks: found.lacks }) };
    // what a tool decided is not mixed with what a name may mean
    const { kept, score, ...others } = named;
    const decided = found.fields.kept === undefined && found.fields.score === undefined ? { kept, score } : {};
    const fields = { ...given({ ...others, ...decided }), ...found.fields };
    const { show } = found;
    return {
      shape: id,
      title,
      fields: withNumber(fields, rows),
      ...(show !== undefined && { show }),
      fault: null,
    };
  }
  return { shape: null, title: null, fields: withNumber(named, rows), fault: null };
}

/** A decision can be sorted by as well: it is 1 or 0. */
function withNumber(fields: RoleFields, { rows }: Look): RoleFields {
  const { score, kept } = fields;
  if (score !== undefined) return { ...fields, number: score };
  if (kept === undefined) return fields;
  const decision = fieldOf(kept);
  const isOne = rows.every((row) => typeof decision(row) !== "object" || decision(row) === null);
  return isOne ? { ...fields, number: kept } : fields;
}

const TEXTS = [
  "text",
  "completion",
  "response",
  "answer",
  "output",
  "generated_text",
  "generation",
  "summary",
  "content",
];
const PROMPTS = ["prompt", "question", "instruction", "problem", "query", "input", "article"];
const REFERENCES = ["reference", "target", "gold_answer", "ground_truth", "solution"];

function namedFields(rows: Look): RoleFields {
  const names = rows.names();
  const first = (known: readonly string[]) => known.find((name) => names.includes(name) && rows.isText(name));
  const completion = first(TEXTS.filter((name) => name !== "text"));
  return given({
    ...guessFields(names),
    text: first(TEXTS),
    completion,
    answer: completion,
    prompt: first(PROMPTS),
    reference: first(REFERENCES),
  });
}

function given(fields: { [role in FieldRole]?: string | undefined }): RoleFields {
  return Object.fromEntries(Object.entries(fields).filter(([, name]) => name !== undefined));
}

/** A row of labels that another tool wrote: the row as it was drawn, and what people said of it. */
export interface LabelledRow {
  row: Row;
  /** Of all who labelled it, none if nobody has; null if the label stands in the row. */
  labels: unknown[] | null;
  skipped: boolean;
}

interface SheetShape {
  id: SheetShapeName;
  title: string;
  /** The row that is meant; undefined if it is not of the shape. */
  labelled(row: Row, label: string): LabelledRow | undefined;
  /** What a row of the shape has. */
  needs: string;
}

/** The sheets of labels that other tools write. */
export const sheetShapes: readonly SheetShape[] = [
  {
    id: "label-studio",
    title: "an export of Label Studio",
    labelled: (row) => labelStudioTask(row) ?? labelStudioFlat(row),
    needs: "data and annotations, or of JSON-MIN and CSV annotation_id",
  },
  {
    id: "argilla",
    title: "records of Argilla",
    labelled: argillaRow,
    needs: "fields and responses, or a column that ends in .responses",
  },
];

/** A task as Label Studio's JSON export has it. @see https://labelstud.io/guide/task_format */
function labelStudioTask({ data, annotations }: Row): LabelledRow | undefined {
  if (!isObject(data) || !Array.isArray(annotations)) return undefined;
  const labels: unknown[] = [];
  let skipped = 0;
  for (const annotation of annotations.filter(isObject)) {
    if (annotation.was_cancelled === true) skipped++;
    else if (Array.isArray(annotation.result)) for (const one of annotation.result) labels.push(...choiceOf(one));
  }
  return { row: data, labels, skipped: labels.length === 0 && skipped > 0 };
}

function choiceOf(result: unknown): unknown[] {
  if (!isObject(result) || !isObject(result.value)) return [];
  const { choices, rating, number, text } = result.value;
  const [value] = [choices, rating, number, text].filter((found) => found !== undefined);
  return value === undefined ? [] : [Array.isArray(value) && value.length === 1 ? value[0] : value];
}

/** A row of Label Studio's JSON-MIN and CSV exports: the data of a task and one annotation of it. */
function labelStudioFlat(row: Row): LabelledRow | undefined {
  if (!Object.hasOwn(row, "annotation_id") && !Object.hasOwn(row, "annotator")) return undefined;
  return { row, labels: null, skipped: false };
}

/** A record of Argilla 2, nested or flat: what was submitted counts. @see https://docs.argilla.io/latest/how_to_guides/import_export */
function argillaRow(row: Row, label: string): LabelledRow | undefined {
  if (isObject(row.fields) && isObject(row.responses)) {
    const metadata = isObject(row.metadata) ? row.metadata : {};
    const [responses] = questionOf(row.responses, label, (name) => name);
    const answers = (Array.isArray(responses) ? responses : []).filter(isObject);
    return responded(
      { ...row.fields, ...metadata },
      answers.map(({ value, status }) => [value, status]),
    );
  }
  const suffix = ".responses";
  const [values, name] = questionOf(row, label, (key) =>
    key.endsWith(suffix) ? key.slice(0, -suffix.length) : undefined,
  );
  if (!Array.isArray(values) || name === undefined) return undefined;
  const status = row[`${name}.responses.status`];
  return responded(
    row,
    values.map((value, i) => [value, Array.isArray(status) ? status[i] : undefined]),
  );
}

/** The question of that name, or the only one. */
function questionOf(
  row: Row,
  label: string,
  nameOf: (key: string) => string | undefined,
): [value?: unknown, name?: string] {
  const questions = Object.keys(row).flatMap((key) => {
    const name = nameOf(key);
    return name === undefined ? [] : [[row[key], name] as [unknown, string]];
  });
  return questions.find(([, name]) => name === label) ?? (questions.length === 1 ? (questions[0] ?? []) : []);
}

function responded(row: Row, answers: readonly [value: unknown, status: unknown][]): LabelledRow {
  const labels = answers.filter(([, status]) => status === undefined || status === null || status === "submitted");
  const discarded = answers.some(([, status]) => status === "discarded");
  return { row, labels: labels.map(([value]) => value), skipped: labels.length === 0 && discarded };
}

function isObject(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
