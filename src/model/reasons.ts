import { type Reason, type ReasonOf, reasonsOf, rule } from "../core/reasons.js";
import type { FormulaFault } from "./formula.js";

// What can be wrong with a scenario, and what its author should know. Rules first, in words that follow "must be".

export const modelSentences = {
  text: () => "text",
  "at-most-characters": ({ most }: { most: number }) => `at most ${most} characters`,
  "without-control-characters": () => "without control characters",
  "an-angle": () => 'in [0, π] radians (a number, or text such as "30deg")',
  "a-mapping-of-settings": () => "a mapping of settings",
  "a-mapping-of": ({ keys }: { keys: readonly string[] }) => `a mapping of ${keys.join(", ")}`,
  "a-mapping-of-paths": () => "a mapping from dotted paths to values",
  "a-path": () => "the dotted path of a setting",
  "a-setting": ({ swept }: { swept: boolean }) => (swept ? "a setting that can be swept" : "a setting"),
  "a-list-of-values": () => "a list of values",
  "a-list-or-range": () => "a list of values, or a range {from, to, steps}",
  "a-mapping-of-zipped-paths": () => "a mapping of at least two paths to axes that vary together",
  "a-list-of-groups": () => "a list of groups of axes that vary together",
  "zipped-once": () => "in one group of zip only",
  "swept-once": () => "swept in one place only, and zip has it too",
  "as-long-as": ({ path, length, has }: { path: string; length: number; has: number }) =>
    `as long as ${path}, with which it is zipped (${length} values; it has ${has})`,
  "a-formula": ({ fault }: { fault: FormulaFault }) =>
    `a formula of other settings, such as 1/rows (${formulaFault(fault)})`,
  "a-formula-without-a-circle": () => "a formula that does not depend on its own value",
  "at-least-one-value": () => "a list of at least one value",
  "at-most-values": ({ most }: { most: number }) => `a list of at most ${most} values`,
  "unlike-those-before": () => "unlike the values before it",
  "unlike-points-before": () => "a list of points of which no two are equal",
  "other-than-from": () => "other than from",
  "above-0-on-a-log-scale": () => "above 0 on a log scale",
  "within-decades-of-from": ({ decades }: { decades: number }) => `within ${decades} decades of from`,
  "a-grid-of-at-most": ({ most }: { most: number }) => `a grid of at most ${most} cells`,

  "a-covariance": () => "identity, or a mapping with kind power-law, diagonal or matrix",
  "a-list-of-numbers": () => "a list of numbers",
  "a-list-of-rows": () => "a list of rows",
  "at-most-rows": ({ most }: { most: number }) => `a list of at most ${most} rows`,
  "as-long-as-dim": ({ dim, has }: { dim: number; has: number }) =>
    `a list of data.dim = ${dim} entries (it has ${has})`,
  symmetric: ({ twin }: { twin: number }) => `${twin}, as the matrix is symmetric`,
  "positive-definite": ({ row }: { row: number }) => `positive definite, which fails at row ${row} (from 0)`,

  "allowed-by-the-angles": ({ low, high, degrees }: { low: number; high: number; degrees: [string, string] }) =>
    `in [${low}, ${high}] (${degrees.join(" to ")}), what generator.angle and verifier.angle allow`,
  "enough-for-the-angles": ({ least }: { least: number }) => `at least ${least}, the dimensions that the angles span`,
  "above-0-for-few-rows": ({ rows, weights }: { rows: number; weights: number }) =>
    `above 0, as ${rows} rows cannot determine ${weights} weights`,
  "above-0-for-separable-rows": () => "above 0, as separable rows have no finite optimum",
  "one-of-for": ({ values, owner }: { values: readonly string[]; owner: string }) =>
    `one of ${values.join(", ")} for ${owner}`,

  "given-without-means": () => "the number of classes, or classes.means must say where they are",
  "as-many-as": ({ count, of, has }: { count: number; of: "rows" | "numbers" | "coordinates"; has: number }) =>
    `a list of ${count} ${of}, ${of === "coordinates" ? "as the first mean" : "one for each class"} (it has ${has})`,
  "probabilities-that-sum-to-1": ({ sum }: { sum: number }) => `probabilities that sum to 1 (they sum to ${sum})`,

  "nested-less-deeply": () => "nested less deeply",
  "path-and-value": () => "path=value",

  "unknown-kind": ({ field, value }: { field: string; value: string }) => `${field} ${value}: no engine knows it`,
  "kind-without-engine": ({ field, value, engine }: { field: string; value: string; engine: Engine }) =>
    `${field} ${value} ${{ theory: "has no theory", reduced: "has no reduction", direct: "cannot be drawn row by row" }[engine]}`,

  "must-be-in-cell": (found: { field: string; rule: Reason; got: string; cell: string }) =>
    `${found.field} must be ${found.rule.message}, got ${found.got}, in the cell ${found.cell}`,
  "unknown-setting": ({ field, swept, meant }: { field: string; swept: boolean; meant: string | undefined }) =>
    `${field} is not ${swept ? "a setting that can be swept" : "a setting"}${meant === undefined ? "" : `; did you mean ${meant}?`}`,
  "unknown-preset": ({ name, names, meant }: { name: string; names: readonly string[]; meant: string | undefined }) =>
    `${name} is not a preset; ${meant === undefined ? `it must be one of ${names.join(", ")}` : `did you mean ${meant}?`}`,
  "not-yaml": ({ name, fault }: { name: string; fault: string }) => `${name} is not valid YAML or JSON: ${fault}`,
  "key-twice": ({ name, key }: { name: string; key: string }) => `${name} says ${key} twice`,
  "aliases-not-followed": ({ name, fault }: { name: string; fault: string }) =>
    `${name} has aliases that cannot be followed: ${fault}`,

  "fixed-in-sweep": ({ origin, path }: { origin: string; path: string }) =>
    `${origin} fixes ${path}, which is no longer swept`,
  "no-effect": ({ path, read }: { path: string; read: readonly ReadUnder[] }) =>
    `${path} has no effect: it is read only if ${read.map(({ kind, values }) => `${kind} is ${values.join(" or ")}`).join(" and ")}`,
  "poison-only-thins": () =>
    "verifier.poison only changes how many rows are kept if verifier.kind is none or random: those look at no label",
};

function formulaFault(fault: FormulaFault): string {
  if (fault.code === "name") return `${fault.name} is not a setting with a number`;
  return fault.code === "length" ? "it is too long" : `it cannot be read at character ${fault.at + 1}`;
}

type Engine = "theory" | "reduced" | "direct";

/** The kinds under which a setting is read. */
export interface ReadUnder {
  /** The path of the kind, as `verifier.kind`. */
  kind: string;
  values: readonly string[];
}

export type ModelReason = ReasonOf<typeof modelSentences>;

export const modelReason = reasonsOf(modelSentences);

// zod's errors are texts, and the rule that a setting broke is data: it crosses zod as JSON.

/** A rule as the error of a zod schema. */
export function must(rule: Reason): string {
  return JSON.stringify(rule);
}

/** The rule of a zod issue that {@link must} wrote; one of zod's own becomes a rule in its words. */
export function ruleOf(message: string): Reason {
  return message.startsWith("{") ? (JSON.parse(message) as Reason) : rule("described", { text: message });
}
