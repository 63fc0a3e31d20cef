import type { Core } from "../core/core.js";
import { outOfRange } from "../core/errors.js";
import { auditWarnings, refuseMixture } from "./audit.js";
import { type Cells, SlicedCells } from "./cells.js";
import { isWholeSample } from "./estimates.js";
import {
  type FileAuditOptions,
  type RowSource,
  readRecords,
  refuseMarks,
  remarks,
  type UnreadableRow,
} from "./file.js";
import { auditMethods } from "./methods.js";
import { type AuditOptions, type JoinedRule, joinedRules, type ResolvedOptions, resolveOptions } from "./options.js";
import { type AuditReason, auditReason } from "./reasons.js";
import { checkRecord } from "./record.js";
import type { AuditRecord, PairTable, SheetAccount, VerifiersResult } from "./result.js";
import type { AuditFields } from "./row.js";
import { adjustedEstimates } from "./slices.js";

/** What is asked of several verifiers: labels are of rows at random, or have weights. */
export type VerifiersOptions = Pick<
  AuditOptions,
  "classes" | "confidence" | "interval" | "finitePopulation" | "adjust"
>;

/** Audited rows of one label: both keep, only the first, only the second, neither. */
type Pair = [both: number, first: number, second: number, neither: number];

/** Counts rows with the decisions of several verifiers, one by one. */
export class VerifiersTally {
  readonly #names: readonly string[];
  readonly #options: ResolvedOptions;
  readonly #verifiers: readonly SlicedCells[];
  readonly #joined: Record<JoinedRule, SlicedCells>;
  readonly #pairs: { a: number; b: number; correct: Pair; wrong: Pair }[] = [];
  #rows = 0;

  /** @throws ArgumentError if an option is out of its range, or if there are not at least two names, all different. */
  constructor(names: readonly string[], options: VerifiersOptions = {}) {
    if (names.length < 2 || new Set(names).size < names.length) {
      throw outOfRange("kept", auditReason("at-least-two-verifiers"), names.join(", "));
    }
    this.#names = names;
    this.#options = resolveOptions({ ...options, design: "simple" });
    this.#verifiers = names.map(() => new SlicedCells());
    this.#joined = { all: new SlicedCells(), any: new SlicedCells(), majority: new SlicedCells() };
    for (let a = 0; a < names.length; a++) {
      for (let b = a + 1; b < names.length; b++) {
        this.#pairs.push({ a, b, correct: [0, 0, 0, 0], wrong: [0, 0, 0, 0] });
      }
    }
  }

