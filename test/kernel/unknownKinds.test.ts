import { describe, expect, it } from "vitest";
import { ArgumentError, CoreError } from "../../src/core/errors.js";
import { chooseEngine, engineFault } from "../../src/engine/choose.js";
import { cellTheory, theoryApplies } from "../../src/engine/theory.js";
import { type CellScenario, parseScenario } from "../../src/model/scenario.js";
import { eachBuild, type TestCore } from "./builds.js";
import {
  type ExperimentSetting,
  experiment,
  experimentFields,
  fitRows,
  openTrials,
  place,
  theoryAnswers,
  theoryTrajectory,
} from "./experiment.js";

/** Numbers that no kind has: one before, one behind and one far from the list. */
const UNKNOWN_NUMBERS = [-1, 40, 2 ** 31 - 1];
/** assembly/status.ts */
const UNKNOWN = 5;
/** Written over what the engines answer, to see that nothing but a status is there. */
const UNTOUCHED = 123;

/** The fields of an experiment that name a kind. */
const KINDS = [
  "dataKind",
  "covarianceKind",
  "generatorKind",
  "verifierShape",
  "learnerKind",
  "loss",
  "solver",
  "policy",
  "precision",
] as const;

type Kind = (typeof KINDS)[number];

/** Hands an experiment to the core with one of its kinds exchanged for a number that stands for nothing. */
function placeWith(core: TestCore, setting: ExperimentSetting, kind: Kind, code: number): number {
  const ptr = place(core, setting);
  const field = experimentFields(core).find(({ name }) => name === kind);
  if (!field) throw new Error(`${kind} is no field of an experiment`);
  core.i32(ptr + field.offset, 1)[0] = code;
  return ptr;
}

type Ask = (
  core: TestCore,
  ptr: number,
  setting: ExperimentSetting,
  out: number,
) => { fields: number; records: number };

const ENGINES: Record<"direct" | "reduced" | "theory" | "generations", Ask> = {
  direct(core, ptr, { generations }, out) {
    core.exports.directPrepare(ptr, core.reserve(core.exports.directBytes(ptr)));
    core.exports.directTrials(ptr, 1, 0, 1, 0, 0, 1, out);
    return { fields: core.exports.TRIAL_FIELDS.value, records: generations };
  },
  reduced(core, ptr, { generations }, out) {
    const scratch = core.reserve(core.exports.reducedBytes(ptr) + 1000);
    core.exports.reducedTrials(ptr, 1, 0, 1, 0, 0, 1, scratch, out);
    return { fields: core.exports.TRIAL_FIELDS.value, records: generations };
  },
  theory(core, ptr, _, out) {
    core.exports.theoryPrepare(ptr, core.reserve(core.exports.theoryBytes(ptr)));
    core.exports.theoryBatch(ptr, 1, out);
    return { fields: core.exports.THEORY_FIELDS.value, records: 1 };
  },
  generations(core, ptr, { generations }, out) {
    core.exports.theoryPrepare(ptr, core.reserve(core.exports.theoryBytes(ptr)));
    core.exports.theoryGenerations(ptr, out);
    return { fields: core.exports.THEORY_FIELDS.value, records: generations };
  },
};

/** What each engine is asked: the learner that reads the kind. */
function settingFor(engine: keyof typeof ENGINES, kind: Kind): ExperimentSetting {
  const learner = kind === "loss" ? ({ kind: "sgd" } as const) : {};
  return experiment({ learner, generations: engine === "generations" ? 2 : 1 });
}

/** Kinds that an engine does not read. */
const NOT_READ: Record<keyof typeof ENGINES, readonly Kind[]> = {
  direct: [],
  reduced: ["solver", "precision"],
  theory: ["loss", "solver", "precision"],
  generations: ["loss", "solver", "precision"],
};

