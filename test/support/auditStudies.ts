import { verdictOf } from "../../src/audit/estimates.js";
import type { Adjustment, AuditVerdict, IntervalMethod } from "../../src/audit/result.js";
import { shareInterval } from "../../src/audit/share.js";
import { type AuditRecord, type AuditResult, audit as auditRecords, auditThresholds } from "../../src/audit.js";
import type { Core } from "../../src/index.js";

// What a statistician would try: audits of files whose truth is known, again and again, and how often the answer is wrong.

/** Uniform numbers in [0, 1): the generator "mulberry32". */
export function uniforms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What at most may be wrong of so many, if each is wrong with the nominal chance: three standard errors above it. */
export function mostWrong(nominal: number, of: number): number {
  return of * nominal + 3 * Math.sqrt(of * nominal * (1 - nominal));
}

/**
 * Scores that say nothing of labels of which half are correct: no threshold is below p⋆. How often the held-out labels say
 * so of the recommended one, and by how much they overstate its precision on average.
 */
export function uselessScores(
  core: Core,
  audits: number,
  seed: number,
  design: "simple" | "stratified" = "simple",
): { below: number; bias: number } {
  const uniform = uniforms(seed);
  // by strata as many labels of the quarter with the best scores as of all others
  const stratified = { design, threshold: 15 } as const;
  let below = 0;
  let excess = 0;
  for (let audit = 0; audit < audits; audit++) {
    const records = Array.from({ length: 400 }, (_, i): AuditRecord => {
      const correct = uniform() < 0.5;
      if (design === "stratified") {
        const kept = i % 4 === 0;
        const score = kept ? 15 + Math.floor(uniform() * 5) : Math.floor(uniform() * 15);
        return { correct: i < (kept ? 180 : 60) ? correct : null, score };
      }
      return { correct: i < 90 ? correct : null, score: Math.floor(uniform() * 20) };
    });
    const { recommended } = auditThresholds(core, records, {
      seed: audit,
      ...(design === "stratified" && stratified),
    });
    if (recommended?.heldOut.verdict === "below") below++;
    excess += (recommended?.heldOut.keptPrecision.estimate ?? 0.5) - 0.5;
  }
  return { below, bias: excess / audits };
}

/** Fifty slices of which half of the kept labels are correct: any verdict is wrong. How often an audit has one, plain and adjusted. */
export function manySlices(core: Core, audits: number, seed: number, adjust: Adjustment) {
  const uniform = uniforms(seed);
  const wrong = { plain: 0, adjusted: 0 };
  for (let audit = 0; audit < audits; audit++) {
    const records = Array.from({ length: 1500 }, (_, i): AuditRecord => {
      return { correct: uniform() < 0.5, kept: true, slice: `slice ${i % 50}` };
    });
    const { slices } = auditRecords(core, records, { adjust });
    if (slices.some(({ verdict }) => verdict !== "inconclusive")) wrong.plain++;
    if (slices.some(({ adjusted }) => adjusted !== "inconclusive")) wrong.adjusted++;
  }
  return wrong;
}

/** How often an interval holds the truth, and verdicts are wrong. */
export interface Coverage {
  covered: Record<"errorRate" | "phi" | "psi" | "breakdown" | "keptPrecision" | "margin" | "youden" | "gain", number>;
  /** Audits that say below or above, and better or worse, where neither is true. */
  below: number;
  above: number;
  verification: number;
}

interface ClusteredRows {
  clusters: number;
  /** Of each; or on average, if they are `unequal` (exponential). */
  rows: number;
  unequal?: boolean;
  /** Correct ones among kept and rejected rows. */
  a: number;
  b: number;
  told: boolean;
}

/**
 * Rows of prompts that are alike: of each prompt a share of its rows, drawn evenly from 0 to 1 and bent to the mean, is correct,
 * among kept and among rejected rows; half of the rows are kept. `told` says whether the audit knows the prompts.
 */
