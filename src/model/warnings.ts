import { Plan } from "./cells.js";
import { type KindSection, kindSections, readUnder } from "./kinds.js";
import { isMapping } from "./problems.js";
import { type ModelReason, modelReason } from "./reasons.js";
import { type CellScenario, type Scenario, scenarioSchema } from "./schema.js";
import { sweepAxes } from "./sweep.js";

const KINDS = new Set(kindSections.map((section) => `${section}.kind`));

/**
 * What in a valid scenario has no effect: settings that no cell reads, and poison that only thins.
 *
 * A setting counts where it was written, is swept, or is not at its default.
 */
export function scenarioWarnings(scenario: Scenario): ModelReason[] {
  const cells = cellsByKind(scenario);
  const idle = unreadSettings(scenario).filter((path) => isSet(scenario, path));
  const warnings: ModelReason[] = idle.map((path) =>
    modelReason("no-effect", {
      path,
      read: conditions(path).map(([section, values]) => ({ kind: `${section}.kind`, values })),
    }),
  );
  if (scenario.classes?.confusion !== undefined) {
    const read = [{ kind: "classes.confusion", values: ["left out"] }];
    for (const path of ["generator.errorRate", "classes.errors"].filter((one) => isSet(scenario, one)))
      warnings.push(modelReason("no-effect", { path, read }));
  }
  const blind = ({ verifier }: CellScenario) => verifier.kind === "none" || verifier.kind === "random";
  if (isSet(scenario, "verifier.poison") && cells.some(blind)) {
    warnings.push(modelReason("poison-only-thins"));
  }
  return warnings;
}

/** The settings that no cell of a scenario reads, by their paths: those of other kinds than its own. */
export function unreadSettings(scenario: Scenario): string[] {
  const cells = cellsByKind(scenario);
  return [...readUnder.keys()].filter((path) => !cells.some((cell) => reads(cell, path)));
}

function cellsByKind(scenario: Scenario): CellScenario[] {
  const plan = new Plan(scenario, KINDS);
  return Array.from({ length: plan.length }, (_, index) => plan.scenario(index));
}

function reads(cell: CellScenario, path: string): boolean {
  return conditions(path).every(([section, kinds]) => kinds.includes(cell[section].kind));
}

function conditions(path: string): (readonly [KindSection, readonly string[]])[] {
  return [...(readUnder.get(path) ?? [])];
}

function isSet(scenario: Scenario, path: string): boolean {
  if (path in sweepAxes(scenario)) return true;
  return (written.get(scenario)?.has(path) ?? false) || valueAt(scenario, path) !== defaultOf(path);
}

function defaults(): Scenario {
  return scenarioSchema.parse({});
}

function defaultOf(path: string): unknown {
  // of a section that a scenario without it lacks
  return path === "classes.errors" ? "uniform" : valueAt(defaults(), path);
}

function valueAt(scenario: Scenario, path: string): unknown {
  const [section, key] = path.split(".");
  return (scenario[section as KindSection] as unknown as Record<string, unknown> | undefined)?.[key as string];
}

/** The settings that the author of a scenario wrote: kept beside it, so that its echo is settings alone. */
const written = new WeakMap<Scenario, ReadonlySet<string>>();

/** Notes which settings a scenario was written with. A section with every key written is an echo, and says nothing. */
export function rememberWritten(scenario: Scenario, input: unknown): void {
  const paths = Object.entries(isMapping(input) ? input : {}).flatMap(([name, section]) => {
    const whole = scenario[name as keyof Scenario];
    if (!isMapping(section) || !isMapping(whole)) return [];
    const keys = Object.keys(section);
    return keys.length < Object.keys(whole).length ? keys.map((key) => `${name}.${key}`) : [];
  });
  written.set(scenario, new Set(paths));
}
