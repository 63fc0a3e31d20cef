import { describe, expect, it } from "vitest";
import { type SchemaNode, scenarioJsonSchema, settings } from "../../src/model/jsonSchema.js";
import { parseScenario } from "../../src/model/scenario.js";

describe("the JSON Schema", () => {
  const schema = scenarioJsonSchema() as ReturnType<typeof scenarioJsonSchema> & {
    properties: Record<string, SchemaNode>;
  };

  it("names itself", () => {
    expect(schema).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      $id: "urn:pstar:scenario:1",
      title: "pstar scenario",
      type: "object",
      additionalProperties: false,
    });
    expect(schema).not.toHaveProperty("required"); // every setting has a default
  });

  it("describes every setting, and has its default, or says what it follows if it is left out", () => {
    for (const [path, node] of settings()) {
      if (path.startsWith("sweep.") || path.endsWith("covariance.kind")) continue;
      expect(node.description, path).toMatch(/^[A-Za-zφψλ].*\.$/);
    }
    for (const section of ["data", "generator", "verifier", "learner"]) {
      for (const [key, node] of Object.entries(schema.properties[section].properties ?? {})) {
        const follows = /left out, `\w+`/.test(node.description ?? ""); // from another setting, which has one
        expect("default" in node, `${section}.${key}`).toBe(!follows);
      }
    }
  });

  it("has the defaults that a scenario resolves to", () => {
    const input: Record<string, unknown> = {};
    for (const [key, node] of Object.entries(schema.properties)) {
      if (key === "classes") continue; // there is no such section unless it is written
      const own = Object.entries(node.properties ?? {}).filter(([, { default: value }]) => value !== undefined);
      if (own.length > 0) input[key] = Object.fromEntries(own.map(([name, { default: value }]) => [name, value]));
      else if (node.default !== undefined) input[key] = node.default;
    }
    expect(parseScenario(input)).toEqual(parseScenario({}));
  });

  it("knows each path that can be swept, with its range", () => {
    const axis = settings().get("sweep.generator.errorRate");
    expect(axis?.anyOf?.[0].items?.anyOf?.[0]).toMatchObject({ type: "number", minimum: 0, maximum: 1 });
    expect(settings().get("sweep.verifier.kind")?.items?.enum).toContain("oracle");
    expect(settings().has("sweep.trials")).toBe(false);
  });
});
