import type { Core } from "../core/core.js";
import { type Cells, effective, union } from "./cells.js";
import type { ResolvedOptions } from "./options.js";
import { type AuditReason, auditReason } from "./reasons.js";
import type { AuditSlice } from "./result.js";
import { clopperPearson } from "./share.js";

const FEW = 30;
const FEW_CLUSTERS = 20;
/** A true simple sample is suspected once in 1000. */
const SUSPICION = 0.999;
const NAMED = 5;

/** What a reader of an audit should know. */
export function auditWarnings(
  core: Core,
  cells: Cells,
  { design, classes }: Pick<ResolvedOptions, "design" | "classes">,
  slices: readonly AuditSlice[],
): AuditReason[] {
  const { rows, kept, rejected, audited, ...by } = cells.counts();
  if (rows === 0) return [auditReason("no-row")];
  if (audited === 0) return [auditReason("none-audited")];
  const found: AuditReason[] = [];
  const auditedKept = by.keptCorrect + by.keptWrong;
  if (audited < FEW) found.push(auditReason("few-audited", { rows: audited }));
  if (kept === 0) found.push(auditReason("none-kept"));
  else if (rejected === 0) found.push(auditReason("all-kept"));
  else if (auditedKept === 0) found.push(auditReason("none-kept-audited"));
  else if (auditedKept === audited) found.push(auditReason("none-rejected-audited"));
  if (classes > 2) found.push(auditReason("classes-assumed", { classes }));
  const clusters = cells.clusters.size;
  if (clusters > 0 && clusters < FEW_CLUSTERS) found.push(auditReason("few-clusters", { clusters }));
  found.push(...ofDesign(core, cells, design));
  const varying = slices.filter(({ differs }) => differs.length > 0);
  if (varying.length > 0) found.push(ofSlices(varying, slices.length));
  return found;
}

function ofDesign(core: Core, cells: Cells, design: ResolvedOptions["design"]): AuditReason[] {
  const { rows, kept, rejected, audited } = cells.counts();
  const ofKept = union(cells.keptCorrect, cells.keptWrong);
  const ofRejected = union(cells.rejectedCorrect, cells.rejectedWrong);
  const sample = effective(ofKept, ofRejected);
  const all = union(ofKept, ofRejected);
  const found: AuditReason[] = [];
  const equals = (all.weight / all.square) * all.weight;
  if (equals < audited / 2) {
    found.push(auditReason("weights-unequal", { rows: audited, worth: equals.toFixed(equals < 10 ? 1 : 0) }));
  }
  if (kept === 0 || rejected === 0) return found;
  if (design === "stratified" && audited === rows) found.push(auditReason("stratified-all-audited"));
  if (design === "simple" && audited < rows) {
    const { low, high } = clopperPearson(core, sample, SUSPICION);
    const rate = kept / rows;
    if (rate < low || rate > high) {
      const shares = { audited: percent(sample.successes / sample.n), all: percent(rate) };
      found.push(auditReason("not-a-simple-sample", shares));
    }
  }
  return found;
}

function ofSlices(varying: readonly AuditSlice[], all: number): AuditReason {
  // named one by one, all of them would tell nothing
  if (varying.length === all) return auditReason("all-slices-differ", { all });
  const names = varying.slice(0, NAMED).map(({ slice }) => JSON.stringify(slice));
  return auditReason("slices-differ", { names, more: varying.length - names.length });
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}
