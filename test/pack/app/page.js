import configs from "./configs.js";
import { runAll } from "./run.js";

function show(id, text) {
  const element = document.createElement("pre");
  element.id = id;
  element.textContent = text;
  document.body.append(element);
}

runAll(configs).then(
  (text) => show("result", text),
  (error) => show("error", String(error?.stack ?? error)),
);
