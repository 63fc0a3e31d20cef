import { type Core, evaluate, label, sample, fit as train, type VerifyRule, verify } from "../../src/index.js";

/** Rows in two dimensions, how they are labelled and what is kept of them. */
export interface DotsQuestion {
  samples: number;
  errorRate: number;
  /** φ and ψ; or the angle of a verifier that looks at the rows, in degrees; null: every row is kept. */
  verifier: { phi: number; psi: number } | { angle: number } | null;
  /** Later rounds are labelled by the model of the round before. */
  rounds: number;
  meanNorm: number;
  seed: number;
}

/** What was drawn in the last round, and the model that learned from it. */
export interface Dots {
  /** x₀, y₀, x₁, y₁ … */
  places: Float32Array;
  truth: Int8Array;
  labels: Int8Array;
  keep: Uint8Array;
  /** Null if there was nothing to learn from. */
  weights: Float64Array | null;
  /** The direction of the verifier, if it has one. */
  verifier: Float64Array | null;
  /** Of the model on new rows; exact. */
  accuracy: number | null;
}

/** Draws every row in the core, as all of the page's figures do. */
export function drawDots(core: Core, question: DotsQuestion): Dots {
  const { samples, errorRate, verifier, rounds, meanNorm, seed } = question;
  const data = { kind: "mixture", dim: 2, meanNorm } as const;
  const looks = verifier !== null && "angle" in verifier;
  const direction = looks ? turned(truthOf(core, data), verifier.angle) : null;
  let dots: Dots | undefined;
  for (let round = 0; round < rounds; round++) {
    const drawn = sample(core, { data, samples, seed: seed + round });
    const before: Float64Array | null = dots?.weights ?? null;
    const labels = label(
      core,
      drawn,
      round === 0 || before === null
        ? { kind: "noise", errorRate, seed: seed + round }
        : { kind: "linear", weights: before },
    );
    const rule: VerifyRule =
      verifier === null
        ? { kind: "none" }
        : direction
          ? { kind: "linear", weights: direction }
          : { kind: "bernoulli", ...(verifier as { phi: number; psi: number }) };
    const keep = verify(core, { ...drawn, labels }, { ...rule, seed: seed + round });
    const enough = keep.reduce((sum, one) => sum + one, 0) > 0;
    const weights = enough ? train(core, { ...drawn, labels, keep }, { kind: "ridge", lambda: 0.01 }).weights : null;
    const accuracy = weights?.some((one) => one !== 0) ? evaluate(core, weights, { data }).accuracy : null;
    dots = {
      places: Float32Array.from(drawn.x),
      truth: drawn.y,
      labels,
      keep,
      weights: accuracy === null ? null : weights,
      verifier: direction,
      accuracy,
    };
    if (weights === null) break;
  }
  return dots as Dots;
}

/** The direction of the best rule, by trying both axes: the core has it along one of them. */
function truthOf(core: Core, data: { kind: "mixture"; dim: 2; meanNorm: number }): [number, number] {
  const skill = (weights: [number, number]) => evaluate(core, weights, { data }).accuracy;
  return skill([1, 0]) > skill([0, 1]) ? [1, 0] : [0, 1];
}

function turned([x, y]: readonly [number, number], degrees: number): Float64Array {
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return Float64Array.of(cos * x - sin * y, sin * x + cos * y);
}