export function clusteredRows(
  core: Core,
  audits: number,
  seed: number,
  { clusters, rows, a, b, told, unequal = false }: ClusteredRows,
): Coverage {
  const uniform = uniforms(seed);
  const found = emptyCoverage();
  const truth = truthOf(0.5, a, b);
  for (let audit = 0; audit < audits; audit++) {
    const records: AuditRecord[] = Array.from({ length: 2000 }, (_, i) => ({ correct: null, kept: i % 2 === 0 }));
    for (let cluster = 0; cluster < clusters; cluster++) {
      // a prompt is easy or hard: all of its rows lean the same way, with an intraclass correlation of some 0.4
      const easy = uniform();
      const size = unequal ? Math.max(1, Math.round(-rows * Math.log(1 - uniform()))) : rows;
      for (let row = 0; row < size; row++) {
        const kept = row % 2 === 0;
        const chance = uniform() < 0.65 ? (easy < (kept ? a : b) ? 1 : 0) : kept ? a : b;
        records.push({ correct: uniform() < chance, kept, ...(told && { cluster: String(cluster) }) });
      }
    }
    count(found, auditRecords(core, records), truth);
  }
  return found;
}

interface PromptsFile {
  prompts: number;
  /** Of each prompt in the file. */
  rows: number;
  /** How many kept and how many rejected rows are audited; a whole file of them if `simple`. */
  audited: readonly [kept: number, rejected: number];
  design: "stratified" | "simple";
  /** Correct ones among kept and among rejected rows, and kept ones, of a prompt of middling difficulty. */
  a: number;
  b: number;
  k: number;
  /** Of labels and of decisions the share that leans the way of the prompt, in [0, 1]. */
  labelsLean: number;
  decisionsLean: number;
}

/**
 * A file of prompts with several rows each, drawn from many more such prompts. A prompt is easy or hard: its rows are correct
 * together, and kept together. Of the kept and of the rejected rows so many are audited at random, or of all as many, and the audit knows the prompts.
 */
export function promptsFile(core: Core, audits: number, seed: number, setting: PromptsFile): Coverage {
  const { prompts, rows, audited, design, a, b, k, labelsLean, decisionsLean } = setting;
  const uniform = uniforms(seed);
  const found = emptyCoverage();
  const leaning = (easy: number, share: number, lean: number) => lean * (easy < share ? 1 : 0) + (1 - lean) * share;
  const chanceKept = (easy: number) => leaning(easy, k, decisionsLean);
  const chanceCorrect = (easy: number, kept: boolean) => leaning(easy, kept ? a : b, labelsLean);
  // the truth: a mean over prompts of every difficulty
  const steps = 20_000;
  let [keptRows, keptCorrect, rejectedCorrect] = [0, 0, 0];
  for (let i = 0; i < steps; i++) {
    const easy = (i + 0.5) / steps;
    keptRows += chanceKept(easy) / steps;
    keptCorrect += (chanceKept(easy) * chanceCorrect(easy, true)) / steps;
    rejectedCorrect += ((1 - chanceKept(easy)) * chanceCorrect(easy, false)) / steps;
  }
  const truth = truthOf(keptRows, keptCorrect / keptRows, rejectedCorrect / (1 - keptRows));
  for (let audit = 0; audit < audits; audit++) {
    const file: { correct: boolean; kept: boolean; cluster: string }[] = [];
    for (let prompt = 0; prompt < prompts; prompt++) {
      const easy = uniform();
      for (let row = 0; row < rows; row++) {
        const kept = uniform() < chanceKept(easy);
        file.push({ kept, correct: uniform() < chanceCorrect(easy, kept), cluster: String(prompt) });
      }
    }
    const left = { kept: audited[0], rejected: audited[1], all: audited[0] + audited[1] };
    const labelled = new Set<object>();
    for (const row of shuffled(file, uniform)) {
      const of = design === "simple" ? "all" : row.kept ? "kept" : "rejected";
      if (left[of] > 0) {
        left[of]--;
        labelled.add(row);
      }
    }
    const records = file.map((row): AuditRecord => ({ ...row, correct: labelled.has(row) ? row.correct : null }));
    count(found, auditRecords(core, records, { design }), truth);
  }
  return found;
}