  /**
   * @param record Its `decisions` are in the order of the names.
   * @throws ArgumentError if the record is not valid; it is not counted then.
   */
  add(record: AuditRecord): void {
    const { decisions = [] } = record;
    const checked = checkRecord({ ...record, kept: false }, this.#rows + 1, null);
    if (decisions.length !== this.#names.length) {
      throw outOfRange("decisions", `${this.#names.length} decisions`, decisions.length, ` (row ${this.#rows + 1})`);
    }
    this.#rows++;
    for (const [i, cells] of this.#verifiers.entries()) cells.add({ ...checked, kept: decisions[i] === true });
    const votes = decisions.filter((kept) => kept).length;
    for (const rule of joinedRules) {
      this.#joined[rule].add({ ...checked, kept: isKept(rule, votes, decisions.length) });
    }
    const { correct } = checked;
    if (correct === null) return;
    for (const { a, b, ...tables } of this.#pairs) {
      const place = (decisions[a] ? 0 : 2) + (decisions[b] ? 0 : 1);
      tables[correct ? "correct" : "wrong"][place]++;
    }
  }

  /** @internal */
  result(core: Core): VerifiersResult {
    const { classes, confidence, interval, finitePopulation, adjust } = this.#options;
    const [first] = this.#verifiers as [SlicedCells];
    refuseMixture(first, this.#options);
    const sliced = [...this.#verifiers, ...joinedRules.map((rule) => this.#joined[rule])];
    const judged = adjustedEstimates(
      core,
      sliced.map(({ all }) => all),
      this.#options,
    );
    const verifiers = this.#names.map((verifier, i) => ({ verifier, ...(judged[i] as (typeof judged)[number]) }));
    const joined = joinedRules.map((rule, i) => {
      const found = judged[this.#names.length + i] as (typeof judged)[number];
      return { rule, ...found, independent: independent(rule, verifiers, classes) };
    });
    const alike = first.equalWeights && first.all.clusters.size === 0;
    const table = (pair: Pair) => pairTable(pair, alike);
    return {
      schema: "pstar/audit-verifiers@1",
      classes,
      confidence,
      intervals: { method: interval, finitePopulation },
      clusters: first.all.clusters.size === 0 ? null : first.all.clusters.size,
      rows: this.#rows,
      audited: first.all.audited,
      verifiers,
      joined,
      dependence: this.#pairs.map(({ a, b, correct, wrong }) => ({
        verifiers: [this.#names[a] as string, this.#names[b] as string],
        correct: table(correct),
        wrong: table(wrong),
      })),
      adjustment: adjust,
      methods: auditMethods(this.#options, isWholeSample(first.all, this.#options), first.equalWeights, first.all),
      warnings: this.#warnings(core),
    };
  }

  #warnings(core: Core): AuditReason[] {
    const { classes } = this.#options;
    const of = (cells: Cells) => auditWarnings(core, cells, { design: "simple", classes }, []);
    const each = this.#verifiers.map(({ all }) => of(all));
    const inAll = (warning: AuditReason) =>
      each.every((warnings) => warnings.some(({ message }) => message === warning.message));
    const common = (each[0] ?? []).filter(inAll);
    const single = each.flatMap((warnings, i) =>
      warnings
        .filter((warning) => !inAll(warning))
        .map((why) => auditReason("of-verifier", { verifier: this.#names[i] as string, why })),
    );
    const compared = auditReason("verifiers-compared", { verdicts: this.#names.length + joinedRules.length });
    return [...common, ...single, compared];
  }
}

function isKept(rule: JoinedRule, votes: number, verifiers: number): boolean {
  switch (rule) {
    case "all":
      return votes === verifiers;
    case "any":
      return votes > 0;
    case "majority":
      return 2 * votes > verifiers;
    default:
      return rule satisfies never;
  }
}

/** What a rule keeps of correct and of wrong labels, if the verifiers decide independently given the label. */
function independent(
  rule: JoinedRule,
  verifiers: readonly Pick<VerifiersResult["verifiers"][number], "phi" | "psi">[],
  classes: number,
): VerifiersResult["joined"][number]["independent"] {
  const of = (rate: "phi" | "psi"): number | null => {
    // the law of the number of votes, one verifier after the other
    let votes = [1];
    for (const {
      [rate]: { estimate },
    } of verifiers) {
      if (estimate === null) return null;
      const keep = Math.min(1, Math.max(0, estimate));
      votes = Array.from(
        { length: votes.length + 1 },
        (_, n) => (votes[n] ?? 0) * (1 - keep) + (votes[n - 1] ?? 0) * keep,
      );
    }
    const chance = votes.reduce((sum, p, n) => sum + (isKept(rule, n, verifiers.length) ? p : 0), 0);
    return Math.min(1, chance);
  };
  const [phi, psi] = [of("phi"), of("psi")];
  if (phi === null || psi === null) return { phi, psi, breakdown: null, youden: null };
  const right = (classes - 1) * phi;
  return { phi, psi, breakdown: right + psi > 0 ? right / (right + psi) : null, youden: phi - psi };
}

function pairTable([both, first, second, neither]: Pair, exact: boolean): PairTable {
  const margins = [both + first, second + neither, both + second, first + neither];
  const product = margins.reduce((all, n) => all * n, 1);
  return {
    both,
    first,
    second,
    neither,
    correlation: product === 0 ? null : (both * neither - first * second) / Math.sqrt(product),
    pValue: exact ? fisher([both, first, second, neither]) : null,
  };
}

/** Tables are equally likely up to this rounding. */
const ROUNDING = 1e-9;

/**
 * Fisher's exact test of independence in a 2 × 2 table, two-sided: the chance, given its margins, of all tables that are at most as
 * likely as this one.
 *
 * @see Fisher, The logic of inductive inference, J. R. Statist. Soc. 98 (1935)
 */
function fisher([both, first, second, neither]: Pair): number {
  const least = Math.max(0, both - neither);
  const most = both + Math.min(first, second);
  // chances of each number of rows that both keep, as multiples of that of this table
  const upwards = (k: number) => {
    const [b, f, s, n] = [k, first + both - k, second + both - k, neither - both + k];
    return (f * s) / ((b + 1) * (n + 1));
  };
  let [all, tail] = [1, 1];
  const count = (chance: number) => {
    all += chance;
    if (chance <= 1 + ROUNDING) tail += chance;
  };
  for (let k = both, chance = 1; k < most; k++) {
    chance *= upwards(k);
    count(chance);
  }
  for (let k = both, chance = 1; k > least; k--) {
    chance /= upwards(k - 1);
    count(chance);
  }
  return Math.min(1, tail / all);
}

/** What several verifiers of some rows do, each alone and joined: by all, by any, by more than half of them. */
export function auditVerifiers(core: Core, tally: VerifiersTally): VerifiersResult {
  return tally.result(core);
}

/** Several verifiers of a file, and all that belongs to their account. */
export interface FileVerifiers {
  source: string;
  fields: AuditFields;
  result: VerifiersResult;
  labels?: SheetAccount;
  unreadable: { count: number; first: readonly UnreadableRow[] };
}

/**
 * Reads a file with the decisions of several verifiers (`fields.verifiers`); null if the reading was aborted.
 *
 * @throws What `auditRows` throws.
 */
export async function auditVerifierRows(
  core: Core,
  source: RowSource,
  { fields, options }: { fields: AuditFields; options: VerifiersOptions },
  how: FileAuditOptions = {},
): Promise<FileVerifiers | null> {
  const tally = new VerifiersTally(fields.verifiers ?? [], options);
  const reading = await readRecords(source, fields, how, (record) => tally.add(record));
  if (reading === null) return null;
  const result = tally.result(core);
  refuseMarks(source, result.warnings);
  const { unreadable } = reading;
  const warnings = [...result.warnings, ...remarks(reading)];
  return { source: source.source, fields, result: { ...result, warnings }, unreadable };
}
