import type { Core } from "../core/core.js";
import { type Cells, SlicedCells } from "./cells.js";
import { type EstimateOptions, estimates, isWholeSample, rates } from "./estimates.js";
import { difference } from "./intervals.js";
import { auditMethods } from "./methods.js";
import { type AuditOptions, type ResolvedOptions, resolveOptions } from "./options.js";
import { checkRecord } from "./record.js";
import type { AuditRecord, AuditResult, AuditSlice } from "./result.js";
import { auditWarnings } from "./warnings.js";

/**
 * Counts the rows of an audit one by one, in memory for a few numbers a slice; for files that do not fit into memory.
 *
 * @example
 * const tally = new AuditTally({ design: "stratified" });
 * for await (const record of records) tally.add(record);
 * audit(core, tally).keptPrecision // { estimate: …, low: …, high: … }
 */
export class AuditTally {
  readonly #options: ResolvedOptions;
  readonly #cells = new SlicedCells();

  /** @throws ArgumentError where an option is out of its range. */
  constructor(options: AuditOptions = {}) {
    this.#options = resolveOptions(options);
  }

  /** @throws ArgumentError where the record is not valid, with its number, from 1; it is not counted then. */
  add(record: AuditRecord): void {
    this.#cells.add(checkRecord(record, this.#cells.all.rows + 1, this.#options.threshold));
  }

  /** @internal */
  result(core: Core): AuditResult {
    const { design, classes, confidence } = this.#options;
    const slices = sliceResults(core, this.#cells, this.#options);
    return {
      schema: "pstar/audit@1",
      design,
      classes,
      confidence,
      ...estimates(core, this.#cells.all, this.#options),
      methods: auditMethods(isWholeSample(this.#cells.all, design), this.#cells.equalWeights),
      slices,
      warnings: auditWarnings(core, this.#cells.all, this.#options, slices),
    };
  }
}

const RATES = ["errorRate", "phi", "psi"] as const;

/**
 * The slices by name, each with its own estimates. A rate differs where the interval of its distance from that of all other
 * rows excludes 0, at a confidence that all these looks together share (Bonferroni).
 */
export function sliceResults(core: Core, { all, slices }: SlicedCells, options: EstimateOptions): AuditSlice[] {
  const looks = { ...options, confidence: 1 - (1 - options.confidence) / (RATES.length * slices.size) };
  const names = [...slices.keys()].sort((a, b) => (a < b ? -1 : 1));
  return names.map((slice) => {
    const cells = slices.get(slice) as Cells;
    const differs = slices.size < 2 ? [] : different(core, cells, all.without(cells), looks);
    return { slice, ...estimates(core, cells, options), differs };
  });
}

function different(core: Core, cells: Cells, others: Cells, options: EstimateOptions): AuditSlice["differs"] {
  const here = rates(core, cells, options);
  const there = rates(core, others, options);
  return RATES.filter((name) => {
    const { low, high } = difference(here[name], there[name]);
    return low > 0 || high < 0;
  });
}

/**
 * What human labels of some rows say of a whole file: p, φ, ψ, p⋆ and the precision of the kept rows, each with its
 * interval, and whether they teach the truth.
 *
 * @param records Every row of the file, audited or not; or an {@link AuditTally} that has counted them.
 * @throws ArgumentError where an option or a record is not valid; the message names the row.
 * @example
 * const records = [{ correct: true, kept: true }, { correct: false, kept: false }, { correct: null, kept: true }];
 * audit(core, records).verdict // "inconclusive"
 */
export function audit(core: Core, records: Iterable<AuditRecord>, options?: AuditOptions): AuditResult;
export function audit(core: Core, tally: AuditTally): AuditResult;
export function audit(
  core: Core,
  records: Iterable<AuditRecord> | AuditTally,
  options: AuditOptions = {},
): AuditResult {
  if (records instanceof AuditTally) return records.result(core);
  const tally = new AuditTally(options);
  for (const record of records) tally.add(record);
  return tally.result(core);
}
