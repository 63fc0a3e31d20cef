import { type Command, Option } from "commander";
import type { AugmentOptions } from "../../engine/augment.js";
import type { AugmentResult, AugmentRow } from "../../engine/augmentResult.js";
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
Real rows are N(yμ, I); a generator adds rows N(yν, C), some of them with a wrong label, and a verifier keeps a correct label with
probability φ and a wrong one with ψ. Ridge learns from all kept rows and is tested on real ones. ν and C are given, or estimated in
every trial from n̂ real rows that are drawn for it. Beside the simulation stand the theory and, to compare, the equations of
arXiv 2410.08942 as published, which by our trials have one factor too many (docs/augment.md).

Examples:
  Generated rows whose mean is 30° off: how many of them help?
    $ pstar augment --mean-angle 30deg --phi 0.8 --psi 0.3
  Mean and covariance estimated from 200 rows
    $ pstar augment --estimate both --estimate-rows 200 --samples 0,500,2000
  The published formula beside the corrected one, and 2,000 trials
    $ pstar augment --dim 10000 --mean-norm 1 --real-rows 0 --samples 10000 --p 0.3 --phi 0.8 --psi 0.3 --lambda 1 --penalty all --trials 2000

JSON: {schema: "pstar/augment@1", settings, engine, reason, rows: [{samples, models, accuracy: {mean, se}, kept: {mean, se},
keptWrong: {mean, se}, theory, published}]}.
Exit codes: 0 done, 1 failed, 2 wrong usage.`;

interface AugmentFlags extends Pick<AugmentOptions, "dim" | "realRows" | "estimateRows" | "trials" | "seed"> {
  samples?: number[];
  estimate?: AugmentOptions["estimate"];
  penalty?: AugmentOptions["penalty"];
  engine?: AugmentOptions["engine"];
  format: "table" | "json";
  meanNorm?: string;
  realP?: string;
  p?: string;
  phi?: string;
  psi?: string;
  meanScale?: string;
  meanAngle?: string;
  variance?: string;
  exponent?: string;
  lambda?: string;
}

/** Adds `pstar augment`. */
export function addAugmentCommand(program: Command, context: Context): void {
  const augment = program
    .command("augment")
    .description(
      "Fits ridge regression to real rows and generated ones with a mean and covariance of their own, and compares its accuracy with the theory.",
    )
    .optionsGroup("The real rows:")
    .option("--dim <d>", "dimension of the inputs (default: 100)", integerFrom(1))
    .option("--mean-norm <r>", "distance of each class from their midpoint (default: 1.5)")
    .option("--real-rows <n>", "real rows (default: 150)", integerFrom(0))
    .option("--real-p <rate>", "share of wrong labels among them (default: 0)")
    .optionsGroup("The generated rows:")
    .option(
      "--samples <m,…>",
      "numbers of generated rows before verification, a line for each (default: 0,100,1000,10000)",
      countList,
    )
    .option("--p <rate>", "share p of wrong labels among them (default: 0.2)")
    .option("--phi <rate>", "chance φ that the verifier keeps a correct label (default: 1)")
    .option("--psi <rate>", "chance ψ that it keeps a wrong label (default: 1)")
    .option("--mean-scale <factor>", "length of their mean over that of the real rows (default: 1)")
    .option("--mean-angle <angle>", "angle of their mean to the real one, such as 30deg (default: 0)")
    .option("--variance <v>", "mean eigenvalue of their covariance (default: 1)")
    .option("--exponent <a>", "its eigenvalues go as i^−a (default: 0)")
    .addOption(
      new Option("--estimate <what>", "moments estimated from further real rows (default: none)").choices([
        "none",
        "mean",
        "both",
      ]),
    )
    .option("--estimate-rows <n>", "number of these further rows (default: 200)", integerFrom(2))
    .optionsGroup("The learner and the run:")
    .option("--lambda <penalty>", "penalty of ridge (default: 0.01)")
    .addOption(
      new Option(
        "--penalty <rows>",
        "which rows λ counts: kept ones, or all before verification (default: kept)",
      ).choices(["kept", "all"]),
    )
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
    .action(async ({ format, realP, p, meanAngle, ...flags }: AugmentFlags) => {
      const [{ loadTransformer }, { augment }] = await Promise.all([
        import("../../core/transformerCore.js"),
        import("../../engine/augment.js"),
      ]);
      const number = (flag: string, text?: string) =>
        text === undefined ? undefined : numberOf(flag, text, "a number");
      const share = (flag: string, text?: string) => (text === undefined ? undefined : shareOf(flag, text));
      const options: AugmentOptions = {
        ...flags,
        meanNorm: number("--mean-norm", flags.meanNorm),
        realErrorRate: share("--real-p", realP),
        errorRate: share("--p", p),
        phi: share("--phi", flags.phi),
        psi: share("--psi", flags.psi),
        meanScale: number("--mean-scale", flags.meanScale),
        meanAngle: meanAngle === undefined ? undefined : angleOf("--mean-angle", meanAngle),
        variance: number("--variance", flags.variance),
        exponent: number("--exponent", flags.exponent),
        lambda: number("--lambda", flags.lambda),
      };
      const core = await loadTransformer();
      await leaveSignalsToSystem();
      const result = withFlagNames(flagOf, () => augment(core, options), {
        ...flags,
        meanAngle,
        errorRate: p,
        realErrorRate: realP,
      });
      const { out } = context.streams;
      if (format === "json") out.write(jsonText(result));
      else out.print(augmentText(result, out));
    });
  explain(augment, context, EXPLANATION, [
    ...["--real-rows", "--samples", "--p", "--phi", "--psi", "--mean-angle", "--estimate", "--lambda", "--format"],
  ]);
}

function flagOf(field: string): string {
  if (field === "errorRate") return "--p";
  if (field === "realErrorRate") return "--real-p";
  return flagNamed(field);
}

function augmentText({ settings, engine, reason, rows }: AugmentResult, out: Terminal): string {
  const { trials } = settings;
  const column = (head: string, text: (row: AugmentRow) => string) =>
    ({ head, align: "right", cells: rows.map(text) }) as const;
  const withError = ({ mean, se }: MeanWithError) =>
    mean === null ? "–" : se === null ? fixedNumber(mean, 5) : `${fixedNumber(mean, 5)} ± ${fixedNumber(se, 5)}`;
  const value = (number: number | null) => (number === null ? "–" : fixedNumber(number, 5));
  const isDrawn = engine !== "theory";
  const { lines } = table(
    [
      column("generated rows", ({ samples }) => wholeNumber(samples)),
      ...(isDrawn
        ? [
            column("kept", ({ kept }) => (kept.mean === null ? "–" : formatNumber(kept.mean))),
            column("accuracy", ({ accuracy }) => withError(accuracy)),
          ]
        : []),
      column("theory", ({ theory }) => value(theory)),
      column("as published", ({ published }) => value(published)),
    ],
    out,
  );
  const missing = isDrawn ? rows.filter(({ models }) => models < trials).length : 0;
  const notes = [
    isDrawn
      ? `Accuracy on real rows, mean ± standard error of ${formatNumber(trials)} trials by the ${engine} engine: ${reason.message}.`
      : "Accuracy on real rows, by the theory: no trial was drawn.",
    ...(missing > 0
      ? [`In ${missing} of ${rows.length} lines some trials have no model: not a single row was kept.`]
      : []),
  ];
  return `${[...lines, "", ...notes.flatMap((note) => paragraph(note, out))].join("\n")}\n`;
}
