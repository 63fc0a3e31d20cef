// The identifiers of a grid are a million short digests: with no objects made on the way, one takes about a microsecond.
// Everything is 32-bit arithmetic of whole numbers, equal on every machine.

const ROUNDS = 64;
const CONSTANTS = fractions(ROUNDS, 1 / 3);
const INITIAL = fractions(8, 1 / 2);
const schedule = new Int32Array(ROUNDS);
const state = new Int32Array(8);
let bytes = new Uint8Array(256);

/**
 * The first 16 hexadecimal digits of the SHA-256 of a text in UTF-8.
 *
 * @example sha256Hex16("abc") // "ba7816bf8f01cfea"
 * @see FIPS 180-4
 */
export function sha256Hex16(text: string): string {
  const length = put(text);
  const padded = (length + 9 + 63) & ~63;
  bytes.fill(0, length, padded);
  bytes[length] = 0x80;
  // texts here are far shorter than 2²⁹ bytes: the high word of their length in bits is 0
  const bits = length * 8;
  for (let i = 0; i < 4; i++) bytes[padded - 1 - i] = bits >>> (8 * i);
  state.set(INITIAL);
  for (let block = 0; block < padded; block += 64) compress(block);
  return hex(state[0]) + hex(state[1]);
}

/** Writes a text into the buffer, and gives its length in bytes. */
function put(text: string): number {
  if (bytes.length < 3 * text.length + 72) bytes = new Uint8Array(6 * text.length + 144);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return encoder.encodeInto(text, bytes).written;
    bytes[i] = code;
  }
  return text.length;
}

const encoder = new TextEncoder();

function compress(block: number): void {
  for (let t = 0; t < 16; t++) {
    const at = block + 4 * t;
    schedule[t] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  }
  for (let t = 16; t < ROUNDS; t++) {
    const early = schedule[t - 15];
    const late = schedule[t - 2];
    const s0 = ((early >>> 7) | (early << 25)) ^ ((early >>> 18) | (early << 14)) ^ (early >>> 3);
    const s1 = ((late >>> 17) | (late << 15)) ^ ((late >>> 19) | (late << 13)) ^ (late >>> 10);
    schedule[t] = (schedule[t - 16] + s0 + schedule[t - 7] + s1) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let t = 0; t < ROUNDS; t++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const first = (h + s1 + ((e & f) ^ (~e & g)) + CONSTANTS[t] + schedule[t]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const second = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}

/**
 * The first 32 bits behind the point of the square or cube roots of the first primes: ⌊p^(1/k) · 2³²⌋ mod 2³², as whole
 * numbers found by bisection, since a rounded root could be off by one.
 */
function fractions(count: number, power: number): Int32Array {
  const k = Math.round(1 / power);
  return Int32Array.from(primes(count), (prime) => {
    const target = BigInt(prime) << BigInt(32 * k);
    let low = 0n;
    let high = BigInt(prime) << 32n;
    while (high - low > 1n) {
      const middle = (low + high) / 2n;
      if (middle ** BigInt(k) <= target) low = middle;
      else high = middle;
    }
    return Number(BigInt.asIntN(32, low));
  });
}

function primes(count: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) if (found.every((prime) => n % prime !== 0)) found.push(n);
  return found;
}
