import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { darkTheme, lightTheme } from "../../src/figure/theme.js";
import { settings } from "../../src/model/jsonSchema.js";
import { dataKinds, generatorKinds, learnerKinds, verifierKinds } from "../../src/model/kinds.js";
import { applyOverrides } from "../../src/model/read.js";
import { parseScenario } from "../../src/model/scenario.js";
import { sweepable } from "../../src/model/schema.js";
import { isPart, properties, settle, sweptPaths } from "../../web/model/properties.js";
import { directionsAt, type Vector, wronglyKept } from "../../web/model/sphere.js";
import { presetsOf } from "../../web/model/state.js";
import { overlapOf } from "../../web/view/news.js";
import { zh } from "../../web/words/chinese.js";
import { en } from "../../web/words/english.js";

const WEB = join(import.meta.dirname, "../../web");
const everyPreset = Object.values(presetsOf).flat();

/** The page has two classes at ±μ. */
const isOfClasses = (path: string) => path.split(".")[0] === "classes";

describe("a figure", () => {
  const kinds = { data: dataKinds, generator: generatorKinds, verifier: verifierKinds, learner: learnerKinds };
  const shown = Object.entries(kinds).flatMap(([section, table]) =>
    Object.values(table as Record<string, { shows: readonly string[] }>).flatMap(({ shows }) =>
      shows.map((name) => `${section}.${name}`),
    ),
  );
  it.each([...new Set(shown)])("has a name for %s, which a kind shows in it", (path) => {
    for (const { figureWords } of [en, zh]) expect(figureWords.paths[path]?.symbol).toMatch(/\S/);
  });
});

describe("the list of properties", () => {
  // The kind of a covariance is the choice `data.covariance` itself.
  const elsewhere = new Set(["data.covariance.kind"]);
  const wanted = [...settings()].filter(
    ([path, node]) =>
      !path.startsWith("sweep.") &&
      !path.startsWith("plot.") &&
      !isOfClasses(path) &&
      !node.properties &&
      !elsewhere.has(path),
  );
  // What a person calls a scenario, and what the editor of the axes is for.
  const outside = new Set(["$schema", "name", "description", "sweep", "plot"]);

  it("has every setting of the schema, and no other", () => {
    const paths = wanted.map(([path]) => path).filter((path) => !outside.has(path));
    expect(properties.map(({ path }) => path).sort()).toEqual([...new Set(paths)].sort());
  });

  it("has every kind of covariance, and can vary all that a sweep can", () => {
    const kinds = [...(settings().get("data.covariance")?.anyOf ?? [])].flatMap((node) => [
      node,
      ...(node.oneOf ?? []),
    ]);
    const named = kinds.flatMap(({ const: one, properties: inner }) => [one, inner?.kind?.const]).filter(Boolean);
    const property = properties.find(({ path }) => path === "data.covariance");
    expect(property?.kind === "choice" && [...property.choices].sort()).toEqual(named.sort());
    expect([...sweptPaths].sort()).toEqual([...sweepable.keys()].filter((path) => !isOfClasses(path)).sort());
  });

  it.each(properties.map((property) => [property.path, property] as const))(
    "agrees with the schema on %s",
    (path, property) => {
      const node = settings().get(path);
      if (!node) throw new Error(`${path} is no setting`);
      if (property.kind === "choice") {
        const inner = node.anyOf?.find((one) => one.const !== undefined || one.enum);
        if (path !== "data.covariance") expect(node.enum ?? inner?.enum).toEqual(property.choices);
      }
      if (isPart(path)) return;
      const valid = (value: unknown) => parseScenario(applyOverrides({}, [`${path}=${JSON.stringify(value)}`]));
      if (path !== "data.covariance") {
        const [section, key] = path.split(".") as [string, string?];
        const read = parseScenario({}) as unknown as Record<string, Record<string, unknown>>;
        const there = key === undefined ? read[section] : read[section]?.[key];
        const degrees = property.kind === "angle" ? (property.fallback / 180) * Math.PI : property.fallback;
        // what may be left out stands on the page as what it then follows from
        if ("optional" in property) expect(there).toBeUndefined();
        else expect(there).toEqual(degrees);
      }
      if (property.kind !== "number" && property.kind !== "integer") return;
      // Both ends of the page are valid on the command line; what lies below is not.
      for (const value of [property.min, property.max]) {
        expect(() => valid(value)).not.toThrow(`${path} must be`);
      }
      const below = property.kind === "integer" ? property.min - 1 : property.min - 1e-9;
      expect(() => valid(below)).toThrow(`${path} must be`);
      expect(property.slider.from).toBeGreaterThanOrEqual(property.min);
      expect(property.slider.to).toBeLessThanOrEqual(property.max);
    },
  );

  it("clamps, rounds and falls back", () => {
    const property = (path: string) => properties.find((one) => one.path === path) as (typeof properties)[number];
    expect(settle(property("verifier.phi"), 1.2)).toEqual({ value: 1, repaired: true });
    expect(settle(property("verifier.phi"), Number.NaN)).toEqual({ value: 0.8, repaired: true });
    expect(settle(property("samples"), 12.6)).toEqual({ value: 13, repaired: true });
    expect(settle(property("samples"), Number.POSITIVE_INFINITY)).toEqual({
      value: Number.MAX_SAFE_INTEGER,
      repaired: true,
    });
    expect(settle(property("learner.kind"), "tree")).toEqual({ value: "ridge", repaired: true });
    expect(settle(property("verifier.angleToGenerator"), null)).toEqual({ value: null, repaired: false });
    expect(settle(property("verifier.phi"), 0.25)).toEqual({ value: 0.25, repaired: false });
  });

  it("has a name and an explanation in both languages for each, and for each choice", () => {
    for (const words of [en, zh]) {
      const named: Readonly<Record<string, readonly string[]>> = words.properties;
      const choices: Readonly<Record<string, string>> = words.choices;
      expect(Object.keys(named).sort()).toEqual(properties.map(({ path }) => path).sort());
      for (const property of properties) {
        expect(named[property.path]?.every((text) => text.length > 0)).toBe(true);
        for (const choice of property.kind === "choice" ? property.choices : []) expect(choices[choice]).toBeTruthy();
      }
      expect(Object.keys(words.presets).sort()).toEqual([...new Set(everyPreset)].sort());
    }
  });
});

