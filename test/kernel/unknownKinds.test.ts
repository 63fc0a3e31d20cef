import { describe, expect, it } from "vitest";
import type { Core } from "../../src/core/core.js";
import { ArgumentError, CoreError } from "../../src/core/errors.js";
import { type ExperimentSetting, setExperiment } from "../../src/core/settings.js";
import { fitRows } from "../../src/core/steps.js";
import { theoryAnswers, theoryTrajectory } from "../../src/core/theory.js";
import { TrialRun } from "../../src/core/trials.js";
import { chooseEngine, engineFault } from "../../src/engine/choose.js";
import { theory, trajectoryApplies } from "../../src/engine/theory.js";
import { type CellScenario, parseScenario } from "../../src/model/scenario.js";
import { eachBuild } from "./builds.js";
import { experiment } from "./experiment.js";

/** Numbers that no kind has: one before, one behind and one far from the list. */
const UNKNOWN_NUMBERS = [-1, 40, 2 ** 31 - 1];
/** assembly/status.ts */
const UNKNOWN = 5;
/** Written over what the engines answer, to see that nothing but a status is there. */
const UNTOUCHED = 123;

/** A call that hands a kind over, and which of its numbers it is. */
type Kind = readonly [name: string, call: string, place: number];

const KINDS: readonly Kind[] = [
  ["data", "setData", 0],
  ["covariance", "setCovariance", 0],
  ["generator", "setGenerator", 0],
  ["verifier", "setVerifier", 0],
  ["learner", "setLearner", 0],
  ["loss", "setLearner", 2],
  ["solver", "setLearner", 4],
  ["policy", "setGenerations", 1],
  ["precision", "setPrecision", 0],
];

/** Hands an experiment to the core with one of its numbers exchanged for one that stands for nothing. */
function setWith(core: Core, setting: ExperimentSetting, [, call, place]: Kind, code: number): void {
  const exports = new Proxy(core.exports, {
    get: (target, name: keyof typeof core.exports) => {
      const told = target[name] as unknown as (...numbers: number[]) => unknown;
      if (name !== call) return told;
      return (...numbers: number[]) => told(...numbers.map((number, i) => (i === place ? code : number)));
    },
  });
  const { mark, release, reserve, place: put, f64, u8 } = core;
  const host = { exports, mark, release, reserve, place: put, f64, u8 };
  setExperiment(Object.setPrototypeOf(host, core) as Core, setting);
}

const ENGINES = {
  direct(core: Core, setting: ExperimentSetting, out: number) {
    const { exports } = core;
    exports.directPrepare(core.reserve(exports.directBytes()));
    exports.directTrials(1, 0, 1, 0, 0, 1, out);
    return { fields: exports.TRIAL_FIELDS.value, records: setting.generations };
  },
  reduced(core: Core, setting: ExperimentSetting, out: number) {
    const { exports } = core;
    const scratch = core.reserve(exports.reducedBytes(setting.samples) + 1000);
    exports.reducedTrials(1, 0, 1, 0, 0, 1, setting.samples, setting.realSamples, scratch, out);
    return { fields: exports.TRIAL_FIELDS.value, records: setting.generations };
  },
  generations(core: Core, setting: ExperimentSetting, out: number) {
    const { exports } = core;
    exports.theoryPrepare(core.reserve(exports.theoryBytes()));
    exports.theoryGenerations(setting.samples, setting.realSamples, out);
    return { fields: exports.THEORY_FIELDS.value, records: setting.generations };
  },
};

/** What each engine is asked: the learner that reads the kind. */
function settingFor(engine: keyof typeof ENGINES, [name]: Kind): ExperimentSetting {
  const learner = name === "loss" ? ({ kind: "sgd" } as const) : {};
  return experiment({ learner, generations: engine === "generations" ? 2 : 1 });
}

/** Kinds that an engine does not read. */
const NOT_READ: Record<keyof typeof ENGINES, readonly string[]> = {
  direct: [],
  reduced: ["solver", "precision"],
  generations: ["loss", "solver", "precision"],
};

