import type { Core } from "../core/core.js";
import { estimates } from "./estimates.js";
import { auditMethods } from "./methods.js";
import { type AuditOptions, type ResolvedOptions, resolveOptions } from "./options.js";
import type { AuditRecord, AuditResult } from "./result.js";
import { sliceResults } from "./slices.js";
import { checkRecord, SlicedCells } from "./tally.js";
import { auditWarnings } from "./warnings.js";

/**
 * Counts the rows of an audit one by one, in memory for a few numbers a slice; for files that do not fit into memory.
 *
 * @example
 * const tally = new AuditTally({ design: "stratified" });
 * for await (const record of records) tally.add(record);
 * pstar.audit(tally).keptPrecision // { estimate: …, low: …, high: … }
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
      methods: auditMethods(design, this.#cells.equalWeights),
      slices,
      warnings: auditWarnings(core, this.#cells.all, this.#options, slices),
    };
  }
}
