import { type Command, Option } from "commander";
import type { RewardsOptions } from "../../engine/rewards.js";
import type { RewardsResult } from "../../engine/rewardsResult.js";
import { fixedNumber, formatNumber } from "../../model/format.js";
import type { Context } from "../context.js";
import { leaveSignalsToSystem } from "../interrupt.js";
import { integerFrom, numberOf, shareOf, withFlagNames } from "../options.js";
import { paragraph } from "../terminal/format.js";
import { explain } from "../terminal/help.js";
import { table } from "../terminal/table.js";
import { jsonText, type Terminal } from "../terminal/terminal.js";

const EXPLANATION = `
A policy answers questions, each answer wrong with probability p; a verifier rewards correct answers with probability φ and wrong
ones with ψ; answers of the same question are compared, and the policy takes a step. It learns if J = φ − ψ is above 0, which is
the same as p⋆ > ½, and unlearns if J is below 0. A corrected reward, (r − ψ)/(φ − ψ), learns in either case as fast as with a perfect
verifier, at the price of 1/J² in variance; it takes φ and ψ to be known.

Examples:
  A verifier that is right more often than wrong: the policy learns
    $ pstar rewards --phi 0.8 --psi 0.3 --p 0.6
  One that is wrong more often: it unlearns
    $ pstar rewards --phi 0.4 --psi 0.6 --p 0.3
  The same with corrected rewards
    $ pstar rewards --phi 0.4 --psi 0.6 --p 0.3 --reward corrected

JSON: {schema: "pstar/rewards@1", settings, youden, direction, steps: [{step, errorRate: {mean, se}, flow, endless}]}.
Exit codes: 0 done, 1 failed, 2 wrong usage.`;

interface RewardsFlags extends Omit<RewardsOptions, "phi" | "psi" | "errorRate" | "rate"> {
  phi: string;
  psi: string;
  p: string;
  rate?: string;
  format: "table" | "json";
}

/** Adds `pstar rewards`. */
export function addRewardsCommand(program: Command, context: Context): void {
  const rewards = program
    .command("rewards")
    .description(
      "Simulates a policy that learns from a verifier's verdicts as rewards, and the differential equation of its error rate.",
    )
    .optionsGroup("The verifier and the policy:")
    .requiredOption("--phi <rate>", "chance φ that the verifier rewards a correct answer")
    .requiredOption("--psi <rate>", "chance ψ that it rewards a wrong answer")
    .requiredOption("--p <rate>", "share p of wrong answers at the start")
    .addOption(
      new Option("--reward <kind>", "how an answer is rewarded (default: normalized)").choices([
        "normalized",
        "corrected",
      ]),
    )
    .optionsGroup("The steps:")
    .option("--group <G>", "answers to one question (default: 8)", integerFrom(2))
    .option("--questions <n>", "questions of one step (default: 16)", integerFrom(1))
    .option("--rate <eta>", "learning rate, in the log-odds of a correct answer (default: 0.05)")
    .option("--steps <n>", "steps (default: 100)", integerFrom(1))
    .option("--trials <n>", "repetitions (default: 200)", integerFrom(1))
    .option("--seed <n>", "seed of all randomness (default: 1)", integerFrom(0))
    .addOption(new Option("--format <form>", "output format").choices(["table", "json"]).default("table"))
    .action(async ({ format, phi, psi, p, rate, ...flags }: RewardsFlags) => {
      const [{ load }, { rewards }] = await Promise.all([
        import("../../core/simulationCore.js"),
        import("../../engine/rewards.js"),
      ]);
      const options = {
        ...flags,
        ...{ phi: shareOf("--phi", phi), psi: shareOf("--psi", psi), errorRate: shareOf("--p", p) },
        ...(rate !== undefined && { rate: numberOf("--rate", rate, "a number in (0, 1]") }),
      };
      const core = await load();
      await leaveSignalsToSystem();
      const flagOf = (field: string) => (field === "errorRate" ? "--p" : `--${field}`);
      const result = withFlagNames(flagOf, () => rewards(core, options));
      const { out } = context.streams;
      if (format === "json") out.write(jsonText(result));
      else out.print(rewardsText(result, out));
    });
  explain(rewards, context, EXPLANATION, ["--phi", "--psi", "--p", "--reward", "--group", "--steps", "--format"]);
}

function rewardsText({ settings, youden, direction, steps }: RewardsResult, out: Terminal): string {
  const { reward, group, trials } = settings;
  const column = (head: string, text: (line: RewardsResult["steps"][number]) => string) =>
    ({ head, align: "right", cells: steps.map(text) }) as const;
  const value = (number: number | null) => (number === null ? "–" : fixedNumber(number, 4));
  const { lines } = table(
    [
      column("step", ({ step }) => formatNumber(step)),
      column("p", ({ errorRate: { mean, se } }) => `${value(mean)}${se === null ? "" : ` ± ${value(se)}`}`),
      column(`flow, G = ${group}`, ({ flow }) => value(flow)),
      ...(reward === "normalized" ? [column("theory, G → ∞", ({ endless }) => value(endless))] : []),
    ],
    out,
  );
  const verdict = {
    learns: "the flow takes the share of wrong answers down",
    unlearns: "the flow takes the share of wrong answers up",
    neither: "the flow leaves the share of wrong answers where it is",
  }[direction];
  const note = `J = ${formatNumber(youden, 4)}, ${reward} rewards: ${verdict}. Mean ± standard error of ${formatNumber(trials)} trials.`;
  return `${[...lines, "", ...paragraph(note, out)].join("\n")}\n`;
}
