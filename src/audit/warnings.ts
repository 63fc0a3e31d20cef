import type { Core } from "../core/core.js";
import { type Cells, effective, union } from "./cells.js";
import { clopperPearson } from "./intervals.js";
import type { ResolvedOptions } from "./options.js";
import type { AuditSlice } from "./result.js";

const FEW = 30;
/** A true simple sample is suspected once in 1000. */
const SUSPICION = 0.999;
const NAMED = 5;

/** What a reader of an audit should know, one sentence each. */
export function auditWarnings(
  core: Core,
  cells: Cells,
  { design }: Pick<ResolvedOptions, "design">,
  slices: readonly AuditSlice[],
): string[] {
  const { rows, kept, rejected, audited, ...by } = cells.counts();
  if (rows === 0) return ["there is no row"];
  if (audited === 0) return ["no row is audited, so only the keep rate is known"];
  const found: string[] = [];
  const auditedKept = by.keptCorrect + by.keptWrong;
  if (audited < FEW) found.push(`only ${rowsAre(audited)} audited: the intervals are wide`);
  if (kept === 0) found.push("no row is kept, so there is nothing to learn from");
  else if (rejected === 0) found.push("every row is kept, so nothing is known of a verifier");
  else if (auditedKept === 0) found.push("no kept row is audited, so their precision is not known");
  else if (auditedKept === audited) found.push("no rejected row is audited, so φ, ψ and p are hardly known");
  found.push(...ofDesign(core, cells, design));
  const varying = slices.filter(({ differs }) => differs.length > 0);
  if (varying.length > 0) found.push(ofSlices(varying, slices.length));
  return found;
}

function ofDesign(core: Core, cells: Cells, design: ResolvedOptions["design"]): string[] {
  const { rows, kept, rejected, audited } = cells.counts();
  const ofKept = union(cells.keptCorrect, cells.keptWrong);
  const ofRejected = union(cells.rejectedCorrect, cells.rejectedWrong);
  const sample = effective(ofKept, ofRejected);
  const all = union(ofKept, ofRejected);
  const found: string[] = [];
  const equals = (all.weight / all.square) * all.weight;
  if (equals < audited / 2) {
    const worth = equals.toFixed(equals < 10 ? 1 : 0);
    found.push(`the weights are very unequal: ${rowsAre(audited)} audited, and tell about as much as ${worth} would`);
  }
  if (kept === 0 || rejected === 0) return found;
  if (design === "stratified" && audited === rows) {
    found.push(
      "every row is audited: a stratified audit takes the keep rate from all rows of the file, audited or not",
    );
  }
  if (design === "simple" && audited < rows) {
    const { low, high } = clopperPearson(core, sample, SUSPICION);
    const rate = kept / rows;
    if (rate < low || rate > high) {
      const shares = `${percent(sample.successes / sample.n)} of the audited rows and ${percent(rate)} of all rows`;
      found.push(`${shares} are kept: they do not look like a simple random sample; were they chosen by stratum?`);
    }
  }
  return found;
}

function ofSlices(varying: readonly AuditSlice[], all: number): string {
  const one = "one p, φ and ψ does not describe all slices";
  // named one by one, all of them would tell nothing
  if (varying.length === all) return `${one}: all ${all} differ from the others beyond chance`;
  const names = varying.slice(0, NAMED).map(({ slice }) => JSON.stringify(slice));
  const more = varying.length > NAMED ? ` and ${varying.length - NAMED} more` : "";
  const differ = varying.length === 1 ? "differs" : "differ";
  return `${one}: ${names.join(", ")}${more} ${differ} from the others beyond chance`;
}

function rowsAre(count: number): string {
  return count === 1 ? "1 row is" : `${count} rows are`;
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}
