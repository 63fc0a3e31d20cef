import { runAll } from "./run.js";

function show(id: "result" | "error", text: string): void {
  const element = document.createElement("pre");
  element.id = id;
  element.textContent = text;
  document.body.append(element);
}

function showError(error: unknown): void {
  show("error", error instanceof Error ? String(error.stack) : String(error));
}

// The same in the page itself and, for /?worker, in a worker of its own.
if (location.search === "?worker") {
  const worker = new Worker("/worker.js", { type: "module" });
  worker.onmessage = ({ data }) => show("result", data);
  worker.onerror = (event) => showError(event.message);
} else {
  runAll().then((texts) => show("result", JSON.stringify(texts)), showError);
}
