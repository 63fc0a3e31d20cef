import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

// Each folder imports only from rows above its own. The entries `src/*.ts` gather what users import; those above `src/node.ts`
// run in a page as well.
const LAYERS = [
  ["src/core"],
  ["src/model"],
  ["src/text"],
  ["src/rows"],
  ["src/server"],
  ["src/threads"],
  ["src/engine"],
  ["src/sweep", "src/audit", "src/select", "src/news", "src/eigen"],
  ["src/figure"],
  ["src/paper"],
  ["src/index.ts", "src/text.ts", "src/audit.ts", "src/news.ts", "src/eigen.ts", "src/classes.ts"],
  ["src/node.ts"],
  ["src/cli", "web"],
];
/** The entries that run in a page. */
const ENTRIES = ["src/index.ts", "src/text.ts", "src/audit.ts", "src/news.ts", "src/eigen.ts", "src/classes.ts"];
const OF_THE_CORE = /^(WebAssembly|memory|ptr|\w+Ptr)$/;
/** The flag --memory of `pstar lm train` is about another memory. */
const OTHERWISE = new Set(["src/cli/lm/run.ts says memory"]);
const NODE_ONLY = /^(node:.*|piscina|commander|cli-progress|picocolors|bullmq|ioredis|@napi-rs\/.*)$/;

const files = [...sourcesUnder("src"), ...sourcesUnder("web")];

function sourcesUnder(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .map((file) => join(folder, file).replaceAll("\\", "/"))
    .filter((file) => /\.ts$/.test(file) && !/\.(generated|d)\.ts$/.test(file));
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), "utf8");
}

interface Imports {
  packages: string[];
  files: string[];
}

const known = { sources: new Map<string, ts.SourceFile>(), imports: new Map<string, Imports>() };

/** What a file is made of; parsed once for all tests. */
function sourceOf(file: string): ts.SourceFile {
  const source = known.sources.get(file) ?? ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true);
  known.sources.set(file, source);
  return source;
}

/** The specifiers that a file imports, and those of the checkout as paths from its root. */
function importsOf(file: string): Imports {
  const imports = known.imports.get(file) ?? findImportsOf(file);
  known.imports.set(file, imports);
  return imports;
}

function findImportsOf(file: string): Imports {
  const names = ts.preProcessFile(read(file), true, true).importedFiles.map((imported) => imported.fileName);
  const own = names.filter((name) => name.startsWith("."));
  return {
    packages: names.filter((name) => !name.startsWith(".")),
    files: own.map((name) =>
      relative(ROOT, join(ROOT, dirname(file), name.replace(/\.js$/, ".ts"))).replaceAll("\\", "/"),
    ),
  };
}

/** The names that a file imports from files of the checkout, or with `exported` passes on from them. */
function namedImportsOf(file: string, exported = false): { from: string; name: string }[] {
  return sourceOf(file).statements.flatMap((statement) => {
    const clause = exported
      ? ts.isExportDeclaration(statement) && statement.exportClause
      : ts.isImportDeclaration(statement) && statement.importClause?.namedBindings;
    if (!clause || !(ts.isNamedImports(clause) || ts.isNamedExports(clause))) return [];
    const { moduleSpecifier } = statement as ts.ImportDeclaration;
    const specifier = (moduleSpecifier as ts.StringLiteral).text;
    const from = relative(ROOT, join(ROOT, dirname(file), specifier.replace(/\.js$/, ".ts"))).replaceAll("\\", "/");
    return clause.elements.map(({ name, propertyName }) => ({ from, name: (propertyName ?? name).text }));
  });
}

/** What an entry offers: the file and name that it passes on, and the entry. */
function exportsOf(entry: string): [string, string][] {
  return namedImportsOf(entry, true).map(({ from, name }) => [`${from} ${name}`, entry]);
}

/** The entry of LAYERS that a file belongs to. */
function areaOf(file: string): string | undefined {
  return LAYERS.flat().find((area) => file === area || file.startsWith(`${area}/`));
}

function rankOf(area: string | undefined): number {
  return LAYERS.findIndex((areas) => areas.some((known) => known === area));
}

