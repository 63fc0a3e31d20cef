import type { TextCore } from "../../core/textCore.js";
import type { Row } from "../../rows/field.js";
import { isMostlyUnread } from "../../text/asciiCoverage.js";
import { ROUGE_COLUMNS, ROUGE_WIDTH, type RougeOptions, rougeBatch } from "../../text/rouge.js";
import type { RougeSpec } from "../options.js";
import { wantedText } from "./values.js";
import type { Scorer } from "./verifier.js";

/** The F-measure of ROUGE of one field against another. */
export class RougeScorer implements Scorer {
  readonly #core: TextCore;
  readonly #candidate;
  readonly #reference;
  readonly #options: RougeOptions;
  readonly #column: number;
  #candidates: string[] = [];
  #references: string[] = [];
  #doubtful = 0;

  constructor(core: TextCore, { candidate, reference, measure = "rougeL", stemmer, tokenizer }: RougeSpec) {
    this.#core = core;
    this.#candidate = wantedText(candidate);
    this.#reference = wantedText(reference);
    this.#options = { stemmer, tokenizer };
    this.#column = ROUGE_COLUMNS[measure].f;
  }

  problem(row: Row): string | undefined {
    return this.#candidate.problem(row) ?? this.#reference.problem(row);
  }

  take(row: Row): void {
    const candidate = this.#candidate.of(row);
    const reference = this.#reference.of(row);
    this.#candidates.push(candidate);
    this.#references.push(reference);
    if (this.#options.tokenizer !== "unicode" && (isMostlyUnread(candidate) || isMostlyUnread(reference)))
      this.#doubtful++;
  }

  scores(): Float64Array {
    const all = rougeBatch(this.#core, this.#candidates, this.#references, this.#options);
    const scores = new Float64Array(this.#candidates.length);
    for (let i = 0; i < scores.length; i++) scores[i] = all[ROUGE_WIDTH * i + this.#column];
    this.#candidates = [];
    this.#references = [];
    return scores;
  }

  /** Rows with a text that the tokenizer all but empties. */
  doubtful(): number {
    const doubtful = this.#doubtful;
    this.#doubtful = 0;
    return doubtful;
  }
}
