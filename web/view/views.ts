import type { View as ViewName } from "../model/state.js";
import { Diagram } from "./diagram.js";
import { Generations } from "./generations.js";
import { Geometry } from "./geometry.js";
import type { Site, View } from "./site.js";
import { Story } from "./story.js";
import { Transition } from "./transition.js";
import { YourData } from "./yourData.js";

const makers: Readonly<Record<ViewName, new (site: Site) => View>> = {
  story: Story,
  transition: Transition,
  diagram: Diagram,
  geometry: Geometry,
  generations: Generations,
  data: YourData,
};

/** Makes a view by its name. */
export function makeView(name: ViewName, site: Site): View {
  return new makers[name](site);
}
