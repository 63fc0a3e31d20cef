import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { arrowRows } from "../../src/rows/arrow.js";
import { scratchFolder } from "../support/folders.js";
import { fuzz, fuzzSettings } from "../support/fuzz.js";
import { fuzzedReaders } from "../support/fuzzReaders.js";
import { processorTime } from "../support/processorTime.js";
import { has } from "../support/tools.js";

// PSTAR_FUZZ=2000000 PSTAR_FUZZ_SEED=7 PSTAR_FUZZ_READER=Arrow npm run test:long -- fuzz
const { inputs, seed, only } = fuzzSettings(100_000);
const readers = (await fuzzedReaders(scratchFolder())).filter(({ name }) => only === undefined || name.includes(only));

for (const reader of readers) {
  const { name, needs } = reader;
  it.skipIf(needs !== undefined && !has(needs))(
    `every byte of ${name} is accounted for, or it is refused in one line`,
    { timeout: 24 * 3_600_000 },
    async () => {
      const { read, refused, slowest, memory } = await fuzz(reader, inputs, seed);
      console.log(
        `${name}: ${read} read, ${refused} refused (seed ${seed}); the slowest took ${slowest.toFixed()} ms of processor time, ` +
          `${(memory / 1e6).toFixed()} MB were added`,
      );
      expect(read + refused).toBe(inputs);
    },
  );
}

it("Arrow with any byte turned is refused soon, or its rows are whole", async () => {
  for (const name of ["stream.arrow", "file.arrow", "lz4.feather", "zstd.feather"]) {
    const sound = readFileSync(join(import.meta.dirname, "../rows/data", name));
    for (let at = 0; at < sound.length; at++) {
      const turned = Buffer.from(sound);
      turned[at] ^= 1 << ((at * 5) % 8);
      const took = await processorTime(async () => {
        let count = 0;
        try {
          for await (const some of arrowRows(whole(turned))) count += some.length;
          expect(count).toBe(40);
        } catch (error) {
          expect((error as Error).name, `${name}, turned at ${at}`).toBe("DataError");
        }
      });
      expect(took, `${name}, turned at ${at}`).toBeLessThan(1000);
    }
  }
});

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
