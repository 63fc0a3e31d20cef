import { expect, it } from "vitest";
import { load } from "../../src/core/simulationCore.js";
import { directionsOf, sampleRows } from "../../src/core/steps.js";
import { seedStep } from "../../src/core/streams.js";
import { kernelExperiment } from "../../src/model/experiment.js";
import { experiment, fitRows, trialsOf } from "./experiment.js";
import { PRECISIONS } from "./layout.js";
import { LEARNER, userRows } from "./rowsOfUser.js";

// Addresses past 2 GiB come out of the core as negative numbers. The pages in between are never touched, so they take
// addresses but no memory.
it("gives the same bits on either side of 2 GiB", async () => {
  const low = await load();
  const high = await load();
  high.reserve(2 ** 31);
  for (const precision of ["f32", "f64"] as const) {
    for (const verifier of ["none", "learned", "top"] as const) {
      for (const learner of ["ridge", "sgd", "logistic"] as const) {
        const setting = experiment({
          data: { dim: 11, covariance: { kind: "diagonal", values: Array.from({ length: 11 }, (_, j) => 1 + j) } },
          generator: { kind: "linear" },
          verifier: { kind: verifier },
          learner: { kind: learner },
          samples: 300,
          precision,
        });
        expect(trialsOf(high, setting, 3)).toEqual(trialsOf(low, setting, 3));
      }
    }
  }
  const placed = experiment({ data: { dim: 11 }, generator: { kind: "linear" }, verifier: { kind: "linear" } });
  const rows = userRows(PRECISIONS[0], 9, 50, 1);
  const steps = [low, high].map((core) => {
    seedStep(core, 5, 0);
    return [
      directionsOf(core, kernelExperiment({ ...placed, precision: "f64" })),
      sampleRows(core, kernelExperiment(placed), 40),
      fitRows(core, rows, LEARNER),
      fitRows(core, rows, { ...LEARNER, kind: "logistic" }),
    ];
  });
  expect(steps[1]).toEqual(steps[0]);
});
