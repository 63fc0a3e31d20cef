import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files that take longest, longest first: begun last, one of them would keep all others waiting for it. */
const LONGEST = [
  "web/siteViews",
  "web/siteReport",
  "cli/queue",
  "web/site",
  "select/outside",
  "cli/hostile",
  "pack/pack",
  "cli/newsOutside",
  "cli/eigen",
  "api/queue",
  "api/newsExperiment",
  "cli/schemas",
  "select/resume",
  "cli/queueTrouble",
  "cli/interrupt",
  "cli/card",
  "cli/sweep",
  "cli/disk",
  "api/eigen",
  "kernel/transformer",
  "cli/readme",
  "web/bits",
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

/** Files of these folders share processes; those of the others run in one each. */
const SHARING = ["api", "cli", "golden", "kernel", "properties", "rows", "select", "theory", "web"];

/** How a file of those folders begins that needs a process of its own nevertheless, with the reason after it. */
const ALONE = "// In a process of its own: ";

const TESTS = join(import.meta.dirname, "test");

/** The test files of `npm test` that share processes: each of them saves the start of one, and the loading of what it imports. */
function sharing(): string[] {
  return testFiles()
    .filter((name) => SHARING.some((folder) => name.startsWith(`${folder}/`)))
    .filter((name) => !readFileSync(join(TESTS, name), "utf8").startsWith(ALONE))
    .map((name) => `test/${name}`);
}

/** Those that take longest first, and those that share processes last: a process is kept for the next in the row alone. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId, project }: TestSpecification) => {
      const found = LONGEST.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
      return (found < 0 ? LONGEST.length : found) + (project.name === "shared" ? 2 * LONGEST.length : 0);
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

/**
 * The test files of which test/support/edition.ts has a longer edition, or test/kernel/builds.ts; those of the page have it in
 * what they import.
 */
function withLongEdition(): string[] {
  const found = testFiles().filter((name) =>
    /\b(shortOrLong|buildsOfEdition)\(/.test(readFileSync(join(TESTS, name), "utf8")),
  );
  return [...found.map((name) => `test/${name}`), "test/web/site*.test.ts"];
}

function testFiles(): string[] {
  const names = readdirSync(TESTS, { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(".test.ts")).map((name) => name.replaceAll("\\", "/"));
}

// `npm test` takes everything but test/long; `npm run test:long` (mode "long") takes that, and the longer editions.
export default defineConfig(({ mode }) => {
  const isLong = mode === "long";
  const every = {
    env: { PSTAR_TEST_EDITION: isLong ? "long" : "short" },
    pool: "forks" as const,
    // what is built runs as it is: Vite would transform it anew for each process
    server: { deps: { external: [/\/dist\//] } },
    // A limit only ends what would never end. A machine that is busy with other things takes ten times as long over a test
    // as an idle one, where the longest takes some twenty seconds.
    testTimeout: isLong ? 3_600_000 : 600_000,
    hookTimeout: 600_000,
    // to ask a page or a server is work for it too: at 20 ms, waiting took a third of a core
    expect: { poll: { timeout: 300_000, interval: 80 } },
  };
  const shared = isLong ? [] : sharing();
  const alone = {
    ...every,
    name: "alone",
    include: isLong ? ["test/long/**/*.test.ts", ...withLongEdition()] : ["test/**/*.test.ts"],
    exclude: isLong ? [] : ["test/long/**", ...shared],
  };
  const together = {
    ...every,
    name: "shared",
    include: shared,
    isolate: false,
    setupFiles: "test/support/sharedProcess.ts",
  };
  return {
    test: {
      ...every,
      globalSetup: "test/support/globalSetup.ts",
      // two more than the cores that CI has: many a test waits for a process or a server
      maxWorkers: 4,
      sequence: { sequencer: LongestFirst },
      projects: isLong ? [{ test: alone }] : [{ test: alone }, { test: together }],
    },
  };
});
