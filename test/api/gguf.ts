import { writeFileSync } from "node:fs";

// A writer of GGUF, version 3, as far as a Llama of one layer with random weights needs it.
// Source: the format's description in ggml, docs/gguf.md.

const TYPES = { u32: 4, i32: 5, f32: 6, string: 8, array: 9 } as const;
const ALIGNMENT = 32;
const EMBEDDING = 32;
const FEED_FORWARD = 48;
const HEADS = 2;

type Value =
  | { u32: number }
  | { f32: number }
  | { string: string }
  | { array: "i32" | "f32" | "string"; of: (number | string)[] };

/** The words that the model has tokens for, besides 256 bytes. */
const WORDS = [
  ..." abcdefghijklmnopqrstuvwxyz.:".replaceAll(" ", "▁"),
  "▁t",
  "▁a",
  "th",
  "he",
  "▁th",
  "▁the",
  "in",
  "▁b",
  "ri",
];

/** Writes a model whose weights follow from a seed. */
export function writeTinyLlama(file: string, seed: number): void {
  const tokens = ["<unk>", "<s>", "</s>", ...Array.from({ length: 256 }, (_, i) => `<0x${hex(i)}>`), ...WORDS];
  const types = [2, 3, 3, ...Array(256).fill(6), ...Array(WORDS.length).fill(1)];
  const scores = tokens.map((_, i) => (i < 259 ? 0 : i - 259 - 1000 + 10 * tokens[i].length));
  const values: [string, Value][] = [
    ["general.architecture", { string: "llama" }],
    ["general.name", { string: "tiny" }],
    ["llama.context_length", { u32: 512 }],
    ["llama.embedding_length", { u32: EMBEDDING }],
    ["llama.block_count", { u32: 1 }],
    ["llama.feed_forward_length", { u32: FEED_FORWARD }],
    ["llama.attention.head_count", { u32: HEADS }],
    ["llama.attention.layer_norm_rms_epsilon", { f32: 1e-5 }],
    ["llama.rope.dimension_count", { u32: EMBEDDING / HEADS }],
    ["tokenizer.ggml.model", { string: "llama" }],
    ["tokenizer.ggml.tokens", { array: "string", of: tokens }],
    ["tokenizer.ggml.scores", { array: "f32", of: scores }],
    ["tokenizer.ggml.token_type", { array: "i32", of: types }],
    ["tokenizer.ggml.unknown_token_id", { u32: 0 }],
    ["tokenizer.ggml.bos_token_id", { u32: 1 }],
    ["tokenizer.ggml.eos_token_id", { u32: 2 }],
  ];
  const shapes: [string, number[]][] = [
    ["token_embd.weight", [EMBEDDING, tokens.length]],
    ["output_norm.weight", [EMBEDDING]],
    ["output.weight", [EMBEDDING, tokens.length]],
    ["blk.0.attn_norm.weight", [EMBEDDING]],
    ["blk.0.attn_q.weight", [EMBEDDING, EMBEDDING]],
    ["blk.0.attn_k.weight", [EMBEDDING, EMBEDDING]],
    ["blk.0.attn_v.weight", [EMBEDDING, EMBEDDING]],
    ["blk.0.attn_output.weight", [EMBEDDING, EMBEDDING]],
    ["blk.0.ffn_norm.weight", [EMBEDDING]],
    ["blk.0.ffn_gate.weight", [EMBEDDING, FEED_FORWARD]],
    ["blk.0.ffn_up.weight", [EMBEDDING, FEED_FORWARD]],
    ["blk.0.ffn_down.weight", [FEED_FORWARD, EMBEDDING]],
  ];
  const random = uniform(seed);
  const tensors = shapes.map(([, shape]) => {
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
    // norms near one; the others large enough that tokens differ well in their probabilities
    return data.map(() => (shape.length === 1 ? 1 + 0.1 * random() : 0.6 * random()));
  });
  let offset = 0;
  const places = tensors.map(({ byteLength }) => {
    const place = offset;
    offset = aligned(offset + byteLength);
    return place;
  });
  const head = Buffer.concat([
    Buffer.from("GGUF"),
    u32(3),
    u64(tensors.length),
    u64(values.length),
    ...values.flatMap(([name, value]) => [text(name), encoded(value)]),
    ...shapes.flatMap(([name, shape], i) => [text(name), u32(shape.length), ...shape.map(u64), u32(0), u64(places[i])]),
  ]);
  const whole = Buffer.alloc(aligned(head.length) + offset);
  head.copy(whole);
  for (const [i, tensor] of tensors.entries()) Buffer.from(tensor.buffer).copy(whole, aligned(head.length) + places[i]);
  writeFileSync(file, whole);
}

/** Numbers in (−1, 1). The generator is Lehmer's, with Park and Miller's constants. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return (2 * state) / 2147483647 - 1;
  };
}

function encoded(value: Value): Buffer {
  if ("u32" in value) return Buffer.concat([u32(TYPES.u32), u32(value.u32)]);
  if ("f32" in value) return Buffer.concat([u32(TYPES.f32), f32(value.f32)]);
  if ("string" in value) return Buffer.concat([u32(TYPES.string), text(value.string)]);
  const items = value.of.map((item) =>
    typeof item === "string" ? text(item) : value.array === "f32" ? f32(item) : u32(item),
  );
  return Buffer.concat([u32(TYPES.array), u32(TYPES[value.array]), u64(items.length), ...items]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function f32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

function aligned(place: number): number {
  return Math.ceil(place / ALIGNMENT) * ALIGNMENT;
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, "0");
}
