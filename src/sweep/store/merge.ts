import { existsSync } from "node:fs";
import { join } from "node:path";
import { reasonOf, StoreError } from "../../core/errors.js";
import type { CellResult } from "../../engine/result.js";
import { type Part, Plan, wholePart } from "../../model/cells.js";
import { parseScenario, type Scenario } from "../../model/scenario.js";
import { sweepReason } from "../reasons.js";
import { resultFile } from "../results/write.js";
import { partOf, readShard, type Shard } from "../shard.js";
import { cellText, StoredCells } from "./cells.js";
import { differenceLines, type Manifest, manifestDifferences, manifestOf, readManifest } from "./manifest.js";
import { cellIn, isSealed, JOURNAL } from "./store.js";

/** Cells named in a message, at most. */
const NAMED = 5;

/**
 * The cells of several folders as one run: each a shard, or any other store of the same plan. Reads the folders and changes
 * nothing in them.
 */
export class Merger {
  readonly scenario: Scenario;
  readonly plan: Plan;
  readonly #sources: Source[] = [];
  /** Which source has each cell; -1 if none does. */
  readonly #owner: Int32Array;

  /**
   * @param folders At least one.
   * @throws StoreError naming the folder that is not a store, or is of another run; the cells that no folder has; those that do
   * not belong to the plan, or to the shard in whose folder they are; those that two folders have with different results.
   */
  constructor(folders: readonly string[]) {
    const manifests = folders.map((folder) => ({ folder, manifest: manifestIn(folder) }));
    const [{ folder: first, manifest }] = manifests;
    this.scenario = scenarioOf(first, manifest);
    checkSame(first, { ...manifest, shard: null }, "this pstar", manifestOf(this.scenario));
    for (const { folder, manifest: other } of manifests) {
      checkSame(folder, { ...other, shard: null }, first, { ...manifest, shard: null });
    }
    this.plan = new Plan(this.scenario);
    this.#owner = new Int32Array(this.plan.length).fill(-1);
    try {
      for (const { folder, manifest } of manifests) {
        const source = new Source(folder, manifest, this.scenario, this.plan);
        this.#sources.push(source);
        this.#take(source, this.#sources.length - 1);
      }
      this.#checkGaps();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** The JSON of each cell in the order of the plan, good until the next is asked for. */
  *lines(part: Part = wholePart(this.plan.length)): Generator<Buffer> {
    for (let index = 0; index < this.plan.length; index++) {
      if (part.has(index)) yield this.#sources[this.#owner[index]].cells.json(index);
    }
  }

  *cells(part?: Part): Generator<CellResult> {
    for (const line of this.lines(part)) yield cellIn(line, "a folder to merge");
  }

  close(): void {
    for (const source of this.#sources) source.close();
  }

  #take(source: Source, at: number): void {
    const twice: number[] = [];
    for (let index = 0; index < this.plan.length; index++) {
      if (!source.cells.has(index)) continue;
      const other = this.#sources[this.#owner[index]];
      if (other === undefined) this.#owner[index] = at;
      else if (!other.cells.json(index).equals(source.cells.json(index))) twice.push(index);
    }
    if (twice.length === 0) return;
    const others = [...new Set(twice.map((index) => this.#sources[this.#owner[index]].folder))];
    throw new StoreError(sweepReason("shards-disagree", { folder: source.folder, others, cells: this.#named(twice) }));
  }

  #checkGaps(): void {
    const missing: number[] = [];
    for (let index = 0; index < this.plan.length; index++) if (this.#owner[index] < 0) missing.push(index);
    if (missing.length === 0) return;
    throw new StoreError(
      sweepReason("cells-missing", {
        missing: missing.length,
        all: this.plan.length,
        cells: this.#named(missing),
        unfinished: this.#unfinished(missing),
      }),
    );
  }

  /** Why cells are missing: shards that are unfinished, and shards whose folder is not among these. */
  #unfinished(missing: readonly number[]): string[] {
    const lines: string[] = [];
    const counts = new Map<number, Set<number>>();
    for (const { folder, manifest, shard, part, cells } of this.#sources) {
      if (cells.count < part.size) {
        const whose = shard === undefined ? folder : `${folder} (shard ${manifest.shard})`;
        lines.push(`${whose} is unfinished, ${cells.count} of ${part.size} cells: finish it first`);
      }
      if (shard !== undefined) {
        const present = counts.get(shard.count) ?? new Set();
        counts.set(shard.count, present.add(shard.index));
      }
    }
    for (const [count, present] of counts) {
      const absent: string[] = [];
      for (let index = 1; index <= count; index++) {
        if (present.has(index)) continue;
        const { has } = partOf(this.scenario, { index, count });
        if (missing.some((cell) => has(cell))) absent.push(`${index}/${count}`);
        if (absent.length > 20) break;
      }
      if (absent.length > 0)
        lines.push(`no folder has shard ${absent.slice(0, 20).join(", ")}${absent.length > 20 ? "…" : ""}`);
    }
    return lines;
  }

  #named(indices: readonly number[]): string {
    return named(this.plan, indices);
  }
}

/** One folder of those to be merged. */
class Source {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly shard: Shard | undefined;
  readonly part: Part;
  readonly cells: StoredCells;

  constructor(folder: string, manifest: Manifest, scenario: Scenario, plan: Plan) {
    this.folder = folder;
    this.manifest = manifest;
    this.shard = manifest.shard === null ? undefined : readShard(manifest.shard);
    this.part = partOf(scenario, this.shard);
    const sealed = isSealed(folder);
    const file = sealed ? resultFile(folder, "jsonl") : join(folder, JOURNAL);
    this.cells = StoredCells.read(file, plan.length, !sealed);
    try {
      this.#checkOrigin(plan);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close(): void {
    this.cells.close();
  }

  #checkOrigin(plan: Plan): void {
    const { folder, manifest } = this;
    const foreign: number[] = [];
    for (let index = 0; index < plan.length; index++) {
      if (!this.cells.has(index)) continue;
      if (!this.part.has(index) || this.cells.id(index) !== plan.id(index)) foreign.push(index);
    }
    if (foreign.length === 0) return;
    throw new StoreError(sweepReason("cells-foreign", { folder, shard: manifest.shard, cells: named(plan, foreign) }));
  }
}

function manifestIn(folder: string): Manifest {
  const manifest = existsSync(folder) ? readManifest(folder) : undefined;
  if (manifest === undefined) throw new StoreError(sweepReason("not-a-run", { folder }));
  return manifest;
}

function scenarioOf(folder: string, { config }: Manifest): Scenario {
  try {
    return parseScenario(config);
  } catch (error) {
    throw new StoreError(sweepReason("scenario-unreadable", { folder, why: reasonOf(error) }));
  }
}

function checkSame(folder: string, manifest: Manifest, otherFolder: string, other: Manifest): void {
  const found = manifestDifferences(manifest, other);
  if (found.length === 0) return;
  const differences = differenceLines(found, `in ${folder}`, `in ${otherFolder}`);
  throw new StoreError(sweepReason("runs-differ", { folder, other: otherFolder, differences }));
}

/** `cells 3 (id …, verifier.kind = "none"), 4 (…) and 12 more`. */
function named(plan: Plan, indices: readonly number[]): string {
  const shown = indices.slice(0, NAMED).map((index) => cellText(plan, index));
  const more = indices.length - shown.length;
  return `${indices.length === 1 ? "cell" : "cells"} ${shown.join("; ")}${more > 0 ? ` and ${more} more` : ""}`;
}
