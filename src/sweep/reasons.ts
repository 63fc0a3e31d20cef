import { type Reason, reasonsOf } from "../core/reasons.js";

/** Two values of a manifest that differ, or all that an error says of them, as lines of text. */
type Cell = { index: number; id: string | undefined };

/** Why a folder of results, or a file of them, cannot be used. */
export const sweepSentences = {
  "file-damaged": ({ file, offset }: { file: string; offset: number }) =>
    `${file} is damaged at byte ${offset}: the disk may be failing`,
  "line-not-a-cell": ({ file, start, offset }: { file: string; start: string; offset: number }) =>
    `${file} holds a line that is not a cell of this plan: ${start} (byte ${offset})`,
  "cell-twice": ({ file, index, id }: Cell & { file: string }) =>
    `${file} disagrees with itself on cell ${index} (id ${id})`,
  "not-a-manifest": ({ file }: { file: string }) =>
    `${file} is not the manifest of a run: move it, or choose another folder`,
  "not-a-run": ({ folder }: { folder: string }) => `${folder} is not the folder of a run: it has no store.json`,
  "other-run": ({ folder, differences }: { folder: string; differences: readonly string[] }) =>
    `${folder} holds the results of another run; choose another folder, or remove this one. The difference:${indented(differences)}`,
  "results-of-unknown-run": ({ folder, file }: { folder: string; file: string }) =>
    `${folder} holds ${file} and no store.json that says whose it is: choose another folder`,
  "cell-of-other-run": ({ folder, index, id }: Cell & { folder: string }) =>
    `cell ${index} (id ${id}) is not of the run in ${folder}`,
  "cell-differs": ({ folder, index, id }: Cell & { folder: string }) =>
    `cell ${index} (id ${id}) has another result in ${folder}: was it computed elsewhere?`,
  "cell-of-other-shard": ({ file, index, shard }: { file: string; index: number; shard: string | null }) =>
    `cell ${index} in ${file} is not of shard ${shard}`,
  "run-finished": ({ folder }: { folder: string }) => `the run in ${folder} is finished`,

  "shards-disagree": ({ folder, others, cells }: { folder: string; others: readonly string[]; cells: string }) =>
    `${folder} and ${others.join(", ")} disagree on ${cells}: the same cell must give the same result`,
  "cells-missing": ({
    missing,
    all,
    cells,
    unfinished,
  }: {
    missing: number;
    all: number;
    cells: string;
    unfinished: readonly string[];
  }) => `${missing} of ${all} cells are missing: ${cells}${indented(unfinished)}`,
  "cells-foreign": ({ folder, shard, cells }: { folder: string; shard: string | null; cells: string }) =>
    `${folder} holds cells that do not belong to ${shard === null ? "this run" : `shard ${shard} of this run`}: ${cells}`,
  "scenario-unreadable": ({ folder, why }: { folder: string; why: Reason }) =>
    `${folder} holds a scenario that this version cannot read: ${why.message}`,
  "runs-differ": ({ folder, other, differences }: { folder: string; other: string; differences: readonly string[] }) =>
    `${folder} and ${other} do not belong together:${indented(differences)}`,

  "results-form": ({ file }: { file: string }) =>
    `${file} must end in .jsonl, .csv, .parquet or .json, or be the folder of a run`,
  "rows-of-cells": ({ file, column }: { file: string; column: string }) =>
    `${file} has several rows for each cell, by ${column}, and cells are read from results.jsonl, .csv, .parquet or the folder of the run`,
  "scenario-not-json": ({ file }: { file: string }) => `${file} is damaged: the scenario in it is not JSON`,
  "results-not-json": ({ file, line, why }: { file: string; line: number | null; why: Reason }) =>
    `${file} is not valid JSON${line === null ? "" : ` in line ${line}`}: ${why.message}`,
  "not-a-result": ({ file }: { file: string }) => `${file} is not a result of a run: its schema must be pstar/result@1`,
  "row-of-other-length": ({
    file,
    line,
    fields,
    columns,
  }: {
    file: string;
    line: number;
    fields: number;
    columns: number;
  }) => `${file}, line ${line}: the row has ${fields} fields, not ${columns}`,
  "results-malformed": ({ file, why }: { file: string; why: Reason }) => `${file}: ${why.message}`,
  "results-empty": ({ file }: { file: string }) => `${file} holds no results: no cell stands in it`,
  "columns-missing": ({ file, columns }: { file: string; columns: readonly string[] }) =>
    `${file} holds no results of pstar: it has no column ${columns.join(", ")}`,
  "not-a-cell": ({ where, field, problem }: { where: string; field: string; problem: string }) =>
    `${where} is not a result of pstar run: ${field === "" ? "" : `${field}: `}${problem}`,
  "parquet-unsound": ({ file, why }: { file: string; why: Reason }) =>
    `cannot read ${file}: it is not a sound Parquet file (${why.message})`,
};

export const sweepReason = reasonsOf(sweepSentences);

function indented(lines: readonly string[]): string {
  return lines.map((line) => `\n  ${line}`).join("");
}
