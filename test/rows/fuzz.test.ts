// In a process of its own: it starts servers.
import { describe, expect, it } from "vitest";
import { scratchFolder } from "../support/folders.js";
import { fuzz, fuzzSettings } from "../support/fuzz.js";
import { fuzzedReaders } from "../support/fuzzReaders.js";
import { has } from "../support/tools.js";

const { inputs, seed, only } = fuzzSettings(64);
const readers = await fuzzedReaders(scratchFolder());

// the same with 100,000 inputs each is test/long/fuzz.test.ts
describe(`readers, of ${inputs} inputs each (seed ${seed})`, () => {
  for (const reader of readers) {
    if (only !== undefined && !reader.name.includes(only)) continue;
    const isMissing = reader.needs !== undefined && !has(reader.needs);
    it.skipIf(isMissing)(`account for every byte of ${reader.name} or refuse it in one line`, async () => {
      const counts = await fuzz(reader, inputs, seed);
      expect(counts.read + counts.refused).toBe(inputs);
      expect(counts.read).toBeGreaterThan(inputs / 100);
    });
  }
});
