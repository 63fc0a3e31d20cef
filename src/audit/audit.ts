import type { Core } from "../core/core.js";
import { SlicedCells } from "./cells.js";
import { ClassTally } from "./classes.js";
import { estimates, isWholeSample } from "./estimates.js";
import { auditMethods } from "./methods.js";
import { type AuditOptions, type ResolvedOptions, resolveOptions } from "./options.js";
import { checkRecord } from "./record.js";
import type { AuditRecord, AuditResult } from "./result.js";
import { annotatorsOf, clustersOf, fewestWrongAnswers, probabilityBelow, refuseMixture } from "./settings.js";
import { sliceResults } from "./slices.js";
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
  readonly #classes = new ClassTally();

  /** @throws ArgumentError where an option is out of its range. */
  constructor(options: AuditOptions = {}) {
    this.#options = resolveOptions(options);
  }

  /** @throws ArgumentError where the record is not valid, with its number, from 1; it is not counted then. */
  add(record: AuditRecord): void {
    const checked = checkRecord(record, this.#cells.all.rows + 1, this.#options.threshold);
    this.#cells.add(checked);
    this.#classes.add(checked);
  }

  /** @internal */
  result(core: Core): AuditResult {
    const { design, classes, confidence, interval, finitePopulation, adjust, probability } = this.#options;
    const cells = this.#cells.all;
    refuseMixture(this.#cells, this.#options);
    const slices = sliceResults(core, this.#cells, this.#options);
    const confusion = this.#classes.result(core, confidence, 0);
    const whole = estimates(core, cells, this.#options);
    return {
      schema: "pstar/audit@1",
      design,
      classes,
      confidence,
      intervals: { method: interval, finitePopulation },
      clusters: clustersOf(core, cells, this.#options),
      annotators: annotatorsOf(core, cells, this.#options),
      ...whole,
      probabilityBelow: probability ? probabilityBelow(core, cells, this.#options) : null,
      fewestWrongAnswers: fewestWrongAnswers(whole, classes),
      confusion,
      methods: auditMethods(this.#options, isWholeSample(cells, this.#options), this.#cells.equalWeights, cells),
      adjustment: slices.length === 0 ? null : adjust,
      slices,
      warnings: auditWarnings(core, cells, { design, classes: confusion === null ? classes : 2 }, slices),
    };
  }
}

/**
 * What human labels of some rows say of a whole file: p, φ, ψ, p⋆ and the precision of the kept rows, each with its
 * interval, and whether most of the kept labels are correct.
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
