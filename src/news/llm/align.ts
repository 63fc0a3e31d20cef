/** A token as a server tells it. */
export interface ServerToken {
  text: string;
  /** Natural logarithm; null of the first, before which nothing stands. */
  logprob: number | null;
  /** Where it begins, in characters (code points), where the server says so. */
  offset?: number;
}

/** Tokens before the text, as <s>. */
const SPECIALS = 3;
/** UTF-16 units. */
const LONGEST_TOKEN = 64;
/** Bytes of the longest character: as many tokens may share it. */
const LONGEST_CHARACTER = 4;
const REPLACED = "\ufffd";

/**
 * The tokens that stand for `text` behind its first `boundary` characters (UTF-16 units).
 *
 * A token across the boundary counts as the continuation's: without it, the first word would be had for nothing. The
 * prompt ends without a space and the continuation begins with one, so that models that split text at spaces have no such
 * token.
 *
 * @param tokens Those of the text, and perhaps others behind it, that the server has generated.
 * @returns null if the tokens are not those of the text.
 */
export function continuationTokens(
  tokens: readonly ServerToken[],
  text: string,
  boundary: number,
): { tokens: string[]; logprobs: number[] } | null {
  const ends = endsByText(tokens, text) ?? endsByOffset(tokens, text);
  if (ends === null) return null;
  const kept: ServerToken[] = [];
  for (const [i, end] of ends.entries()) if (end > boundary) kept.push(tokens[i]);
  const logprobs = kept.map(({ logprob }) => logprob);
  if (kept.length === 0 || logprobs.some((log) => log === null)) return null;
  return { tokens: kept.map((token) => token.text), logprobs: logprobs as number[] };
}

/** Where each token of the text ends, found by the tokens' own texts. */
function endsByText(tokens: readonly ServerToken[], text: string): number[] | null {
  for (let specials = 0; specials <= Math.min(SPECIALS, tokens.length); specials++) {
    const ends = walk(tokens, text, new Array(specials).fill(0));
    if (ends !== null) return ends;
  }
  // vLLM does not say what the first token is
  for (let length = 1; tokens[0]?.text === "" && length <= LONGEST_TOKEN; length++) {
    const ends = walk(tokens, text, [length]);
    if (ends !== null) return ends;
  }
  return null;
}

/** @param before Where the first tokens end. */
function walk(tokens: readonly ServerToken[], text: string, before: readonly number[]): number[] | null {
  const ends = [...before];
  let place = ends.at(-1) ?? 0;
  for (let i = ends.length; place < text.length; i++) {
    if (i === tokens.length) return null;
    const length = lengthAt(text, place, tokens[i].text);
    if (length !== null) {
      place += length;
      ends.push(place);
      continue;
    }
    // A character of several tokens is told as replacement signs: it ends where the next whole token begins.
    let after = i + 1;
    while (after < tokens.length && isPiece(tokens[after].text)) after++;
    if (!isPiece(tokens[i].text)) return null;
    const found = nextPlace(text, place, after - i, tokens[after]?.text);
    if (found === null) return null;
    for (; i < after; i++) ends.push(found);
    i--;
    place = found;
  }
  return ends;
}

/** How much of the text at a place is this token. SentencePiece writes ▁ for a space. */
function lengthAt(text: string, place: number, token: string): number | null {
  if (token.includes(REPLACED) && !text.startsWith(token, place)) return null;
  if (text.startsWith(token, place)) return token.length;
  const spaced = token.replaceAll("▁", " ");
  if (text.startsWith(spaced, place)) return spaced.length;
  // the first token may have a space of its own before the text
  return place === 0 && spaced.length > 1 && spaced[0] === " " && text.startsWith(spaced.slice(1))
    ? spaced.length - 1
    : null;
}

function isPiece(token: string): boolean {
  return token === "" || token.includes(REPLACED) || /^<0x[0-9A-F]{2}>$/i.test(token);
}

function nextPlace(text: string, place: number, pieces: number, next: string | undefined): number | null {
  const furthest = Math.min(text.length, place + pieces * LONGEST_CHARACTER);
  for (let end = place + 1; end <= furthest; end++) {
    // only what is not ASCII takes several tokens
    if (text.charCodeAt(end - 1) < 128 && text[end - 1] !== " ") return null;
    if (end === text.length || (next !== undefined && lengthAt(text, end, next) !== null)) return end;
  }
  return null;
}

/** The same by the offsets that the server tells. */
function endsByOffset(tokens: readonly ServerToken[], text: string): number[] | null {
  const units = unitsOf(text);
  const length = units.length - 1;
  const offsets = tokens.map(({ offset }) => offset);
  if (offsets[0] !== 0 || offsets.some((offset, i) => offset === undefined || offset < (offsets[i - 1] ?? 0)))
    return null;
  const count = offsets.findIndex((offset) => (offset as number) >= length);
  // the token behind the text says where the text's last one ends
  if (count < 0 || offsets[count] !== length) return null;
  return Array.from({ length: count }, (_, i) => units[offsets[i + 1] as number]);
}

/** Where the n-th character begins, in UTF-16 units. */
function unitsOf(text: string): number[] {
  const units = [0];
  for (const character of text) units.push((units.at(-1) as number) + character.length);
  return units;
}
