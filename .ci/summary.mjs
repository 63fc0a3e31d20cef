// The end of .ci/run: node .ci/summary.mjs RESULTS COUNTS
//
// Reads vitest's results as JSON. Prints the slowest files, the tests that passed only on their second try and those that failed,
// once more and last, where a log that is cut keeps them; writes how many passed and how many failed.
import { readFileSync, writeFileSync } from "node:fs";

const SLOWEST = 15;
const [results, counts] = process.argv.slice(2);
const { testResults } = JSON.parse(readFileSync(results, "utf8"));

const nameOf = ({ name }) => name.slice(name.lastIndexOf("/test/") + 1);
const secondsOf = ({ startTime, endTime }) => (endTime - startTime) / 1000;
const firstLine = (text) => (text || "no message").split("\n")[0].slice(0, 300);

/** Data, or an optional package, that no clone holds. */
const needsMore = ({ fullName }) => /\[(\.\.\/shared|node-llama-cpp)\]/.test(fullName);

/** What of a file failed. A skipped test has failed too, and so has a file that could not even be loaded. */
function failuresOf({ status, message, assertionResults: tests }) {
  const failed = tests.flatMap((test) => {
    if (test.status === "passed" || (test.status !== "failed" && needsMore(test))) return [];
    const why = test.status === "failed" ? firstLine(test.failureMessages?.[0]) : "left out";
    return [`${test.fullName}\n    ${why}`];
  });
  return status === "failed" && failed.length === 0 ? [firstLine(message)] : failed;
}

const slowest = testResults.toSorted((a, b) => secondsOf(b) - secondsOf(a)).slice(0, SLOWEST);
console.log("== the slowest files");
for (const file of slowest) console.log(`${secondsOf(file).toFixed(1).padStart(7)} s  ${nameOf(file)}`);

const retried = testResults.flatMap((file) =>
  file.assertionResults
    .filter(({ status, failureMessages }) => status === "passed" && failureMessages?.length > 0)
    .map((test) => `${nameOf(file)}: ${test.fullName}\n    ${firstLine(test.failureMessages[0])}`),
);
if (retried.length > 0) console.log("== passed on the second try only");
for (const test of retried) console.log(`  ${test}`);

const failures = testResults.flatMap((file) => failuresOf(file).map((failure) => `${nameOf(file)}: ${failure}`));
if (failures.length > 0) console.log("== failed");
for (const failure of failures) console.log(`  ${failure}`);

const passed = testResults.flatMap((file) => file.assertionResults).filter(({ status }) => status === "passed");
writeFileSync(counts, `${passed.length} ${failures.length}\n`);
