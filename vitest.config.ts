import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files that take longest, longest first: begun last, one of them would keep all others waiting for it. */
const LONGEST = [
  "web/siteViews",
  "web/siteReport",
  "web/site",
  "cli/queue",
  "pack/pack",
  "select/outside",
  "api/queue",
  "cli/queueTrouble",
  "cli/newsOutside",
  "cli/card",
  "cli/sweep",
  "cli/eigen",
  "cli/disk",
  "api/eigen",
  "cli/interrupt",
  "kernel/transformer",
  "select/resume",
  "cli/hostile",
  "cli/readme",
  "web/bits",
  "api/newsExperiment",
  "cli/schemas",
  "cli/label",
  "kernel/direct",
  "api/libraryPool",
  "cli/hostileText",
  "theory/auditVerdicts",
  "rows/table",
  "cli/yourData",
  "cli/audit",
  "api/expressions",
  "properties/scenario",
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const found = LONGEST.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
      return found < 0 ? LONGEST.length : found;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

/** The test files of which test/support/edition.ts has a longer edition; those of the page have it in what they import. */
function withLongEdition(): string[] {
  const root = join(import.meta.dirname, "test");
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".test.ts"));
  const found = files.filter((name) => readFileSync(join(root, name), "utf8").includes("shortOrLong("));
  return [...found.map((name) => `test/${name}`), "test/web/site*.test.ts"];
}

// `npm test` takes everything but test/long; `npm run test:long` (mode "long") takes that, and the longer editions.
export default defineConfig(({ mode }) => ({
  test: {
    include: mode === "long" ? ["test/long/**/*.test.ts", ...withLongEdition()] : ["test/**/*.test.ts"],
    exclude: mode === "long" ? [] : ["test/long/**"],
    env: { PSTAR_TEST_EDITION: mode === "long" ? "long" : "short" },
    globalSetup: "test/support/globalSetup.ts",
    pool: "forks",
    // one more than the cores: many a test waits for a process or a server
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // A limit only ends what would never end. A machine that is busy with other things takes ten times as long over a test
    // as an idle one, where the longest takes some twenty seconds.
    testTimeout: mode === "long" ? 3_600_000 : 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 300_000, interval: 20 } },
  },
}));
