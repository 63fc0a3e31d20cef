import { outOfRange } from "../core/errors.js";
import { MIN_HASHES, minHashes } from "../core/text.js";
import type { TextCore } from "../core/textCore.js";
import { matching } from "./tokenizer.js";

/** How alike two texts are that are near-duplicates. */
export interface NearDuplicateOptions {
  /** The least share of eight-byte pieces that they have in common (Jaccard), in [0.5, 1]. @default 0.8 */
  similarity?: number;
}

/** Texts that are nearly alike. */
export interface NearDuplicates {
  /** For each text the first one of its cluster: itself, if it is the first or none is like it. */
  first: Uint32Array;
  /** How alike each text is to that first one, in [0, 1], with a standard error of at most 0.045; 1 for a first one itself. */
  similarity: Float64Array;
  /** Texts that have no letter and no digit, and are like none. */
  empty: number;
}

/** Bytes of a signature that are looked up together, and how often that is done: texts of 0.8 are missed with a chance of 5e-5. */
const BAND = 5;
const BANDS = 25;
/** So many texts of one band, the latest of different clusters, are compared with a further one: a limit for hostile texts. */
const COMPARED = 64;
const NONE = 255;

/**
 * Finds texts that are nearly alike: in lower case, without what is neither letter nor digit, their sets of eight-byte pieces have at least
 * this share in common. Estimated by MinHash with 128 hashes; a cluster is what such pairs join, so two texts of one may be less alike.
 * Takes about 150 bytes a text.
 *
 * @throws ArgumentError if `similarity` is out of its range.
 * @example
 * nearDuplicates(core, ["The cat sat on the mat today.", "the cat sat on the mat, today", "A dog."]).first // 0, 0, 2
 * @see Broder, On the resemblance and containment of documents, SEQUENCES (1997)
 */
export function nearDuplicates(
  core: TextCore,
  texts: readonly string[],
  options: NearDuplicateOptions = {},
): NearDuplicates {
  return clustersOf(signaturesOf(core, texts), options);
}

/** A text as it is compared: letters and digits of all scripts in lower case, with one space for all else. */
export function comparable(text: string): string {
  const lower = text.normalize("NFKC").toLowerCase();
  return matching(() => lower.replace(/[^\p{L}\p{M}\p{N}]+/gu, " ")).trim();
}

/** The signatures of texts, {@link MIN_HASHES} bytes each; of one without letters and digits all bytes are 255. */
export function signaturesOf(core: TextCore, texts: readonly string[]): Uint8Array {
  const encoder = new TextEncoder();
  const parts = texts.map((text) => encoder.encode(comparable(text)));
  const bounds = new Uint32Array(2 * parts.length);
  let end = 0;
  for (const [i, { length }] of parts.entries()) {
    bounds[2 * i] = end;
    end += length;
    bounds[2 * i + 1] = end;
  }
  const bytes = new Uint8Array(end);
  for (const [i, part] of parts.entries()) bytes.set(part, bounds[2 * i]);
  return minHashes(core, bytes, bounds);
}

/** Joins texts by their signatures. */
export function clustersOf(signatures: Uint8Array, { similarity = 0.8 }: NearDuplicateOptions = {}): NearDuplicates {
  if (!(similarity >= 0.5 && similarity <= 1)) throw outOfRange("similarity", "in [0.5, 1]", similarity);
  const texts = signatures.length / MIN_HASHES;
  const isEmpty = (text: number) => {
    for (let i = MIN_HASHES * text; i < MIN_HASHES * (text + 1); i++) if (signatures[i] !== NONE) return false;
    return true;
  };
  const parents = Uint32Array.from({ length: texts }, (_, text) => text);
  /** The first text of the cluster: the least number in it. */
  const firstOf = (text: number): number => {
    let at = text;
    while (parents[at] !== at) {
      parents[at] = parents[parents[at]];
      at = parents[at];
    }
    return at;
  };
  const slots = 2 ** Math.max(4, Math.ceil(Math.log2(texts * 1.5 + 1)));
  /** 1 + the latest text of a band's value, by its hash; and before each text the one before it. */
  const latest = new Uint32Array(slots);
  const before = new Uint32Array(texts);
  let empty = 0;
  for (let band = 0; band < BANDS; band++) {
    latest.fill(0);
    for (let text = 0; text < texts; text++) {
      if (isEmpty(text)) {
        if (band === 0) empty++;
        continue;
      }
      const slot = bandHash(signatures, MIN_HASHES * text + BAND * band) & (slots - 1);
      let isJoined = false;
      let compared = 0;
      for (let other = latest[slot]; other !== 0 && compared < COMPARED; other = before[other - 1]) {
        compared++;
        const [a, b] = [firstOf(text), firstOf(other - 1)];
        if (a !== b && estimate(signatures, text, other - 1) < similarity) continue;
        isJoined = true;
        if (a !== b) parents[Math.max(a, b)] = Math.min(a, b);
      }
      if (isJoined) continue; // the one that it is like stands for it
      before[text] = latest[slot];
      latest[slot] = text + 1;
    }
  }
  const first = Uint32Array.from({ length: texts }, (_, text) => firstOf(text));
  const alike = Float64Array.from(first, (one, text) => (one === text ? 1 : estimate(signatures, text, one)));
  return { first, similarity: alike, empty };
}

/** Some of the hashes' bytes agree by chance. */
const BY_CHANCE = 1 / 256;

/** The share of pieces that two texts have in common, by the share of bytes in which their signatures agree. */
function estimate(signatures: Uint8Array, a: number, b: number): number {
  let equal = 0;
  for (let i = 0; i < MIN_HASHES; i++) {
    if (signatures[MIN_HASHES * a + i] === signatures[MIN_HASHES * b + i]) equal++;
  }
  return Math.max(0, (equal / MIN_HASHES - BY_CHANCE) / (1 - BY_CHANCE));
}

/** A hash of the bytes of a band. */
function bandHash(signatures: Uint8Array, at: number): number {
  let hash = 0;
  for (let i = at; i < at + BAND; i++) hash = Math.imul(hash ^ signatures[i], 0x9e3779b1) ^ (hash >>> 15);
  return (hash ^ (hash >>> 16)) >>> 0;
}
