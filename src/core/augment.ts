import { PURPOSES, seedWords } from "./streams.js";
import type { TransformerCore } from "./transformerCore.js";

/** Settings of real rows beside generated ones, in the order in which the core takes them (assembly/augment/inputs.ts). */
export interface KernelInputs {
  dim: number;
  meanNorm: number;
  realRows: number;
  realErrorRate: number;
  samples: number;
  errorRate: number;
  phi: number;
  psi: number;
  meanScale: number;
  /** Radians. */
  meanAngle: number;
  variance: number;
  exponent: number;
  /** 0 given, 1 the mean is estimated, 2 mean and covariance. */
  estimate: number;
  estimateRows: number;
  lambda: number;
  /** 1 if λ counts every row, 0 if the kept ones alone. */
  countsAll: number;
}

const FIELDS = [
  ...(["dim", "meanNorm", "realRows", "realErrorRate", "samples", "errorRate", "phi", "psi", "meanScale"] as const),
  ...(["meanAngle", "variance", "exponent", "estimate", "estimateRows", "lambda", "countsAll"] as const),
] satisfies (keyof KernelInputs)[];

/** What one trial gave; the accuracy is NaN if it has no model. */
export interface AugmentRecord {
  accuracy: number;
  /** Generated rows that were kept, and the wrong ones among them. */
  kept: number;
  keptWrong: number;
}

/**
 * Trials; what one gives depends on the seed, `part` (which tells the cells of one question apart), its number and the
 * settings alone.
 */
export function augmentTrials(
  core: TransformerCore,
  engine: "reduced" | "direct",
  e: KernelInputs,
  { seed, part, trials }: { seed: number; part: number; trials: number },
): AugmentRecord[] {
  const { exports } = core;
  const fields = exports.AUGMENT_FIELDS.value;
  return core.scoped(() => {
    const inputs = placeInputs(core, e);
    const out = core.reserve(8 * fields);
    const scratch = engine === "direct" ? core.reserve(exports.augmentBytes(inputs)) : 0;
    const names = [...seedWords(seed), PURPOSES.augment, part] as const;
    return Array.from({ length: trials }, (_, trial) => {
      if (engine === "direct") exports.augmentDirect(inputs, ...names, trial, 1, scratch, out);
      else exports.augmentReduced(inputs, ...names, trial, 1, out);
      const [, accuracy, kept, keptWrong] = core.f64(out, fields);
      return { accuracy, kept, keptWrong };
    });
  });
}

/** The accuracy by the theory, and by its equations as published; NaN if they have no answer. */
export function augmentTheory(core: TransformerCore, e: KernelInputs): { accuracy: number; published: number } {
  const { exports } = core;
  return core.scoped(() => {
    const inputs = placeInputs(core, e);
    const out = core.reserve(16);
    exports.augmentTheory(inputs, core.reserve(exports.augmentTheoryBytes(inputs)), out);
    const [accuracy, published] = core.f64(out, 2);
    return { accuracy, published };
  });
}

function placeInputs(core: TransformerCore, e: KernelInputs): number {
  return core.place(Float64Array.from(FIELDS, (field) => e[field]));
}
