// In a process of its own: it chooses a backend by the environment, which is read when recheck is loaded.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import ts from "typescript";
import { beforeAll, describe, expect, it } from "vitest";

process.env.RECHECK_BACKEND = "pure";
const { checkSync } = createRequire(import.meta.url)("recheck") as typeof import("recheck");
const ROOT = join(import.meta.dirname, "../..");
const FILES = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "src", "web"], {
  cwd: ROOT,
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => file.endsWith(".ts"));

interface Expression {
  file: string;
  source: string;
  flags: string;
}

/** What is written between slashes. */
function literals(file: string): Expression[] {
  const found: Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf("/");
      found.push({ file, source: node.text.slice(1, end), flags: node.text.slice(end + 1) });
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(join(ROOT, file), "utf8"), ts.ScriptTarget.Latest));
  return found;
}

/** What files make by `new RegExp` when they are loaded. */
async function made(files: readonly string[]): Promise<Expression[]> {
  const found: Expression[] = [];
  const Own = globalThis.RegExp;
  globalThis.RegExp = class extends Own {
    constructor(source: string | RegExp, flags?: string) {
      super(source, flags);
      const [, file] = /\/((?:src|web)\/[^:?]+\.ts)/.exec(new Error().stack ?? "") ?? [];
      if (file !== undefined) found.push({ file, source: this.source, flags: this.flags });
    }
  } as RegExpConstructor;
  try {
    for (const file of files) await import(join(ROOT, file));
  } finally {
    globalThis.RegExp = Own;
  }
  return found;
}

/** The same without the flag v, which recheck does not know: [[A]--[B]] is what is of A and, looking ahead, not of B. */
function plain({ source, flags }: Expression): [source: string, flags: string] {
  return flags.includes("v")
    ? [source.replace(/\[(\[[^\]]*\])--(\[[^\]]*\])\]/g, "(?:(?!$2)$1)"), flags.replace("v", "u")]
    : [source, flags];
}

const { version } = createRequire(import.meta.url)("recheck/package.json") as { version: string };
/**
 * What a version of recheck has found safe, by hashes: it takes most of a minute for all, and few change. Each run writes those of
 * the sources into build/; copied over the list beside the tests, they need not be judged again. test/long judges all of them.
 */
const LIST = join(ROOT, "test/golden/expressions.json");
const FOUND = join(ROOT, "build/expressions.json");
const JUDGES_ALL = process.env.PSTAR_EXPRESSIONS === "all";

/** What takes longer than a time is called slow, so no time is set where a busy machine could take it. */
const PARAMETERS = { timeout: 600_000, attackTimeout: null, incubationTimeout: null, seedingTimeout: null };

function knownSafe(): Set<string> {
  const lists = JUDGES_ALL ? [] : [LIST, FOUND].filter((file) => existsSync(file));
  return new Set(
    lists.flatMap((file) => {
      const { recheck, safe } = JSON.parse(readFileSync(file, "utf8")) as { recheck: string; safe: string[] };
      return recheck === version ? safe : [];
    }),
  );
}

/** The name of an expression in a list. */
function nameOf(source: string, flags: string): string {
  return createHash("sha256").update(`${flags} ${source}`).digest("hex").slice(0, 16);
}

function judgedBy(source: string, flags: string): string {
  const judged = checkSync(source, flags, PARAMETERS);
  return judged.status === "vulnerable" ? judged.complexity.summary : judged.status;
}

const MAKES = /\bnew RegExp\(/;
const QUANTIFIED = /[*+{]/;

// A text from outside may be of any length: work that grows as its square blocks the main thread, and Ctrl-C with it.
describe("every regular expression takes time in proportion to the text", () => {
  const expressions: Expression[] = [];
  const makers = FILES.filter((file) => MAKES.test(readFileSync(join(ROOT, file), "utf8")));

  beforeAll(async () => {
    for (const file of FILES) expressions.push(...literals(file));
    expressions.push(...(await made(makers)));
  });

  it("that is found in the sources", () => {
    expect(expressions.length).toBeGreaterThan(150);
    for (const file of makers)
      expect(
        expressions.some((one) => one.file === file),
        `${file}: make it when the file is loaded`,
      ).toBe(true);
  });

  it("as recheck says", () => {
    const slow: string[] = [];
    const seen = new Set<string>();
    const known = knownSafe();
    const safe: string[] = [];
    for (const expression of expressions) {
      const { file } = expression;
      const [source, flags] = plain(expression);
      const name = nameOf(source, flags);
      if (!QUANTIFIED.test(source) || seen.has(name)) continue;
      seen.add(name);
      const why = known.has(name) ? "safe" : judgedBy(source, flags);
      if (why === "safe") safe.push(name);
      else slow.push(`${file}: /${source}/${flags} is ${why}`);
    }
    writeFileSync(FOUND, `${JSON.stringify({ recheck: version, safe: safe.toSorted() }, null, 2)}\n`);
    expect(slow).toEqual([]);
  });

  it("and it finds those that are not so", () => {
    for (const source of ["^[+-]?(\\d+\\.?\\d*|\\.\\d+)$", "[ \\t]+$", "<[^>]*>"])
      expect(checkSync(source, "").status).toBe("vulnerable");
  });
});
