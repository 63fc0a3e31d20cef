import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

const interfaces = new Map(
  ["src/core/exports.ts", "test/kernel/testExports.ts"].flatMap((file) =>
    ts
      .createSourceFile(file, readFileSync(join(ROOT, file), "utf8"), ts.ScriptTarget.Latest, true)
      .statements.filter(ts.isInterfaceDeclaration)
      .map((declaration) => [declaration.name.text, declaration] as const),
  ),
);

/** Members of an interface and of those that it extends, each once. */
function membersOf(name: string): ts.TypeElement[] {
  const declaration = interfaces.get(name);
  const parents = declaration?.heritageClauses?.flatMap(({ types }) => types.map((type) => type.getText())) ?? [];
  return [...new Set([...parents.flatMap(membersOf), ...(declaration?.members ?? [])])];
}

/** What an interface says of a member: called, or read. */
function kindOf(member: ts.TypeElement): string {
  const type = ts.isPropertySignature(member) ? member.type?.getText() : undefined;
  if (type === "Constant") return "global";
  return type === "WebAssembly.Memory" ? "memory" : "function";
}

describe.each([
  ["core.release", "SimulationExports"],
  ["text.release", "TextExports"],
  ["transformer.release", "TransformerExports"],
  ["classes.release", "ClassesExports"],
  ["test.debug", "TestExports"],
  ["test.release", "TestExports"],
])("build/%s.wasm", (build, name) => {
  const module = new WebAssembly.Module(readFileSync(join(ROOT, `build/${build}.wasm`)));
  const members = membersOf(name);

  it("exports what the host declares, and nothing else", () => {
    const exported = WebAssembly.Module.exports(module).map(({ name, kind }) => [name, kind]);
    expect(exported.sort()).toEqual(members.map((member) => [member.name?.getText(), kindOf(member)]).sort());
  });

  it("takes as many numbers as the host declares", () => {
    const { exports } = new WebAssembly.Instance(module);
    const arities = members
      .filter(ts.isMethodSignature)
      .map((method) => [method.name.getText(), method.parameters.length] as const);
    const taken = arities.map(([name]) => [name, (exports[name] as CallableFunction).length]);
    expect(taken).toEqual(arities);
    expect(arities.length).toBeGreaterThan(3);
  });

  it("asks nothing of its host", () => {
    expect(WebAssembly.Module.imports(module)).toEqual([]);
  });
});

// The production cores: what a simulation, a page of texts or an experiment downloads before compression.
it.each([
  // 95 kB with the theory of one pass and of logistic regression on any covariance
  ["core", 96_000],
  ["text", 41_000],
  // 62 kB with generated inputs beside real ones, 23 kB, and weighted rows, 3 kB
  ["transformer", 63_500],
  ["classes", 40_000],
])("build/%s.release.wasm has at most %d bytes", (core, limit) => {
  expect(readFileSync(join(ROOT, `build/${core}.release.wasm`)).length).toBeLessThanOrEqual(limit);
});
