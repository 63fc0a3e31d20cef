import { z } from "zod";
import { QueueError } from "../../core/errors.js";
import { printable } from "../../core/printable.js";
import { checkEngines } from "../../engine/check.js";
import { parseScenario, type Scenario } from "../../model/scenario.js";
import { type Manifest, manifestOf } from "../store/manifest.js";
import type { Connection } from "./connection.js";

/** Before the names of everything that pstar keeps in Redis. */
const ROOT = "pstar";
/** Before those that are BullMQ's own. */
export const QUEUE_PREFIX = `${ROOT}:queue`;
/** The set of plans that wait for results. */
export const PLANS = `${ROOT}:plans`;
/** The set of workers; each has a key of its own that ends with it. */
export const WORKERS = `${ROOT}:workers`;
export const workerKey = (name: string) => `${ROOT}:worker:${name}`;

/** Where the parts of a plan are. */
export function planKeys(fingerprint: string) {
  const plan = `${ROOT}:plan:${fingerprint}`;
  return {
    /** The record: what is computed, and by which version. */
    plan,
    /** Hash, block → its trials, until the coordinator has stored them. */
    results: `${plan}:results`,
    /** Hash, block → SHA-1 of its result, and who brought it. */
    digests: `${plan}:digests`,
    /** List of the blocks that came, in their order. */
    done: `${plan}:done`,
    /** Hash, block → what came twice with different bytes. */
    conflicts: `${plan}:conflicts`,
    /** Who coordinates it; ends with its process. */
    coordinator: `${plan}:coordinator`,
    /** How far its coordinator is. */
    progress: `${plan}:progress`,
  };
}

/** Bytes of a record, at most: an axis may list many values. */
const RECORD_LIMIT = 32 << 20;

const recordSchema = z.strictObject({
  schema: z.literal("pstar/queue@1"),
  fingerprint: z.string().regex(/^[0-9a-f]{16}$/),
  cells: z.int().min(1).max(1_000_000),
  config: z.record(z.string(), z.unknown()),
  provenance: z.strictObject({
    version: z.string().regex(/^[\w.+-]{1,100}$/),
    coreHash: z.string().regex(/^[0-9a-f]{64}$/),
  }),
});

/** What a plan says of itself; its configuration is not checked yet. */
export type PlanRecord = z.infer<typeof recordSchema>;

/** The record of a run, as its coordinator puts it into Redis. */
export function recordText({ fingerprint, cells, config, provenance }: Manifest): string {
  return JSON.stringify({ schema: "pstar/queue@1", fingerprint, cells, config, provenance });
}

/** The fingerprints of all open plans, as they are; what is no fingerprint is passed over. */
export async function openPlans({ client }: Connection): Promise<string[]> {
  const names = await client.smembers(PLANS);
  return names.filter((name) => /^[0-9a-f]{16}$/.test(name)).sort();
}

/**
 * Reads the record of a plan; undefined where there is none any more.
 *
 * @throws QueueError where it is none that this version understands.
 */
export async function readRecord({ client }: Connection, fingerprint: string): Promise<PlanRecord | undefined> {
  const { plan } = planKeys(fingerprint);
  const size = await client.strlen(plan);
  if (size > RECORD_LIMIT) throw notAPlan(fingerprint, `${size} bytes`);
  const text = await client.get(plan);
  if (text === null) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw notAPlan(fingerprint, "no JSON");
  }
  const { data, error } = recordSchema.safeParse(value);
  if (error) throw notAPlan(fingerprint, z.prettifyError(error).split("\n")[0]);
  if (data.fingerprint !== fingerprint) throw notAPlan(fingerprint, `the record of ${data.fingerprint}`);
  return data;
}

/**
 * The scenario of a plan, checked as any that comes from outside.
 *
 * @throws QueueError where it is not valid, or not the one whose fingerprint the plan bears.
 */
export function scenarioOf({ fingerprint, config, cells }: PlanRecord): Scenario {
  let manifest: Manifest;
  try {
    const scenario = parseScenario(config);
    checkEngines(scenario);
    manifest = manifestOf(scenario);
  } catch (error) {
    throw notAPlan(fingerprint, (error as Error).message);
  }
  if (manifest.fingerprint !== fingerprint || manifest.cells !== cells) throw notAPlan(fingerprint, "another scenario");
  return manifest.config;
}

function notAPlan(fingerprint: string, got: string): QueueError {
  return new QueueError(`plan ${fingerprint} must be a valid record of a run, got ${printable(got).slice(0, 200)}`);
}
