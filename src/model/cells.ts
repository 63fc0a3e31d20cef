import { ConfigError, mustBe } from "../core/errors.js";
import { sha256Hex16 } from "./digest.js";
import type { Formula } from "./formula.js";
import { modelReason } from "./reasons.js";
import { type CellScenario, type Scenario, sweepable } from "./schema.js";
import {
  type Axis,
  axisLength,
  axisValues,
  CELL_LIMIT,
  formulaOf,
  isWhole,
  numberOf,
  type Sweep,
  sweepAxes,
  sweepGroups,
} from "./sweep.js";

/** One point of a sweep, or the whole of a scenario without one. */
export interface Cell {
  /** Position in the plan, from 0. */
  index: number;
  /** What names the cell and keys its random streams; see `cellId`. */
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
  /** Which dimension of the grid it varies along: zipped axes share one. */
  dimension: number;
  readonly values: readonly unknown[];
  /** The text of the value at a place, made when an id first asks for it. */
  textAt(place: number): string;
  /** The formulas among the values, at their places; undefined if there are none. */
  formulas: readonly (Formula | undefined)[] | undefined;
  /** Puts what a formula gave into the setting's form: whole numbers are rounded. */
  whole: boolean;
}

/**
 * The cells of a scenario in order, each made when it is asked for: a grid of a million fits in memory as its axes.
 *
 * @throws ConfigError if the grid has more than a million cells, or a formula depends on its own value.
 */
export class Plan implements Iterable<Cell> {
  readonly length: number;
  readonly #base: CellScenario;
  readonly #dimensions: readonly number[];
  readonly #axes: readonly PlanAxis[];
  /** Places of the axes with formulas, each after those that it reads. */
  readonly #following: readonly number[];
  readonly #parts: readonly Template[];

  /** @param only The axes to keep, by path, and with them those that their formulas read; left out, all of them. */
  constructor(scenario: Scenario, only?: ReadonlySet<string>) {
    const { name, description, plot, sweep = {}, ...base } = scenario;
    const groups = sweepGroups({ sweep });
    const lengths = groups.map((group) => axisLength(Object.values(group)[0] ?? []));
    const asked = lengths.reduce((product, length) => product * length, 1);
    if (asked > CELL_LIMIT) throw tooMany(asked);
    const axes = groups.flatMap((group, dimension) =>
      Object.entries(group).map(([path, axis]) => planAxis(path, axis, dimension, Object.keys(group).length > 1)),
    );
    const following = inOrderOfReading(axes);
    const kept = only && withRead(only, axes);
    const chosen = kept === undefined ? axes : axes.filter(({ path }) => kept.has(path));
    const dimensions = [...new Set(chosen.map(({ dimension }) => dimension))];
    this.#base = base;
    this.#axes = chosen.map((axis) => ({ ...axis, dimension: dimensions.indexOf(axis.dimension) }));
    // by the values, not the groups: points of a range that fall together are one
    this.#dimensions = dimensions.map(
      (_, i) => this.#axes.find(({ dimension }) => dimension === i)?.values.length ?? 1,
    );
    const places = new Map(this.#axes.map(({ path }, i) => [path, i]));
    this.#following = following.flatMap(({ path }) => places.get(path) ?? []);
    this.#parts = partsOf(withValues(base, this.#axes, hole)).map((part) => new Template(part));
    this.length = this.#dimensions.reduce((product, length) => product * length, 1);
  }