describe("the colours of the page", () => {
  it.each([
    ["background", lightTheme.background, darkTheme.background],
    ["ink", lightTheme.ink, darkTheme.ink],
    ["muted", lightTheme.muted, darkTheme.muted],
    ["reference", lightTheme.reference, darkTheme.reference],
    ["grid", lightTheme.grid, darkTheme.grid],
    ["first", lightTheme.series[0], darkTheme.series[0]],
    ["second", lightTheme.series[1], darkTheme.series[1]],
    ["third", lightTheme.series[2], darkTheme.series[2]],
  ])("has the figures' %s", (name, light, dark) => {
    const style = readFileSync(join(WEB, "style/tokens.css"), "utf8");
    expect(style).toContain(`--${name}: light-dark(${light}, ${dark});`);
  });
});

describe("the words that two summaries share", () => {
  const marked = (summary: string, reference: string) =>
    overlapOf(summary, reference).map(({ text, shared }) => (shared ? `[${text}]` : text));

  it("are marked as often as the other has them, whatever their case, and the text stays whole", () => {
    expect(marked("Storm, storm and STORM in Kelshire.", "A storm hit Kelshire: the storm of the year")).toEqual([
      ..."[Storm]|, |[storm]| and STORM in |[Kelshire]|.".split("|"),
    ]);
    expect(marked("暴风雨来了", "暴雨")).toEqual(["[暴]", "风", "[雨]", "来了"]);
    expect(marked("nothing here", "")).toEqual(["nothing here"]);
    expect(marked("", "anything")).toEqual([]);
  });
});

describe("where rows are kept with a wrong label", () => {
  const dot = (a: Vector, b: Vector) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  const area = ([a, b, c, d]: readonly Vector[]) => triangle(a, b, c) + triangle(a, c, d);
  function triangle(a?: Vector, b?: Vector, c?: Vector): number {
    if (!a || !b || !c) return Number.NaN;
    const [u, v] = [b, c].map((end) => end.map((value, i) => value - (a[i] as number))) as [number[], number[]];
    const [x = 0, y = 0, z = 0] = u;
    const [p = 0, q = 0, r = 0] = v;
    return Math.hypot(y * r - z * q, z * p - x * r, x * q - y * p) / 2;
  }
  // Points all over the sphere, evenly: Fibonacci's spiral.
  const points = Array.from({ length: 40_000 }, (_, i): Vector => {
    const y = 1 - (2 * i + 1) / 40_000;
    const turn = i * Math.PI * (3 - Math.sqrt(5));
    return [Math.sqrt(1 - y * y) * Math.cos(turn), y, Math.sqrt(1 - y * y) * Math.sin(turn)];
  });

  it.each([
    [40, 30, null],
    [138.8, 30, 141.4],
    [60, 60, 0],
    [90, 90, 180],
    [30, 50, 80],
    [180, 70, null],
    [100, 0, null],
    [0, 40, null],
  ])("is covered by the shading: generator %s°, verifier %s°, %s° apart", (generator, verifier, between) => {
    const at = directionsAt({ generator, verifier, between });
    const pieces = wronglyKept(at);
    for (const corner of pieces.flat()) {
      expect(Math.hypot(...corner)).toBeCloseTo(1, 9);
      expect(dot(corner, at.truth)).toBeLessThan(1e-9);
      expect(dot(corner, at.generator)).toBeGreaterThan(-1e-9);
      expect(dot(corner, at.verifier)).toBeGreaterThan(-1e-9);
    }
    const wrong = points.filter(
      (point) => dot(point, at.truth) < 0 && dot(point, at.generator) > 0 && dot(point, at.verifier) > 0,
    );
    const covered = pieces.reduce((sum, piece) => sum + area(piece), 0);
    // flat pieces of at most 11° lie a little below the sphere
    expect(Math.abs(covered - (4 * Math.PI * wrong.length) / points.length)).toBeLessThan(0.01 + 0.01 * covered);
  });
});

describe("the words of a Chinese figure", () => {
  it("are there for every kind", () => {
    const kinds = [dataKinds, generatorKinds, verifierKinds, learnerKinds].flatMap((table) => Object.keys(table));
    expect(kinds.filter((kind) => !/\p{Script=Han}/u.test(zh.figureWords.values[kind] ?? ""))).toEqual([]);
    expect(zh.figureWords.learner("perceptron")).toBe("感知机");
  });
});
