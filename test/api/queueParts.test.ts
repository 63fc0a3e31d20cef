import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TRIAL_STATUS, type Trial } from "../../src/core/trials.js";
import { parseScenario } from "../../src/index.js";
import { Plan } from "../../src/model/cells.js";
import { queueAddress } from "../../src/sweep/queue/connection.js";
import { scenarioOf } from "../../src/sweep/queue/plans.js";
import {
  decodeTrials,
  encodeTrials,
  parseRange,
  rangeText,
  resultBytes,
  TrialRanges,
} from "../../src/sweep/queue/trialRanges.js";
import { manifestOf } from "../../src/sweep/store/manifest.js";

describe("the record of a plan", () => {
  it("that holds a setting with a line end in its name is refused in one line", () => {
    const { fingerprint, cells, config, provenance } = manifestOf(parseScenario({ seed: 1 }));
    const record = { schema: "pstar/queue@1" as const, fingerprint, cells, provenance };
    expect(scenarioOf({ ...record, config: { ...config } })).toEqual(config);
    expect(() => scenarioOf({ ...record, config: { ...config, "a\nb\r": 1 } })).toThrow(
      /a\\nb\\r is not a setting[^\n]*$/,
    );
  });
});

describe("the address of a queue", () => {
  it.each([
    ["redis://127.0.0.1", { host: "127.0.0.1", port: 6379, db: 0, tls: false, text: "redis://127.0.0.1:6379" }],
    [
      "rediss://a.example:6380/12",
      { host: "a.example", port: 6380, db: 12, tls: true, text: "rediss://a.example:6380/12" },
    ],
    ["redis://[::1]:7000/", { host: "::1", port: 7000, db: 0, text: "redis://[::1]:7000" }],
  ])("reads %s", (url, expected) => {
    expect(queueAddress(url, {})).toMatchObject({ ...expected, username: undefined, password: undefined });
  });

  it("takes what is secret from the environment, and never into its text", () => {
    const address = queueAddress("redis://h", { PSTAR_REDIS_USERNAME: "u", PSTAR_REDIS_PASSWORD: "p" });
    expect(address).toMatchObject({ username: "u", password: "p", text: "redis://h:6379" });
  });

  it.each([
    "redis://u:hidden@h",
    "redis://hidden@h",
    "redis://h/0?password=hidden",
    "h:6379",
    "http://h",
    "redis://h/x",
    "",
  ])("refuses %j and does not repeat it", (url) => {
    expect(() => queueAddress(url, {})).toThrow(/^the queue must be (redis:|an address without)/);
    expect(() => queueAddress(url, {})).not.toThrow(/hidden/);
  });
});

describe("ranges of trials", () => {
  const positive = (max: number) => fc.integer({ min: 1, max });

  it("cover every trial of a cell once, each with a result of less than a MiB before it is base64", () => {
    fc.assert(
      fc.property(positive(1000), positive(300_000), positive(60), (cells, trials, generations) => {
        const { scenario } = new Plan(parseScenario({ trials, generations })).cell(0);
        const ranges = new TrialRanges(cells, trials);
        let next = 0;
        const count = ranges.count(scenario);
        for (let number = 0; number < count; number++) {
          const { first, count } = ranges.at(scenario, number) ?? { first: -1, count: 0 };
          // an expectation for each of some hundred thousand ranges would take longer than the ranges do
          if (first !== next || count <= 0 || resultBytes(count, generations) >= 2 + (4 / 3) * 2 ** 20) {
            expect.fail(`range ${number} has ${count} trials from ${first} on, after ${next}`);
          }
          next += count;
        }
        expect(next).toBe(trials);
        expect(ranges.at(scenario, count)).toBeUndefined();
        expect(ranges.at(scenario, -1)).toBeUndefined();
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it("are named, and nothing else is read as a name", () => {
    const range = { id: "0123456789abcdef", index: 12, number: 3 };
    expect(rangeText(range)).toBe("0123456789abcdef-12-3");
    expect(parseRange(rangeText(range))).toEqual(range);
    for (const wrong of [
      "",
      "0123456789abcdef-12",
      "0123456789abcdef-012-3",
      "0123456789ABCDEF-1-1",
      "x",
      7,
      undefined,
      `${"0".repeat(16)}-1-1\n`,
    ])
      expect(parseRange(wrong)).toBeUndefined();
  });
});

const share = fc.double({ min: 0, max: 1, noNaN: true });
const count = fc.nat(1e9);
const trial: fc.Arbitrary<Trial> = fc
  .record({
    status: fc.constantFrom(...TRIAL_STATUS),
    accuracy: share,
    agreement: share,
    cosine: fc.double({ min: -1, max: 1, noNaN: true }),
    parts: fc.tuple(count, count, count, count),
    iterations: count,
    gradientNorm: fc.double({ min: 0 }),
    norm: fc.double({ min: 0, noNaN: true }),
    risk: fc.double(),
    calibration: fc.double(),
  })
  .map(({ parts: [a, b, c, d], ...rest }) => {
    const measured = rest.status === "ok" || rest.status === "not-converged";
    const none = measured ? {} : { accuracy: Number.NaN, agreement: Number.NaN, cosine: Number.NaN };
    return { ...rest, ...none, generated: a + b + c + d, wrong: a + b, kept: b + c, keptWrong: b };
  });

describe("results of ranges", () => {
  it("come back bit by bit", () => {
    fc.assert(
      fc.property(fc.array(trial, { minLength: 1, maxLength: 20 }), (trials) => {
        expect(decodeTrials(encodeTrials(trials), trials.length, 1)).toEqual(trials);
        expect(JSON.stringify(encodeTrials(trials))).toHaveLength(resultBytes(trials.length, 1));
      }),
      { seed: 2, numRuns: 200 },
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(trial, trial, trial), { minLength: 1, maxLength: 5 }), (all) => {
        const trials = all.map((generations) => ({ ...generations[2], generations }));
        expect(decodeTrials(encodeTrials(trials), trials.length, 3)).toEqual(trials);
      }),
      { seed: 3, numRuns: 50 },
    );
  });

  it("are rejected if they cannot be what trials gave", () => {
    const good: Trial = {
      status: "ok",
      accuracy: 0.5,
      agreement: 0.5,
      cosine: -0,
      generated: 10,
      wrong: 4,
      kept: 5,
      keptWrong: 3,
      iterations: 0,
      gradientNorm: 0,
      norm: 2,
      risk: 0.7,
      calibration: -0.5,
    };
    expect(Object.is(decodeTrials(encodeTrials([good]), 1, 1)?.[0].cosine, -0)).toBe(true);
    const wrong: Partial<Trial>[] = [
      { status: "none" as "ok" },
      { accuracy: 1.1 },
      { accuracy: Number.NaN },
      { agreement: -0.1 },
      { norm: -1 },
      { norm: Number.NaN },
      { cosine: 1.5 },
      { generated: 10.5 },
      { generated: 3 },
      { kept: 11 },
      { keptWrong: 5 },
      { iterations: -1 },
      { iterations: 2 ** 60 },
      { gradientNorm: -1 },
    ];
    for (const change of wrong)
      expect(decodeTrials(encodeTrials([{ ...good, ...change }]), 1, 1), JSON.stringify(change)).toBeUndefined();
    expect(decodeTrials(encodeTrials([good]), 2, 1)).toBeUndefined();
    expect(decodeTrials(Buffer.alloc(79).toString("base64"), 1, 1)).toBeUndefined();
  });
});
