import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

// Browsers have SHA-256 only as a promise, and a grid names its cells as it goes. Node's own takes a third of the time.

interface Hash {
  update(text: string): Hash;
  digest(): Uint8Array;
  digest(encoding: "hex"): string;
}
interface Host {
  process?: { getBuiltinModule?: (name: string) => Crypto | undefined };
}
interface Crypto {
  createHash?: (name: "sha256") => Hash;
  /** In one call, which takes half the time; not all that run Node's programs have it. */
  hash?: (name: "sha256", text: string, encoding: "hex") => string;
}
const crypto = (globalThis as Host).process?.getBuiltinModule?.("node:crypto");
const own = crypto?.createHash;
const atOnce = crypto?.hash;

/**
 * The SHA-256 of a text in UTF-8.
 *
 * @see FIPS 180-4
 */
export function sha256Of(text: string): Uint8Array {
  return own === undefined ? sha256(utf8ToBytes(text)) : own("sha256").update(text).digest();
}

/**
 * Its first 16 hexadecimal digits.
 *
 * @example sha256Hex16("abc") // "ba7816bf8f01cfea"
 */
export function sha256Hex16(text: string): string {
  if (atOnce !== undefined) return atOnce("sha256", text, "hex").slice(0, 16);
  return own === undefined
    ? bytesToHex(sha256Of(text).subarray(0, 8))
    : own("sha256").update(text).digest("hex").slice(0, 16);
}

/** The SHA-256 of texts one after the other: `add` takes the next, `hex` is 64 hexadecimal digits, once. */
export function sha256Stream(): { add(text: string): void; hex(): string } {
  if (own !== undefined) {
    const hash = own("sha256");
    return { add: (text) => void hash.update(text), hex: () => hash.digest("hex") };
  }
  const hash = sha256.create();
  return { add: (text) => void hash.update(utf8ToBytes(text)), hex: () => bytesToHex(hash.digest()) };
}