  /** The place on each axis of the cell at `index`: the last axis varies fastest, zipped ones together. */
  position(index: number): number[] {
    const places = new Array<number>(this.#dimensions.length);
    let rest = index;
    for (let dimension = places.length - 1; dimension >= 0; dimension--) {
      const length = this.#dimensions[dimension];
      places[dimension] = rest % length;
      rest = Math.floor(rest / length);
    }
    return this.#axes.map(({ dimension }) => places[dimension]);
  }

  /** The value of each axis at a place on each, formulas computed. */
  #values(position: readonly number[]): unknown[] {
    const values = this.#axes.map((axis, i) => axis.values[position[i]]);
    if (this.#following.length === 0) return values;
    const places = new Map(this.#axes.map(({ path }, i) => [path, i]));
    const setting = (path: string): number => {
      const place = places.get(path);
      const value = place === undefined ? settingAt(this.#base, path) : values[place];
      return typeof value === "number" ? value : Number.NaN;
    };
    for (const i of this.#following) {
      const formula = this.#axes[i].formulas?.[position[i]];
      if (formula === undefined) continue;
      const value = formula.value(setting) + 0;
      values[i] = this.#axes[i].whole ? Math.round(value) : value;
    }
    return values;
  }

  /** The swept paths and their values in the cell at `index`. */
  params(index: number): Record<string, unknown> {
    return this.#params(this.#values(this.position(index)));
  }

  #params(values: readonly unknown[]): Record<string, unknown> {
    const params: Record<string, unknown> = {};
    for (let axis = 0; axis < values.length; axis++) params[this.#axes[axis].path] = values[axis];
    return params;
  }

  /** The settings of the cell at `index`; what is not swept is shared between the cells. */
  scenario(index: number): CellScenario {
    return this.#scenario(this.#values(this.position(index)));
  }

  #scenario(values: readonly unknown[]): CellScenario {
    return withValues(this.#base, this.#axes, (axis) => values[axis]);
  }

  /** The id of the cell at `index`. */
  id(index: number): string {
    const position = this.position(index);
    return this.#id(position, this.#following.length === 0 ? undefined : this.#values(position));
  }

  /** @param values If any follow from a formula. */
  #id(position: readonly number[], values: readonly unknown[] | undefined): string {
    const text = (axis: number) =>
      values !== undefined && this.#axes[axis].formulas !== undefined
        ? canonicalJson(values[axis])
        : this.#axes[axis].textAt(position[axis]);
    let digests = "";
    for (const part of this.#parts) digests += part.digest(text, values === undefined ? position : undefined);
    return sha256Hex16(digests);
  }

  /** Says of a cell whether some axes have values there that pass a test, which is asked once for each; none follows from a formula. */
  where(tests: ReadonlyMap<string, (value: unknown) => boolean>): (index: number) => boolean {
    const passing = this.#axes.map(({ path, values }) => values.map(tests.get(path) ?? (() => true)));
    return (index) => this.position(index).every((place, axis) => passing[axis][place]);
  }

  cell(index: number): Cell {
    const position = this.position(index);
    const values = this.#values(position);
    const id = this.#id(position, this.#following.length === 0 ? undefined : values);
    return { index, id, params: this.#params(values), scenario: this.#scenario(values) };
  }

  *[Symbol.iterator](): Generator<Cell> {
    yield* this.cells(wholePart(this.length));
  }

  /** The cells of a part, in order. */
  *cells(part: Part): Generator<Cell> {
    for (let index = 0; index < this.length; index++) if (part.has(index)) yield this.cell(index);
  }
}

/** The distinct values that a swept setting takes in the cells of a scenario, in the order of the plan. */
export function sweptValues(scenario: Scenario, path: string): readonly unknown[] {
  const axis = sweepAxes(scenario)[path];
  if (axis === undefined) return [];
  if (axisFormulas(path, axis) === undefined) {
    const values = axisValues(axis, isWhole(sweepable.get(path)));
    return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
  }
  const plan = new Plan(scenario, new Set([path]));
  const values = new Map<string, unknown>();
  for (let index = 0; index < plan.length; index++) {
    const value = plan.params(index)[path];
    values.set(JSON.stringify(value), value);
  }
  return [...values.values()];
}

/** Says whether values of a swept setting follow from other settings. */
export function isFollowing(scenario: { sweep?: Sweep | undefined }, path: string): boolean {
  const axis = sweepAxes(scenario)[path];
  return axis !== undefined && axisFormulas(path, axis) !== undefined;
}

/** The swept settings that have no values of their own: of each the one value is a formula. */
export function followers(scenario: { sweep?: Sweep | undefined }): string[] {
  return Object.entries(sweepAxes(scenario)).flatMap(([path, axis]) =>
    axisLength(axis) === 1 && axisFormulas(path, axis) !== undefined ? [path] : [],
  );
}

/** The settings outside the sweep; what follows from them is computed. */
export function settledScenario<S extends Scenario>(scenario: S): S {
  const paths = followers(scenario);
  if (paths.length === 0) return scenario;
  const axes = sweepAxes(scenario);
  const sweep = Object.fromEntries(paths.map((path) => [path, axes[path]]));
  const { data, generator, verifier, learner, ...top } = new Plan({ ...scenario, sweep }).scenario(0);
  return { ...scenario, ...top, data, generator, verifier, learner };
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
  /** Of a part with one hole or none, by the place of the value that fills it. */
  readonly #digestAt: string[] = [];

  constructor(settings: unknown) {
    const parts = canonicalJson(settings).split(HOLE);
    this.#pieces = parts.filter((_, i) => i % 2 === 0);
    this.#order = parts.filter((_, i) => i % 2 === 1).map(Number);
  }

  /** @param position The places of the values on their axes, if these say what the values are. */
  digest(text: (axis: number) => string, position?: readonly number[]): string {
    const place = this.#order.length === 0 ? 0 : position?.[this.#order[0]];
    if (place === undefined || place >= REMEMBERED || this.#order.length > 1) return this.#digest(text);
    this.#digestAt[place] ??= this.#digest(text);
    return this.#digestAt[place];
  }

  #digest(text: (axis: number) => string): string {
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

function planAxis(path: string, axis: Axis, dimension: number, zipped: boolean): PlanAxis {
  const setting = sweepable.get(path);
  const whole = isWhole(setting);
  const formulas = axisFormulas(path, axis);
  const texts: string[] = [];
  return {
    path,
    ...place(path),
    dimension,
    get values() {
      return axisValues(axis, whole, zipped);
    },
    textAt(place) {
      texts[place] ??= canonicalJson(this.values[place]);
      return texts[place];
    },
    formulas,
    whole,
  };
}

/** The formulas among the values of an axis, at their places; undefined if there are none. */
export function axisFormulas(path: string, axis: Axis): (Formula | undefined)[] | undefined {
  const setting = sweepable.get(path);
  if ("steps" in axis || setting === undefined || numberOf(setting) === undefined) return undefined;
  if (!axis.some((value) => typeof value === "string")) return undefined;
  return axis.map((value) => {
    if (typeof value !== "string") return undefined;
    const formula = formulaOf(value, sweepable);
    if ("code" in formula)
      throw new ConfigError(mustBe(`sweep.${path}`, modelReason("a-formula", { fault: formula }), value));
    return formula;
  });
}

function referencesOf({ formulas = [] }: PlanAxis): string[] {
  return formulas.flatMap((formula) => formula?.references ?? []);
}

/** The axes with formulas, each after those that it reads. */
function inOrderOfReading(axes: readonly PlanAxis[]): PlanAxis[] {
  const byPath = new Map(axes.map((axis) => [axis.path, axis]));
  const done = new Set<PlanAxis>();
  const open = new Set<PlanAxis>();
  const visit = (axis: PlanAxis) => {
    if (done.has(axis) || axis.formulas === undefined) return;
    if (open.has(axis)) {
      const reason = modelReason("a-formula-without-a-circle");
      const [field, got] = [`sweep.${axis.path}`, axis.values];
      throw new ConfigError(mustBe(field, reason, got), { field, expected: reason.message, got });
    }
    open.add(axis);
    for (const path of referencesOf(axis)) {
      const read = byPath.get(path);
      if (read !== undefined) visit(read);
    }
    open.delete(axis);
    done.add(axis);
  };
  for (const axis of axes) visit(axis);
  return [...done];
}

/** The given paths, and those that the formulas of their axes read. */
function withRead(paths: ReadonlySet<string>, axes: readonly PlanAxis[]): Set<string> {
  const all = new Set(paths);
  for (const path of all) {
    const axis = axes.find((one) => one.path === path);
    // a set takes what is added while it is gone through
    if (axis !== undefined) for (const read of referencesOf(axis)) all.add(read);
  }
  return all;
}

/** The value of a setting outside the sweep. */
function settingAt(base: CellScenario, path: string): unknown {
  const { section, key } = place(path);
  return (section === undefined ? base : (base[section as keyof CellScenario] as object))[key as never];
}

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
