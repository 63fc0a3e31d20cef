import { type Command, Option } from "commander";
import type { WeightsOptions } from "../../engine/weights.js";
import type { WeightsResult, WeightsRow } from "../../engine/weightsResult.js";
import { fixedNumber, formatNumber, wholeNumber } from "../../model/format.js";
import type { MeanWithError } from "../../model/statistics.js";
import type { Context } from "../context.js";
import { leaveSignalsToSystem } from "../interrupt.js";
import { angleOf, countList, flagNamed, integerFrom, numberOf, shareOf, withFlagNames } from "../options.js";
import { paragraph } from "../terminal/format.js";
import { explain } from "../terminal/help.js";
import { table } from "../terminal/table.js";
import { jsonText, type Terminal } from "../terminal/terminal.js";

const EXPLANATION = `
A verifier gives every row a weight q from 0 to 1, and ridge learns from all rows, weighted; beside it the same rows are each kept with
the probability q. With m the label times the distance from the verifier's boundary, q is
  soft        1/(1 + exp(−m/width)), what its direction agrees with weighs more
  soft-hard   exp(−m²/2width²), the rows near the boundary weigh more
  soft-easy   one minus that
  by-label    φ if the label is right, ψ if it is wrong
Rows are two Gaussian classes N(±ru, I), their labels wrong with probability p or given by a direction. Trials draw every row; the
theory is that of many dimensions. Weights of 0 and 1 are verdicts: pstar run has those.

Examples:
  Weights from a verifier 30° off, against verdicts
    $ pstar weights --samples 100,500,2500
  Hard rows weigh more, labels by a direction 20° off
    $ pstar weights --rule soft-hard --width 1 --generator-angle 20deg --verifier-angle 0
  A fixed weight for correct and for wrong labels
    $ pstar weights --rule by-label --phi 0.8 --psi 0.3

JSON: {schema: "pstar/weights@1", settings, engine, reason, rows: [{samples, weights: {models, accuracy: {mean, se},
weight: {mean, se}, theory}, verdicts: {…the same}, all}]}.
Exit codes: 0 done, 1 failed, 2 wrong usage.`;

interface WeightsFlags extends Pick<WeightsOptions, "dim" | "rule" | "engine" | "trials" | "seed"> {
  samples?: number[];
  format: "table" | "json";
  meanNorm?: string;
  p?: string;
  generatorAngle?: string;
  width?: string;
  verifierAngle?: string;
  phi?: string;
  psi?: string;
  lambda?: string;
}

