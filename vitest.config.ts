import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files that take longest, longest first: begun last, one of them would keep all others waiting for it. */
const LONGEST = [
  "web/siteViews",
  "web/siteReport",
  "web/site",
  "cli/queueTrouble",
  "cli/queue",
  "cli/eigen",
  "cli/sweep",
  "theory/auditVerdicts",
  "pack/pack",
  "api/queue",
  "web/bits",
  "cli/readme",
  "api/expressions",
  "rows/arrow",
  "theory/auditCoverage",
  "properties/scenario",
  "kernel/direct",
  "select/outside",
  "theory/generations",
  "kernel/theoryPopulation",
  "cli/hostile",
  "cli/schemas",
  "cli/paper",
  "cli/select",
  "cli/label",
  "cli/audit",
  "cli/files",
  "cli/newsOutside",
  "api/check",
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

// `npm test` takes everything but test/long; `npm run test:long` (mode "long") takes only that.
export default defineConfig(({ mode }) => ({
  test: {
    include: mode === "long" ? ["test/long/**/*.test.ts"] : ["test/**/*.test.ts"],
    exclude: mode === "long" ? [] : ["test/long/**"],
    globalSetup: "test/support/globalSetup.ts",
    pool: "forks",
    // one more than the cores: many a test waits for a process or a server
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // A limit only ends what would never end. A machine that is busy with other things takes ten times as long over a test
    // as an idle one, where the longest takes some twenty seconds.
    testTimeout: mode === "long" ? 3_600_000 : 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 120_000, interval: 20 } },
  },
}));
