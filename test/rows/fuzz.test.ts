import { describe, expect, it } from "vitest";
import { scratchFolder } from "../support/folders.js";
import { fuzz, fuzzSettings } from "../support/fuzz.js";
import { fuzzedReaders } from "../support/fuzzReaders.js";

const { inputs, seed, only } = fuzzSettings(96);
const readers = await fuzzedReaders(scratchFolder());

// the same with 100,000 inputs each is test/long/fuzz.test.ts
describe(`readers, of ${inputs} inputs each (seed ${seed})`, () => {
  it.each(
    readers.filter(({ name }) => only === undefined || name.includes(only)).map((reader) => [reader.name, reader]),
  )("account for every byte of %s or refuse it in one line", async (_, reader) => {
    const counts = await fuzz(reader as (typeof readers)[number], inputs, seed);
    expect(counts.read + counts.refused).toBe(inputs);
    expect(counts.read).toBeGreaterThan(inputs / 100);
  });
});
