import { type Command, Option } from "commander";
import type { Context } from "../context.js";
import { collect } from "../options.js";
import { helpText } from "../terminal/help.js";
import type { BreakdownFlags } from "./run.js";

const EXPLANATION = `
Two questions, which may have different answers:
  Is p below the breakdown point p⋆ = φ/(φ+ψ)? Then more data help; above it, more data harm. With K classes
  p⋆ = (K−1)φ/((K−1)φ+ψ). For a linear generator and verifier: below if θ_gen + θ_prune < 180°.
  Does verification help? It does if it raises the limit, which is what a learner reaches with infinite data; at equal
  limits, if it raises the share of correct labels.
The limit is the accuracy of least squares; for --phi and --psi, which say nothing about the inputs, it is the agreement of a
consistent learner with the Bayes rule: 1 below p⋆, 0 above it, 1/K at it.

Examples:
  How bad may a generator be for this verifier to save it?
    $ pstar breakdown --phi 0.8 --psi 0.3
  And one that is wrong six times in ten?
    $ pstar breakdown --phi 0.8 --psi 0.3 --p 0.6
  Ten classes
    $ pstar breakdown --phi 0.8 --psi 0.3 --p 0.85 --classes 10
  A good generator and a bad verifier: below the breakdown point, yet worse than without verification
    $ pstar breakdown --angles 30deg 100deg
  The same on two Gaussian classes at distance 1.5 from their middle, the directions 80° apart
    $ pstar breakdown --angles 30deg 100deg 80deg --mean-norm 1.5
  Better verifier or better generator? What a percentage point of quality is worth at the N and d of a scenario
    $ pstar breakdown sample-size --set samples=2000
  Into another program
    $ pstar breakdown --phi 0.8 --psi 0.3 --p 0.6 --format json

JSON: {errorRate, phi, psi, breakdown, keepRate, keptPrecision, verdict, verification, limit: {selected, unselected}}, and
for a scenario accuracy and sensitivity: {errorRate, phi, psi}, its derivatives. What the question leaves open is null.
Exit codes: 0 answered, 1 failed, 2 wrong usage, 3 scenario not valid or without a theory.`;

/** Adds `pstar breakdown`. */
export function addBreakdownCommand(program: Command, context: Context): void {
  program
    .command("breakdown")
    .summary("at which error rate synthetic data stop helping, and whether verification helps")
    .description(
      "Computes in closed form how wrong a generator may be before its data teach the opposite of the truth, and whether verification helps: from the rates of a verifier, from the angles of two directions, or from a scenario.",
    )
    .argument("[scenario]", "preset, file, or -")
    .option("--phi <rate>", "share φ of the correct labels that the verifier keeps")
    .option("--psi <rate>", "share ψ of the wrong labels that it keeps")
    .option("--p <rate>", "share p of the generated labels that is wrong")
    .option("--classes <K>", "number of classes (default: 2); wrong labels are uniform over the others")
    .option(
      "--angles <angles...>",
      "θ_gen θ_prune [θ]: of generator and verifier to the truth, and between them (default: independent directions); in radians, or as 30deg",
    )
    .option("--mean-norm <r>", "with --angles: signal-to-noise of two Gaussian classes (default: isotropic inputs)")
    .option("--set <path=value>", "set one value of the scenario, in YAML (repeatable)", collect)
    .addOption(new Option("--format <form>", "output format").choices(["table", "json"]).default("table"))
    .option("--quiet", "no warnings or hints")
    .addHelpText("after", () => helpText(EXPLANATION, context.streams.out.columns))
    .action(async (source: string | undefined, flags: BreakdownFlags) => {
      const { answerBreakdown } = await import("./run.js");
      await answerBreakdown(source, flags, context);
    });
}
