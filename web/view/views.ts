import type { View as ViewName } from "../model/state.js";
import type { Site, View } from "./site.js";
import { Story } from "./story.js";

type Maker = new (site: Site) => View;

/** The story comes with the page; each other view is loaded when it is opened. */
const makers: Readonly<Record<ViewName, () => Maker | Promise<Maker>>> = {
  story: () => Story,
  transition: async () => (await import("./transition.js")).Transition,
  diagram: async () => (await import("./diagram.js")).Diagram,
  geometry: async () => (await import("./geometry.js")).Geometry,
  generations: async () => (await import("./generations.js")).Generations,
  news: async () => (await import("./news.js")).NewsView,
  transformer: async () => (await import("./transformer.js")).TransformerView,
  data: async () => (await import("./yourData.js")).YourData,
};

/** What makes a view, by its name. @throws if its script cannot be loaded. */
export async function loadView(name: ViewName): Promise<(site: Site) => View> {
  const Made = await makers[name]();
  return (site) => new Made(site);
}
