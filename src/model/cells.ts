import { ConfigError, mustBe } from "../core/errors.js";
import { sha256Hex16 } from "./digest.js";
import { modelReason } from "./reasons.js";
import { type CellScenario, type Scenario, sweepable } from "./schema.js";
import { axisLength, axisValues, CELL_LIMIT, isWhole } from "./sweep.js";

/** One point of a sweep, or the whole of a scenario without one. */
export interface Cell {
  /** Position in the plan, from 0. */
  index: number;
  /** What names the cell and keys its random streams; see {@link cellId}. */
  id: string;
  /** The swept paths and their values here. */
  params: Record<string, unknown>;
  /** Every setting, resolved. */
  scenario: CellScenario;
}

/** Some of the cells of a plan, by their positions. */
export interface Part {
  readonly size: number;
  has(index: number): boolean;
}

/** All cells of a plan. */
export function wholePart(cells: number): Part {
  return { size: cells, has: (index) => index >= 0 && index < cells };
}

/** A swept setting: where it lies in the scenario, its values, and their text in the JSON that makes the id. */
interface PlanAxis {
  path: string;
  section: string | undefined;
  key: string;
  values: readonly unknown[];
  texts: readonly string[];
}

/**
 * The cells of a scenario in order, each made when it is asked for: a grid of a million fits in memory as its axes.
 *
 * @throws ConfigError where the grid has more than a million cells.
 */
export class Plan implements Iterable<Cell> {
  readonly length: number;
  readonly #base: CellScenario;
  readonly #axes: readonly PlanAxis[];
  readonly #parts: readonly Template[];

  /** @param only The axes to keep, by path; left out, all of them. */
  constructor(scenario: Scenario, only?: ReadonlySet<string>) {
    const { name, description, plot, sweep = {}, ...base } = scenario;
    const asked = Object.values(sweep).reduce((product, axis) => product * axisLength(axis), 1);
    if (asked > CELL_LIMIT) throw tooMany(asked);
    const swept = Object.entries(sweep).filter(([path]) => only?.has(path) ?? true);
    this.#base = base;
    this.#axes = swept.map(([path, axis]) => {
      const values = axisValues(axis, isWhole(sweepable.get(path)));
      return { path, ...place(path), values, texts: values.map(canonicalJson) };
    });
    this.#parts = partsOf(withValues(base, this.#axes, hole)).map((part) => new Template(part));
    this.length = this.#axes.reduce((product, { values }) => product * values.length, 1);
  }

  /** The place on each axis of the cell at `index`: the last axis varies fastest. */
  position(index: number): number[] {
    const position = new Array<number>(this.#axes.length);
    let rest = index;
    for (let axis = position.length - 1; axis >= 0; axis--) {
      const { length } = this.#axes[axis].values;
      position[axis] = rest % length;
      rest = Math.floor(rest / length);
    }
    return position;
  }

  /** The swept paths and their values in the cell at `index`. */
  params(index: number): Record<string, unknown> {
    const position = this.position(index);
    return Object.fromEntries(this.#axes.map(({ path, values }, axis) => [path, values[position[axis]]]));
  }

  /** The settings of the cell at `index`; what is not swept is shared between the cells. */
  scenario(index: number): CellScenario {
    const position = this.position(index);
    return withValues(this.#base, this.#axes, (axis) => this.#axes[axis].values[position[axis]]);
  }

  /** The id of the cell at `index`. */
  id(index: number): string {
    const position = this.position(index);
    const text = (axis: number) => this.#axes[axis].texts[position[axis]];
    return sha256Hex16(this.#parts.map((part) => part.digest(text)).join(""));
  }

  cell(index: number): Cell {
    return { index, id: this.id(index), params: this.params(index), scenario: this.scenario(index) };
  }

  *[Symbol.iterator](): Generator<Cell> {
    yield* this.cells(wholePart(this.length));
  }

  /** The cells of a part, in order. */
  *cells(part: Part): Generator<Cell> {
    for (let index = 0; index < this.length; index++) if (part.has(index)) yield this.cell(index);
  }
}

/** The cells of a scenario, in order: the grid of its sweep, the last path varying fastest. */
export function planCells(scenario: Scenario): Cell[] {
  return [...new Plan(scenario)];
}

/**
 * A hash of a cell's own settings, seed included and trials left out: more trials of a cell go on with the same random
 * streams. The sections (data, generator, learner, verifier) and what is outside them are each digested as JSON with sorted
 * keys, and the id is the digest of the five digests in that order; a digest is the first 16 hex digits of the SHA-256.
 */
export function cellId(scenario: CellScenario): string {
  return sha256Hex16(
    partsOf(scenario)
      .map((part) => sha256Hex16(canonicalJson(part)))
      .join(""),
  );
}

function partsOf({ trials, data, generator, learner, verifier, ...rest }: CellScenario): unknown[] {
  return [data, generator, learner, verifier, rest];
}

/** JSON with sorted keys and no spaces: equal settings give equal text. */
function canonicalJson(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const members = Object.keys(value).sort();
  return `{${members.map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key as keyof typeof value])}`).join(",")}}`;
}

/** Digests that a part remembers: in a grid, most cells share most of their parts with another. */
const REMEMBERED = 20_000;

/** A part of a cell's settings with holes for what is swept, and its digest for the values that fill them. */
class Template {
  readonly #pieces: readonly string[];
  readonly #order: readonly number[];
  readonly #digests = new Map<string, string>();

  constructor(settings: unknown) {
    const parts = canonicalJson(settings).split(HOLE);
    this.#pieces = parts.filter((_, i) => i % 2 === 0);
    this.#order = parts.filter((_, i) => i % 2 === 1).map(Number);
  }

  digest(text: (axis: number) => string): string {
    const filled = this.#order.reduce((sum, axis, i) => sum + text(axis) + this.#pieces[i + 1], this.#pieces[0]);
    const known = this.#digests.get(filled);
    if (known !== undefined) return known;
    if (this.#digests.size >= REMEMBERED) this.#digests.clear();
    const found = sha256Hex16(filled);
    this.#digests.set(filled, found);
    return found;
  }
}

// No setting of a cell is free text, so none looks like a hole.
const HOLE = /"axis (\d+)"/;
const hole = (axis: number) => `axis ${axis}`;

function withValues(base: CellScenario, axes: readonly PlanAxis[], valueAt: (axis: number) => unknown): CellScenario {
  const scenario: Record<string, unknown> = { ...base };
  for (const [axis, { section, key }] of axes.entries()) {
    if (section === undefined) scenario[key] = valueAt(axis);
    else scenario[section] = { ...(scenario[section] as object), [key]: valueAt(axis) };
  }
  return scenario as unknown as CellScenario;
}

function place(path: string): { section: string | undefined; key: string } {
  const dot = path.indexOf(".");
  return dot < 0 ? { section: undefined, key: path } : { section: path.slice(0, dot), key: path.slice(dot + 1) };
}

function tooMany(count: number): ConfigError {
  const expected = modelReason("a-grid-of-at-most", { most: CELL_LIMIT });
  return new ConfigError(mustBe("sweep", expected, count), { field: "sweep", expected: expected.message, got: count });
}

/** The two 32-bit words of a cell's id, high word first: the key of its random streams. */
export function idWords(id: string): [number, number] {
  return [Number.parseInt(id.slice(0, 8), 16), Number.parseInt(id.slice(8), 16)];
}
