import type { ModelReason } from "./reasons.js";

/** The way from the root of a scenario to a value: keys, and positions in lists. */
export type Path = readonly PropertyKey[];

/** Where a value was written, for messages: a line of a text, or a flag. */
export interface Origin {
  text: string;
  /** 1-based line, where the value comes from a text. */
  line?: number;
}

/** A scenario as it was written: not yet checked, but knowing where each value came from. */
export class Draft {
  readonly value: unknown;
  readonly origin: (path: Path) => Origin | undefined;
  /** What the writer should know. */
  readonly warnings: readonly ModelReason[];

  constructor(
    value: unknown,
    origin: (path: Path) => Origin | undefined = () => undefined,
    warnings: ModelReason[] = [],
  ) {
    this.value = value;
    this.origin = origin;
    this.warnings = warnings;
  }

  /** Plain data become a draft of unknown origin. */
  static of(input: unknown): Draft {
    return input instanceof Draft ? input : new Draft(input);
  }
}

/** Says whether a value is a mapping of keys, not a list. */
export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Writes a path as it is read in messages: `sweep.generator.errorRate[3]`. */
export function pathText(path: Path): string {
  const text = path.map((key) => (typeof key === "number" ? `[${key}]` : `.${shortened(String(key))}`)).join("");
  return text.replace(/^\./, "") || "the scenario";
}

function shortened(key: string): string {
  return key.length > 60 ? `${key.slice(0, 60)}…` : key;
}
