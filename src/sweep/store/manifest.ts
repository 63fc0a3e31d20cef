import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CORE_HASH } from "../../core/bytes.generated.js";
import { StoreError } from "../../core/errors.js";
import { VERSION } from "../../core/version.generated.js";
import { Plan } from "../../model/cells.js";
import { isMapping } from "../../model/problems.js";
import { parseScenario, type Scenario } from "../../model/scenario.js";
import { fileError } from "../../rows/fileError.js";
import { writeWhole } from "../../rows/write.js";
import { sweepReason } from "../reasons.js";
import { readShard, type Shard, shardText } from "../shard.js";

/** The file of a store that says what run it belongs to. */
export const MANIFEST = "store.json";

/** What run a folder of results belongs to. */
export interface Manifest {
  schema: "pstar/store@1";
  /** Of the configuration, and of what computes it: equal if cells of two folders belong together. */
  fingerprint: string;
  /** Cells of the whole plan. */
  cells: number;
  /** `2/7` if the folder holds the second of seven parts of the plan; null if it holds all of it. */
  shard: string | null;
  config: Scenario;
  provenance: { version: string; coreHash: string };
}

/** The manifest of a run by this version. */
export function manifestOf(scenario: Scenario, shard?: Shard): Manifest {
  const config = JSON.parse(JSON.stringify(scenario)) as Scenario;
  const provenance = { version: VERSION, coreHash: CORE_HASH };
  return {
    schema: "pstar/store@1",
    fingerprint: fingerprint({ config, provenance }),
    cells: new Plan(scenario).length,
    shard: shard === undefined ? null : shardText(shard),
    config,
    provenance,
  };
}

/** A hash of a run's configuration, with the version and the core that compute it. */
export function fingerprint({ config, provenance }: Pick<Manifest, "config" | "provenance">): string {
  return createHash("sha256")
    .update(JSON.stringify([provenance, config]))
    .digest("hex")
    .slice(0, 16);
}

export function writeManifest(folder: string, manifest: Manifest): void {
  writeWhole(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { durable: true });
}

/**
 * Reads the manifest of a folder; undefined if there is none.
 *
 * @throws StoreError if this version does not understand it, or it was changed.
 */
export function readManifest(folder: string): Manifest | undefined {
  const file = join(folder, MANIFEST);
  if (!existsSync(file)) return undefined;
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw fileError("read", file, error);
  }
  const manifest = parsed(text);
  if (manifest === undefined) throw new StoreError(sweepReason("not-a-manifest", { file }));
  return manifest;
}

function parsed(text: string): Manifest | undefined {
  try {
    const value = JSON.parse(text) as Manifest;
    if (!isMapping(value) || value.schema !== "pstar/store@1" || !isMapping(value.provenance)) return undefined;
    const { shard } = value;
    if (shard !== null && (typeof shard !== "string" || readShard(shard) === undefined)) return undefined;
    // a newer version may know settings that this one does not; the difference in version is what will be told
    const config = value.provenance.version === VERSION ? parseScenario(value.config) : value.config;
    const sameText = JSON.stringify(JSON.parse(JSON.stringify(config))) === JSON.stringify(value.config);
    return sameText && value.fingerprint === fingerprint(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A setting that two configurations do not share, by its dotted path; undefined if one of them has no such setting. */
export interface Difference {
  path: string;
  there: unknown;
  here: unknown;
}

/** Lines of a difference, at most. */
const LINES = 12;

/** In what two runs differ: settings by their paths, then the version, the core and the shard. */
export function manifestDifferences(there: Manifest, here: Manifest): Difference[] {
  return [
    ...differences(there.config, here.config),
    ...differences({ version: there.provenance.version }, { version: here.provenance.version }),
    ...differences({ coreHash: there.provenance.coreHash }, { coreHash: here.provenance.coreHash }),
    ...differences({ shard: there.shard }, { shard: here.shard }),
  ];
}

/** How two pieces of plain data differ; lists are compared whole. */
function differences(there: unknown, here: unknown, path = ""): Difference[] {
  if (isMapping(there) && isMapping(here)) {
    const keys = new Set([...Object.keys(there), ...Object.keys(here)]);
    return [...keys].flatMap((key) => differences(there[key], here[key], path === "" ? key : `${path}.${key}`));
  }
  return JSON.stringify(there) === JSON.stringify(here) ? [] : [{ path, there, here }];
}

/** The differences in lines, `samples: 1000 there, 2000 here`. */
export function differenceLines(found: readonly Difference[], there = "there", here = "here"): string[] {
  const lines = found
    .slice(0, LINES)
    .map((one) => `${one.path}: ${shown(one.there)} ${there}, ${shown(one.here)} ${here}`);
  const more = found.length - lines.length;
  return more > 0 ? [...lines, `and ${more} more`] : lines;
}

function shown(value: unknown): string {
  if (value === undefined) return "not set";
  if (Array.isArray(value) && value.length > 6) {
    const [first, second] = value.map((one) => JSON.stringify(one));
    return `[${first}, ${second}, … ${value.length} values]`;
  }
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
