import { load, type ScenarioInput } from "../src/index.js";

// The page stays free while the trials run here; each finished cell is posted as it comes.
self.onmessage = async ({ data: scenario }: MessageEvent<ScenarioInput>) => {
  try {
    const pstar = await load();
    for await (const cell of pstar.run(scenario)) self.postMessage({ cell });
    self.postMessage({ done: true });
  } catch (error) {
    self.postMessage({ error: String(error) });
  }
};
