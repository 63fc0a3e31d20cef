import fc from "fast-check";
import { type Experiment, withSetting } from "../../web/model/experiment.js";
import { properties, type Value } from "../../web/model/properties.js";
import { conflictOf } from "../../web/model/repair.js";
import { presetExperiment, presetsOf } from "../../web/model/state.js";

/** Any value of a property, as a slider or a field gives it. */
function anyValue(property: (typeof properties)[number]): fc.Arbitrary<Value> {
  if (property.kind === "choice") return fc.constantFrom(...property.choices);
  if (property.kind === "flag") return fc.boolean();
  if (property.kind === "numbers") return fc.constant("");
  const number =
    property.kind === "integer"
      ? fc.integer({ min: property.min, max: Math.min(property.max, 100_000) })
      : fc
          .double({ min: property.min, max: property.max, noNaN: true, noDefaultInfinity: true })
          .map((value) => value + 0);
  return property.kind === "optional-angle" ? fc.option(number) : number;
}

/** An experiment of valid settings that do not contradict one another. */
export const anyExperiment: fc.Arbitrary<Experiment> = fc
  .tuple(
    fc.constantFrom(...presetsOf.transition),
    fc
      .subarray([...properties], { maxLength: 6 })
      .chain((some) => fc.tuple(...some.map((one) => anyValue(one).map((value) => [one.path, value] as const)))),
  )
  .map(([name, changes]) =>
    changes.reduce((made, [path, value]) => withSetting(made, path, value), presetExperiment(name)),
  )
  .filter((experiment) => conflictOf(experiment) === undefined);