/** Fisher and Yates's shuffle. */
function shuffled<T>(rows: readonly T[], uniform: () => number): T[] {
  const order = [...rows];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1));
    [order[i], order[j]] = [order[j] as T, order[i] as T];
  }
  return order;
}

/**
 * Two people err independently of each other, on a share ε of the rows each. A share a of the kept rows is truly correct;
 * a third of the labelled rows are labelled by both. How often the audit has either verdict, and its interval holds a.
 */
export function erringPeople(
  core: Core,
  audits: number,
  seed: number,
  { a, errors, classes, told }: { a: number; errors: number; classes: number; told: boolean },
) {
  const uniform = uniforms(seed);
  const found = { below: 0, above: 0, covered: 0 };
  for (let audit = 0; audit < audits; audit++) {
    const records = Array.from({ length: 600 }, (_, i): AuditRecord => {
      const right = uniform() < a;
      const say = () => (uniform() < errors ? !right : right);
      const [correct, second] = [say(), say()];
      return { kept: i % 6 > 0, correct, ...(told && i % 3 === 0 && { second }) };
    });
    const { verdict, keptPrecision } = auditRecords(core, records, { classes });
    if (verdict !== "inconclusive") found[verdict]++;
    if (keptPrecision.low <= a && keptPrecision.high >= a) found.covered++;
  }
  return found;
}

/** Labels of which half are correct are looked at after each of them, up to 500. How often it is ever called below or above. */
export function peeking(core: Core, audits: number, seed: number, interval: IntervalMethod) {
  const uniform = uniforms(seed);
  const found = { below: 0, above: 0 };
  // most audits come to the same counts again and again
  const known = new Map<number, AuditVerdict>();
  const verdictAt = (successes: number, n: number) => {
    const verdict =
      known.get(1000 * n + successes) ?? verdictOf(shareInterval(core, { successes, n }, 0.95, interval), 2);
    known.set(1000 * n + successes, verdict);
    return verdict;
  };
  for (let audit = 0; audit < audits; audit++) {
    const ever = { below: false, above: false };
    for (let n = 1, successes = 0; n <= 500; n++) {
      if (uniform() < 0.5) successes++;
      const verdict = verdictAt(successes, n);
      if (verdict !== "inconclusive") ever[verdict] = true;
    }
    if (ever.below) found.below++;
    if (ever.above) found.above++;
  }
  return found;
}

function emptyCoverage(): Coverage {
  const covered = { errorRate: 0, phi: 0, psi: 0, breakdown: 0, keptPrecision: 0, margin: 0, youden: 0, gain: 0 };
  return { covered, below: 0, above: 0, verification: 0 };
}

/** The truth of rows of which a share k is kept, a of the kept and b of the rejected being correct. */
export function truthOf(k: number, a: number, b: number) {
  const [right, wrong] = [k * a + (1 - k) * b, k * (1 - a) + (1 - k) * (1 - b)];
  const [phi, psi] = [(k * a) / right, (k * (1 - a)) / wrong];
  const breakdown = phi / (phi + psi);
  const rates = { errorRate: wrong, phi, psi, breakdown, keptPrecision: a };
  return { ...rates, margin: breakdown - wrong, youden: phi - psi, gain: a - right };
}

function count(found: Coverage, result: AuditResult, truth: ReturnType<typeof truthOf>): void {
  for (const name of Object.keys(truth) as (keyof typeof truth)[]) {
    const { low, high } = result[name];
    if (low <= truth[name] + 1e-12 && high >= truth[name] - 1e-12) found.covered[name]++;
  }
  if (result.verdict !== "inconclusive") found[result.verdict]++;
  if (result.verification !== "inconclusive") found.verification++;
}
