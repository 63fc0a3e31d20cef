// How long Parquet takes beside DuckDB, which reads the same columns into the same process: `node bench/parquet.mjs [ROWS]` writes a file
// of that many rows by DuckDB into a temporary folder, times both in turn, prints a table and removes everything.
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";

process.chdir(dirname(import.meta.dirname));
const { RowFiles } = await import("../dist/rows/rowFiles.js");
const { auditFile } = await import("../dist/node.js");

const rows = Number(process.argv[2] ?? 1e6);
const REPEATS = 5;
const folder = mkdtempSync(join(tmpdir(), "pstar-bench-"));
try {
  const instance = await DuckDBInstance.create(":memory:");
  const duck = await instance.connect();
  await duck.run("SET threads = 1");
  const file = join(folder, "rows.parquet");
  await duck.run(`COPY (
    SELECT i AS id, hash(i) % 10 < 7 AS kept,
      CASE WHEN hash(i + 1) % 50 = 0 THEN hash(i + 2) % 10 < 8 END AS correct,
      (hash(i + 3) % 100000) / 100000 AS score, 'task ' || (i % 12) AS task,
      'the answer is ' || hash(i) || ' ' || repeat('words ', (hash(i) % 20)::INT) AS answer
    FROM range(${rows}) t(i)) TO '${file}' (FORMAT parquet)`);
  const columns = ["kept", "correct", "score", "task"];

  /** Every value of the columns as one of JavaScript. */
  const byDuck = async () => {
    let count = 0;
    const result = await duck.stream(`SELECT ${columns.join(", ")} FROM '${file}'`);
    for (
      let chunk = await result.fetchChunk();
      chunk !== null && chunk.rowCount > 0;
      chunk = await result.fetchChunk()
    ) {
      for (const row of chunk.getRows()) if (row[0] !== null) count++;
    }
    return count;
  };
  const byRows = async () => {
    let count = 0;
    for await (const block of new RowFiles([file]).read(columns, {})) {
      for (const { row } of block) if (row.kept !== null) count++;
    }
    return count;
  };
  const byAudit = async () => {
    const { result } = await auditFile(file, { correct: "correct", kept: "kept", by: "task" });
    return result.counts.rows;
  };
  const ways = {
    "DuckDB, one thread, rows in JavaScript": byDuck,
    "pstar's reader, the same columns": byRows,
    "an audit by slices": byAudit,
  };
  const times = new Map(Object.keys(ways).map((name) => [name, []]));
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    for (const [name, read] of Object.entries(ways)) {
      const { user: userBefore, system: systemBefore } = process.cpuUsage();
      const count = await read();
      const { user, system } = process.cpuUsage();
      if (count !== rows) throw new Error(`${name}: ${count} of ${rows} rows`);
      times.get(name).push((user + system - userBefore - systemBefore) / 1e6);
    }
  }
  const medians = [...times].map(([name, of]) => [name, of.sort((a, b) => a - b)[REPEATS >> 1]]);
  const lines = medians.map(
    ([name, time]) => `| ${name} | ${time.toFixed(2)} | ${(time / medians[0][1]).toFixed(2)} |`,
  );
  console.log(`## Parquet: ${rows.toExponential(0).replace("e+", "·10^")} rows, ${(statSync(file).size / 1e6).toFixed(0)} MB, ${columns.length} of 6 columns, processor time, median of ${REPEATS}

| | s | × |
|---|---:|---:|
${lines.join("\n")}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
