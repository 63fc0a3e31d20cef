import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { ConfigError } from "../core/errors.js";
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

/** A swept setting: where it lies in the scenario, and its values. */
interface PlanAxis {
  path: string;
  section: string | undefined;
  key: string;
  values: readonly unknown[];
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
  readonly #texts = new Map<unknown, string>();

  /** @param only The axes to keep, by path; left out, all of them. */
  constructor(scenario: Scenario, only?: ReadonlySet<string>) {
    const { name, description, plot, sweep = {}, ...base } = scenario;
    const asked = Object.values(sweep).reduce((product, axis) => product * axisLength(axis), 1);
    if (asked > CELL_LIMIT) throw tooMany(asked);
    this.#base = base;
    this.#axes = Object.entries(sweep)
      .filter(([path]) => only?.has(path) ?? true)
      .map(([path, axis]) => ({ path, ...place(path), values: axisValues(axis, isWhole(sweepable.get(path))) }));
    this.length = this.#axes.reduce((product, { values }) => product * values.length, 1);
    for (const part of Object.values(base)) this.#texts.set(part, canonicalJson(part));
  }

  /** The place on each axis of the cell at `index`: the last axis varies fastest. */
  position(index: number): number[] {
    const position: number[] = [];
    let rest = index;
    for (const { values } of this.#axes.toReversed()) {
      position.unshift(rest % values.length);
      rest = Math.floor(rest / values.length);
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
    const scenario: Record<string, unknown> = { ...this.#base };
    for (const [axis, { section, key, values }] of this.#axes.entries()) {
      const value = values[position[axis]];
      if (section === undefined) scenario[key] = value;
      else scenario[section] = { ...(scenario[section] as object), [key]: value };
    }
    return scenario as unknown as CellScenario;
  }

  cell(index: number): Cell {
    const scenario = this.scenario(index);
    return { index, id: cellId(scenario, this.#texts), params: this.params(index), scenario };
  }

  *[Symbol.iterator](): Generator<Cell> {
    for (let index = 0; index < this.length; index++) yield this.cell(index);
  }
}

/** The cells of a scenario, in order: the grid of its sweep, the last path varying fastest. */
export function planCells(scenario: Scenario): Cell[] {
  return [...new Plan(scenario)];
}

/**
 * The first 16 hex digits of the SHA-256 of the settings as JSON with sorted keys, seed included and trials left out:
 * more trials of a cell go on with the same random streams.
 */
export function cellId(scenario: CellScenario, texts?: ReadonlyMap<unknown, string>): string {
  const { trials, ...settings } = scenario;
  return bytesToHex(sha256(utf8ToBytes(canonicalJson(settings, texts))).subarray(0, 8));
}

/** The two 32-bit words of a cell's id, high word first: the key of its random streams. */
export function idWords(id: string): [number, number] {
  return [Number.parseInt(id.slice(0, 8), 16), Number.parseInt(id.slice(8), 16)];
}

/** JSON with sorted keys and no spaces: equal settings give equal text. `texts` has the text of parts already known. */
function canonicalJson(value: unknown, texts?: ReadonlyMap<unknown, string>): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item, texts)).join(",")}]`;
  const members = Object.keys(value)
    .sort()
    .map((key) => {
      const member = value[key as keyof typeof value];
      return `${JSON.stringify(key)}:${texts?.get(member) ?? canonicalJson(member, texts)}`;
    });
  return `{${members.join(",")}}`;
}

function place(path: string): { section: string | undefined; key: string } {
  const dot = path.indexOf(".");
  return dot < 0 ? { section: undefined, key: path } : { section: path.slice(0, dot), key: path.slice(dot + 1) };
}

function tooMany(count: number): ConfigError {
  const expected = `a grid of at most ${CELL_LIMIT} cells`;
  return new ConfigError(`sweep must be ${expected}, got ${count}`, { field: "sweep", expected, got: count });
}