eachBuild("a number that stands for no kind", (core) => {
  const engines = Object.keys(ENGINES) as (keyof typeof ENGINES)[];
  it.each(
    engines.flatMap((engine) =>
      KINDS.filter(([name]) => !NOT_READ[engine].includes(name)).map((kind) => [engine, kind[0], kind] as const),
    ),
  )("is refused by the %s engine as %s", (engine, _, kind) => {
    const setting = settingFor(engine, kind);
    for (const code of UNKNOWN_NUMBERS) {
      core.scoped(() => {
        setWith(core, setting, kind, code);
        const out = core.reserve(8 * 64);
        core.f64(out, 64).fill(UNTOUCHED);
        const { fields, records } = ENGINES[engine](core, setting, out);
        for (let g = 0; g < records; g++) {
          const [status, ...values] = core.f64(out + 8 * g * fields, fields);
          expect(status).toBe(UNKNOWN);
          expect(values.every((value) => value === 0 || Number.isNaN(value))).toBe(true);
        }
      });
    }
  });

  it.each(KINDS.filter(([name]) => ["data", "generator", "verifier", "learner"].includes(name)))(
    "is refused by the theory of many points as %s",
    (...kind) => {
      const at = { data: 0, generator: 3, verifier: 8, learner: 17 }[kind[0] as "data"] as number;
      for (const code of UNKNOWN_NUMBERS) {
        core.scoped(() => {
          setExperiment(core, experiment());
          const point = core.reserve(8 * core.exports.POINT_FIELDS.value);
          const numbers = [0, 8, 1.2, 0, 0.3, 0, 0, 0, 0, 1, 1, 0, Number.NaN, 1, 0, 0, 0, 0, 0.1, 60, 0];
          numbers[at] = code;
          core.f64(point, numbers.length).set(numbers);
          const out = core.reserve(8 * core.exports.THEORY_FIELDS.value);
          core.exports.theoryBatch(point, 1, out);
          const [status, ...values] = core.f64(out, core.exports.THEORY_FIELDS.value);
          expect(status).toBe(UNKNOWN);
          expect(values.every(Number.isNaN)).toBe(true);
        });
      }
    },
  );

  it.each(KINDS.filter(([name]) => ["learner", "loss", "solver", "precision"].includes(name)))(
    "is refused by the single step of fitting as %s",
    (...kind) => {
      for (const code of UNKNOWN_NUMBERS) {
        core.scoped(() => {
          setWith(core, settingFor("direct", kind), kind, code);
          core.exports.directPrepare(core.reserve(core.exports.directBytes()));
          const x = core.place(new Float32Array(2 * 8).fill(1));
          const labels = core.place(Int8Array.of(1, -1));
          const keep = core.place(Uint8Array.of(1, 1));
          expect(core.exports.fitRows(x, 2, labels, keep)).toBe(UNKNOWN);
        });
      }
    },
  );

  it("is refused by a learner that an engine does not answer, which is never taken for ridge", () => {
    const logistic = experiment({ learner: { kind: "logistic" } });
    const accumulated = experiment({ generations: 2, policy: "accumulate" });
    const wide = experiment({ data: { covariance: { kind: "power-law", exponent: 1 } } });
    for (const setting of [logistic, accumulated, wide]) {
      const run = TrialRun.reduced(core, setting);
      expect(() => run.run({ seed: 1, cell: [0, 1] }, 0, 1)).toThrow(CoreError);
      run.close();
    }
    expect(() => theoryAnswers(core, [experiment({ learner: { kind: "sgd" } })])).toThrow(CoreError);
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
      expect(() => setExperiment(core, setting), field).toThrow(wrong);
      expect(() => TrialRun.direct(core, setting), field).toThrow(wrong);
      expect(() => TrialRun.reduced(core, setting), field).toThrow(wrong);
      expect(() => theoryTrajectory(core, setting), field).toThrow(wrong);
      if (/^(data|generator|verifier|learner)\.(kind|covariance)/.test(field)) {
        expect(() => theoryAnswers(core, [setting]), field).toThrow(wrong);
      }
    }
    const rows = { x: new Float32Array(8), labels: Int8Array.of(1), keep: Uint8Array.of(1), dim: 8 };
    expect(() => fitRows(core, rows, { ...experiment().learner, kind: unknown })).toThrow(ArgumentError);
  });
});

describe("a kind that only the schema knows", () => {
  it.each(["data", "generator", "verifier", "learner"] as const)("applies to no engine as %s.kind", (section) => {
    const { sweep, ...base } = parseScenario({});
    const cell = { ...base, [section]: { ...base[section], kind: "unheard-of" } } as CellScenario;
    for (const engine of ["theory", "reduced", "direct"] as const) {
      expect(engineFault(engine, cell)?.message).toBe(`${section}.kind unheard-of: no engine knows it`);
    }
    expect(trajectoryApplies({ ...cell, generations: 2 })?.message).toBe(
      `${section}.kind unheard-of: no engine knows it`,
    );
    expect(chooseEngine(cell)).toEqual({ engine: "direct", reason: `${section}.kind unheard-of: no engine knows it` });
    expect(() => theory(undefined as never, cell)).toThrow(/no engine knows it/);
  });
});
