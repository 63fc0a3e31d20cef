import { type Command, Option } from "commander";
import type { Context } from "../context.js";
import { collect } from "../options.js";
import { explain } from "../terminal/help.js";
import type { BreakdownFlags } from "./run.js";

const EXPLANATION = `
Questions that may have different answers:
  The labels. Is p below the breakdown point p⋆ = φ/(φ+ψ)? Then most of the kept labels are correct. With K classes p⋆ = (K−1)φ/((K−1)φ+ψ); for a linear generator and verifier p is below it if θ_gen + θ_prune < 180°. Are kept labels correct more often than all labels?
  The learner in the limit of infinite data. Is its accuracy above chance, and does verification raise it? If errors or verdicts depend on the inputs, it may be below chance although most kept labels are correct; then the output says so first.
  The learner at N. Verification also throws rows away: are the kept rows worth more clean rows than all N generated rows?
The limit is the accuracy of the scenario's learner or, with --angles, of least squares; for --phi and --psi, which say nothing
about the inputs, it is the agreement of a consistent learner with the Bayes rule: 1 below p⋆, 0 above it, 1/K at it. With
--samples, the learner at N is ridge with λ = 0.01 on 50 dimensions (--dim) and two Gaussian classes with r = 1 (--mean-norm).

Examples:
  How wrong may a generator be, if this verifier selects its rows?
    $ pstar breakdown --phi 0.8 --psi 0.3
  The same for a generator that is wrong six times in ten
    $ pstar breakdown --phi 0.8 --psi 0.3 --p 0.6
  Ten classes
    $ pstar breakdown --phi 0.8 --psi 0.3 --p 0.85 --classes 10
  A good generator and a bad verifier: below the breakdown point, yet worse than without verification
    $ pstar breakdown --angles 30deg 100deg
  Most kept labels are correct, and the learner is wrong
    $ pstar breakdown --angles 20deg 145deg --mean-norm 2
  Purer, and worse at this N: verification also throws rows away
    $ pstar breakdown --phi 0.6 --psi 0.4 --p 0.2 --samples 300 --mean-norm 1.5
  Two Gaussian classes, each 1.5 from their midpoint; directions at 30° and 100° to the truth, 80° apart
    $ pstar breakdown --angles 30deg 100deg 80deg --mean-norm 1.5
  Better verifier or better generator? What a percentage point of quality is worth at the N and d of a scenario
    $ pstar breakdown sample-size --set samples=2000
  Into another program
    $ pstar breakdown --phi 0.8 --psi 0.3 --p 0.6 --format json

JSON: {schema, errorRate, phi, psi, breakdown, keepRate, keptPrecision, youden, gain, weight, verdict, verification,
limit: {selected, unselected}, labels: {verdict, purity}, learner: {limit, unselected, verdict},
atN: {samples, verification, accuracy: {selected, unselected}, worth: {kept, unselected}}}, and for a scenario accuracy and
sensitivity: {errorRate, phi, psi}, its derivatives. A value that cannot be computed is null, with a reason beside it.
Exit codes: 0 answered, 1 failed, 2 wrong usage, 3 scenario not valid or without a theory.`;

/** Adds `pstar breakdown`. */
export function addBreakdownCommand(program: Command, context: Context): void {
  const breakdown = program
    .command("breakdown")
    .description(
      "Computes in closed form how wrong a generator may be before most of the kept labels are wrong, which accuracy a learner converges to, and whether verification raises it at a given number of rows: from the rates of a verifier, from the angles of two directions, or from a scenario.",
    )
    .argument("[scenario]", "preset, file, or -")
    .optionsGroup("The verifier and the generator:")
    .option("--phi <rate>", "chance φ that the verifier keeps a correct label")
    .option("--psi <rate>", "chance ψ that it keeps a wrong label")
    .option("--p <rate>", "share p of wrong labels among the generated ones")
    .option("--classes <K>", "number of classes (default: 2); a wrong label is any other class, all alike")
    .option(
      "--angles <angles...>",
      "θ_gen θ_prune [θ]: angles of generator and verifier to the truth, and between these two (default: independent directions); in radians, or as 30deg",
    )
    .optionsGroup("The learner:")
    .option(
      "--mean-norm <r>",
      "signal-to-noise ratio of two Gaussian classes (default: 1 with --phi, isotropic inputs instead with --angles)",
    )
    .option("--samples <N>", "with --phi or --angles: generated rows N, for the answer at N")
    .option("--dim <d>", "dimension of the inputs, for the answer at N (default: 50)")
    .option("--set <path=value>", "set one value of the scenario, in YAML (repeatable)", collect)
    .optionsGroup("Output:")
    .addOption(new Option("--format <form>", "output format").choices(["table", "json"]).default("table"))
    .option("--quiet", "no warnings or hints")
    .action(async (source: string | undefined, flags: BreakdownFlags) => {
      const { answerBreakdown } = await import("./run.js");
      await answerBreakdown(source, flags, context);
    });
  explain(breakdown, context, EXPLANATION, [
    "--phi",
    "--psi",
    "--p",
    "--classes",
    "--angles",
    "--samples",
    "--set",
    "--format",
  ]);
}
