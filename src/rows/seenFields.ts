import { quote } from "../core/printable.js";
import type { Reason } from "../core/reasons.js";
import { nearest } from "../model/suggest.js";
import { type FieldOf, fieldOf, type Row } from "./field.js";
import { rowReason } from "./reasons.js";

/** Names of fields are gathered from so many rows, and so many are kept: a file may have a new one in every row. */
const LOOKED_AT = 1000;
const FIELDS_KEPT = 200;
/** So many of them stand in a message. */
const SHOWN = 20;

/** Which of the asked fields any row has, and what else there is to ask for. */
export class SeenFields {
  readonly #missing: Map<string, FieldOf>;
  readonly #names = new Set<string>();
  #looked = 0;

  constructor(asked: readonly string[]) {
    this.#missing = new Map(asked.map((name) => [name, fieldOf(name)]));
  }

  /** Whether any row was looked at. */
  get any(): boolean {
    return this.#looked > 0;
  }

  look(row: Row): void {
    for (const [name, of] of this.#missing) if (of(row) !== undefined) this.#missing.delete(name);
    if (this.#looked++ >= LOOKED_AT) return;
    for (const name of Object.keys(row)) if (this.#names.size < FIELDS_KEPT) this.#names.add(name);
  }

  /** Some of them, none long. */
  names(): string[] {
    const some = [...this.#names].slice(0, SHOWN).map((name) => (name.length > 40 ? `${name.slice(0, 39)}…` : name));
    return this.#names.size > SHOWN ? [...some, "…"] : some;
  }

  /** Says which field no row has, what may have been meant, and which fields there are. */
  problem(): Reason | undefined {
    const [name] = this.#missing.keys();
    if (name === undefined) return undefined;
    const meant = nearest(name, this.#names);
    return rowReason("field-in-no-row", { field: quote(name), meant, fields: this.names() });
  }
}

/** Why a line is not a row, and if it is not a JSON object, what is wanted. */
export function withAdvice(reason: Reason): Reason {
  const { code } = reason;
  return code === "not-json" || code === "not-an-object" ? rowReason("not-jsonl", { why: reason }) : reason;
}
