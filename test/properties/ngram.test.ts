import fc from "fast-check";
import { expect, it } from "vitest";
import type { TextCore } from "../../src/core/textCore.js";
import { readLanguageModel, writeArpa } from "../../src/text/arpa.js";
import type { NgramModel } from "../../src/text/ngramModel.js";
import { trainLanguageModel } from "../../src/text/ngramTraining.js";
import { buildsOfEdition } from "../kernel/builds.js";
import { KneserNey } from "../oracle/ngram.js";

const SETTINGS = { seed: 4, numRuns: 60 };

const word = fc.constantFrom("a", "b", "c", "d", "é", "😀");
const corpus = fc.array(fc.array(word, { maxLength: 8 }), { minLength: 1, maxLength: 12 });
const order = fc.integer({ min: 1, max: 6 });
const minCount = fc.integer({ min: 1, max: 3 });
const probe = fc.array(fc.oneof(word, fc.constant("unseen")), { maxLength: 8 });

function spaced(texts: readonly (readonly string[])[]): string[] {
  return texts.map((text) => text.join(" "));
}

async function train(core: TextCore, texts: readonly (readonly string[])[], order: number, minCount = 1) {
  return trainLanguageModel(core, spaced(texts), { order, minCount, tokenizer: "spaces" });
}

function arpaOf(model: NgramModel): string {
  return [...writeArpa(model)].join("");
}

buildsOfEdition("language models", (core) => {
  it("are those of the oracle, rare words being <unk>", async () => {
    await fc.assert(
      fc.asyncProperty(corpus, order, minCount, probe, async (texts, order, minCount, text) => {
        const model = await train(core, texts, order, minCount);
        const all = texts.flat();
        const common = new Set<string>(all.filter((one) => all.filter((other) => other === one).length >= minCount));
        const known = (one: string) => (common.has(one) ? one : "<unk>");
        const oracle = new KneserNey(
          texts.map((one) => one.map(known)),
          order,
        );
        const logs = model.logProbs(text.join(" "));
        for (const [i, token] of [...text, "</s>"].entries()) {
          const word = token === "</s>" ? token : known(token);
          const want = Math.log(oracle.probability(word, ["<s>", ...text.slice(0, i).map(known)]));
          expect(Math.abs(logs[i] - want)).toBeLessThan(1e-13);
        }
      }),
      SETTINGS,
    );
  });

  it("do not depend on the order of the texts, to the last bit", async () => {
    await fc.assert(
      fc.asyncProperty(corpus, order, probe, async (texts, order, text) => {
        const one = (await train(core, texts, order)).logProbs(text.join(" "));
        const other = (await train(core, texts.toReversed(), order)).logProbs(text.join(" "));
        expect(other).toEqual(one);
      }),
      SETTINGS,
    );
  });

  it("come back from a file with the same bits, in pieces of any length, and go into the same file", async () => {
    await fc.assert(
      fc.asyncProperty(corpus, order, minCount, fc.array(probe), fc.integer({ min: 1, max: 50 }), async (...given) => {
        const [texts, order, minCount, probes, length] = given;
        const model = await train(core, texts, order, minCount);
        const scores = model.score(spaced(probes));
        const file = arpaOf(model);
        const pieces = Array.from({ length: Math.ceil(file.length / length) }, (_, i) =>
          file.slice(i * length, (i + 1) * length),
        );
        const back = await readLanguageModel(core, pieces);
        expect(back.tokenizer).toBe("spaces");
        expect(back.score(spaced(probes))).toEqual(scores);
        expect(arpaOf(back)).toBe(file);
      }),
      SETTINGS,
    );
  });
});
