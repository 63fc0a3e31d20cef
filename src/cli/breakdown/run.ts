import { load } from "../../core/simulationCore.js";
import { type AnglesQuestion, breakdown, type RatesQuestion } from "../../engine/calculator.js";
import { followers } from "../../model/cells.js";
import { shellWord } from "../../model/format.js";
import { sweepAxes } from "../../model/sweep.js";
import { type Context, commandWith } from "../context.js";
import { UsageError } from "../failure.js";
import { leaveSignalsToSystem } from "../interrupt.js";
import { flagNamed, numberOf, shareOf, withFlagNames, wrongFlag } from "../options.js";
import { jsonText } from "../terminal/terminal.js";
import { type Asked, breakdownText } from "./text.js";

/** The options of `pstar breakdown`, as they were written. */
export interface BreakdownFlags {
  phi?: string;
  psi?: string;
  p?: string;
  classes?: string;
  angles?: string[];
  meanNorm?: string;
  samples?: string;
  dim?: string;
  set?: string[];
  format: "table" | "json";
  quiet?: boolean;
}

/** Answers a question about a generator and its verifier. */
export async function answerBreakdown(
  source: string | undefined,
  flags: BreakdownFlags,
  context: Context,
): Promise<void> {
  const { out, err } = context.streams;
  const say = (text: string) => {
    if (!flags.quiet) err.print(`${text}\n`);
  };
  const asked = await readQuestion(source, flags, context, (text) => say(`${err.colors.yellow("warning:")} ${text}`));
  const core = await load();
  await leaveSignalsToSystem();
  const answer =
    asked.about === "scenario" ? breakdown(core, asked) : withFlagNames(FLAGS, () => breakdown(core, asked.question));
  if (flags.format === "json") out.write(jsonText(answer));
  else out.print(breakdownText(asked, answer, out));
  if (err.interactive && source !== "-") say(err.colors.dim(nextStep(asked, flags)));
}

async function readQuestion(
  source: string | undefined,
  flags: BreakdownFlags,
  context: Context,
  warn: (text: string) => void,
): Promise<Asked> {
  const rates = given(flags, ["phi", "psi", "p", "classes"]);
  const angles = given(flags, ["angles"]);
  const sizes = given(flags, ["meanNorm", "samples", "dim"]);
  const asked = [...(source === undefined ? [] : ["a scenario"]), ...rates.slice(0, 1), ...angles.slice(0, 1)];
  if (asked.length > 1) throw useOneOf(`${asked.join(" and ")} do not go together`);
  if (source === undefined && flags.set !== undefined) throw useOneOf("--set changes a scenario");
  if (source !== undefined && sizes.length > 0)
    throw new UsageError(`${sizes[0]} goes with rates or angles; of a scenario, --set changes a value`);
  if (source !== undefined) return readScenario(source, flags, context, warn);
  if (angles.length > 0) return { about: "angles", question: anglesQuestion(flags) };
  if (rates.length > 0) return { about: "rates", question: ratesQuestion(flags) };
  if (flags.meanNorm !== undefined) return { about: "angles", question: anglesQuestion(flags) };
  throw useOneOf("there is nothing to compute");
}

/** The error for a command line that asks for nothing, or for two things. */
function useOneOf(why: string): UsageError {
  return new UsageError(`${why}: use one of`, {
    lines: [
      "  --phi φ --psi ψ [--p p] [--classes K] [--samples N] [--dim d] [--mean-norm r]",
      "  --angles θ_gen θ_prune [θ] [--mean-norm r] [--samples N] [--dim d]",
      "  a scenario: a preset, a file, or - for standard input (see: pstar breakdown --help)",
    ],
  });
}

async function readScenario(
  source: string,
  flags: BreakdownFlags,
  context: Context,
  warn: (text: string) => void,
): Promise<Asked> {
  const { loadScenario } = await import("../run/source.js");
  const { scenario, warnings } = await loadScenario(source, flags);
  for (const warning of warnings) warn(warning);
  const swept = Object.keys(sweepAxes(scenario)).filter((path) => !followers(scenario).includes(path));
  if (swept.length > 0) {
    const others = commandWith(context, ...swept.flatMap((path) => ["--set", `${path}=VALUE`]));
    warn(`the sweep is ignored, and the answer is for the settings outside it; for others: ${others}`);
  }
  if (scenario.generations > 1) warn("what is said of labels and of infinite data is of the first generation");
  return { about: "scenario", source, scenario };
}

function ratesQuestion({ phi, psi, p, classes, ...flags }: BreakdownFlags): RatesQuestion {
  if (phi === undefined)
    throw new UsageError("--phi is missing, the chance that a correct label is kept; such as --phi 0.8");
  if (psi === undefined)
    throw new UsageError("--psi is missing, the chance that a wrong label is kept; such as --psi 0.3");
  return {
    phi: shareOf("--phi", phi),
    psi: shareOf("--psi", psi),
    ...(p !== undefined && { errorRate: shareOf("--p", p) }),
    ...(classes !== undefined && { classes: numberOf("--classes", classes, "an integer of at least 2") }),
    ...sizesOf(flags),
  };
}

function anglesQuestion({ angles = [], ...flags }: BreakdownFlags): AnglesQuestion {
  const [generator, verifier, between] = angles;
  if (generator === undefined || verifier === undefined || angles.length > 3) {
    throw wrongFlag("--angles", "two or three angles, θ_gen θ_prune [θ]", angles.join(" ") || "none");
  }
  return {
    angles: { generator, verifier, ...(between !== undefined && { between }) },
    ...sizesOf(flags),
  };
}

function sizesOf({ meanNorm, samples, dim }: Pick<BreakdownFlags, "meanNorm" | "samples" | "dim">) {
  return {
    ...(meanNorm !== undefined && { meanNorm: numberOf("--mean-norm", meanNorm, "a number in [0, 100]") }),
    ...(samples !== undefined && { samples: numberOf("--samples", samples, "an integer of at least 1") }),
    ...(dim !== undefined && { dim: numberOf("--dim", dim, "an integer in [1, 100000]") }),
  };
}

/** The flags behind the fields of a question. */
const FLAGS: Record<string, string> = {
  phi: "--phi",
  psi: "--psi",
  errorRate: "--p",
  classes: "--classes",
  "angles.generator": "θ_gen of --angles",
  "angles.verifier": "θ_prune of --angles",
  "angles.between": "θ of --angles",
  meanNorm: "--mean-norm",
  samples: "--samples",
  dim: "--dim",
};

function given<K extends keyof BreakdownFlags>(flags: BreakdownFlags, names: readonly K[]): string[] {
  return names.filter((name) => flags[name] !== undefined).map(flagNamed);
}

function nextStep(asked: Asked, { set = [] }: BreakdownFlags): string {
  if (asked.about === "scenario") {
    const changes = set.map((change) => ` --set ${shellWord(change)}`).join("");
    return `simulate it: pstar run ${shellWord(asked.source)}${changes}`;
  }
  if (asked.about === "angles") return "for the whole range of angles: pstar run angles --plot angles.png";
  const { phi, psi, errorRate } = asked.question;
  if (errorRate === undefined)
    return `for a generator that is wrong half of the time: pstar breakdown --phi ${phi} --psi ${psi} --p 0.5`;
  return `simulate it: pstar run phase-transition --set verifier.phi=${phi} --set verifier.psi=${psi}`;
}
