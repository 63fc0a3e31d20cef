import { runAll } from "./run.js";

runAll().then(
  (texts) => postMessage(JSON.stringify(texts)),
  (error) => reportError(error),
);