/** Adds `pstar weights`. */
export function addWeightsCommand(program: Command, context: Context): void {
  const weights = program
    .command("weights")
    .description(
      "Fits ridge regression to rows with a weight from a verifier, and to the same rows kept or dropped by it.",
    )
    .optionsGroup("The rows:")
    .option("--dim <d>", "dimension of the inputs (default: 50)", integerFrom(1))
    .option("--mean-norm <r>", "distance of each class from their midpoint (default: 1)")
    .option("--samples <N,…>", "numbers of rows, a line for each (default: 100,500,2500)", countList)
    .option("--p <rate>", "share p of wrong labels (default: 0.3)")
    .option("--generator-angle <angle>", "in place of --p: labels by a direction at this angle to the truth")
    .optionsGroup("The weights:")
    .addOption(
      new Option("--rule <rule>", "how a row's weight is computed (default: soft)").choices([
        "soft",
        "soft-hard",
        "soft-easy",
        "by-label",
      ]),
    )
    .option("--width <margin>", "margin over which the weight changes (default: 0.5)")
    .option("--verifier-angle <angle>", "angle of the verifier's direction to the truth (default: 30deg)")
    .option("--phi <weight>", "by-label: weight of a correct label (default: 0.8)")
    .option("--psi <weight>", "by-label: weight of a wrong one (default: 0.3)")
    .optionsGroup("The learner and the run:")
    .option("--lambda <penalty>", "penalty of ridge (default: 0.01)")
    .addOption(
      new Option("--engine <engine>", "what draws the trials (default: auto)").choices([
        "auto",
        "theory",
        "reduced",
        "direct",
      ]),
    )
    .option("--trials <n>", "repetitions (default: 200)", integerFrom(1))
    .option("--seed <n>", "seed of all randomness (default: 1)", integerFrom(0))
    .addOption(new Option("--format <form>", "output format").choices(["table", "json"]).default("table"))
    .action(async ({ format, p, ...flags }: WeightsFlags) => {
      const [{ loadTransformer }, { weights }] = await Promise.all([
        import("../../core/transformerCore.js"),
        import("../../engine/weights.js"),
      ]);
      const read = <T>(text: string | undefined, reader: (text: string) => T) =>
        text === undefined ? undefined : reader(text);
      const options: WeightsOptions = {
        ...flags,
        meanNorm: read(flags.meanNorm, (text) => numberOf("--mean-norm", text, "a number")),
        errorRate: read(p, (text) => shareOf("--p", text)),
        generatorAngle: read(flags.generatorAngle, (text) => angleOf("--generator-angle", text)),
        width: read(flags.width, (text) => numberOf("--width", text, "a number")),
        verifierAngle: read(flags.verifierAngle, (text) => angleOf("--verifier-angle", text)),
        phi: read(flags.phi, (text) => shareOf("--phi", text)),
        psi: read(flags.psi, (text) => shareOf("--psi", text)),
        lambda: read(flags.lambda, (text) => numberOf("--lambda", text, "a number")),
      };
      const core = await loadTransformer();
      await leaveSignalsToSystem();
      const flagOf = (field: string) => (field === "errorRate" ? "--p" : flagNamed(field));
      const result = withFlagNames(flagOf, () => weights(core, options), { ...flags, errorRate: p });
      const { out } = context.streams;
      if (format === "json") out.write(jsonText(result));
      else out.print(weightsText(result, out));
    });
  explain(weights, context, EXPLANATION, ["--samples", "--p", "--rule", "--width", "--verifier-angle", "--format"]);
}

/** What becomes of the rows. */
const HEADS = { weights: "weighted", verdicts: "kept or dropped" } as const;

function weightsText({ settings, engine, rows }: WeightsResult, out: Terminal): string {
  const { trials } = settings;
  const column = (head: string, text: (row: WeightsRow) => string) =>
    ({ head, align: "right", cells: rows.map(text) }) as const;
  const value = (number: number | null) => (number === null ? "–" : fixedNumber(number, 4));
  const withError = ({ mean, se }: MeanWithError) => `${value(mean)}${se === null ? "" : ` ± ${value(se)}`}`;
  const isDrawn = engine === "direct";
  const pair = (name: "weights" | "verdicts") => [
    ...(isDrawn ? [column(HEADS[name], (row) => withError(row[name].accuracy))] : []),
    column(isDrawn ? "theory" : HEADS[name], (row) => value(row[name].theory)),
  ];
  const { lines } = table(
    [
      column("rows", ({ samples }) => wholeNumber(samples)),
      ...(isDrawn ? [column("sum of weights", ({ weights }) => formatNumber(weights.weight.mean ?? 0))] : []),
      ...pair("weights"),
      ...pair("verdicts"),
      column("all alike", ({ all }) => value(all)),
    ],
    out,
  );
  const missing = isDrawn ? rows.filter((row) => Math.min(row.weights.models, row.verdicts.models) < trials).length : 0;
  const notes = [
    isDrawn
      ? `Accuracy, mean ± standard error of ${formatNumber(trials)} trials, every row drawn: rows by their weight, rows kept or dropped by chance as the weight says, and all rows alike (theory).`
      : "Accuracy by the theory: no trial was drawn.",
    ...(missing > 0
      ? [`In ${missing} of ${rows.length} lines some trials have no model: not a single row was kept.`]
      : []),
  ];
  return `${[...lines, "", ...notes.flatMap((note) => paragraph(note, out))].join("\n")}\n`;
}
