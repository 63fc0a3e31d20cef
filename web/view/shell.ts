import { type Notice, quoted } from "../model/repair.js";
import { type Language, languages, type State, type View as ViewName, views } from "../model/state.js";
import { languageNames, type Messages } from "../words/messages.js";
import { button, element, select, uniqueId } from "./elements.js";

export type Theme = "auto" | "light" | "dark";
export const themes: readonly Theme[] = ["auto", "light", "dark"];

/** What stands around every view: name, tabs, language and colours. */
export class Shell {
  readonly main: HTMLElement;
  readonly notices: HTMLElement;
  readonly #tabs = new Map<ViewName, HTMLAnchorElement>();

  constructor(
    root: HTMLElement,
    words: Messages,
    state: State,
    act: {
      theme: Theme;
      onView: (view: ViewName) => void;
      onLanguage: (language: Language) => void;
      onTheme: (theme: Theme) => void;
    },
  ) {
    const tabs = views.map((view) => {
      const link = element("a", { href: `#v=1&view=${view}`, "data-view": view }, words.tabs[view]);
      link.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        act.onView(view);
      });
      this.#tabs.set(view, link);
      return element("li", {}, link);
    });
    const language = select(
      languages.map((name) => [name, languageNames[name]] as const),
      (name) => act.onLanguage(name as Language),
      { id: uniqueId("language"), "aria-label": words.language, class: "quiet", "data-preference": "language" },
    );
    language.value = state.language;
    const theme = select(
      themes.map((name) => [name, words.themes[name]] as const),
      (name) => act.onTheme(name as Theme),
      { id: uniqueId("theme"), "aria-label": words.theme, class: "quiet" },
    );
    theme.value = act.theme;
    this.main = element("main", { id: "main", tabindex: -1, "aria-busy": "true" });
    this.notices = element("div", { class: "notices", role: "status" });
    root.replaceChildren(
      element("a", { class: "skip", href: "#main" }, words.skip),
      element(
        "header",
        {},
        element(
          "div",
          { class: "name" },
          element(
            "h1",
            {},
            "p",
            element("sup", { "aria-hidden": "true" }, "⋆"),
            element("span", { class: "spoken" }, "star"),
          ),
        ),
        element("nav", { "aria-label": words.navigation }, element("ul", {}, ...tabs)),
        element("div", { class: "preferences" }, language, theme),
      ),
      this.notices,
      this.main,
      element(
        "footer",
        { class: "end-note" },
        element("p", {}, words.local),
        element(
          "p",
          {},
          `${words.paper} `,
          element("cite", {}, "Beyond Model Collapse: Scaling Up with Synthesized Data Requires Reinforcement"),
          ", ",
          element("a", { href: "https://arxiv.org/abs/2406.07515", rel: "noreferrer" }, "arXiv 2406.07515"),
          ". ",
          element("span", { class: "version" }, versionOf()),
        ),
      ),
    );
    // The fragment is the state's: the link to the figure moves the focus instead.
    root.querySelector(".skip")?.addEventListener("click", (event) => {
      event.preventDefault();
      this.main.focus();
    });
  }

  show(state: State): void {
    for (const [view, link] of this.#tabs) {
      if (view === state.view) {
        link.setAttribute("aria-current", "page");
        // On a narrow screen the tabs scroll sideways: the one that is open is in sight.
        const list = link.closest("ul");
        if (list) list.scrollLeft = link.offsetLeft - list.offsetLeft - (list.clientWidth - link.offsetWidth) / 2;
      } else link.removeAttribute("aria-current");
    }
  }
}

/** As vite.config.ts wrote it into the page. */
function versionOf(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="generator"]')?.content ?? "pstar";
}

/** More than these are not a slip of the pen, and no one reads on. */
const MOST = 6;

/** What was mended in the link, with a button that puts it away; null if nothing was. */
export function noticeList(notices: readonly Notice[], words: Messages): HTMLElement | null {
  if (notices.length === 0) return null;
  const items = notices.slice(0, MOST).map((notice) => element("li", {}, sentence(notice, words)));
  if (notices.length > MOST) items.push(element("li", {}, "…"));
  const list = element(
    "div",
    { class: "notice" },
    element("strong", {}, words.notices.heading),
    element("ul", {}, ...items),
    button(words.notices.dismiss, () => list.remove(), { class: "quiet" }),
  );
  return list;
}

function sentence(notice: Notice, { notices: words, reason }: Messages): string {
  switch (notice.kind) {
    case "repaired":
      return words.repaired(quoted(notice.key), quoted(notice.given), quoted(notice.used));
    case "conflict":
      return words.conflict(reason(notice.reason), notice.used);
    case "unknown":
      return words.unknown(quoted(notice.key));
    case "repeated":
      return words.repeated(quoted(notice.key));
    case "version":
      return words.version(quoted(notice.given));
    case "long":
      return words.long(notice.given);
  }
}
