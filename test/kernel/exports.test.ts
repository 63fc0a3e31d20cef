import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

const FILE = join(ROOT, "src/core/exports.ts");
const source = ts.createSourceFile(FILE, readFileSync(FILE, "utf8"), ts.ScriptTarget.Latest, true);
const CORE = source.statements.filter(ts.isInterfaceDeclaration).find(({ name }) => name.text === "CoreExports");

/** What the interface says of a member: called, or read. */
function kindOf(member: ts.TypeElement): string {
  const type = ts.isPropertySignature(member) ? member.type?.getText() : undefined;
  if (type === "Constant") return "global";
  return type === "WebAssembly.Memory" ? "memory" : "function";
}

const declared = new Map(CORE?.members.map((member) => [member.name?.getText(), kindOf(member)]));
/** How many numbers a function takes, where the interface says so. */
const arities = CORE?.members
  .filter(ts.isMethodSignature)
  .map((method) => [method.name.getText(), method.parameters.length]);

describe.each(["debug", "release"])("the %s core", (build) => {
  const module = new WebAssembly.Module(readFileSync(join(ROOT, `build/core.${build}.wasm`)));

  it("exports what the host declares, and nothing else", () => {
    const exported = WebAssembly.Module.exports(module).map(({ name, kind }) => [name, kind]);
    expect(exported.sort()).toEqual([...declared].sort());
  });

  it("takes as many numbers as the host declares", () => {
    const { exports } = new WebAssembly.Instance(module);
    expect(arities?.map(([name]) => [name, (exports[name] as CallableFunction).length])).toEqual(arities);
    expect(arities?.length).toBeGreaterThan(20);
  });

  it("asks nothing of its host", () => {
    expect(WebAssembly.Module.imports(module)).toEqual([]);
  });
});
