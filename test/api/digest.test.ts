import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import * as native from "../../src/model/digest.js";
import { anyCharacter } from "../support/texts.js";

const reference = (text: string) => createHash("sha256").update(text, "utf8").digest("hex").slice(0, 16);

/** As a browser has it, without Node's own; or with this part of Node's. */
async function portable(own?: object): Promise<typeof native> {
  const { getBuiltinModule } = process;
  vi.resetModules();
  Object.assign(process, { getBuiltinModule: own && (() => own) });
  try {
    return await import("../../src/model/digest.js");
  } finally {
    Object.assign(process, { getBuiltinModule });
  }
}

describe.each([
  ["in Node", native],
  ["in a browser", await portable()],
  ["in Node without hashes at once", await portable({ createHash })],
])("the digest of identifiers %s", (_, { sha256Hex16, sha256Of, sha256Stream }) => {
  it.each([
    // FIPS 180-4 and the NIST example values
    ["", "e3b0c44298fc1c14"],
    ["abc", "ba7816bf8f01cfea"],
    ["abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8"],
    ["a".repeat(1_000_000), "cdc76e5c9914fb92"],
  ])("is that of the standard", (text, digest) => {
    expect(sha256Hex16(text)).toBe(digest);
    expect(Buffer.from(sha256Of(text)).toString("hex").slice(0, 16)).toBe(digest);
  });

  it("is SHA-256 at every length around the blocks, and of letters of several bytes", () => {
    const stream = sha256Stream();
    for (const text of ["a", "", "bé", "c"]) stream.add(text);
    expect(stream.hex()).toBe(createHash("sha256").update("abéc").digest("hex"));
    for (let length = 0; length <= 200; length++)
      expect(sha256Hex16("x".repeat(length))).toBe(reference("x".repeat(length)));
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 300 }), (text) => sha256Hex16(text) === reference(text)),
      { seed: 1, numRuns: 300 },
    );
  });
});
