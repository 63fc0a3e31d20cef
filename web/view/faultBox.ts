import { compilesNothing } from "../../src/core/core.js";
import type { Messages } from "../words/messages.js";
import { button, element } from "./elements.js";

/** Why nothing can be computed or shown, as far as it can be told apart. */
export type Cause = "simd" | "policy" | "script" | "stopped" | "other";

export function causeOf(error: unknown): Cause {
  if (!(error instanceof Error)) return "other";
  const { code } = error as { code?: string };
  if (error.name === "CoreError") {
    const hindrance = compilesNothing();
    return hindrance === "no-simd" ? "simd" : hindrance === "forbidden" ? "policy" : "other";
  }
  if (error.name === "WorkerError") return code === "worker-not-loaded" ? "script" : "stopped";
  // What a browser says of a script that it could not import has no class of its own.
  if (error.name === "TypeError" && /import|module script|module|fetch/i.test(error.message)) return "script";
  return "other";
}

/** One plain sentence on what went wrong, what the program said of it, and what can be done. */
export function faultBox(words: Messages, error: unknown, onRetry?: () => void): HTMLElement {
  const made = element("div", { class: "fault", role: "alert" });
  showFault(made, words, error, onRetry);
  return made;
}

/** Fills a box with an error, or empties and hides it. */
export function showFault(box: HTMLElement, words: Messages, error: unknown, onRetry?: () => void): void {
  box.hidden = error === null;
  if (error === null) {
    box.replaceChildren();
    return;
  }
  const problem = error instanceof Error ? error : new Error(String(error));
  const cause = causeOf(problem);
  const { figure } = words;
  const says = element("p", {}, element("strong", {}, figure.causes[cause]));
  const detail = element("p", { class: "reason" }, words.problem(problem));
  const again = onRetry && button(figure.retry, onRetry, { class: "retry" });
  const reload = cause === "other" ? null : button(figure.reload, () => location.reload(), { class: "reload" });
  const hint = cause === "other" ? element("p", {}, figure.faultHint) : null;
  box.replaceChildren(
    ...[says, detail, hint, element("p", { class: "buttons" }, again, reload)].filter((part) => part !== null),
  );
}
