import { quote } from "../../core/printable.js";
import { readShard, type Shard } from "../../sweep/shard.js";
import { UsageError } from "../failure.js";

type Environment = Record<string, string | undefined>;

/** A system that starts many copies of a program and tells each its number. */
interface Scheduler {
  name: string;
  /** Names of the variables: the number of this copy, how many there are, and from where the numbers count. */
  index: string;
  count: string;
  from: number | { variable: string; step: string };
}

const SCHEDULERS: readonly Scheduler[] = [
  {
    name: "Slurm array",
    index: "SLURM_ARRAY_TASK_ID",
    count: "SLURM_ARRAY_TASK_COUNT",
    from: { variable: "SLURM_ARRAY_TASK_MIN", step: "SLURM_ARRAY_TASK_STEP" },
  },
  { name: "AWS Batch array", index: "AWS_BATCH_JOB_ARRAY_INDEX", count: "AWS_BATCH_JOB_ARRAY_SIZE", from: 0 },
  { name: "Kubernetes Indexed Job", index: "JOB_COMPLETION_INDEX", count: "PSTAR_SHARDS", from: 0 },
  { name: "GitLab CI", index: "CI_NODE_INDEX", count: "CI_NODE_TOTAL", from: 1 },
  { name: "CircleCI", index: "CIRCLE_NODE_INDEX", count: "CIRCLE_NODE_TOTAL", from: 0 },
  { name: "Buildkite", index: "BUILDKITE_PARALLEL_JOB", count: "BUILDKITE_PARALLEL_JOB_COUNT", from: 0 },
  { name: "Azure Pipelines", index: "SYSTEM_JOBPOSITIONINPHASE", count: "SYSTEM_TOTALJOBSINPHASE", from: 1 },
];

/** The shard that `--shard` asks for: `i/n`, or `auto` for what the environment says; and who said it. */
export function shardOf(text: string, env: Environment): { shard: Shard; from: string | null } {
  if (text === "auto") return autoShard(env);
  const shard = readShard(text);
  if (shard === undefined) throw usage("--shard", "i/n with 1 ≤ i ≤ n, such as 2/7, or auto", text);
  return { shard, from: null };
}

function autoShard(env: Environment): { shard: Shard; from: string } {
  const own = env.PSTAR_SHARD;
  if (own !== undefined && own !== "") {
    const shard = readShard(own);
    if (shard === undefined) throw usage("PSTAR_SHARD", "i/n with 1 ≤ i ≤ n, such as 2/7", own);
    return { shard, from: "PSTAR_SHARD" };
  }
  const scheduler = SCHEDULERS.find(({ index }) => env[index] !== undefined && env[index] !== "");
  if (scheduler === undefined) {
    const names = SCHEDULERS.map(({ name, index }) => `${name} (${index})`).join(", ");
    throw new UsageError(`--shard auto finds no index in the environment: looked for PSTAR_SHARD=i/n, ${names}`);
  }
  return { shard: shardIn(scheduler, env), from: scheduler.name };
}

function shardIn({ name, index, count, from }: Scheduler, env: Environment): Shard {
  const number = (variable: string, fallback?: number): number => {
    const text = env[variable];
    if (text === undefined || text === "") {
      if (fallback !== undefined) return fallback;
      throw new UsageError(`--shard auto: ${index} is set (${name}), but ${variable}, the number of shards, is not`);
    }
    if (!/^\d{1,7}$/.test(text)) throw usage(variable, "a whole number", text);
    return Number(text);
  };
  const total = number(count);
  const [first, step] = typeof from === "number" ? [from, 1] : [number(from.variable), number(from.step, 1)];
  const shard = readShard(`${(number(index) - first) / step + 1}/${total}`);
  if (shard !== undefined) return shard;
  throw new UsageError(
    `--shard auto: ${index}=${env[index]} of ${count}=${env[count]} (${name}) is not a shard; ` +
      "indices must be consecutive; otherwise use --shard i/n",
  );
}

function usage(field: string, expected: string, got: string): UsageError {
  return new UsageError(`${field} must be ${expected}, got ${quote(got)}`, { field, expected, got });
}
