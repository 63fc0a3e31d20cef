import { type Command, Option } from "commander";
import type { RegressionOptions } from "../../engine/regression.js";
import type { RegressionResult, RegressionRound } from "../../engine/regressionResult.js";
import { formatNumber } from "../../model/format.js";
import type { Context } from "../context.js";
import { UsageError } from "../failure.js";
import { leaveSignalsToSystem } from "../interrupt.js";
import { flagNamed, integerFrom, numberOf, withFlagNames } from "../options.js";
import { paragraph } from "../terminal/format.js";
import { explain } from "../terminal/help.js";
import { table } from "../terminal/table.js";
import { jsonText, type Terminal } from "../terminal/terminal.js";

const EXPLANATION = `
A model of real rows labels new ones, the next model is trained on those, and so on: y = xᵀθ + σε, by least squares. With
--ball, a verifier keeps a row if |y − xᵀθ_c| is at most b, θ_c being its own answer, which is --centre away from the truth. Then
the rounds come nearer to the verifier, whatever they began with: variance falls first and bias grows later, so that there is a
best round to stop at. Without a verifier the error grows with every round (replace), or towards a bound (accumulate).

Examples:
  The rows of each round replace those before: the error grows without bound
    $ pstar regression
  All rows are kept: the error stays bounded
    $ pstar regression --policy accumulate
  A verifier 0.5 away from the truth: when to stop?
    $ pstar regression --ball 1.5 --centre 0.5

JSON: {schema: "pstar/regression@1", settings, rounds: [{round, models, error: {mean, se}, theory, fromCentre: {mean, se},
theoryFromCentre, kept: {mean, se}}], best: {simulated, theory}}, and a reason if there is no theory.
Exit codes: 0 done, 1 failed, 2 wrong usage.`;

interface RegressionFlags extends Omit<RegressionOptions, "noise" | "ball" | "centre"> {
  noise?: string;
  ball?: string;
  centre?: string;
  format: "table" | "json";
}

/** Adds `pstar regression`. */
export function addRegressionCommand(program: Command, context: Context): void {
  const regression = program
    .command("regression")
    .description(
      "Simulates a linear regression that learns from its own labels, round after round, with a verifier or without, and compares the error with the theory.",
    )
    .optionsGroup("The rows:")
    .option("--dim <d>", "dimension of the inputs (default: 20)", integerFrom(1))
    .option("--real-rows <n>", "real rows of the first model (default: 40)", integerFrom(1))
    .option("--samples <N>", "rows that each round after the first labels (default: 200)", integerFrom(1))
    .option("--noise <sigma>", "standard deviation of the labels (default: 1)")
    .addOption(
      new Option(
        "--policy <policy>",
        "rows of a later round: its own, fresh real ones too, or all so far (default: replace)",
      ).choices(["replace", "mix", "accumulate"]),
    )
    .option("--real-samples <n>", "with mix: fresh real rows of each later round (default: 0)", integerFrom(0))
    .optionsGroup("The verifier:")
    .option(
      "--ball <b>",
      "keep a row if its label is at most this far from the verifier's answer (default: no verifier)",
    )
    .option("--centre <distance>", "distance of the verifier's weights from the true ones (default: 0)")
    .optionsGroup("The run:")
    .option("--rounds <k>", "rounds after the first (default: 10)", integerFrom(1))
    .option("--trials <n>", "repetitions (default: 200)", integerFrom(1))
    .option("--seed <n>", "seed of all randomness (default: 1)", integerFrom(0))
    .addOption(new Option("--format <form>", "output format").choices(["table", "json"]).default("table"))
    .action(async ({ format, noise, ball, centre, ...flags }: RegressionFlags) => {
      const [{ loadTransformer }, { regression }] = await Promise.all([
        import("../../core/transformerCore.js"),
        import("../../engine/regression.js"),
      ]);
      if (centre !== undefined && ball === undefined) {
        throw new UsageError(
          "--centre goes with --ball, the distance at which the verifier rejects, such as --ball 1.5",
        );
      }
      if ((flags.policy === "mix") !== (flags.realSamples ?? 0) > 0) {
        throw new UsageError(
          "--policy mix and --real-samples go together: the fresh real rows of each round, such as --real-samples 50",
        );
      }
      const number = (flag: string, text: string | undefined) =>
        text === undefined ? undefined : numberOf(flag, text, "a number");
      const options = {
        ...flags,
        noise: number("--noise", noise),
        ball: number("--ball", ball),
        centre: number("--centre", centre),
      };
      const core = await loadTransformer();
      await leaveSignalsToSystem();
      const result = withFlagNames(flagNamed, () => regression(core, options));
      const { out } = context.streams;
      if (format === "json") out.write(jsonText(result));
      else out.print(regressionText(result, out));
    });
  explain(regression, context, EXPLANATION, ["--samples", "--policy", "--ball", "--centre", "--rounds", "--format"]);
}

function regressionText({ settings, rounds, best, reason }: RegressionResult, out: Terminal): string {
  const { ball, trials } = settings;
  const column = (head: string, text: (round: RegressionRound) => string) =>
    ({ head, align: "right", cells: rounds.map(text) }) as const;
  const withError = ({ mean, se }: { mean: number | null; se: number | null }) =>
    mean === null ? "–" : se === null ? formatNumber(mean, 4) : `${formatNumber(mean, 4)} ± ${formatNumber(se, 2)}`;
  const value = (number: number | null) => (number === null ? "–" : formatNumber(number, 4));
  const { lines } = table(
    [
      column("round", ({ round }) => String(round)),
      column("error", ({ error }) => withError(error)),
      column("theory", ({ theory }) => value(theory)),
      ...(ball === null
        ? []
        : [
            column("from the verifier", ({ fromCentre }) => withError(fromCentre)),
            column("theory", ({ theoryFromCentre }) => value(theoryFromCentre)),
            column("kept", ({ round, kept }) => (round === 0 ? "–" : value(kept.mean))),
          ]),
    ],
    out,
  );
  const missing = rounds.filter(({ models }) => models < trials);
  const last = rounds.at(-1)?.round;
  const notes = [
    `Squared distance to the truth, mean ± standard error of ${trials} trials.`,
    ...(missing.length > 0
      ? [
          `In ${missing.length} of ${rounds.length} rounds some trials have no model, with fewer rows than weights: these means are of the others.`,
        ]
      : []),
    ...(best.simulated === null
      ? []
      : [
          best.simulated === last
            ? `The error is smallest in the last round, ${best.simulated}.`
            : `The error is smallest in round ${best.simulated}${best.theory === null ? "" : ` (by the theory in round ${best.theory})`}.`,
        ]),
    ...(reason ? [`No theory: ${reason.message}.`] : []),
  ];
  return `${[...lines, "", ...notes.flatMap((note) => paragraph(note, out))].join("\n")}\n`;
}
