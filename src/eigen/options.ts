import { integerIn, numberIn, oneOf, outOfRange, several } from "../core/errors.js";
import { type Encoding, encodingNames, matrixTokens } from "../core/matrices.js";
import { COLDEST, HOTTEST, type TransformerShape } from "../core/transformer.js";

export interface EigenOptions {
  /** Matrices are size × size: 2, or 3 (exploratory). Left out, 2. */
  size?: number;
  /** Largest Σ|λ̂ − λ| / Σ|λ| of a correct answer, in (0, 1]; left out, 0.02. The oracle's and the measure's alike. */
  tolerance?: number;
  /** How numbers are written as tokens, one of {@link eigenEncodings}; left out, `base20`, which learns best per second. */
  encoding?: Encoding;
  /**
   * Who selects: `oracle` keeps correct answers, `noisy:ψ` these and a share ψ of the wrong ones, `self` the answer of lowest
   * perplexity among the beams, `confident` the answers of the highest probability, `random` any, `none` all. Left out,
   * {@link eigenVerifiers}.
   */
  verifiers?: readonly string[];
  /**
   * How the generator answers the pool: 0 its likeliest token at each position, otherwise drawn at this temperature, in
   * [0.01, 100]; left out, 0. Models are measured by their likeliest tokens in any case.
   */
  temperature?: number;
  /** Beams of the search, 1 to 512; left out, 50. */
  beams?: number;
  /** One repetition each; integers in [0, 2^53). Left out, 1 … 4. */
  seeds?: readonly number[];
  /** Matrices with their exact eigenvalues that the generator learns from; left out, 2,500. */
  generatorRows?: number;
  /** Matrices that the generator answers; left out, 100,000. */
  pool?: number;
  /** Rows that every arm learns from, or as many as the oracle keeps if it keeps fewer; left out or null, as many as it keeps. */
  armRows?: number | null;
  /** Of those, the ones whose answers are searched by beams; left out, 40,000. */
  beamPool?: number;
  /** Whether clean labels and all unverified answers have arms too; left out, true. */
  controls?: boolean;
  /** New matrices on which every model is measured; left out, 5,000. */
  test?: number;
  /** Training steps of every model, of 32 examples; left out, 6,000, for 3 × 3 15,000. */
  steps?: number;
  /** Layers of the transformer; left out, 1, for 3 × 3 2. */
  layers?: number;
  /** Numbers in a row of it, a multiple of 16; left out, 32. */
  width?: number;
  /** Adam's highest learning rate; left out, 0.006, for 3 × 3 0.003. */
  learningRate?: number;
}

/** The ways to write numbers as tokens; the first is the default. */
export const eigenEncodings: readonly Encoding[] = encodingNames;

export type EigenSettings = Required<EigenOptions>;

/** Steps in which the learning rate rises. */
export const WARM_UP = 200;
const HEADS = 4;

/** The verifiers of a run that names none. */
export const eigenVerifiers = ["oracle", "noisy:0.1", "noisy:0.3", "noisy:0.5", "self", "confident", "random", "none"];
const NAMES = ["oracle", "noisy:<psi>", "self", "confident", "random", "none"];
/** ψ of the noisy oracles in the presets paper and long. */
const NOISES = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7];
const ALL = ["oracle", ...NOISES.map((psi) => `noisy:${psi}`), "self", "confident", "random", "none"];

export type EigenPreset = "fast" | "paper" | "long";

/** What the presets of `pstar eigen` set. */
export const eigenPresets: Record<EigenPreset, EigenOptions & { description: string }> = {
  fast: { description: "four seeds, three noisy oracles", seeds: [1, 2, 3, 4] },
  paper: { description: "eight seeds, all noisy oracles", seeds: [1, 2, 3, 4, 5, 6, 7, 8], verifiers: ALL },
  long: {
    description: "as paper, with three times the steps for every model",
    seeds: [1, 2, 3, 4, 5, 6, 7, 8],
    verifiers: ALL,
    steps: 18_000,
  },
};

/**
 * Fills in what was left out.
 *
 * @throws ArgumentError if an option is out of range.
 */
export function eigenSettings(options: EigenOptions = {}): EigenSettings {
  const size = integerIn("size", options.size ?? 2, 2, 3);
  const isSmall = size === 2;
  const seeds = [...several("seeds", options.seeds ?? [1, 2, 3, 4])];
  for (const seed of seeds) integerIn("seeds", seed, 0, Number.MAX_SAFE_INTEGER);
  const pool = integerIn("pool", options.pool ?? 100_000, 1, 10_000_000);
  const width = integerIn("width", options.width ?? 32, 16, 256);
  if (width % (4 * HEADS) !== 0) throw outOfRange("width", `a multiple of ${4 * HEADS}`, width);
  const tolerance = numberIn("tolerance", options.tolerance ?? 0.02, 0, 1);
  if (tolerance === 0) throw outOfRange("tolerance", "a number in (0, 1]", tolerance);
  const verifiers = several("verifiers", options.verifiers ?? eigenVerifiers, "names").map(canonical);
  return {
    size,
    tolerance,
    encoding: oneOf("encoding", options.encoding ?? "base20", encodingNames),
    verifiers: [...several("verifiers", verifiers, "names")],
    temperature: temperatureOf(options.temperature ?? 0),
    beams: integerIn("beams", options.beams ?? 50, 1, 400),
    seeds,
    generatorRows: integerIn("generatorRows", options.generatorRows ?? 2500, 1, 10_000_000),
    pool,
    armRows: options.armRows == null ? null : integerIn("armRows", options.armRows, 1, pool),
    controls: options.controls ?? true,
    beamPool: integerIn("beamPool", options.beamPool ?? Math.min(40_000, pool), 1, pool),
    test: integerIn("test", options.test ?? 5000, 1, 1_000_000),
    steps: integerIn("steps", options.steps ?? (isSmall ? 6000 : 15_000), 1, 10_000_000),
    layers: integerIn("layers", options.layers ?? (isSmall ? 1 : 2), 1, 12),
    width,
    learningRate: numberIn("learningRate", options.learningRate ?? (isSmall ? 0.006 : 0.003), 1e-6, 1),
  };
}

function temperatureOf(temperature: number): number {
  if (temperature === 0) return 0;
  if (temperature >= COLDEST && temperature <= HOTTEST) return temperature;
  throw outOfRange("temperature", `0 or a number in [${COLDEST}, ${HOTTEST}]`, temperature);
}

/** `noisy:.10` is `noisy:0.1`. */
function canonical(name: string): string {
  const psi = noiseOf(name);
  if (psi !== null) return `noisy:${psi}`;
  if (NAMES.includes(name) && name !== "noisy:<psi>") return name;
  throw outOfRange("verifiers", `one of ${NAMES.join(", ")}, with psi in (0, 1)`, name);
}

/** ψ of a noisy oracle; null of any other verifier. */
export function noiseOf(verifier: string): number | null {
  const [, text] = /^noisy:(\d+(?:\.\d*)?|\.\d+)$/.exec(verifier) ?? [];
  const psi = text === undefined ? Number.NaN : Number(text);
  return psi > 0 && psi < 1 ? psi : null;
}

/** The transformer that all models of an experiment are. */
export function eigenShape({
  layers,
  width,
  ...task
}: Pick<EigenSettings, "size" | "encoding" | "layers" | "width">): TransformerShape {
  return { width, heads: HEADS, layers, ...matrixTokens(task) };
}