describe("layers", () => {
  it("knows the layer of every source file", () => {
    expect(files.filter((file) => areaOf(file) === undefined)).toEqual([]);
  });

  it("imports only downwards", () => {
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .files.filter((target) => areaOf(target) !== areaOf(file) && rankOf(areaOf(target)) >= rankOf(areaOf(file)))
        .map((target) => `${file} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it("keeps the words of the boundary in src/core", () => {
    const outside = files.filter((file) => !file.startsWith("src/core/"));
    const wrong = outside.flatMap((file) => {
      const found: string[] = [];
      const visit = (node: ts.Node): void => {
        if (ts.isIdentifier(node) && OF_THE_CORE.test(node.text)) found.push(`${file} says ${node.text}`);
        node.forEachChild(visit);
      };
      visit(sourceOf(file));
      return found;
    });
    expect(wrong.filter((sentence) => !OTHERWISE.has(sentence))).toEqual([]);
  });

  it("has no two files that need each other", () => {
    const targets = new Map(files.map((file) => [file, importsOf(file).files]));
    const cycles: string[] = [];
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(" → "));
      if (done.has(file) || path.includes(file)) return;
      for (const target of targets.get(file) ?? []) visit(target, [...path, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
    expect(cycles).toEqual([]);
  });

  it("names no flag of the command line below src/cli, but in a whole command", () => {
    // `pstar run … --y agreement` repeats a claim, `trl sft --config …` uses a file that was written
    const isCommand = (text: string) => /^(pstar|trl) ([a-z]|$)/.test(text);
    // a check answers the command that goes on, put together from its flags
    const isPart = (node: ts.Node): boolean =>
      (ts.isTemplateExpression(node) && isCommand(node.head.text)) ||
      (node.parent !== undefined && isPart(node.parent));
    const flag = /(^|[\s(`'":,])--([a-z]|$)/;
    const wrong = files
      .filter((file) => file.startsWith("src/") && !file.startsWith("src/cli/"))
      .flatMap((file) => {
        const found: string[] = [];
        const visit = (node: ts.Node): void => {
          const isText =
            ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateHead(node);
          if (isText || ts.isTemplateMiddleOrTemplateTail(node)) {
            if (flag.test(node.text) && !isCommand(node.text) && !isPart(node)) found.push(`${file}: ${node.text}`);
          }
          node.forEachChild(visit);
        };
        visit(sourceOf(file));
        return found;
      });
    expect(wrong).toEqual([]);
  });

  it("calls the addresses that a kernel takes from the host by names that end in Ptr", () => {
    const exported = new Set(
      ["assembly/index.ts", "assembly/text.ts", "assembly/transformer.ts", "assembly/classes.ts"]
        .flatMap((file) => [...read(file).matchAll(/export \{([^}]*)\}/g)])
        .flatMap(([, names]) => names.split(",").map((name) => name.trim())),
    );
    const addresses = readdirSync(join(ROOT, "assembly"), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && file !== "test.ts")
      .flatMap((file) => [...read(`assembly/${file}`).matchAll(/export function (\w+)\(([^)]*)\)/g)])
      .filter(([, kernel]) => exported.has(kernel))
      .flatMap(([, kernel, params]) => [...params.matchAll(/(\w+): usize/g)].map(([, name]) => `${kernel}: ${name}`));
    expect(addresses.length).toBeGreaterThan(100);
    expect(addresses.filter((address) => !address.endsWith("Ptr"))).toEqual([]);
  });

  it("gives every error below src/cli a reason with a code, not a sentence", () => {
    // those that do not leave the file, or go to BullMQ
    const others = ["Error", "SyntaxError", "UnrecoverableError"];
    const wrong: string[] = [];
    let errors = 0;
    for (const file of files) {
      if (!file.startsWith("src/") || file.startsWith("src/cli/")) continue;
      const visit = (node: ts.Node): void => {
        const name = ts.isNewExpression(node) && ts.isIdentifier(node.expression) ? node.expression.text : "";
        if (ts.isNewExpression(node) && name.endsWith("Error") && !others.includes(name)) {
          const [reason] = node.arguments ?? [];
          errors++;
          if (reason === undefined || ts.isStringLiteralLike(reason) || ts.isTemplateExpression(reason))
            wrong.push(`${file}: ${node.getText()}`);
        }
        node.forEachChild(visit);
      };
      visit(sourceOf(file));
    }
    expect(wrong).toEqual([]);
    expect(errors).toBeGreaterThan(100);
  });

  it("imports in the page from the entries what these offer, as anybody would", () => {
    const offered = new Map(ENTRIES.flatMap((entry) => exportsOf(entry)));
    const wrong = files
      .filter((file) => file.startsWith("web/"))
      .flatMap((file) =>
        namedImportsOf(file)
          .filter(({ from, name }) => offered.has(`${from} ${name}`))
          .map(({ from, name }) => `${file} imports ${name} from ${from}: ${offered.get(`${from} ${name}`)} has it`),
      );
    expect(wrong).toEqual([]);
  });

  it("reaches nothing of Node's from the entries of a page", () => {
    const reached = new Set<string>(ENTRIES);
    for (const file of reached) {
      for (const target of importsOf(file).files) if (!target.endsWith(".generated.ts")) reached.add(target);
    }
    const wrong = [...reached].flatMap((file) =>
      importsOf(file)
        .packages.filter((name) => NODE_ONLY.test(name))
        .map((name) => `${file} imports ${name}`),
    );
    expect(wrong).toEqual([]);
  });
});
