import { describe, expect, it } from "vitest";
import { ConfigError } from "../../src/core/errors.js";
import { applyOverrides, readDraft, readScenario } from "../../src/model/read.js";
import { parseScenario } from "../../src/model/scenario.js";

function refusal(act: () => unknown): ConfigError {
  try {
    act();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("the scenario was accepted");
}

const refused = (text: string, name?: string) => refusal(() => readScenario(text, name === undefined ? {} : { name }));

describe("a scenario in text", () => {
  it("is YAML", () => {
    const scenario = readScenario(`
# comments are free
generator: {kind: linear, angle: 30deg}
samples: 1e5
learner:
  lambda: 1e-3
sweep:
  verifier.kind: [none, oracle]
`);
    expect(scenario.generator.angle).toBe((30 / 180) * Math.PI);
    expect(scenario.samples).toBe(100_000);
    expect(scenario.learner.lambda).toBe(0.001);
    expect(scenario.sweep).toEqual({ "verifier.kind": ["none", "oracle"] });
  });

  it("is JSON, indented by tabs too", () => {
    const input = { generator: { errorRate: 0.1 }, sweep: { samples: [10, 20] } };
    for (const indent of [undefined, 2, "\t"]) {
      expect(readScenario(JSON.stringify(input, null, indent))).toEqual(parseScenario(input));
    }
  });

  it("may use an anchor twice", () => {
    const scenario = readScenario("generator: &teacher {samples: 300, lambda: 1}\nverifier: *teacher");
    expect(scenario.verifier).toMatchObject({ samples: 300, lambda: 1 });
  });

  it("is the core schema of YAML 1.2 whatever it says: yes is a word", () => {
    expect(readScenario("%YAML 1.1\n---\nname: yes").name).toBe("yes");
  });
});

describe("an error in text", () => {
  it.each([
    ["? ? # ", "{\\n  ? #\\n} is not a setting"],
    ['"a\\nb": 1', "a\\nb is not a setting (line 1)"],
    ['"a\\u001b\\r\\tb": 1', "a\\u001b\\r\\tb is not a setting (line 1)"],
    ['"a\\nb": 1\n"a\\nb": 2', "the scenario says a\\nb twice (line 2)"],
    ['generator: {"a\\nb": 1}', "generator.a\\nb is not a setting; did you mean generator.kind? (line 1)"],
    ['sweep: {"a\\nb": [1]}', "sweep.a\\nb is not a setting that can be swept (line 1)"],
    [
      "name: *a\u0085b",
      "the scenario has aliases that cannot be followed: Unresolved alias (the anchor must be set before the alias): a\ufffdb",
    ],
  ])("is one line, whatever the text holds: %j", (text, message) => {
    const error = refused(text);
    expect(error.message).toBe(message);
    expect(error.problems[0]).toBe(message);
    for (const problem of error.problems) expect(problem).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
  });

  it("is one line, whatever the text or the override is called", () => {
    expect(refused("samples: 0", "a\nb.yaml").message).toMatch(/^samples must be .* \(line 1 of a b\.yaml\)$/);
    expect(refused("{", "a\nb.yaml").message).toMatch(/^a b\.yaml is not valid YAML or JSON: .*$/);
    for (const text of ["a\nb=1", "samples=[\n0", "samples=\n0", "\n"])
      expect(refusal(() => parseScenario(applyOverrides({}, [text], "--set"))).message).not.toContain("\n");
  });

  it.each([
    ["generator:\n  kind: noise\n  errorRate: 1.2\n", "generator.errorRate must be in [0, 1], got 1.2 (line 3)", 3],
    [
      "samples: 10\ngenerator:\n  errorRat: 0\n",
      "generator.errorRat is not a setting; did you mean generator.errorRate? (line 3)",
      3,
    ],
    [
      "sweep:\n  generator.errorRate:\n    - 0\n    - 3\n",
      "sweep.generator.errorRate[1] must be in [0, 1], got 3 (line 4)",
      4,
    ],
    [
      "sweep:\n  samples:\n    from: 1\n",
      "sweep.samples.to must be an integer in [1, 2^53 − 1], got undefined (line 2)",
      2,
    ],
    ["samples: 10\nseed: 1\nsamples: 20\n", "the scenario says samples twice (line 3)", 3],
    ['{\n"seed": 1,\n"data": {"dim": 1,\n"dim": 2}}', "the scenario says dim twice (line 4)", 4],
    ["samples: .nan", "samples must be an integer in [1, 2^53 − 1], got NaN (line 1)", 1],
    ["samples: 1_000", 'samples must be an integer in [1, 2^53 − 1], got "1_000" (line 1)', 1],
    ["generator: &a {errorRate: 2}\n", "generator.errorRate must be in [0, 1], got 2 (line 1)", 1],
  ])("has its line: %j", (text, message, line) => {
    expect(refused(text)).toMatchObject({ message, line });
  });

  it("has the name of the file", () => {
    expect(refused("samples: 0", "mine.yaml").message).toBe(
      "samples must be in [1, 2^53 − 1], got 0 (line 1 of mine.yaml)",
    );
    expect(refused("a: [1", "mine.yaml").message).toMatch(
      /^mine\.yaml is not valid YAML or JSON: .* \(line 1 of mine\.yaml\)$/,
    );
  });

  it("has the line of each problem", () => {
    expect(refused("samples: 0\nseed: x").problems).toEqual([
      "samples must be in [1, 2^53 − 1], got 0 (line 1)",
      'seed must be an integer in [0, 2^53 − 1], got "x" (line 2)',
    ]);
  });

  it("points at the cell's value in a sweep", () => {
    expect(refused("samples: 10\nsweep:\n  learner.lambda:\n    - 1\n    - 0\n")).toMatchObject({
      field: "sweep.learner.lambda[1]",
      line: 5,
    });
  });
});

describe("hostile text", () => {
  const lines = (count: number, line: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => line(i)).join("\n");

  it.each([
    ["nothing", ""],
    ["a word", "none"],
    ["a list", "- a\n- b"],
    ["two documents", "samples: 1\n---\nsamples: 2"],
    ["an unknown tag", "name: !!js/function 'return 1'"],
    ["a local tag", "name: !include /etc/passwd"],
    ["a key that is a mapping", "? {a: 1}\n: 2"],
    ["a merge", "<<: {samples: 3}"],
    ["a prototype", "__proto__: {samples: 3}"],
    ["a prototype within", "generator: {__proto__: {errorRate: 0.5}}"],
    ["a constructor", "constructor: {prototype: {samples: 3}}"],
    ["an alias of nothing", "name: *nobody"],
    ["a list that holds itself", "samples: &a [*a]"],
    [
      "a bomb of aliases",
      `a: &a [x,x]\n${lines(8, (i) => `b${i}: &b${i} [${`*${i === 0 ? "a" : `b${i - 1}`},`.repeat(9)}]`)}`,
    ],
    ["many aliases", `name: &a x\n${lines(1000, (i) => `k${i}: *a`)}`],
    ["brackets", "[".repeat(100_000)],
    ["braces", "{a: ".repeat(100_000)],
    ["dashes", "- ".repeat(100_000)],
    ["question marks", "? ".repeat(100_000)],
    ["steps", lines(1000, (i) => `${" ".repeat(i)}a:`)],
    ["many keys", lines(20_000, (i) => `key${i}: 1`)],
    ["a long key", `${"k".repeat(100_000)}: 1`],
    ["a control character", "name: \u0000\u0007"],
    ["a key that talks to the terminal", '"\\u009b2J": 1'],
    ["a tag that talks to the terminal", "name: !\u001b[2J x"],
    ["a lone quote", '"samples'],
  ])("is refused as a bad scenario: %s", (_, text) => {
    const error = refused(text);
    expect(error.message.length).toBeLessThan(500);
    expect(error.message).not.toMatch(/[^\P{Cc}\n]/u);
    expect({}).not.toHaveProperty("samples");
  });

  it("is refused unread past a million characters", () => {
    expect(refused(`#${" ".repeat(1_000_000)}`).message).toBe(
      "the scenario must be at most 1000000 characters, got 1000001",
    );
  });
});

describe("overrides", () => {
  const set = (input: unknown, ...flags: string[]) => parseScenario(applyOverrides(input, flags, "--set"));

  it("set values in YAML, one after the other", () => {
    const scenario = set(
      {},
      "verifier.kind=oracle",
      "samples=1e3",
      "samples=2e3",
      "name=a = b",
      "verifier={kind: top}",
    );
    expect(scenario.verifier.kind).toBe("top");
    expect(scenario.samples).toBe(2000);
    expect(scenario.name).toBe("a = b");
  });

  it("reach into what is not there, or is a word", () => {
    const scenario = set({}, "data.covariance.kind=power-law", "data.covariance.exponent=1", "plot.x=samples");
    expect(scenario.data.covariance).toEqual({ kind: "power-law", exponent: 1 });
    expect(scenario.plot).toEqual({ x: "samples" });
  });

  it("set an axis of the sweep, one end of it, or the whole", () => {
    const range = { from: 0, to: 1, steps: 11, scale: "linear" };
    expect(set({}, "sweep.generator.errorRate={from: 0, to: 1, steps: 11}").sweep).toEqual({
      "generator.errorRate": range,
    });
    const input = { sweep: { "generator.errorRate": range, samples: [1, 2] } };
    expect(set(input, "sweep.generator.errorRate.steps=3").sweep).toEqual({
      "generator.errorRate": { ...range, steps: 3 },
      samples: [1, 2],
    });
    expect(set(input, "sweep={}").sweep).toBeUndefined();
    expect(set(input, "sweep={seed: [1, 2]}").sweep).toEqual({ seed: [1, 2] });
  });

  it("win over the sweep, and say so", () => {
    const input = { sweep: { "verifier.kind": ["none", "oracle"], "data.covariance": ["identity"], samples: [1, 2] } };
    const flags = ["verifier={kind: oracle, phi: 1}", "data.covariance.kind=power-law", "data.covariance.exponent=1"];
    const draft = applyOverrides(input, flags, "--set");
    expect(parseScenario(draft).sweep).toEqual({ samples: [1, 2] });
    expect(draft.warnings.map(({ message }) => message)).toEqual([
      "--set verifier={kind: oracle, phi: 1} fixes verifier.kind, which is no longer swept",
      "--set data.covariance.kind=power-law fixes data.covariance, which is no longer swept",
    ]);
  });

  it("leave the input as it was", () => {
    const input = Object.freeze({ samples: 1, sweep: Object.freeze({ samples: [1, 2] }) });
    applyOverrides(input, ["samples=3", "generator.errorRate=0.5"]);
    expect(input).toEqual({ samples: 1, sweep: { samples: [1, 2] } });
  });

  it.each([
    ["generator.errorRate=1.2", "generator.errorRate must be in [0, 1], got 1.2 (--set generator.errorRate=1.2)"],
    ["sweep.samples=[0]", "sweep.samples[0] must be in [1, 2^53 − 1], got 0 (--set sweep.samples=[0])"],
    [
      "generator.errorrate=0",
      "generator.errorrate is not a setting; did you mean generator.errorRate? (--set generator.errorrate=0)",
    ],
    [
      "sweep.errorRate=[0]",
      "sweep.errorRate is not a setting that can be swept; did you mean sweep.generator.errorRate? (--set sweep.errorRate=[0])",
    ],
    ["samples", '--set must be path=value, got "samples"'],
    ["=3", '--set must be path=value, got "=3"'],
    ["samples=", "samples must be an integer in [1, 2^53 − 1], got null (--set samples=)"],
    ["samples=[1", "the value of --set samples=[1 is not valid YAML or JSON: Flow sequence must end with a ]"],
    ["__proto__=1", "__proto__ is not a setting (--set __proto__=1)"],
  ])("%s: %s", (flag, message) => {
    expect(refusal(() => set({}, flag)).message).toBe(message);
  });

  it("are told from the lines of the text they change", () => {
    const draft = applyOverrides(readDraft("samples: 0\nseed: 1"), ["seed=-1"], "--set");
    expect(refusal(() => parseScenario(draft)).problems).toEqual([
      "samples must be in [1, 2^53 − 1], got 0 (line 1)",
      "seed must be in [0, 2^53 − 1], got -1 (--set seed=-1)",
    ]);
  });

  it("cannot repair a scenario that is none", () => {
    expect(refusal(() => set([1, 2], "seed=1")).message).toBe("the scenario must be a mapping of settings, got [1,2]");
  });
});
