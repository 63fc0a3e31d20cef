import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CORE_HASH } from "../../core/bytes.generated.js";
import { StoreError } from "../../core/errors.js";
import { VERSION } from "../../core/version.generated.js";
import { Plan } from "../../model/cells.js";
import { isMapping } from "../../model/draft.js";
import { parseScenario, type Scenario } from "../../model/scenario.js";
import { fileError } from "../../rows/fileError.js";
import { writeWhole } from "../../rows/write.js";
import { readShard, type Shard, shardText } from "../shard.js";
import { type Difference, differences } from "./difference.js";

/** The file of a store that says what run it belongs to. */
export const MANIFEST = "store.json";

/** What run a folder of results belongs to. */
export interface Manifest {
  schema: "pstar/store@1";
  /** Of the configuration, and of what computes it: equal where cells of two folders belong together. */
  fingerprint: string;
  /** Cells of the whole plan. */
  cells: number;
  /** `2/7` where the folder holds the second of seven parts of the plan; null where it holds all of it. */
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
 * Reads the manifest of a folder; undefined where there is none.
 *
 * @throws StoreError where it is none that this version understands, or was changed.
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
  if (manifest === undefined)
    throw new StoreError(`${file} is not the manifest of a run: move it, or choose another folder`);
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

/** In what two runs differ: settings by their paths, then the version, the core and the shard. */
export function manifestDifferences(there: Manifest, here: Manifest): Difference[] {
  return [
    ...differences(there.config, here.config),
    ...differences({ version: there.provenance.version }, { version: here.provenance.version }),
    ...differences({ coreHash: there.provenance.coreHash }, { coreHash: here.provenance.coreHash }),
    ...differences({ shard: there.shard }, { shard: here.shard }),
  ];
}