eachBuild("a number that stands for no kind", (core) => {
  const engines = Object.keys(ENGINES) as (keyof typeof ENGINES)[];
  it.each(
    engines.flatMap((engine) =>
      KINDS.filter((kind) => !NOT_READ[engine].includes(kind)).map((kind) => [engine, kind] as const),
    ),
  )("is refused by the %s engine as %s", (engine, kind) => {
    const setting = settingFor(engine, kind);
    for (const code of UNKNOWN_NUMBERS) {
      core.scoped(() => {
        const out = core.reserve(8 * 64);
        core.f64(out, 64).fill(UNTOUCHED);
        const { fields, records } = ENGINES[engine](core, placeWith(core, setting, kind, code), setting, out);
        for (let g = 0; g < records; g++) {
          const [status, ...values] = core.f64(out + 8 * g * fields, fields);
          expect(status).toBe(UNKNOWN);
          expect(values.every((value) => value === 0 || Number.isNaN(value))).toBe(true);
        }
      });
    }
  });

  it.each(["learnerKind", "loss", "solver", "precision"] as const)(
    "is refused by the single step of fitting as %s",
    (kind) => {
      for (const code of UNKNOWN_NUMBERS) {
        core.scoped(() => {
          const ptr = placeWith(core, settingFor("direct", kind), kind, code);
          core.exports.directPrepare(ptr, core.reserve(core.exports.directBytes(ptr)));
          const x = core.place(new Float32Array(2 * 8).fill(1));
          const labels = core.place(Int8Array.of(1, -1));
          const keep = core.place(Uint8Array.of(1, 1));
          expect(core.exports.fitRows(ptr, x, 2, labels, keep)).toBe(UNKNOWN);
        });
      }
    },
  );

  it("is refused by an engine that does not answer the learner, and never answered as ridge", () => {
    const logistic = experiment({ learner: { kind: "logistic" } });
    const accumulated = experiment({ generations: 2, policy: "accumulate" });
    const wide = experiment({ data: { covariance: { kind: "power-law", exponent: 1 } } });
    for (const setting of [logistic, accumulated, wide]) {
      const run = openTrials("reduced", core, setting);
      expect(() => run.run({ seed: 1, cell: [0, 1] }, 0, 1)).toThrow(CoreError);
      run.close();
    }
    expect(() => theoryAnswers(core, [experiment({ learner: { kind: "perceptron" } })])).toThrow(CoreError);
    expect(() => theoryTrajectory(core, accumulated)).toThrow(CoreError);
  });

  it("never leaves the host: a word that stands for no kind is an error", () => {
    const unknown = "unheard-of" as never;
    const words: [string, ExperimentSetting][] = [
      ["data.kind", experiment({ data: { kind: unknown } })],
      ["data.covariance.kind", experiment({ data: { covariance: { kind: unknown } as never } })],
      ["generator.kind", experiment({ generator: { kind: unknown } })],
      ["verifier.kind", experiment({ verifier: { kind: unknown } })],
      ["learner.kind", experiment({ learner: { kind: unknown } })],
      ["learner.loss", experiment({ learner: { loss: unknown } })],
      ["learner.solver", experiment({ learner: { solver: unknown } })],
      ["policy", experiment({ policy: unknown })],
      ["precision", experiment({ precision: unknown })],
    ];
    for (const [field, setting] of words) {
      const wrong = expect.objectContaining({ name: "ArgumentError", field });
      expect(() => openTrials("direct", core, setting), field).toThrow(wrong);
      expect(() => openTrials("reduced", core, setting), field).toThrow(wrong);
      expect(() => theoryTrajectory(core, setting), field).toThrow(wrong);
      expect(() => theoryAnswers(core, [setting]), field).toThrow(wrong);
    }
    const rows = { x: new Float32Array(8), labels: Int8Array.of(1), keep: Uint8Array.of(1), dim: 8 };
    expect(() => fitRows(core, rows, { ...experiment().learner, kind: unknown })).toThrow(ArgumentError);
  });

  it("is refused where a spectrum is of another dimension than was prepared", () => {
    const covariance = { kind: "power-law", exponent: 1 } as const;
    const [small, large] = [50, 100].map((dim) => experiment({ data: { dim, covariance } })) as [
      ExperimentSetting,
      ExperimentSetting,
    ];
    core.scoped(() => {
      const prepared = place(core, small);
      core.exports.theoryPrepare(prepared, core.reserve(core.exports.theoryBytes(prepared)));
      const out = core.reserve(8 * core.exports.THEORY_FIELDS.value);
      core.exports.theoryBatch(place(core, large), 1, out);
      expect(core.f64(out, 1)[0]).toBe(UNKNOWN);
    });
  });
});

describe("a kind that only the schema knows", () => {
  it.each(["data", "generator", "verifier", "learner"] as const)("applies to no engine as %s.kind", (section) => {
    const { sweep, ...base } = parseScenario({});
    const cell = { ...base, [section]: { ...base[section], kind: "unheard-of" } } as CellScenario;
    for (const engine of ["theory", "reduced", "direct"] as const) {
      expect(engineFault(engine, cell)?.message).toBe(`${section}.kind unheard-of: no engine knows it`);
    }
    expect(theoryApplies({ ...cell, generations: 2 })?.message).toBe(`${section}.kind unheard-of: no engine knows it`);
    expect(chooseEngine(cell)).toEqual({ engine: "direct", reason: `${section}.kind unheard-of: no engine knows it` });
    expect(() => cellTheory(undefined as never, cell)).toThrow(/no engine knows it/);
  });
});
