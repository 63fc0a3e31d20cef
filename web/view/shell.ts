import { type Language, languages, type State, type View as ViewName, views } from "../model/state.js";
import { languageNames, type Messages } from "../words/messages.js";
import { element, select, uniqueId } from "./elements.js";

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
    this.main = element("main", { id: "main", tabindex: -1 });
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
          element("p", {}, words.tagline),
        ),
        element("div", { class: "preferences" }, language, theme),
        element("nav", { "aria-label": words.navigation }, element("ul", {}, ...tabs)),
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
      if (view === state.view) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }
}

/** As vite.config.ts wrote it into the page. */
function versionOf(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="generator"]')?.content ?? "pstar";
}
